//! Whether a post is for the public, and from when until when: the one place that decides it, by the rules
//! of the site's generator. docs/visibility.md has the rules as a table.

use values::site_decides;

use super::field;
use crate::content::conventions::Rules;
use crate::content::file::front_matter::Value;
use crate::content::post::KeptBack;
use crate::vocabulary::Dialect;

mod build_options;
pub mod date_fields;
mod decision;
mod input;
mod keys;
mod misspelt;
#[cfg(test)]
mod tests;
mod theme_keys;
mod themes;
mod values;

pub(in crate::content) use decision::Visibility;
pub(in crate::content) use input::{Dates, Input};

/// Decides whether and when a post is public.
pub(in crate::content) fn decide(subject: Input<'_>) -> Visibility {
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
    for key in subject.doubts {
        visibility.keep_back(KeptBack::Hidden, "doubt");
        visibility.warn(
            "kept-back",
            key,
            "is made by the site's program and may keep posts back, so the post is kept back",
            "write the value itself where it is handed down, or in the post",
        );
    }
    visibility
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
