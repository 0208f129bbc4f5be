//! When a post is public, and whether at all.

use super::reader::Reader;
use crate::content::date::{self, NoDate};
use crate::content::date_order::DateOrder;
use crate::content::dialect::Dialect;
use crate::content::field;
use crate::content::front_matter::Value;
use crate::finding::{Finding, Severity};

type Date = chrono::DateTime<chrono::FixedOffset>;

/// The moments of a post.
pub(super) struct Dates {
    pub(super) published: Date,
    pub(super) public_from: Date,
    pub(super) public_until: Option<Date>,
    pub(super) updated: Option<Date>,
    /// Whether `published` is when the file was last written.
    pub(super) is_files_own: bool,
}

/// What Eleventy takes for the name of a time that it finds itself, in any case.
const KEYWORDS: [&str; 4] = ["last modified", "created", "git last modified", "git created"];

impl Reader<'_> {
    /// What the front matter, the file's name or its path says; `None` if none of them has a date.
    /// A last change that can't be read is left out: it decides nothing that readers could not do without.
    pub(super) fn dates(&mut self, in_name: Option<Date>) -> Result<Option<Dates>, Finding> {
        let public_from = self.date(field::PUBLISH_DATE)?;
        let keyword = self.keyword();
        let fields = if keyword.is_some() {
            &field::DATE[1..]
        } else {
            field::DATE
        };
        let written = self
            .date(fields)?
            .or(public_from)
            .or_else(|| self.published_as_date())
            .or(in_name)
            .or_else(|| self.date_in_path());
        let (published, is_files_own) = match keyword {
            None => (written, false),
            Some(keyword) => self.in_place_of(&keyword, written),
        };
        let Some(published) = published else {
            return Ok(None);
        };
        Ok(Some(Dates {
            published,
            public_from: public_from.map_or(published, |from| from.max(published)),
            public_until: self.date(field::EXPIRY_DATE)?,
            updated: self.date(field::UPDATED).unwrap_or_else(|fault| {
                self.findings.push(Finding {
                    severity: Severity::Warning,
                    ..fault
                });
                None
            }),
            is_files_own,
        }))
    }

    /// A word in place of the date, with which Eleventy asks the file or git.
    fn keyword(&self) -> Option<String> {
        if !matches!(self.dialect, Some(Dialect::Eleventy) | None) {
            return None;
        }
        let text = self.map.get("date").and_then(field::text)?;
        KEYWORDS
            .iter()
            .any(|known| text.eq_ignore_ascii_case(known))
            .then_some(text)
    }

    /// The date of a post that has a keyword for one: what else the file says, so that every replica
    /// has the same, or else when it was last written.
    fn in_place_of(&mut self, keyword: &str, written: Option<Date>) -> (Option<Date>, bool) {
        let updated = written
            .is_none()
            .then(|| self.date(field::UPDATED).ok().flatten());
        let from_file = self
            .modified
            .map(|modified| modified.with_timezone(&self.settings.time_zone).fixed_offset())
            .filter(date::can_be_written);
        let (date, what, is_files_own) = match (written, updated.flatten(), from_file) {
            (Some(date), _, _) => (date, "the date that the file says elsewhere", false),
            (None, Some(date), _) => (date, "the date of its last change", false),
            (None, None, Some(date)) => (
                date,
                "the time at which the file was last written, which a copy or a checkout changes,",
                true,
            ),
            (None, None, None) => return (None, false),
        };
        self.warn(
            "date-keyword",
            self.place("date"),
            &format!("“{keyword}” is for Eleventy to look up; {what} was taken for the date"),
            "write the date itself, or put it in front of the file's name: 2024-05-31-a-story.md",
        );
        (Some(date), is_files_own)
    }

    /// The date in the first of several fields that is there; a fault if it can't be read.
    fn date(&self, keys: &[&'static str]) -> Result<Option<Date>, Finding> {
        let Some((key, value)) = field::first(self.map, keys) else {
            return Ok(None);
        };
        // Material for MkDocs has a mapping: `date: {created: 2024-05-31}`.
        let value = match value {
            Value::Map(map) => map.get("created").unwrap_or(value),
            value => value,
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
                format!(
                    "can't read {}: “{text}” could be one of several days",
                    self.named(key)
                ),
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

    fn bad_date(&self, key: &str, why: &str) -> Finding {
        Finding::new(
            self.path,
            Severity::Error,
            "bad-date",
            format!("can't read {}: {why}", self.named(key)),
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
    pub(super) fn is_draft(&mut self) -> bool {
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
                        &format!(
                            "{} is neither true nor false, so the post is kept back",
                            self.named(key)
                        ),
                        "write true or false",
                    );
                }
            }
        }
        is_draft
    }
}
