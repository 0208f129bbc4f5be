//! One file → what it is: a post, an author's record, or neither.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::author::{self, AuthorRecord};
use super::decode::decode;
use super::front_matter::{self, FrontMatterError, Map, Split, Value};
use super::location::{self, Location};
use super::post::{Image, Post, Source};
use super::settings::ContentSettings;
use super::withdrawal::Withdrawal;
use super::{date, field, id, links, permalink};
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
    let Some(split) = front_matter::split(&text).map_err(fault)? else {
        return Ok(Parsed::NotAPost(None));
    };
    let map = front_matter::parse(&split).map_err(fault)?;
    if let Some(author_id) = location::author_id(path) {
        return Ok(Parsed::Author(Arc::new(AuthorRecord::read(
            path, author_id, &map,
        ))));
    }
    if Location::of(path).name == "_index" {
        return Ok(Parsed::NotAPost(None));
    }
    let reader = Reader {
        path,
        settings,
        split: &split,
        map: &map,
        findings: Vec::new(),
    };
    reader.post(digest, guessed).map_err(|finding| Fault {
        finding,
        withdrawal: Withdrawal::read(&text, settings.time_zone),
    })
}

/// Reads the fields of one post, and collects what there is to say about them.
struct Reader<'a> {
    path: &'a Arc<str>,
    settings: &'a ContentSettings,
    split: &'a Split<'a>,
    map: &'a Map,
    findings: Vec<Finding>,
}

type Date = chrono::DateTime<chrono::FixedOffset>;

impl Reader<'_> {
    fn post(mut self, digest: Digest, guessed_encoding: bool) -> Result<Parsed, Finding> {
        let location = Location::of(self.path);
        let title = field::first_text(self.map, field::TITLE).map(|title| fold(&title));
        let body_is_empty = self.split.body.trim().is_empty();
        if title.is_none() && body_is_empty {
            return Ok(Parsed::NotAPost(None));
        }
        let name_date = date::from_file_name(location.name, self.settings.time_zone).map(|(date, _)| date);
        let Some(published) = self.date(field::DATE)?.or(self.published_as_date()).or(name_date) else {
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
        let categories = field::list(self.map, field::CATEGORIES);
        let permalink = self.permalink(
            location,
            title.as_deref(),
            categories.first().map(AsRef::as_ref),
            published,
        );
        let aliases = field::list(self.map, field::ALIASES);
        let explicit = field::first_text(self.map, field::ID);
        let id = id::make(
            explicit.as_deref(),
            aliases.first().map(AsRef::as_ref),
            &permalink,
            self.settings,
        );
        let image = self.image(&permalink);
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
            summary: field::first_text(self.map, field::SUMMARY).map(|summary| fold(&summary).into()),
            published,
            updated,
            public_from: public_from.to_utc(),
            public_until: public_until.map(|until| until.to_utc()),
            draft,
            section,
            permalink: permalink.into(),
            id: id.into(),
            aliases: aliases.into(),
            bylines: field::first(self.map, field::AUTHORS)
                .map(|(_, value)| author::bylines(value).into())
                .unwrap_or_default(),
            categories: categories.into(),
            tags: field::list(self.map, field::TAGS).into(),
            language: field::first_text(self.map, field::LANGUAGE).map(Into::into),
            image: image.map(Box::new),
            source: Source::new(self.split.body, self.split.body_line),
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
        date::parse(&text, self.settings.time_zone)
            .map(Some)
            .ok_or_else(|| self.bad_date(key, &format!("“{text}” is no date it knows")))
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

    /// Drafts never leak: a mark that is neither yes nor no keeps the post back.
    fn is_draft(&mut self) -> bool {
        let mut is_draft = false;
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

    fn permalink(
        &self,
        location: Location<'_>,
        title: Option<&str>,
        category: Option<&str>,
        date: Date,
    ) -> String {
        if let Some(url) = field::first_text(self.map, &["url"]).and_then(|url| id::path_of(&url)) {
            return permalink::encode_path(&url);
        }
        let slug = field::first_text(self.map, &["slug"]).map(|slug| segment(&slug));
        let name = segment(location.name);
        self.settings.permalink.fill(&permalink::PermalinkParts {
            folders: &location
                .folders
                .split('/')
                .map(segment)
                .collect::<Vec<_>>()
                .join("/"),
            slug: slug.as_deref().unwrap_or(&name),
            title: &title.map_or_else(|| name.clone(), super::slug::slug),
            file_name: &name,
            category: &category.map(super::slug::slug).unwrap_or_default(),
            date,
        })
    }

    fn image(&mut self, permalink: &str) -> Option<Image> {
        let (key, value) = field::first(self.map, field::IMAGE)?;
        let value = match value {
            Value::List(list) => list.first()?,
            other => other,
        };
        let (reference, alt, caption) = match value {
            Value::Text(reference) => (reference.trim().to_owned(), None, None),
            Value::Map(map) => (
                field::first_text(map, &["url", "src", "path", "image", "light"])?,
                field::first_text(map, &["alt"]),
                field::first_text(map, &["caption", "title"]),
            ),
            // `hero: true` says that there is an image, not which.
            _ => return None,
        };
        if reference.is_empty() {
            return None;
        }
        let base = self.settings.absolute(permalink);
        let base = url::Url::parse(&base).unwrap_or_else(|_| self.settings.site_url.clone());
        let Some(url) = links::absolute(&reference, &base, &self.settings.site_url) else {
            self.warn(
                "bad-image",
                self.place(key),
                &format!("the image's address “{reference}” can't be used, so the post has none"),
                "write a full address, or a path on the site that starts with “/”",
            );
            return None;
        };
        let own = |keys| field::first_text(self.map, keys).map(|text| fold(&text));
        Some(Image {
            url,
            alt: alt.map(|alt| fold(&alt)).or_else(|| own(field::IMAGE_ALT)),
            caption: caption
                .map(|caption| fold(&caption))
                .or_else(|| own(field::IMAGE_CAPTION)),
        })
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

/// Plain text on one line: folded scalars end in a newline, and headlines carry stray white space.
fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A file or folder name as a segment of the permalink, as Hugo makes it: lower case, spaces to
/// hyphens.
fn segment(name: &str) -> String {
    let joined: Cow<'_, str> = if name.contains(char::is_whitespace) {
        name.split_whitespace().collect::<Vec<_>>().join("-").into()
    } else {
        name.into()
    };
    joined.to_lowercase()
}
