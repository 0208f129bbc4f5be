//! What may stand in an XML document, and plain text where HTML is expected.

use std::borrow::Cow;

use crate::vocabulary::text::is_legal;

/// The declaration every XML document starts with.
pub const XML_DECLARATION: &[u8] = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

/// Removes from a finished document every character that XML 1.0 can't hold (section 2.2, Char).
/// Applied last and to the whole, so that no string can be forgotten: neither the writers nor HTML
/// sanitizers do it, and one such character costs a strict reader the whole feed.
pub fn remove_illegal_characters(document: Vec<u8>) -> Vec<u8> {
    // The writers only ever write UTF-8; should that fail one day, what is legal of it remains.
    let text = match String::from_utf8(document) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    if text.chars().all(is_legal) {
        return text.into_bytes();
    }
    text.chars()
        .filter(|c| is_legal(*c))
        .collect::<String>()
        .into_bytes()
}

/// Plain text as it stands in XML or HTML.
pub fn escape(text: &str) -> Cow<'_, str> {
    if text.contains(['&', '<', '>']) {
        Cow::Owned(
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// Text as it stands between the double quotes of an XML attribute (XML 1.0, section 2.3).
pub fn escape_attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;")
}

/// A text cut at a word's end to about `most` characters, with an ellipsis if anything was cut.
pub fn shorten(text: &str, most: usize) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return Cow::Borrowed(text);
    };
    let cut = &text[..end];
    let at_word = cut.rfind(char::is_whitespace).filter(|index| *index > end / 2);
    Cow::Owned(format!("{}…", cut[..at_word.unwrap_or(end)].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn whatever_passes_the_filter_a_strict_parser_accepts(text: String) {
            let escaped = escape(&text);
            let document = remove_illegal_characters(format!("<a>{escaped}</a>").into_bytes());
            let document = String::from_utf8(document).unwrap();
            proptest::prop_assert!(roxmltree::Document::parse(&document).is_ok(), "{document:?}");
        }
    }

    #[test]
    fn legal_text_passes_unchanged_and_illegal_characters_go() {
        let text = "tab\t line\n “curly” 🚀 \u{e000} \u{fffd}";
        assert_eq!(remove_illegal_characters(text.into()), text.as_bytes());
        let text = "a\0b\u{b}c\u{1b}d\u{fffe}e\u{ffff}f";
        assert_eq!(remove_illegal_characters(text.into()), b"abcdef");
    }

    #[test]
    fn a_text_is_cut_at_a_word() {
        assert_eq!(shorten("one two three", 20), "one two three");
        assert_eq!(shorten("one two three", 9), "one two…");
        assert_eq!(shorten("onetwothree", 5), "onetw…");
    }
}
