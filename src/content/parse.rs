//! One file → what it is: a post, an author's record, or neither.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::address::{self, Subject};
use super::author::{self, AuthorRecord};
use super::date::NoDate;
use super::date_order::DateOrder;
use super::decode::decode;
use super::details::Details;
use super::dialect::Dialect;
use super::front_matter::{self, FrontMatterError, Map, Notation, Split, Value};
use super::headers;
use super::location::{self, Location, Markup};
use super::media::{Media, Slip};
use super::post::{Image, Post, Source};
use super::settings::ContentSettings;
use super::withdrawal::Withdrawal;
use super::{date, field, id, language, media, reference, title};
use crate::digest::{Digest, Hasher};
use crate::finding::{Finding, Place, Severity};

/// The largest file that is parsed, in bytes. The longest real post seen has under 200 KB.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What a file is.
#[derive(Clone, Debug)]
pub enum Parsed {
    /// A post.
    Post(Arc<Post>),
    /// A record of an author.
    Author(Arc<AuthorRecord>),
    /// Something else that belongs to the site, with what there is to say about it.
    NotAPost(Option<Finding>),
}

/// Why a file can't be used as it stands.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What to tell the editor.
    pub finding: Finding,
    /// Whether its last good version must go as well.
    pub withdrawal: Withdrawal,
}

/// Parses one file, of whose bytes `digest` is the digest. Total: a panic in a parser is a fault of this file, and nothing more.
pub fn parse(
    path: &Arc<str>,
    bytes: &[u8],
    digest: Digest,
    settings: &ContentSettings,
) -> Result<Parsed, Fault> {
    catch_unwind(AssertUnwindSafe(|| parse_file(path, bytes, digest, settings))).unwrap_or_else(|_| {
        Err(Fault {
            finding: Finding::new(
                path,
                Severity::Error,
                "parser-panic",
                "reading this file crashed the parser",
            )
            .help("please report it with the file; simplifying its front matter may help meanwhile"),
            withdrawal: Withdrawal::read(&decode(bytes).0, settings.time_zone),
        })
    })
}

fn parse_file(
    path: &Arc<str>,
    bytes: &[u8],
    digest: Digest,
    settings: &ContentSettings,
) -> Result<Parsed, Fault> {
    if bytes.len() > MOST_BYTES {
        let message = format!("the file has {} bytes; {MOST_BYTES} is the most", bytes.len());
        return Err(Fault {
            finding: Finding::new(path, Severity::Error, "file-too-large", message)
                .help("split it, or move data out of the text"),
            withdrawal: Withdrawal::default(),
        });
    }
    let (decoded, guessed) = decode(bytes);
    let text = front_matter::normalize_line_ends(&decoded);
    let fault = |error: FrontMatterError| Fault {
        finding: Finding::new(path, Severity::Error, error.code, error.message)
            .at(error.place)
            .help(error.help),
        withdrawal: Withdrawal::read(&text, settings.time_zone),
    };
    if let Some(Markup::Unsupported(name)) = location::markup(path) {
        return Ok(Parsed::NotAPost(unsupported(path, name)));
    }
    let rules = settings.conventions.rules();
    if is_hidden(path, rules.dialect) {
        return Ok(Parsed::NotAPost(None));
    }
    let (split, mut map, has_headers) = match front_matter::split(&text).map_err(fault)? {
        Some(split) => {
            let map = front_matter::parse(&split).map_err(fault)?;
            (split, map, false)
        }
        None => match headers::read(&text) {
            Some(headers) => (
                Split {
                    notation: Notation::Yaml,
                    front: &text[..headers.body],
                    front_line: 1,
                    body: &text[headers.body..],
                    body_line: headers.body_line,
                },
                headers.map,
                true,
            ),
            None => return Ok(Parsed::NotAPost(None)),
        },
    };
    rules.complete(path, &mut map);
    if let Some(author_id) = location::author_id(path) {
        return Ok(Parsed::Author(Arc::new(AuthorRecord::read(
            path, author_id, &map,
        ))));
    }
    let location = Location::of(path, &rules.languages);
    let dialect = if has_headers {
        Some(Dialect::Pelican)
    } else if location.in_posts {
        Some(Dialect::Jekyll)
    } else {
        rules.dialect
    };
    if location.name == "_index" || is_hidden(path, dialect) || address::has_no_page(&map) {
        return Ok(Parsed::NotAPost(None));
    }
    let reader = Reader {
        path,
        settings,
        location,
        dialect,
        split: &split,
        text: &text,
        map: &map,
        findings: Vec::new(),
    };
    reader.post(digest, guessed).map_err(|finding| Fault {
        finding,
        withdrawal: Withdrawal::read(&text, settings.time_zone),
    })
}

/// A file in a markup that Newswire can't read. Read as Markdown it would be mangled.
fn unsupported(path: &Arc<str>, markup: &str) -> Option<Finding> {
    let name = path.rsplit('/').next().unwrap_or(path);
    // What every project has, and nobody publishes.
    let is_project_file = ["README", "CONTRIBUTING", "LICENSE", "CHANGELOG"]
        .iter()
        .any(|known| name.to_ascii_uppercase().starts_with(known));
    (!is_project_file).then(|| {
        Finding::new(
            path,
            Severity::Warning,
            "unsupported-markup",
            format!("it is written in {markup}, which is not read, so it stands in no feed"),
        )
        .help("write it in Markdown or HTML; a converter such as pandoc does most of it")
    })
}

/// Whether the generator itself passes over a file because of a name that starts with `_`.
fn is_hidden(path: &str, dialect: Option<Dialect>) -> bool {
    dialect.is_some_and(Dialect::hides_underscores)
        && path
            .split('/')
            .any(|part| part.starts_with('_') && part != "_posts" && part != "_authors")
}

/// Reads the fields of one post, and collects what there is to say about them.
struct Reader<'a> {
    path: &'a Arc<str>,
    settings: &'a ContentSettings,
    location: Location<'a>,
    dialect: Option<Dialect>,
    split: &'a Split<'a>,
    text: &'a str,
    map: &'a Map,
    findings: Vec<Finding>,
}

type Date = chrono::DateTime<chrono::FixedOffset>;

impl Reader<'_> {
    fn post(mut self, digest: Digest, guessed_encoding: bool) -> Result<Parsed, Finding> {
        let location = self.location;
        let title = field::first_text(self.map, field::TITLE).map(|text| title::plain(&text));
        let body_is_empty = self.split.body.trim().is_empty();
        if title.is_none() && body_is_empty {
            return Ok(Parsed::NotAPost(None));
        }
        let rules = self.settings.conventions.rules();
        if rules.dialect == Some(Dialect::Jekyll) && !location.in_posts && !rules.posts_are_anywhere {
            return Ok(Parsed::NotAPost(self.outside_of_posts()));
        }
        let in_name = date::from_file_name(location.name, self.settings.time_zone);
        let name_date = in_name.map(|(date, _)| date);
        let bare_name = match in_name {
            Some((_, bare)) if self.dialect.is_some_and(Dialect::dates_in_names) && !bare.is_empty() => bare,
            _ => location.name,
        };
        let published = self
            .date(field::DATE)?
            .or(self.date(field::PUBLISH_DATE)?)
            .or_else(|| self.published_as_date())
            .or(name_date)
            .or_else(|| self.date_in_path());
        let Some(published) = published else {
            return Ok(Parsed::NotAPost(self.undated(title.is_some() && !body_is_empty)));
        };
        if guessed_encoding {
            self.warn(
                "encoding",
                None,
                "the file is not UTF-8; it was read as Windows-1252",
                "save it as UTF-8",
            );
        }
        let public_from = self
            .date(field::PUBLISH_DATE)?
            .map_or(published, |from| from.max(published));
        let public_until = self.date(field::EXPIRY_DATE)?;
        let updated = self.date(field::UPDATED)?;
        let draft = self.is_draft();
        let section = location.section().map(Into::into);
        let categories = self.categories();
        let bylines = self.bylines();
        let language: Option<Box<str>> = self.language().map(Into::into);
        if address::is_unread(self.map, self.dialect, rules) {
            self.warn(
                "unread-permalink",
                self.place("permalink"),
                "its permalink is a template that can't be read, so its link is where the generator puts a post without one",
                "write the address itself: permalink: /blog/a-story/",
            );
        }
        let permalink = Subject {
            location,
            bare_name,
            dated_name: in_name.is_some(),
            map: self.map,
            title: title.as_deref(),
            categories: &categories,
            author: bylines.first().map(|byline| byline.name.as_ref()),
            language: language.as_deref(),
            date: published,
            dialect: self.dialect,
            settings: self.settings,
        }
        .permalink();
        let aliases = field::list(self.map, field::ALIASES);
        let explicit = field::first_text(self.map, field::ID);
        let id = id::make(
            explicit.as_deref(),
            aliases.first().map(AsRef::as_ref),
            &permalink,
            published,
            self.settings,
        );
        let (image, details) = self.details(&permalink);
        let content = digest;
        let digest = {
            let mut hasher = Hasher::new("post");
            hasher.text(self.path);
            hasher.digest(content);
            hasher.finish()
        };
        Ok(Parsed::Post(Arc::new(Post {
            path: Arc::clone(self.path),
            digest,
            content,
            title: title.unwrap_or_default().into(),
            summary: field::first_text(self.map, field::SUMMARY).map(|text| title::plain(&text).into()),
            published,
            updated,
            public_from: public_from.to_utc(),
            public_until: public_until.map(|until| until.to_utc()),
            draft,
            section,
            permalink: permalink.into(),
            id: id.into(),
            aliases: aliases.into(),
            bylines: bylines.into(),
            categories: categories.into(),
            tags: self.tags().into(),
            language,
            fields: field::asked_for(self.map, &self.settings.fields),
            image: image.map(Box::new),
            references: reference::find(self.path, self.split.body),
            details,
            source: Source::of_file(self.text, self.split.body, self.split.body_line),
            findings: self.findings.into(),
        })))
    }

    /// The date in the first of several fields that is there; a fault if it can't be read.
    fn date(&self, keys: &[&'static str]) -> Result<Option<Date>, Finding> {
        let Some((key, value)) = field::first(self.map, keys) else {
            return Ok(None);
        };
        let Some(text) = field::text(value) else {
            return match value {
                Value::Text(_) => Ok(None),
                _ => Err(self.bad_date(key, "it is a list or a mapping")),
            };
        };
        match date::read(&text, self.settings.time_zone, self.date_order()) {
            Ok(date) => Ok(Some(date)),
            Err(NoDate::Unknown) => Err(self.bad_date(key, &format!("“{text}” is no date it knows"))),
            Err(NoDate::Ambiguous) => Err(Finding::new(
                self.path,
                Severity::Error,
                "ambiguous-date",
                format!("can't read “{key}”: “{text}” could be one of several days"),
            )
            .at(self.place(key))
            .help(
                "write the year first and in full, or say date_order = \"dmy\" under [content] in feeds.toml",
            )),
        }
    }

    fn date_order(&self) -> Option<DateOrder> {
        self.settings.conventions.rules().date_order
    }

    /// The day in Zola's `path = "2017/03/16/…"`, or in the folders `2017/03/16/`.
    fn date_in_path(&self) -> Option<Date> {
        let written = field::first_text(self.map, &["path"]);
        written
            .as_deref()
            .into_iter()
            .chain([self.location.folders, self.path])
            .find_map(|path| date::from_path(path, self.settings.time_zone))
    }

    /// Categories, in order. Jekyll splits a string of them at its spaces and counts the folders
    /// above `_posts` in; Pelican takes the folder where nothing is said.
    fn categories(&self) -> Vec<Box<str>> {
        let mut categories = field::list(self.map, field::CATEGORIES);
        match self.dialect {
            Some(Dialect::Jekyll) => {
                if let Some(Value::Text(text)) = self.map.get("categories") {
                    categories = text.split_whitespace().map(Into::into).collect();
                }
                let above = self
                    .location
                    .folders
                    .split('/')
                    .filter(|folder| !folder.is_empty());
                let mut all: Vec<Box<str>> = above.map(Into::into).collect();
                categories.retain(|name| !all.contains(name));
                all.append(&mut categories);
                categories = all;
            }
            Some(Dialect::Pelican) if categories.is_empty() => {
                let folder = self
                    .location
                    .folders
                    .rsplit('/')
                    .next()
                    .filter(|name| !name.is_empty());
                categories.extend(folder.map(Into::into));
            }
            _ => {}
        }
        categories
    }

    /// Tags, in order. Pelican separates them by commas, Jekyll by spaces.
    fn tags(&self) -> Vec<Box<str>> {
        let separator: fn(char) -> bool = match self.dialect {
            Some(Dialect::Pelican) => |c| c == ',',
            Some(Dialect::Jekyll) => char::is_whitespace,
            _ => return field::list(self.map, field::TAGS),
        };
        match field::first(self.map, field::TAGS) {
            Some(("tags", Value::Text(text))) => {
                let tags = text.split(separator).map(str::trim);
                tags.filter(|tag| !tag.is_empty()).map(Into::into).collect()
            }
            _ => field::list(self.map, field::TAGS),
        }
    }

    /// Who wrote it: what the post says, else the author of the whole site.
    fn bylines(&mut self) -> Vec<author::Byline> {
        let rules = self.settings.conventions.rules();
        let Some((key, value)) = field::first(self.map, field::AUTHORS) else {
            return rules
                .author
                .iter()
                .map(|name| author::Byline::named(name.as_str()))
                .collect();
        };
        let is_id = |text: &str| rules.authors.contains_key(text.trim());
        let (bylines, doubt) = author::bylines(value, self.dialect, &is_id);
        if doubt {
            self.warn(
                "byline-in-doubt",
                self.place(key),
                "the comma in the byline may separate two people or not, so it is taken for one name",
                "write a list, with one person an item: authors: [\"Ada Lovelace\", \"Charles Babbage\"]",
            );
        }
        bylines
    }

    fn bad_date(&self, key: &str, why: &str) -> Finding {
        Finding::new(
            self.path,
            Severity::Error,
            "bad-date",
            format!("can't read “{key}”: {why}"),
        )
        .at(self.place(key))
        .help("write it as 2024-05-31 14:00:00 +0100, or 2024-05-31 14:00, or 2024-05-31")
    }

    /// Some dialects write the date of publication where others write yes or no.
    fn published_as_date(&self) -> Option<Date> {
        let text = self.map.get("published").and_then(field::text)?;
        date::parse(&text, self.settings.time_zone)
    }

    /// Whether the generator would show it to nobody who does not know its address: Pelican's
    /// `Status`, Docusaurus' `unlisted`, Eleventy's exclusion from collections.
    fn is_withheld(&self) -> bool {
        let status = self.map.get("status").and_then(field::text);
        let status = status.is_some_and(|status| {
            ["draft", "hidden", "skip"]
                .iter()
                .any(|known| status.eq_ignore_ascii_case(known))
        });
        let marks = ["unlisted", "eleventyExcludeFromCollections"];
        status
            || marks
                .iter()
                .any(|key| self.map.get(key).and_then(field::truth) == Some(true))
    }

    /// Drafts never leak: a mark that is neither yes nor no keeps the post back.
    fn is_draft(&mut self) -> bool {
        let mut is_draft = self.is_withheld();
        for (key, when) in [("draft", true), ("published", false)] {
            let Some(value) = self.map.get(key) else { continue };
            match field::truth(value) {
                Some(truth) => is_draft |= truth == when,
                None if key == "published" && self.published_as_date().is_some() => {}
                None => {
                    is_draft = true;
                    self.warn(
                        "bad-draft-mark",
                        self.place(key),
                        &format!("“{key}” is neither true nor false, so the post is kept back"),
                        "write true or false",
                    );
                }
            }
        }
        is_draft
    }

    /// The post's image, and what few posts say.
    fn details(&mut self, permalink: &str) -> (Option<Image>, Option<Box<Details>>) {
        let base = self.settings.absolute(permalink);
        let base = url::Url::parse(&base).unwrap_or_else(|_| self.settings.site_url.clone());
        let (image, media) = self.media(&base);
        let (site_url, time_zone) = (&self.settings.site_url, self.settings.time_zone);
        let details = Details::read(self.map, &base, site_url, time_zone, media);
        (image, details)
    }

    /// The media that the front matter names, with a word about every address that is not right.
    fn media(&mut self, base: &url::Url) -> (Option<Image>, Vec<Media>) {
        let found = media::read(self.map, base, &self.settings.site_url);
        for (key, slip) in found.slips {
            match slip {
                Slip::Mended(written, read) => self.warn(
                    "mended-address",
                    self.place(key),
                    &format!("the address “{written}” was read as “{read}”"),
                    "write it so",
                ),
                Slip::Dropped(written) => self.warn(
                    if key.contains("image") {
                        "bad-image"
                    } else {
                        "bad-media"
                    },
                    self.place(key),
                    &format!("the address “{written}” in “{key}” can't be used, so the post goes without"),
                    "write a full address, or a path on the site that starts with “/”",
                ),
            }
        }
        (found.image, found.media)
    }

    /// The language that the post says it is in, else the one in its path.
    fn language(&mut self) -> Option<String> {
        let Some(written) = field::first_text(self.map, field::LANGUAGE) else {
            return self.location.language.map(str::to_owned);
        };
        let tag = language::tag(&written);
        if tag.is_none() {
            let key = field::first(self.map, field::LANGUAGE).map_or("language", |(key, _)| key);
            self.warn(
                "bad-language",
                self.place(key),
                &format!("“{written}” is no language tag, so the post is taken to be in the site's language"),
                "write a tag such as en, en-GB or zh-Hant",
            );
        }
        tag
    }

    /// A page with a headline and a text but no date is perhaps a post whose date was forgotten.
    fn undated(&self, reads_like_a_post: bool) -> Option<Finding> {
        reads_like_a_post.then(|| {
            Finding::new(
                self.path,
                Severity::Note,
                "no-date",
                "it has no date, so it is a page and stands in no feed",
            )
            .at(Some(Place {
                line: self.split.front_line,
                column: 1,
            }))
            .help("if it is a post, add a line such as “date: 2024-05-31 14:00”")
        })
    }

    /// A dated page of a Jekyll site is no post unless it lies in `_posts`.
    fn outside_of_posts(&self) -> Option<Finding> {
        self.map.get("date").map(|_| {
            Finding::new(
                self.path,
                Severity::Note,
                "not-a-post",
                "it has a date and lies in no folder “_posts”, so for Jekyll it is a page, and stands in no feed",
            )
            .help("if it is a post, move it to “_posts”, as 2024-05-31-a-story.md")
        })
    }

    fn warn(&mut self, code: &'static str, place: Option<Place>, message: &str, help: &str) {
        self.findings.push(
            Finding::new(self.path, Severity::Warning, code, message)
                .at(place)
                .help(help),
        );
    }

    /// Where a top-level field stands in the file.
    fn place(&self, key: &str) -> Option<Place> {
        self.split
            .front
            .lines()
            .zip(self.split.front_line..)
            .find_map(|(line, number)| {
                let start = line.len() - line.trim_start_matches(['"', '\'', '{', ' ']).len();
                let rest = line[start..].get(key.len()..)?;
                let is_key = line[start..].get(..key.len())?.eq_ignore_ascii_case(key)
                    && rest.trim_start_matches(['"', '\'', ' ']).starts_with([':', '=']);
                is_key.then(|| Place {
                    line: number,
                    column: line[..start].chars().count() as u32 + 1,
                })
            })
    }
}
