//! What a document says of its feed's history: how much of it the document holds, where the rest is
//! (RFC 5005), and what has left it (RFC 6721).
//!
//! The crates that write RSS and Atom know nothing of it, so it is put into the finished document, in
//! front of the first entry.

use std::cmp::Ordering;
use std::fmt::Write;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};

use super::model::Feed;
use crate::vocabulary::{Format, Hasher};

/// The namespace of feed history (RFC 5005, section 1.2).
const HISTORY: &str = "http://purl.org/syndication/history/1.0";
/// A post with more bytes of source text than this stands in every feed as its summary.
pub const MOST_SOURCE_BYTES: usize = 1 << 20;
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

/// How much of its feed a document holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it (RFC 5005, section 2).
    Whole,
    /// The newest part, which readers poll.
    #[default]
    Newest,
    /// A page of its archive (RFC 5005, section 4): the newest part is at one of these addresses, one for
    /// each format.
    Page(Vec<(Format, String)>),
}

/// What there is to tell of a feed besides its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// How much of it the document holds.
    pub extent: Extent,
    /// Where the page is with which it goes on into the past, for each format.
    pub previous: Vec<(Format, String)>,
    /// What has left it lately, newest first.
    pub tombstones: Vec<Tombstone>,
}

impl History {
    /// When something last left it.
    pub fn updated(&self) -> Option<DateTime<Utc>> {
        self.tombstones.first().map(|tombstone| tombstone.when)
    }

    /// Where the page is with which it goes on into the past.
    pub fn previous(&self, format: Format) -> Option<&str> {
        of_format(&self.previous, format)
    }

    /// Where the newest part is, if this is an older one.
    pub fn current(&self, format: Format) -> Option<&str> {
        match &self.extent {
            Extent::Page(current) => of_format(current, format),
            Extent::Whole | Extent::Newest => None,
        }
    }

    /// Adds everything that a document shows of it.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        // Destructured, so that a new field can't be forgotten here.
        let History {
            extent,
            previous,
            tombstones,
        } = self;
        let addresses = |hasher: &mut Hasher, addresses: &[(Format, String)]| {
            hasher.list(addresses.iter(), |hasher, (format, url)| {
                hasher.text(format.name());
                hasher.text(url);
            });
        };
        match extent {
            Extent::Whole => hasher.text("whole"),
            Extent::Newest => hasher.text("newest"),
            Extent::Page(current) => {
                hasher.text("page");
                addresses(hasher, current);
            }
        }
        addresses(hasher, previous);
        hasher.list(tombstones.iter(), |hasher, Tombstone { when, id }| {
            hasher.number(when.timestamp());
            hasher.text(id);
        });
    }
}

fn of_format(addresses: &[(Format, String)], format: Format) -> Option<&str> {
    addresses
        .iter()
        .find(|(own, _)| *own == format)
        .map(|(_, url)| url.as_str())
}

/// Adds a feed's history to a document of it. Markup in titles and texts is escaped, so the first tag
/// of an entry is one.
pub fn mark(document: Vec<u8>, feed: &Feed, format: Format) -> Vec<u8> {
    let history = &feed.history;
    let (marks, places) = match format {
        Format::Atom => {
            let links = links("link", history, format);
            let marks = extent(history) + &links + &tombstones(history);
            (marks, ["<entry>", "</feed>"])
        }
        Format::Rss => {
            let links = links(
                "atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\"",
                history,
                format,
            );
            (extent(history) + &links, ["<item>", "</channel>"])
        }
        Format::Json => {
            let next = history.previous(format).map_or_else(String::new, |url| {
                // JSON Feed 1.1, “next_url”. Quotes in texts are escaped, so the first of these is the key.
                format!("\"next_url\":{},", serde_json::Value::from(url))
            });
            (next, ["\"items\":[", "\"items\": ["])
        }
    };
    let place = places.iter().find_map(|place| find(&document, place.as_bytes()));
    let Some(place) = place.filter(|_| !marks.is_empty()) else {
        return document;
    };
    let (before, after) = document.split_at(place);
    [before, marks.as_bytes(), after].concat()
}

fn extent(history: &History) -> String {
    match history.extent {
        Extent::Whole => format!("<fh:complete xmlns:fh=\"{HISTORY}\"/>"),
        Extent::Newest => String::new(),
        Extent::Page(_) => format!("<fh:archive xmlns:fh=\"{HISTORY}\"/>"),
    }
}

fn links(element: &str, history: &History, format: Format) -> String {
    let links = [
        ("current", history.current(format)),
        ("prev-archive", history.previous(format)),
    ];
    let mut marks = String::new();
    for (rel, url) in links {
        if let Some(url) = url {
            // Writing to a string can't fail.
            let _ = write!(
                marks,
                "<{element} rel=\"{rel}\" type=\"{}\" href=\"{}\"/>",
                format.media_type(),
                escape(url)
            );
        }
    }
    marks
}

fn tombstones(history: &History) -> String {
    let mut marks = String::new();
    for tombstone in &history.tombstones {
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
