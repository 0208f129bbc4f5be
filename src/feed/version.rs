//! The version of everything that shapes a document's bytes. It is part of every document's
//! digest: a program that would write other bytes gives other validators.

use std::sync::OnceLock;

use crate::vocabulary::{Digest, Format, Hasher, SetDigest};

/// The version of Newswire's own rendering: of the formats, of how bodies become HTML, and of the codings' levels.
/// A test (tests/golden.rs) fails when the bytes of a document change and this does not.
pub const RENDERER: u32 = 12;

/// The crates that decide how a document's bytes come out, codings included.
const SHAPING_CRATES: &[&str] = &[
    "ammonia",
    "atom_syndication",
    "brotli",
    "chrono",
    "chrono-tz",
    "cssparser",
    "deunicode",
    "flate2",
    "html5ever",
    "idna",
    "markup5ever",
    "percent-encoding",
    "pulldown-cmark",
    "pulldown-cmark-escape",
    "quick-xml",
    "rss",
    "serde_json",
    "slug",
    "url",
    "yaml_serde",
    "zlib-rs",
    "zstd-sys",
];

/// The digest of a feed's document in a format: of the feed's inputs, the format, and the version
/// of what renders it.
pub fn document_digest(feed_digest: Digest, format: Format) -> Digest {
    let mut hasher = Hasher::new("document");
    hasher.digest(feed_digest);
    hasher.text(format.name());
    hasher.digest(renderer_digest());
    hasher.finish()
}

/// The digest of the list of all feeds.
pub fn opml_digest(title: &str, lines: SetDigest) -> Digest {
    let mut hasher = Hasher::new("opml");
    hasher.text(title);
    hasher.digest(lines.digest());
    hasher.digest(renderer_digest());
    hasher.finish()
}

/// The digest of [`RENDERER`] and the locked versions of the crates that shape bytes.
pub fn renderer_digest() -> Digest {
    static DIGEST: OnceLock<Digest> = OnceLock::new();
    *DIGEST.get_or_init(|| {
        let mut hasher = Hasher::new("renderer");
        hasher.number(i64::from(RENDERER));
        for (name, version) in locked_versions().filter(|(name, _)| SHAPING_CRATES.contains(name)) {
            hasher.text(name);
            hasher.text(version);
        }
        hasher.finish()
    })
}

/// Every package of the lock file with its version, in the file's own order: by name.
fn locked_versions() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../../Cargo.lock")
        .split("[[package]]")
        .skip(1)
        .filter_map(|package| Some((field(package, "name")?, field(package, "version")?)))
}

fn field(package: &'static str, key: &str) -> Option<&'static str> {
    package
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_that_shapes_bytes_is_in_the_lock_file() {
        for name in SHAPING_CRATES {
            assert!(
                locked_versions().any(|(locked, version)| locked == *name && !version.is_empty()),
                "{name} is not in Cargo.lock: was it renamed or dropped?"
            );
        }
    }

    #[test]
    fn documents_of_one_feed_differ_by_format_and_of_one_format_by_feed() {
        let news = Digest::of(b"news");
        let comment = Digest::of(b"comment");
        let rss = document_digest(news, Format::Rss);
        assert_eq!(rss, document_digest(news, Format::Rss));
        assert_ne!(rss, document_digest(news, Format::Atom));
        assert_ne!(rss, document_digest(comment, Format::Rss));
    }
}
