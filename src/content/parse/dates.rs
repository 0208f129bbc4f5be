//! The dates of a post.

use super::post_parser::PostParser;
use crate::content::fields::field;
use crate::content::fields::visibility::{self, date_fields};
use crate::content::file::front_matter::Value;
use crate::vocabulary::{
    DateOrder, Dialect, Finding, Severity,
    date::{self, NoDate},
};

type Date = chrono::DateTime<chrono::FixedOffset>;

/// The moments of a post.
pub(super) struct Dates {
    /// Those that say when it is public.
    pub(super) own: visibility::Dates,
    /// Its last change.
    pub(super) updated: Option<Date>,
    /// Whether `published` is when the file was last written.
    pub(super) is_files_own: bool,
}

/// What Eleventy takes for the name of a time that it finds itself, in any case.
const KEYWORDS: [&str; 4] = ["last modified", "created", "git last modified", "git created"];

impl PostParser<'_> {
    /// What the front matter, the file's name or its path says; `None` if none of them has a date.
    pub(super) fn dates(&mut self, in_name: Option<Date>) -> Result<Option<Dates>, Finding> {
        if self.dialect == Some(Dialect::Hugo) {
            return self.hugo_dates(in_name);
        }
        let publish = self.date(field::PUBLISH_DATE)?;
        let keyword = self.keyword();
        let fields = if keyword.is_some() {
            &field::DATE[1..]
        } else {
            field::DATE
        };
        let written = self
            .date(fields)?
            .or(publish)
            .or_else(|| self.published_as_date())
            .or(in_name)
            .or_else(|| self.date_in_path());
        let (date, is_files_own) = match keyword {
            None => (written, false),
            Some(keyword) => self.in_place_of(&keyword, written),
        };
        let Some(date) = date else {
            return Ok(None);
        };
        Ok(Some(Dates {
            own: visibility::Dates {
                date,
                publish,
                expiry: self.date(field::EXPIRY_DATE)?,
            },
            updated: self.updated(),
            is_files_own,
        }))
    }

    /// A last change that can't be read is left out: it decides nothing that readers could not do without.
    fn updated(&mut self) -> Option<Date> {
        self.date(field::UPDATED).unwrap_or_else(|fault| {
            self.findings.push(Finding {
                severity: Severity::Warning,
                ..fault
            });
            None
        })
    }

    /// The dates by Hugo's rules, of the fields that the site's configuration names. What Hugo knows no
    /// date of may still have one for others.
    fn hugo_dates(&mut self, in_name: Option<Date>) -> Result<Option<Dates>, Finding> {
        let fields = &self.settings.conventions.rules().date_fields;
        let date = match self.hugo_date(&fields.date, in_name, None)? {
            Some(date) => Some(date),
            None => self
                .date(field::DATE)?
                .or(in_name)
                .or_else(|| self.date_in_path()),
        };
        let publish = self.hugo_date(&fields.publish, in_name, date)?;
        let Some(date) = date.or(publish) else {
            return Ok(None);
        };
        let changes = fields.modified.iter();
        let changes: Vec<String> = changes
            .filter(|name| {
                !fields.date.contains(name) || name.as_str() == "lastmod" || name.as_str() == "modified"
            })
            .cloned()
            .collect();
        Ok(Some(Dates {
            own: visibility::Dates {
                date,
                publish,
                expiry: self.hugo_date(&fields.expiry, in_name, None)?,
            },
            updated: match self.hugo_date(&changes, None, None) {
                Ok(Some(updated)) => Some(updated),
                _ => self.updated(),
            },
            is_files_own: false,
        }))
    }

    /// The date in the first of some fields that has one; `known` is the date itself, once it is known, for
    /// posts that have no field of that name.
    fn hugo_date(
        &self,
        names: &[String],
        in_name: Option<Date>,
        known: Option<Date>,
    ) -> Result<Option<Date>, Finding> {
        for name in names {
            let found = match (name.as_str(), self.map.get(name)) {
                (date_fields::FILE_NAME, _) => in_name,
                ("date", None) => known,
                (_, None) => None,
                (_, Some(Value::Bool(_))) if date_fields::is_lenient(name) => None,
                (_, Some(value)) => match self.read_date(name, value) {
                    Err(_) if date_fields::is_lenient(name) => None,
                    read => read?,
                },
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// A word in place of the date, with which Eleventy asks the file or git, and Pelican's settings the file.
    fn keyword(&self) -> Option<String> {
        if self.dialect == Some(Dialect::Pelican) {
            let is_handed_down = self.completed.origins.iter().any(|(key, _)| key == "date");
            let text = self.map.get("date").and_then(field::text);
            return text.filter(|text| text == "fs" && is_handed_down);
        }
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
            .file
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
            &format!("“{keyword}” is for the site's generator to look up; {what} was taken for the date"),
            "write the date itself, or put it in front of the file's name: 2024-05-31-a-story.md",
        );
        (Some(date), is_files_own)
    }

    /// The date in the first of several fields that is there; a fault if it can't be read.
    fn date(&self, keys: &[&'static str]) -> Result<Option<Date>, Finding> {
        match field::first(self.map, keys) {
            Some((key, value)) => self.read_date(key, value),
            None => Ok(None),
        }
    }

    /// The date in a field; a fault if it can't be read.
    fn read_date(&self, key: &str, value: &Value) -> Result<Option<Date>, Finding> {
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
                self.file.path,
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
            .chain([self.location.folders, self.file.path])
            .find_map(|path| date::from_path(path, self.settings.time_zone))
    }

    fn bad_date(&self, key: &str, why: &str) -> Finding {
        Finding::new(
            self.file.path,
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
}
