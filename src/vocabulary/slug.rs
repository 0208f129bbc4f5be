//! Slugs: the part of an address that stands for a name. They depend on the name alone.

use std::borrow::Cow;

use super::digest::Digest;
use super::nfc;

/// The longest slug of a feed, in bytes. Most file systems take 255 in a name, of which `-2024-03-07`, `.json`,
/// `.gz` and a name to write under need some.
const MOST_BYTES: usize = 160;

/// The slug of a feed's name: that of [`unbounded`], shortened if it is too long for the name of a file.
pub fn slug(name: &str) -> String {
    let slug = unbounded(name);
    match shortened(&slug) {
        Cow::Borrowed(_) => slug,
        Cow::Owned(short) => short,
    }
}

/// A slug that is too long for the name of a file, cut off, with the digest of what it was.
pub fn shortened(slug: &str) -> Cow<'_, str> {
    if slug.len() <= MOST_BYTES {
        return Cow::Borrowed(slug);
    }
    let digest = &Digest::of(slug.as_bytes()).to_string()[..12];
    let mut end = MOST_BYTES - digest.len() - 1;
    while !slug.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}-{digest}", slug[..end].trim_end_matches('-')))
}

/// The slug of a name: lower case, no accents, words joined by `-`. Where that would lose what
/// tells the name from others (`C++` and `C#`, emoji, ideographs that sound alike), six
/// hexadecimal digits of the name's digest are added. Never empty for a name that has a visible
/// character.
pub fn unbounded(name: &str) -> String {
    let name = nfc::compose(name.trim());
    let name = name.as_ref();
    let plain = slug::slugify(name);
    if name.is_empty() || !loses_meaning(name, &plain) {
        return plain;
    }
    let folded: String = name
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let digest = Digest::of(folded.as_bytes()).to_string();
    if plain.is_empty() {
        digest[..6].to_owned()
    } else {
        format!("{plain}-{}", &digest[..6])
    }
}

/// Whether slugging drops or merges something that distinguishes the name. Accents, spacing and
/// the punctuation between words do not.
fn loses_meaning(name: &str, plain: &str) -> bool {
    plain.is_empty()
        || name
            .chars()
            .any(|c| is_ideograph(c) || !(c.is_alphanumeric() || is_neutral(c)))
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_neutral(c: char) -> bool {
    c.is_whitespace()
        || "-_&'\"’‘“”.,:;!?()[]/\\–—·…".contains(c)
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_only_in_case_spacing_or_accents_are_one() {
        for (one, other) in [
            ("Open Science", "open-science"),
            ("GitHub", "github"),
            ("Café", "cafe"),
            ("Cafe\u{301}", "Caf\u{e9}"),
            ("\u{304b}\u{3099}", "\u{304c}"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            (
                "\u{439}\u{301} \u{438}\u{306}\u{301}",
                "\u{439}\u{301} \u{439}\u{301}",
            ),
            (" Politics ", "politics"),
            ("jonathan_cheung", "Jonathan cheung"),
        ] {
            assert_eq!(slug(one), slug(other));
        }
    }

    #[test]
    fn names_that_slugging_would_merge_stay_apart() {
        for (one, other) in [
            ("C++", "C#"),
            ("C++", "C"),
            ("🚀", "🚁"),
            ("事", "是"),
            ("—", "…"),
        ] {
            assert_ne!(slug(one), slug(other));
            assert!(!slug(one).is_empty() && !slug(other).is_empty());
        }
    }

    #[test]
    fn a_slug_fits_into_the_name_of_a_file_and_long_names_stay_apart() {
        let name = |word: &str, end: &str| format!("{}{end}", word.repeat(100));
        for (one, other) in [
            (name("word ", "one"), name("word ", "two")),
            (name("北京", "one"), name("北京", "two")),
            (name("🚀", ""), name("🚀", "🚀")),
        ] {
            assert_ne!(slug(&one), slug(&other));
            assert!(
                slug(&one).len() <= MOST_BYTES && unbounded(&one).len() > MOST_BYTES,
                "{}",
                slug(&one)
            );
            // What is made of a slug is that slug.
            assert_eq!(slug(&slug(&one)), slug(&one));
        }
        let short = shortened(&"ü".repeat(100)).into_owned();
        assert!(short.starts_with("üü") && short.len() <= MOST_BYTES);
        assert_eq!(shortened(&"a".repeat(MOST_BYTES)), "a".repeat(MOST_BYTES));
    }

    #[test]
    fn plain_names_stay_readable() {
        assert_eq!(slug("health-&-mental-health"), "health-mental-health");
        assert_eq!(slug("Keith O’Nions"), "keith-o-nions");
        assert_eq!(slug("skd09"), "skd09");
    }
}
