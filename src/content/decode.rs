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
}
