//! The words of a line of the lock file, bare or in quotes.

use std::borrow::Cow;

/// What a line starts with that records how ids are made.
pub(super) const RULE: &str = "rule:";

/// A word as it stands in a line: in quotes, as JSON writes text, where it could be misread bare.
pub(super) fn quoted(word: &str) -> Cow<'_, str> {
    let is_bare = !word.is_empty()
        && !word.starts_with(['"', '#', '<', '=', '>'])
        && !word.starts_with(RULE)
        && !word.chars().any(|c| c.is_whitespace() || c.is_control());
    if is_bare {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(serde_json::Value::from(word).to_string())
    }
}

/// The words of a line.
pub(super) struct Words<'a>(pub(super) &'a str);

impl<'a> Iterator for Words<'a> {
    type Item = Result<Cow<'a, str>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.0.trim_start();
        if text.is_empty() {
            self.0 = text;
            return None;
        }
        if !text.starts_with('"') {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            self.0 = &text[end..];
            return Some(Ok(Cow::Borrowed(&text[..end])));
        }
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let word = stream.next();
        match word {
            Some(Ok(word)) => {
                self.0 = &text[stream.byte_offset()..];
                Some(Ok(Cow::Owned(word)))
            }
            _ => {
                self.0 = "";
                Some(Err("a quotation mark is not closed".to_owned()))
            }
        }
    }
}
