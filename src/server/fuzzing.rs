//! Entry points for fuzzers. Each takes any bytes, and asserts what must be true of the result.

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};

use super::clients::address;
use super::validators::conditional::{self, Precondition, Representation};
use super::validators::{http_date, negotiate, range, repr_digest};
use crate::feed::Coding;
use crate::feed::document::etag;
use crate::vocabulary::Digest;

/// One header from each line of the bytes, with these names in turn.
fn headers(bytes: &[u8], names: &[header::HeaderName]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (line, name) in bytes.split(|byte| *byte == b'\n').zip(names.iter().cycle()) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name.clone(), value);
        }
    }
    headers
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}

/// Conditional requests: If-None-Match, If-Modified-Since, If-Match, If-Unmodified-Since, If-Range.
///
/// # Panics
/// When what must be true is not.
pub fn conditional(bytes: &[u8]) {
    let names = [
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::IF_MATCH,
        header::IF_UNMODIFIED_SINCE,
        header::IF_RANGE,
        header::FORWARDED,
    ];
    let headers = headers(bytes, &names);
    let present = Representation {
        digest: Digest::of(b"present"),
        coding: Coding::Gzip,
        last_modified: Some(now() - TimeDelta::hours(1)),
    };
    let verdict = conditional::evaluate(&headers, &present, now());
    let tag = etag(present.digest, present.coding);
    // A 304 by tag says that the client has the present digest.
    if let (Some(tags), Precondition::NotModified(_)) = (headers.get(header::IF_NONE_MATCH), verdict) {
        let has = |needle: &[u8]| {
            headers.get_all(header::IF_NONE_MATCH).any(|line| {
                line.as_bytes()
                    .windows(needle.len())
                    .any(|window| window == needle)
            })
        };
        assert!(has(&present.digest.hex()) || has(b"*"), "{tags:?}");
    }
    if conditional::range_counts(&headers, &present, now())
        && let Some(value) = headers.get(header::IF_RANGE)
    {
        let date = http_date::parse(value.as_bytes(), now());
        assert!(value.as_bytes() == tag.as_bytes() || date == present.last_modified);
    }
    address::address(None, &headers, &[]);
}

/// Ranges, and requests for a digest.
///
/// # Panics
/// When what must be true is not.
pub fn range(bytes: &[u8]) {
    let (length, bytes) = bytes.split_at_checked(2).unwrap_or((&[], bytes));
    let length = length
        .iter()
        .fold(0, |length, byte| length * 256 + usize::from(*byte));
    let headers = headers(bytes, &[header::RANGE]);
    if let Some(part) = range::requested(&headers).and_then(|part| part.within(length)) {
        assert!(part.start < part.end && part.end <= length);
    }
    repr_digest::is_wanted(&headers);
}

/// Accept-Encoding.
///
/// # Panics
/// When what must be true is not.
pub fn negotiation(bytes: &[u8]) {
    let chosen = negotiate::coding(bytes.split(|byte| *byte == b'\n'));
    let text = bytes.to_ascii_lowercase();
    let names = |needle: &[u8]| text.windows(needle.len()).any(|window| window == needle);
    match chosen {
        // Never unasked.
        Some(Coding::Brotli) => assert!(names(b"br")),
        Some(Coding::Zstd) => assert!(names(b"zstd")),
        Some(Coding::Gzip) => assert!(names(b"gzip") || names(b"*")),
        Some(Coding::Identity) => {}
        // Identity is refused by a weight alone.
        None => assert!(names(b"q")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_fuzzing_has_come_by_holds() {
        for (name, target) in [
            ("conditional", conditional as fn(&[u8])),
            ("range", range),
            ("negotiation", negotiation),
        ] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("fuzz/corpus")
                .join(name);
            let files: Vec<_> = folder.read_dir().unwrap().map(Result::unwrap).collect();
            assert!(files.len() > 10, "{name}");
            for file in files {
                target(&std::fs::read(file.path()).unwrap());
            }
        }
    }
}
