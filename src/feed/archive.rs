//! What a document says of its feed's history: what has left it (RFC 6721).
//!
//! The crates that write RSS and Atom know nothing of it, so it is put into the finished document, in
//! front of the first entry.

use std::cmp::Ordering;
use std::fmt::Write;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};

use super::format::Format;
use super::model::Feed;
use crate::digest::Hasher;

/// The namespace of tombstones (RFC 6721, section 2).
const DELETED: &str = "http://purl.org/atompub/tombstones/1.0";

/// A post that has left the site: its id, and when. Newest first, ties by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// When it left.
    pub when: DateTime<Utc>,
    /// The id that readers know it by.
    pub id: Arc<str>,
}

impl Ord for Tombstone {
    fn cmp(&self, other: &Self) -> Ordering {
        other.when.cmp(&self.when).then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Tombstone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What there is to tell of a feed besides its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// What has left it lately, newest first.
    pub tombstones: Vec<Tombstone>,
}

impl History {
    /// When something last left it.
    pub fn updated(&self) -> Option<DateTime<Utc>> {
        self.tombstones.first().map(|tombstone| tombstone.when)
    }

    /// Adds everything that a document shows of it.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        // Destructured, so that a new field can't be forgotten here.
        let History { tombstones } = self;
        hasher.list(tombstones.iter(), |hasher, Tombstone { when, id }| {
            hasher.number(when.timestamp());
            hasher.text(id);
        });
    }
}

/// Adds a feed's history to a document of it. Markup in titles and texts is escaped, so the first tag
/// of an entry is one.
pub fn mark(document: Vec<u8>, feed: &Feed, format: Format) -> Vec<u8> {
    let (marks, places) = match format {
        Format::Atom => (atom(feed), ["<entry>", "</feed>"]),
        Format::Rss | Format::Json => return document,
    };
    if marks.is_empty() {
        return document;
    }
    let place = places.iter().find_map(|place| find(&document, place.as_bytes()));
    let Some(place) = place else {
        return document;
    };
    let (before, after) = document.split_at(place);
    [before, marks.as_bytes(), after].concat()
}

fn atom(feed: &Feed) -> String {
    let mut marks = String::new();
    for tombstone in &feed.history.tombstones {
        // Writing to a string can't fail.
        let _ = write!(
            marks,
            "<at:deleted-entry xmlns:at=\"{DELETED}\" ref=\"{}\" when=\"{}\"/>",
            escape(&tombstone.id),
            tombstone.when.to_rfc3339_opts(SecondsFormat::Secs, true)
        );
    }
    marks
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// A text as it stands in an attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            c => escaped.push(c),
        }
    }
    escaped
}
