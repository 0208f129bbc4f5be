//! Conditional requests (RFC 9110, section 13). Pure.

use actix_web::http::header::{self, HeaderMap, HeaderName};
use chrono::{DateTime, TimeDelta, Utc};

use super::http_date;
use crate::feed::Coding;
use crate::feed::document::etag;
use crate::vocabulary::Digest;

/// While the last change is younger than this, If-Modified-Since does not show whether the client has seen it: dates
/// are in whole seconds.
const TOO_YOUNG: TimeDelta = TimeDelta::seconds(2);

/// What a GET or HEAD without conditions would be answered with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Representation {
    /// The document's digest.
    pub(crate) digest: Digest,
    /// The negotiated coding.
    pub(crate) coding: Coding,
    /// When the digest was first seen, if that is known; may be ahead of the clock.
    pub(crate) last_modified: Option<DateTime<Utc>>,
}

/// How the preconditions of a request turn out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// They hold: the document is sent.
    Holds,
    /// 304, with the tag of this coding, which the client named.
    NotModified(Coding),
    /// 412.
    Failed,
}

/// Evaluates the preconditions of a GET or HEAD in the order of RFC 9110, section 13.2.2.
pub(crate) fn evaluate(headers: &HeaderMap, present: &Representation, now: DateTime<Utc>) -> Precondition {
    if headers.contains_key(header::IF_MATCH) {
        if !tags(headers, header::IF_MATCH).any(|tag| tag.is_exactly(present)) {
            return Precondition::Failed;
        }
    } else if let Some(date) = date(headers, header::IF_UNMODIFIED_SINCE, now)
        && whole_seconds(present).is_some_and(|changed| changed > date)
    {
        return Precondition::Failed;
    }
    if headers.contains_key(header::IF_NONE_MATCH) {
        // If-Modified-Since is then ignored (section 13.1.3).
        return match matched_coding(headers, present) {
            Some(coding) => Precondition::NotModified(coding),
            None => Precondition::Holds,
        };
    }
    match date(headers, header::IF_MODIFIED_SINCE, now) {
        Some(date) if is_unmodified(present, date, now) => Precondition::NotModified(present.coding),
        _ => Precondition::Holds,
    }
}

/// Whether the Range header applies: without If-Range it does; with it only if that names exactly what would be sent
/// (RFC 9110, section 13.1.5), by its strong tag, or by a date old enough to be as strong (section 8.8.2.2).
pub(crate) fn range_counts(headers: &HeaderMap, present: &Representation, now: DateTime<Utc>) -> bool {
    let mut lines = headers.get_all(header::IF_RANGE);
    let Some(line) = lines.next() else {
        return true;
    };
    if lines.next().is_some() {
        return false;
    }
    if line.as_bytes() == etag(present.digest, present.coding).as_bytes() {
        return true;
    }
    let is_settled = present
        .last_modified
        .is_some_and(|changed| now - changed >= TOO_YOUNG);
    is_settled && http_date::parse(line.as_bytes(), now) == whole_seconds(present)
}

/// The moment of Last-Modified: never in the future (section 8.8.2.1).
pub(crate) fn shown_last_modified(last_modified: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    last_modified.min(now)
}

/// Whether a document is unchanged since a date, which the client may have made up (section 13.1.3).
fn is_unmodified(present: &Representation, date: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    match present.last_modified {
        // A date in the future would hide what changes until then.
        _ if date > now => false,
        Some(changed) if now - changed < TOO_YOUNG => false,
        _ => whole_seconds(present).is_some_and(|changed| changed <= date),
    }
}

/// Last-Modified in whole seconds.
fn whole_seconds(present: &Representation) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(present.last_modified?.timestamp(), 0)
}

/// The date of a header. It is ignored, `None`, if it is absent, repeated or invalid.
fn date(headers: &HeaderMap, name: HeaderName, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut lines = headers.get_all(name);
    let line = lines.next()?;
    if lines.next().is_some() {
        return None;
    }
    http_date::parse(line.as_bytes(), now)
}

/// Which coding's tag of the present digest If-None-Match names, compared weakly (section 13.1.2).
/// Where it names several, the one that would be sent now is preferred.
fn matched_coding(headers: &HeaderMap, present: &Representation) -> Option<Coding> {
    let mut first = None;
    for tag in tags(headers, header::IF_NONE_MATCH) {
        let Some(coding) = tag.names(present) else {
            continue;
        };
        if coding == present.coding {
            return Some(coding);
        }
        first = first.or(Some(coding));
    }
    first
}

/// A member of a list of entity tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag<'a> {
    /// `*`: whatever there is.
    Any,
    /// A tag, without its quotes.
    Opaque {
        text: &'a [u8],
        /// As section 8.8.3 has it: in quotes, and not weak.
        strong: bool,
    },
}

impl Tag<'_> {
    /// The coding whose tag this is. Weak tags, tags without quotes, and tags to which a proxy has appended its coding
    /// (`-gzip`, `;gzip`, `--gzip` …) count, too: the digest in them comes from this server.
    fn names(self, present: &Representation) -> Option<Coding> {
        let Tag::Opaque { text, .. } = self else {
            return Some(present.coding);
        };
        Coding::ALL.into_iter().find(|coding| {
            text.strip_prefix(coding.tag_prefix().as_bytes())
                .and_then(|rest| rest.strip_prefix(&present.digest.hex()[..]))
                .is_some_and(|rest| rest.first().is_none_or(|next| !next.is_ascii_alphanumeric()))
        })
    }

    /// Whether this is the strong tag of what would be sent, byte for byte (section 8.8.3.2).
    fn is_exactly(self, present: &Representation) -> bool {
        match self {
            Tag::Any => true,
            Tag::Opaque { text, strong } => {
                strong
                    && text.strip_prefix(present.coding.tag_prefix().as_bytes())
                        == Some(&present.digest.hex()[..])
            }
        }
    }
}

/// The entity tags of all lines of a header.
fn tags(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = Tag<'_>> {
    headers.get_all(name).flat_map(|line| Tags {
        rest: line.as_bytes(),
    })
}

/// Parses a list of entity tags, and of a malformed one what it can.
struct Tags<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        let start = self
            .rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b','))?;
        let member = &self.rest[start..];
        let (weak, member) = match member {
            [b'W' | b'w', b'/', member @ ..] => (true, member),
            _ => (false, member),
        };
        let (text, quoted, rest) = match member.strip_prefix(b"\"") {
            // A comma may stand within the quotes.
            Some(inner) => match inner.iter().position(|byte| *byte == b'"') {
                Some(end) => (&inner[..end], true, &inner[end + 1..]),
                None => (inner, false, &[][..]),
            },
            None => (&[][..], false, member),
        };
        // The rest before the next comma: nothing, what a proxy appended to the closing quote, or a tag without
        // quotes.
        let end = rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len());
        let loose = rest[..end].trim_ascii();
        self.rest = &rest[end..];
        Some(match (quoted, loose) {
            (false, b"*") if !weak => Tag::Any,
            (true, _) => Tag::Opaque {
                text,
                strong: !weak && loose.is_empty(),
            },
            (false, _) => Tag::Opaque {
                text: if text.is_empty() { loose } else { text },
                strong: false,
            },
        })
    }
}

#[cfg(test)]
mod tests;
