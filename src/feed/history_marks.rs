//! The marks of a feed's history in XML documents (RFC 5005, RFC 6721).
//!
//! They are put into the finished document before its first entry. The crate for Atom would write extensions
//! behind the entries, where the W3C's validator and readers that stream do not look for them.

use chrono::SecondsFormat;

use super::element::{ATOM, HISTORY, Namespace, TOMBSTONES};
use super::history::{DocumentRole, History};
use super::text::escape_attribute;
use crate::vocabulary::Format;

/// Adds a feed's history to an RSS or Atom document of it.
pub(super) fn insert(mut document: Vec<u8>, history: &History, format: Format) -> Vec<u8> {
    let marks = marks(history, format);
    // Markup in titles and texts is escaped, so the first of these is a tag.
    let places = match format {
        Format::Rss => ["<item>", "</channel>"],
        _ => ["<entry>", "</feed>"],
    };
    let place = places.iter().find_map(|place| find(&document, place.as_bytes()));
    let place = place.unwrap_or(document.len());
    document.splice(place..place, marks.into_bytes());
    document
}

fn marks(history: &History, format: Format) -> String {
    let mut marks = match history.role {
        DocumentRole::Complete => element(Some(HISTORY), "complete", &[]),
        DocumentRole::Subscription => String::new(),
        DocumentRole::Archive(_) => element(Some(HISTORY), "archive", &[]),
    };
    // In Atom its own namespace needs no prefix.
    let namespace = (format == Format::Rss).then_some(ATOM);
    let links = [
        ("current", history.current(format)),
        ("prev-archive", history.previous(format)),
    ];
    for (rel, url) in links {
        if let Some(url) = url {
            let attributes = [("rel", rel), ("type", format.media_type()), ("href", url)];
            marks += &element(namespace, "link", &attributes);
        }
    }
    if format == Format::Atom {
        for tombstone in &history.tombstones {
            let when = tombstone.when.to_rfc3339_opts(SecondsFormat::Secs, true);
            let attributes = [("ref", &*tombstone.id), ("when", &when)];
            marks += &element(Some(TOMBSTONES), "deleted-entry", &attributes);
        }
    }
    marks
}

/// An empty element that declares its own namespace.
fn element(namespace: Option<Namespace>, name: &str, attributes: &[(&str, &str)]) -> String {
    let mut element = match namespace {
        Some(Namespace { prefix, uri }) => format!("<{prefix}:{name} xmlns:{prefix}=\"{uri}\""),
        None => format!("<{name}"),
    };
    for (name, value) in attributes {
        element += &[" ", name, "=\"", &escape_attribute(value), "\""].concat();
    }
    element + "/>"
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
