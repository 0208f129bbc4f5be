//! The marks of a feed's history in its documents (RFC 5005, RFC 6721).
//!
//! The crates that write RSS and Atom know nothing of it, so it is put into the finished document, in
//! front of the first entry.

use std::fmt::Write;

use chrono::SecondsFormat;

use super::history::{DocumentRole, History};
use super::model::Feed;
use crate::vocabulary::Format;

/// The namespace of feed history (RFC 5005, section 1.2).
const HISTORY: &str = "http://purl.org/syndication/history/1.0";
/// The namespace of tombstones (RFC 6721, section 2).
const DELETED: &str = "http://purl.org/atompub/tombstones/1.0";

/// Adds a feed's history to a document of it. Markup in titles and texts is escaped, so the first tag
/// of an entry is one.
pub(super) fn mark(document: Vec<u8>, feed: &Feed, format: Format) -> Vec<u8> {
    let history = &feed.history;
    let (marks, places) = match format {
        Format::Atom => {
            let links = links("link", history, format);
            let marks = role(history) + &links + &tombstones(history);
            (marks, ["<entry>", "</feed>"])
        }
        Format::Rss => {
            let links = links(
                "atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\"",
                history,
                format,
            );
            (role(history) + &links, ["<item>", "</channel>"])
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

fn role(history: &History) -> String {
    match history.role {
        DocumentRole::Complete => format!("<fh:complete xmlns:fh=\"{HISTORY}\"/>"),
        DocumentRole::Subscription => String::new(),
        DocumentRole::Archive(_) => format!("<fh:archive xmlns:fh=\"{HISTORY}\"/>"),
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
