//! Names in one Unicode form. macOS may write `é` as two characters (NFD), Linux keeps the one (NFC); the name is
//! the same, and so are slug, permalink and id.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// A text in the composed form (NFC, UAX #15).
pub fn compose(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        ComposingNormalizerBorrowed::new_nfc().normalize(text)
    }
}

/// Whether two names that differ are the same name in two forms.
pub fn is_same(one: &str, other: &str) -> bool {
    one != other && compose(one) == compose(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_in_both_forms() {
        for (decomposed, composed) in [
            ("cafe\u{301}", "caf\u{e9}"),
            ("\u{304b}\u{3099}", "\u{304c}"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
        ] {
            assert_eq!(compose(decomposed), composed);
            assert!(is_same(decomposed, composed));
        }
        assert!(!is_same("cafe", "caf\u{e9}") && !is_same("a", "a"));
    }
}
