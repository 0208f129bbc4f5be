//! Keys and values of front matter, as far as visibility depends on them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::content::fields::field;
use crate::content::file::front_matter::Value;
use crate::vocabulary::{Dialect, date};

/// Whether nobody but the site's own scripts and templates decides what its feeds have, so that every
/// mark could count.
pub(super) fn site_decides(dialect: Option<Dialect>) -> bool {
    matches!(dialect, Some(Dialect::Eleventy | Dialect::Astro) | None)
}

/// A generator's name for a sentence.
pub(super) fn name(dialect: Option<Dialect>) -> &'static str {
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
pub(super) fn plain(key: &str) -> String {
    key.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a value is a template that the site's generator fills in.
pub(super) fn is_template(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.contains("{{") || text.contains("{%"))
}

/// A value as a moment, if it is a date.
pub(super) fn moment(value: &Value, zone: Tz) -> Option<DateTime<Utc>> {
    match value {
        // A number alone is a year or a count, and no date.
        Value::Text(text) => date::parse(text, zone).map(|date| date.to_utc()),
        Value::Number(number) if number.len() == 8 => date::parse(number, zone).map(|date| date.to_utc()),
        _ => None,
    }
}

/// Whether a value says yes, or no; nothing for a template.
pub(super) fn truth(value: &Value) -> Option<bool> {
    (!is_template(value)).then(|| field::truth(value)).flatten()
}
