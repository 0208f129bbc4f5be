//! Whether a post is for the public, and from when until when: the one place that decides it, by the rules
//! of the site's generator. docs/visibility.md has the rules as a table.

use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;

use super::field;
use crate::content::conventions::Rules;
use crate::content::file::front_matter::{Map, Value};
use crate::vocabulary::{Dialect, Severity, date};

mod build_options;
pub mod date_fields;
mod keys;
mod misspelt;
#[cfg(test)]
mod tests;
mod theme_keys;
mod themes;

/// What is decided from.
#[derive(Clone, Copy, Debug)]
pub(in crate::content) struct Subject<'a> {
    /// The post's front matter, with what is handed down to it.
    pub(in crate::content) map: &'a Map,
    /// The generator whose rules hold.
    pub(in crate::content) dialect: Option<Dialect>,
    /// The zone of dates that name none.
    pub(in crate::content) zone: Tz,
    /// Its dates.
    pub(in crate::content) dates: Dates,
    /// The fields that the owner's own feeds ask for, in lower case.
    pub(in crate::content) asked_for: &'a [Box<str>],
}

/// The dates of a post that count for its visibility.
#[derive(Clone, Copy, Debug)]
pub(in crate::content) struct Dates {
    /// Its date.
    pub(in crate::content) date: DateTime<FixedOffset>,
    /// From when on it is public, if it says so in a field for that.
    pub(in crate::content) publish: Option<DateTime<FixedOffset>>,
    /// From when on it is no longer public, if it says so.
    pub(in crate::content) expiry: Option<DateTime<FixedOffset>>,
}

/// Why a post is kept back whatever the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptBack {
    /// It is not finished: a draft, or not published.
    Draft,
    /// It is finished, and not for those who don't know its address.
    Hidden,
}

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::content) struct Visibility {
    /// Why it is kept back whatever the moment, and the key that says so.
    pub(in crate::content) kept_back: Option<(KeptBack, &'static str)>,
    /// When it was published, for those who read it.
    pub(in crate::content) published: DateTime<FixedOffset>,
    /// From when on it is public.
    pub(in crate::content) public_from: DateTime<Utc>,
    /// From when on it is no longer public.
    pub(in crate::content) public_until: Option<DateTime<Utc>>,
    /// What there is to tell the editor.
    pub(in crate::content) remarks: Vec<Remark>,
}

/// Something to tell the editor about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::content) struct Remark {
    pub(in crate::content) severity: Severity,
    pub(in crate::content) code: &'static str,
    /// The key as it is written.
    pub(in crate::content) key: String,
    /// The sentence that the key is the subject of.
    pub(in crate::content) message: String,
    pub(in crate::content) help: String,
}

/// Decides whether and when a post is public.
pub(in crate::content) fn decide(subject: Subject<'_>) -> Visibility {
    let Dates {
        date,
        publish,
        expiry,
    } = subject.dates;
    let published = match subject.dialect {
        // Its `publishDate` is the date unless it is given, and the one that its feeds show.
        Some(Dialect::Hugo) => publish.unwrap_or(date),
        _ => date,
    };
    let public_from = publish.map_or(published, |publish| publish.max(published));
    let mut visibility = Visibility {
        kept_back: None,
        published,
        public_from: public_from.to_utc(),
        public_until: expiry.map(|expiry| expiry.to_utc()),
        remarks: Vec::new(),
    };
    keys::read(subject, &mut visibility);
    build_options::read(subject, &mut visibility);
    themes::read(subject, &mut visibility);
    misspelt::read(subject, &mut visibility);
    visibility
}

impl Visibility {
    /// Keeps the post back. A draft is what an editor is told first.
    fn keep_back(&mut self, why: KeptBack, key: &'static str) {
        match self.kept_back {
            None => self.kept_back = Some((why, key)),
            Some((KeptBack::Hidden, _)) if why == KeptBack::Draft => self.kept_back = Some((why, key)),
            Some(_) => {}
        }
    }

    fn warn(&mut self, code: &'static str, key: &str, message: impl Into<String>, help: impl Into<String>) {
        self.remark(Severity::Warning, code, key, message, help);
    }

    fn note(&mut self, code: &'static str, key: &str, message: impl Into<String>, help: impl Into<String>) {
        self.remark(Severity::Note, code, key, message, help);
    }

    fn remark(
        &mut self,
        severity: Severity,
        code: &'static str,
        key: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.remarks.push(Remark {
            severity,
            code,
            key: key.to_owned(),
            message: message.into(),
            help: help.into(),
        });
    }
}

/// Whether nobody but the site's own scripts and templates decides what its feeds have, so that every
/// mark could count.
fn site_decides(dialect: Option<Dialect>) -> bool {
    matches!(dialect, Some(Dialect::Eleventy | Dialect::Astro) | None)
}

/// A generator's name for a sentence.
fn name(dialect: Option<Dialect>) -> &'static str {
    match dialect {
        Some(Dialect::Hugo) => "Hugo",
        Some(Dialect::Jekyll) => "Jekyll",
        Some(Dialect::Zola) => "Zola",
        Some(Dialect::Pelican) => "Pelican",
        Some(Dialect::Eleventy) => "Eleventy",
        Some(Dialect::Astro) => "Astro",
        Some(Dialect::Docusaurus) => "Docusaurus",
        None => "the site's generator",
    }
}

/// A key as far as it matters: `exclude_from_feed`, `excludeFromFeed` and `"Exclude From Feed "` are one.
fn plain(key: &str) -> String {
    key.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a value is a template that the site's generator fills in.
fn is_template(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.contains("{{") || text.contains("{%"))
}

/// A value as a moment, if it is a date.
fn moment(value: &Value, zone: Tz) -> Option<DateTime<Utc>> {
    match value {
        // A number alone is a year or a count, and no date.
        Value::Text(text) => date::parse(text, zone).map(|date| date.to_utc()),
        Value::Number(number) if number.len() == 8 => date::parse(number, zone).map(|date| date.to_utc()),
        _ => None,
    }
}

/// Whether a value says yes, or no; nothing for a template.
fn truth(value: &Value) -> Option<bool> {
    (!is_template(value)).then(|| field::truth(value)).flatten()
}

/// Whether a line of a file that can't be read as a whole keeps the post back.
pub(in crate::content) fn withholds(key: &str, value: &Value, dialect: Option<Dialect>) -> bool {
    let options = field::text(value).is_some_and(|text| build_options::withhold(key, &text, dialect));
    options || keys::withhold(key, value, dialect) || themes::withhold(key, value, dialect)
}

/// Whether a key names the moment from which on a post is no longer public.
pub(in crate::content) fn is_expiry(key: &str, rules: &Rules) -> bool {
    let of_hugo = matches!(rules.dialect, Some(Dialect::Hugo) | None)
        && rules
            .date_fields
            .expiry
            .iter()
            .any(|known| key.eq_ignore_ascii_case(known));
    of_hugo || key.eq_ignore_ascii_case("expiryDate") || site_decides(rules.dialect) && themes::is_until(key)
}
