//! Keys that earlier versions had: they are left out with a warning, so that an upgrade stops no service.

use toml::de::{DeTable, DeValue};

use super::error::{Location, Problems};
use crate::vocabulary::Complaint;

/// A key that is no more: its table, its name, and why.
const RETIRED: [(&str, &str, &str); 1] = [(
    "http",
    "deltas",
    "deltas (RFC 3229) are no longer made: every client is sent the whole feed, or 304",
)];

/// Takes retired keys out of the file, and notes each.
pub(super) fn strike(document: &mut DeTable<'_>, problems: &mut Problems<'_>) {
    for (table, key, why) in RETIRED {
        let Some(DeValue::Table(table)) = document.get_mut(table).map(toml::Spanned::get_mut) else {
            continue;
        };
        if let Some((key, _)) = table.remove_entry(key) {
            let complaint = Complaint::new(why, "take the line out: it has no effect");
            problems.warn(&Location::Span(key.span()), complaint);
        }
    }
}
