//! Bytes → text, whatever an editor of the last thirty years saved.

use std::borrow::Cow;

/// The text of a file, and whether it had to be guessed: UTF-8 with or without a byte-order mark,
/// UTF-16 with one, else Windows-1252, in which every byte means something.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, faulty) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (text, faulty);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
            true,
        ),
    }
}

/// A text that was UTF-8, taken for Latin-1 and written down again: `crÃ©dits` was `crédits`. One that is
/// anything else is what it was.
pub fn mend_double_encoding(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_an_editor_saves_is_read() {
        for (bytes, text, guessed) in [
            ("Zoë".as_bytes(), "Zoë", false),
            (b"\xef\xbb\xbfZo\xc3\xab", "Zoë", false),
            (b"\xff\xfeZ\0o\0\xeb\0", "Zoë", false),
            (b"Zo\xeb \x93x\x94", "Zoë “x”", true),
        ] {
            let (decoded, was_guessed) = decode(bytes);
            assert_eq!((decoded.as_ref(), was_guessed), (text, guessed));
        }
    }

    #[test]
    fn what_was_encoded_twice_is_decoded_twice_and_nothing_else_is() {
        for (text, meant) in [
            ("crÃ©dits <br> Â£5", "crédits <br> £5"),
            ("crédits", "crédits"),
            ("Ã© – é", "Ã© – é"),
            ("São Tomé, Ã la carte", "São Tomé, Ã la carte"),
            ("plain", "plain"),
        ] {
            assert_eq!(mend_double_encoding(text.to_owned()), meant);
        }
    }
}
