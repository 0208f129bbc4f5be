//! One post, put together from its fields.

use crate::content::body::source_comments;
use crate::content::body::source_comments::Syntax;
use crate::content::fields::media::AddressFault;
use crate::content::fields::visibility::Visibility;
use crate::content::fields::{field, media, title, translation, visibility};
use crate::content::file::markup::{Markup, markup};
use crate::content::place::address::PermalinkInput;
use crate::content::place::dated_name::DatedName;
use crate::content::place::location::Location;
use crate::content::place::{address, dated_name, id, reference};
use crate::content::post::{Details, Image, Media, Post, Reference, Source, TemplateEngine};
use crate::vocabulary::{Dialect, Digest, Finding, Hasher, Place, Severity};
use std::sync::Arc;

use super::Parsed;
use super::dates::Dates;
use super::headline::Headline;
use super::post_parser::PostParser;

impl<'a> PostParser<'a> {
    pub(super) fn post(mut self, guessed_encoding: bool) -> Result<Parsed, Finding> {
        let location = self.location;
        let rules = self.settings.conventions.rules();
        if rules.dialect == Some(Dialect::Jekyll) && !location.in_posts && !rules.posts_are_anywhere {
            return Ok(Parsed::NotAPost(self.outside_of_posts()));
        }
        let in_name = dated_name::of(self.file.path, &location, self.dialect, self.settings.time_zone);
        if rules.dialect == Some(Dialect::Jekyll) && in_name.is_none() {
            return Ok(Parsed::NotAPost(Some(self.misnamed())));
        }
        let bare_name = self.bare_name(in_name);
        let Headline {
            title,
            body,
            body_line,
        } = self.headline(bare_name);
        self.warn_title_of_parts(title.as_deref());
        if title.is_none() && body.trim().is_empty() {
            return Ok(Parsed::NotAPost(Some(self.nothing_to_show())));
        }
        let dates = self.dates(in_name.map(|named| named.date))?;
        let Some(Dates {
            own: dates,
            updated,
            is_files_own,
        }) = dates
        else {
            return Ok(Parsed::NotAPost(Some(self.undated())));
        };
        if guessed_encoding {
            self.warn_guessed_encoding();
        }
        let visibility = self.visibility(dates);
        let section = location.section().map(Into::into);
        let categories = self.categories();
        let bylines = self.bylines();
        let language: Option<Box<str>> = self.language().map(Into::into);
        self.warn_unread_permalink();
        let permalink = PermalinkInput {
            path: self.composed,
            location,
            bare_name,
            dated_name: in_name.is_some(),
            map: self.map,
            title: title.as_deref(),
            categories: &categories,
            author: bylines.first().map(|byline| byline.name.as_ref()),
            language: language.as_deref(),
            date: dates.date,
            dialect: self.dialect,
            settings: self.settings,
        }
        .permalink();
        self.warn_address_elsewhere(&permalink);
        let translation = self.translation(language.as_deref());
        let aliases = field::list(self.map, field::ALIASES);
        let explicit = field::first_text(self.map, field::ID).filter(|id| id::is_uri(id));
        let alias = aliases.first().map(AsRef::as_ref);
        let published = visibility.published;
        let id = id::make(explicit.as_deref(), alias, &permalink, published, self.settings);
        self.warn_malformed_id(explicit.as_deref(), &id);
        let (image, details) = self.details(&permalink);
        Ok(Parsed::Post(Arc::new(Post {
            path: Arc::clone(self.file.path),
            digest: self.identity(
                self.completed.digest,
                is_files_own.then_some(dates.date.timestamp()),
            ),
            content: self.file.digest,
            title: title.unwrap_or_default().into(),
            summary: field::first_text(self.map, field::SUMMARY).map(|text| title::plain(&text).into()),
            published,
            updated,
            public_from: visibility.public_from,
            public_until: visibility.public_until,
            kept_back: visibility.kept_back.map(|(why, _)| why),
            dated_by_file: is_files_own,
            section,
            permalink: permalink.into(),
            id: id.into(),
            has_own_id: explicit.is_some(),
            aliases: aliases.into(),
            bylines: bylines.into(),
            categories: categories.into(),
            tags: self.tags().into(),
            language,
            translation,
            fields: field::asked_for(self.map, &self.settings.fields),
            image: image.map(Box::new),
            references: self.references(body),
            templates: self.templates(),
            details,
            source: Source::of_file(self.text, body, body_line),
            findings: self.findings.into(),
        })))
    }

    /// What it shares with its translations, which are looked for by their paths as they are.
    fn translation(&self, language: Option<&str>) -> Option<Box<str>> {
        let languages = &self.settings.conventions.rules().languages;
        translation::key(
            &Location::of(self.file.path, languages),
            language,
            self.dialect,
            self.map,
        )
    }

    fn warn_guessed_encoding(&mut self) {
        self.warn(
            "encoding",
            None,
            "the file is not UTF-8; it was read as Windows-1252",
            "save it as UTF-8",
        );
    }

    /// Whether and when it is public, with what there is to say about that.
    fn visibility(&mut self, dates: visibility::Dates) -> Visibility {
        let visibility = visibility::decide(visibility::Input {
            map: self.map,
            dialect: self.dialect,
            zone: self.settings.time_zone,
            dates,
            asked_for: &self.settings.fields,
            doubts: &self.completed.doubts,
        });
        for remark in &visibility.remarks {
            let finding = Finding::new(
                self.file.path,
                remark.severity,
                remark.code,
                format!("{} {}", self.named(&remark.key), remark.message),
            );
            let outer = remark.key.split('.').next().unwrap_or(&remark.key);
            let place = self.place(&remark.key).or_else(|| self.place(outer));
            self.findings.push(finding.at(place).help(remark.help.as_str()));
        }
        visibility
    }

    /// The name that an address is made of: without its date, where the generator takes that away.
    fn bare_name(&self, in_name: Option<DatedName<'a>>) -> &'a str {
        let rules = self.settings.conventions.rules();
        match in_name {
            Some(named) if self.dialect.is_some_and(Dialect::dates_in_names) || rules.slug_after_date => {
                named.bare
            }
            _ => self.location.name,
        }
    }

    /// The digest of path and bytes, of what is handed down to it, and of the file's time where that is
    /// the post's date.
    fn identity(&self, handed_down: Option<Digest>, modified: Option<i64>) -> Digest {
        let mut hasher = Hasher::new("post");
        hasher.text(self.file.path);
        hasher.digest(self.file.digest);
        if let Some(handed_down) = handed_down {
            hasher.digest(handed_down);
        }
        if let Some(modified) = modified {
            hasher.number(modified);
        }
        hasher.finish()
    }

    /// What carries out the post's templates, by its own account.
    fn templates(&self) -> Option<TemplateEngine> {
        let own = |key| self.map.get(key).and_then(field::text);
        match self.dialect {
            Some(Dialect::Eleventy) => {
                own("templateEngineOverride").map(|name| TemplateEngine::of_eleventy(&name))
            }
            Some(Dialect::Jekyll) => own("render_with_liquid")
                .filter(|value| value == "false")
                .map(|_| TemplateEngine::None),
            _ => None,
        }
    }

    /// What the text refers to; what a comment in it does is nobody's business.
    fn references(&self, body: &str) -> Box<[Reference]> {
        let is_html = markup(self.file.path) == Some(Markup::Html);
        let syntax = Syntax::of(self.settings.conventions.rules(), is_html, self.templates());
        reference::find(self.file.path, &source_comments::strip(body, syntax).text)
    }

    fn warn_unread_permalink(&mut self) {
        let rules = self.settings.conventions.rules();
        if address::is_unread(self.map, self.dialect, rules) {
            self.warn(
                "unread-permalink",
                self.place("permalink"),
                "its permalink is a template that can't be read, so its link is where the generator puts a post without one",
                "write the address itself: permalink: /blog/a-story/",
            );
        }
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
        for (key, fault) in found.faults {
            match fault {
                AddressFault::Mended(written, read) => self.warn(
                    "mended-address",
                    self.place(key),
                    &format!("the address “{written}” was read as “{read}”"),
                    "write it so",
                ),
                AddressFault::Dropped(written) => self.warn(
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

    /// A page without a date is perhaps a post whose date was forgotten.
    fn undated(&self) -> Finding {
        Finding::new(
            self.file.path,
            Severity::Note,
            "no-date",
            "it has no date, so it is a page and stands in no feed",
        )
        .at(Some(Place::line(self.split.front_line)))
        .help("if it is a post, add a line such as “date: 2024-05-31 14:00”")
    }

    fn nothing_to_show(&mut self) -> Finding {
        // Then there would be something, were it not for that.
        if let Some(finding) = self.findings.pop_if(|finding| finding.code == "bad-title") {
            return finding;
        }
        Finding::new(
            self.file.path,
            Severity::Note,
            "nothing-to-show",
            "it has neither a title nor a text, so it stands in no feed",
        )
        .at(Some(Place::line(self.split.front_line)))
        .help("if it is a post, add a line such as “title: A headline”")
    }

    /// A dated page of a Jekyll site is no post unless it lies in `_posts`.
    fn outside_of_posts(&self) -> Option<Finding> {
        let in_name = dated_name::of(
            self.file.path,
            &self.location,
            self.dialect,
            self.settings.time_zone,
        );
        (self.map.get("date").is_some() || in_name.is_some()).then(|| {
            Finding::new(
                self.file.path,
                Severity::Note,
                "not-a-post",
                "it has a date and lies in no folder “_posts”, so for Jekyll it is a page, and stands in no feed",
            )
            .help("if it is a post, move it to “_posts”, as 2024-05-31-a-story.md")
        })
    }

    /// In `_posts` Jekyll reads nothing without a date in its name, whatever its front matter says.
    fn misnamed(&self) -> Finding {
        Finding::new(
            self.file.path,
            Severity::Warning,
            "undated-name",
            "its name has no date at the start, so Jekyll makes no post of it, and it stands in no feed",
        )
        .help("name it as 2024-05-31-a-story.md")
    }
}
