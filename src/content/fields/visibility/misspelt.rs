//! Keys that are nearly those that decide who sees a post: `drfat`, `publised`, `expiry_date`.

use super::decision::Visibility;
use super::input::Input;
use super::values::{moment, name, plain};
use super::{keys, themes};
use crate::content::fields::field;
use crate::vocabulary::Dialect;

/// Dates that decide, by their names in front matter.
const DATES: [&str; 2] = ["publishDate", "expiryDate"];
/// Those of Hugo, and of sites of which nothing is known.
const MORE_DATES: [&str; 3] = ["pubDate", "published", "unpublishDate"];

pub(super) fn read(subject: Input<'_>, visibility: &mut Visibility) {
    for (written, value) in &subject.map.0 {
        let date = moment(value, subject.zone).is_some();
        let more = matches!(subject.dialect, Some(Dialect::Hugo) | None);
        let dates = DATES.iter().chain(MORE_DATES.iter().filter(|_| more));
        let candidates: Vec<&str> = keys::candidates(subject.dialect, value)
            .filter_map(|(key, says)| says.then_some(key))
            .chain(dates.copied().filter(|_| date))
            .chain((subject.dialect == Some(Dialect::Hugo)).then_some("build"))
            .collect();
        if is_known(written) {
            continue;
        }
        let meant = candidates.iter().find(|key| is_near(written, key));
        if let Some(meant) = meant {
            visibility.warn(
                "misspelt-key",
                written,
                format!(
                    "is nearly “{meant}”, but {} does not know it, so it keeps nothing back",
                    name(subject.dialect)
                ),
                format!("write “{meant}” if that is meant"),
            );
        }
    }
}

/// Whether a key is one that means something else, or was decided on already.
fn is_known(written: &str) -> bool {
    let plain_key = plain(written);
    let is = |key: &str| plain_key == plain(key);
    if DATES.iter().chain(&MORE_DATES).any(|key| is(key)) {
        // The same word, joined in another way, is another key.
        return DATES
            .iter()
            .chain(&MORE_DATES)
            .any(|key| written.eq_ignore_ascii_case(key));
    }
    let others = [
        field::DATE,
        field::UPDATED,
        field::TITLE,
        field::TAGS,
        field::CATEGORIES,
    ];
    keys::is_known(&plain_key)
        || themes::is_known(&plain_key)
        || others.iter().any(|keys| keys.iter().any(|key| is(key)))
        || ["build", "publisher", "drafts", "craft", "stats", "statuses"].contains(&plain_key.as_str())
}

/// Whether two keys differ by one typing error or, in long ones, two.
fn is_near(written: &str, key: &str) -> bool {
    let (written, key) = (plain(written), plain(key));
    let slips = strsim::osa_distance(&written, &key);
    slips <= if key.len() < 9 { 1 } else { 2 }
}
