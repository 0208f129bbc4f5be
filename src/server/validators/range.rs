//! Requests for a part of a document (RFC 9110, section 14). Pure.

use std::ops::Range;

use actix_web::http::header::{self, HeaderMap};

/// The part that a request names, before the document's length is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteRange {
    /// From a byte to the end, or to another byte inclusive.
    From(u64, Option<u64>),
    /// The last so many bytes.
    Last(u64),
}

/// The part that the Range header names; `None` where the whole document is to be sent: without the
/// header, with one that is malformed or counts in another unit (section 14.2), and for several
/// parts at once, which no feed reader asks for and a server need not answer.
pub(crate) fn requested(headers: &HeaderMap) -> Option<ByteRange> {
    let mut lines = headers.get_all(header::RANGE);
    let line = lines.next()?;
    if lines.next().is_some() {
        return None;
    }
    parse(line.as_bytes())
}

fn parse(value: &[u8]) -> Option<ByteRange> {
    let (unit, set) = value.split_at_checked("bytes=".len())?;
    if !unit.eq_ignore_ascii_case(b"bytes=") {
        return None;
    }
    // Members of a list may be empty (section 5.6.1).
    let mut parts = set
        .split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
        .filter(|part| !part.is_empty());
    let part = parts.next()?;
    if parts.next().is_some() {
        return None;
    }
    let dash = part.iter().position(|byte| *byte == b'-')?;
    match (&part[..dash], &part[dash + 1..]) {
        (b"", last) => Some(ByteRange::Last(number(last)?)),
        (first, b"") => Some(ByteRange::From(number(first)?, None)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(ByteRange::From(first, Some(last)))
        }
    }
}

/// A decimal number; one that is too large is after every end.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

impl ByteRange {
    /// The range within a document of that length; `None` if it is outside, which is 416.
    pub(crate) fn within(self, length: usize) -> Option<Range<usize>> {
        let clamp = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let bytes = match self {
            ByteRange::From(first, last) => {
                let end = last.map_or(length, |last| clamp(last).saturating_add(1));
                clamp(first)..end.min(length)
            }
            ByteRange::Last(count) => length.saturating_sub(clamp(count))..length,
        };
        (!bytes.is_empty()).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_range_of_bytes_is_understood_and_anything_else_is_ignored() {
        for (value, expected) in [
            ("bytes=0-499", Some(ByteRange::From(0, Some(499)))),
            ("bytes=500-", Some(ByteRange::From(500, None))),
            ("bytes=-500", Some(ByteRange::Last(500))),
            ("Bytes=0-0", Some(ByteRange::From(0, Some(0)))),
            ("bytes= 0-9 ,", Some(ByteRange::From(0, Some(9)))),
            (
                "bytes=0-99999999999999999999999",
                Some(ByteRange::From(0, Some(u64::MAX))),
            ),
            ("bytes=9-0", None),
            ("bytes=0-0,5-9", None),
            ("bytes=", None),
            ("bytes=-", None),
            ("bytes=a-b", None),
            ("bytes=+1-2", None),
            ("bytes=--1", None),
            ("items=0-1", None),
            ("bytes 0-1", None),
            ("", None),
        ] {
            assert_eq!(parse(value.as_bytes()), expected, "{value}");
        }
    }

    #[test]
    fn a_part_ends_with_the_document_and_one_outside_of_it_is_none() {
        for (part, length, expected) in [
            (ByteRange::From(0, Some(499)), 1000, Some(0..500)),
            (ByteRange::From(500, Some(5000)), 1000, Some(500..1000)),
            (ByteRange::From(999, None), 1000, Some(999..1000)),
            (ByteRange::From(1000, None), 1000, None),
            (ByteRange::From(u64::MAX, Some(u64::MAX)), 1000, None),
            (ByteRange::From(0, None), 0, None),
            (ByteRange::Last(1), 1000, Some(999..1000)),
            (ByteRange::Last(5000), 1000, Some(0..1000)),
            (ByteRange::Last(0), 1000, None),
            (ByteRange::Last(5), 0, None),
        ] {
            assert_eq!(part.within(length), expected, "{part:?} of {length}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_lead_outside_the_document(
            value in prop::collection::vec(any::<u8>(), 0..40),
            tail in "[0-9,-]{0,24}",
            length in 0_usize..2000,
        ) {
            for text in [value, [b"bytes=", tail.as_bytes()].concat()] {
                if let Some(part) = parse(&text).and_then(|part| part.within(length)) {
                    prop_assert!(part.start < part.end && part.end <= length);
                }
            }
        }
    }
}
