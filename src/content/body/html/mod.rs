//! A small scanner for HTML.
//!
//! It follows the tokenizer of the HTML standard (section 13.2.5) closely enough to rewrite
//! well-meant markup, and exactly on what the sanitizer writes. It guards nothing: where its view
//! of hostile markup differs from a browser's, the sanitizer, which comes after it, decides.

pub(in crate::content) mod allowed;
pub(in crate::content) mod escape;
pub(in crate::content) mod nesting;
pub(in crate::content) mod raw;
pub(in crate::content) mod sanitize;

use std::borrow::Cow;

use escape::unescape;

/// A piece of HTML. The pieces of a text, joined, are the text again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::content) enum Token<'a> {
    /// Text, with its character references still in it.
    Text(&'a str),
    /// What stands in an element whose content is no markup: a script, a style sheet.
    RawText(&'a str),
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag.
    Close(Tag<'a>),
    /// A comment, a declaration, or a tag without its end.
    Comment(&'a str),
}

/// A tag as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::content) struct Tag<'a> {
    /// All of it, with its angle brackets.
    pub(in crate::content) raw: &'a str,
    /// Its name, in the case it was written in.
    pub(in crate::content) name: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Whether this is the element `name`, given in lower case.
    pub(in crate::content) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether this is one of the elements `names`, given in lower case.
    pub(in crate::content) fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.is(name))
    }

    /// The attributes: name as written, value without its quotes but still escaped.
    pub(in crate::content) fn attributes(&self) -> Attributes<'a> {
        Attributes {
            text: self.attributes,
            at: 0,
        }
    }

    /// The value of an attribute, given in lower case, without character references.
    pub(in crate::content) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes()
            .find(|(written, _)| written.eq_ignore_ascii_case(name))
            .map(|(_, value)| unescape(value))
    }
}

/// See [`Tag::attributes`].
pub(in crate::content) struct Attributes<'a> {
    text: &'a str,
    at: usize,
}

impl Attributes<'_> {
    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        let bytes = &self.text.as_bytes()[self.at..];
        self.at += bytes.iter().position(|b| !wanted(*b)).unwrap_or(bytes.len());
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(|b| is_space(b) || b == b'/');
        if matches!(self.byte(), None | Some(b'>')) {
            return None;
        }
        let start = self.at;
        // A name may start with `=`, by the standard; every other delimiter is ASCII, so that
        // `at` is always a character boundary.
        self.at += usize::from(self.byte() == Some(b'='));
        self.skip(|b| !is_space(b) && !matches!(b, b'/' | b'>' | b'='));
        let name = &self.text[start..self.at];
        self.skip(is_space);
        if self.byte() != Some(b'=') {
            return Some((name, ""));
        }
        self.at += 1;
        self.skip(is_space);
        let value = if let Some(quote @ (b'"' | b'\'')) = self.byte() {
            self.at += 1;
            let start = self.at;
            self.skip(|b| b != quote);
            let value = &self.text[start..self.at];
            self.at = (self.at + 1).min(self.text.len());
            value
        } else {
            let start = self.at;
            self.skip(|b| !is_space(b) && b != b'>');
            &self.text[start..self.at]
        };
        Some((name, value))
    }
}

/// The tokens of an HTML text. Takes time linear in the text, whatever the text is.
pub(in crate::content) fn tokens(html: &str) -> Tokens<'_> {
    Tokens {
        rest: html,
        raw_text: None,
    }
}

/// See [`tokens`].
pub(in crate::content) struct Tokens<'a> {
    rest: &'a str,
    raw_text: Option<&'a str>,
}

/// Elements whose content is text to their end tag (13.1.2). `noscript` is none here: in a feed no
/// script runs, so its content is the markup to be read.
const RAW_TEXT: [&str; 9] = [
    "script",
    "style",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "textarea",
    "title",
    "plaintext",
];

impl<'a> Tokens<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn tag(&mut self, name_at: usize) -> Option<Tag<'a>> {
        let after = &self.rest[name_at..];
        let name_length = after
            .bytes()
            .position(|b| is_space(b) || matches!(b, b'/' | b'>'))?;
        let mut attributes = Attributes {
            text: &after[name_length..],
            at: 0,
        };
        attributes.by_ref().for_each(drop);
        let end = name_length + attributes.at;
        if after.as_bytes().get(end) != Some(&b'>') {
            return None;
        }
        Some(Tag {
            raw: self.take(name_at + end + 1),
            name: &after[..name_length],
            attributes: &after[name_length..=end],
        })
    }

    /// The length of the markup that starts with `<` and is no tag, or 0 if it is text.
    fn comment_length(&self) -> usize {
        let rest = self.rest;
        if let Some(inside) = rest.strip_prefix("<!--") {
            if inside.starts_with('>') || inside.starts_with("->") {
                return rest.len() - inside.len() + inside.find('>').map_or(0, |at| at + 1);
            }
            let mut from = 0;
            while let Some(at) = inside[from..].find("--") {
                let end = &inside[from + at + 2..];
                if end.starts_with('>') || end.starts_with("!>") {
                    return rest.len() - end.len() + end.find('>').map_or(0, |at| at + 1);
                }
                from += at + 1;
            }
            return rest.len();
        }
        if rest.starts_with("<!") || rest.starts_with("<?") || rest.starts_with("</") {
            return rest.find('>').map_or(rest.len(), |at| at + 1);
        }
        0
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw_text.take() {
            let length = raw_text_length(self.rest, name);
            if length > 0 {
                return Some(Token::RawText(self.take(length)));
            }
        }
        let bytes = self.rest.as_bytes();
        match (bytes.first()?, bytes.get(1), bytes.get(2)) {
            (b'<', Some(letter), _) if letter.is_ascii_alphabetic() => {
                let Some(tag) = self.tag(1) else {
                    return Some(Token::Comment(self.take(self.rest.len())));
                };
                self.raw_text = RAW_TEXT.into_iter().find(|name| tag.is(name));
                return Some(Token::Open(tag));
            }
            (b'<', Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                return Some(match self.tag(2) {
                    Some(tag) => Token::Close(tag),
                    None => Token::Comment(self.take(self.rest.len())),
                });
            }
            (b'<', ..) => {
                let length = self.comment_length();
                if length > 0 {
                    return Some(Token::Comment(self.take(length)));
                }
            }
            _ => {}
        }
        // The first byte is text, be it a lone `<` or the start of a longer character.
        let length = bytes[1..].iter().position(|b| *b == b'<').map(|at| at + 1);
        Some(Token::Text(self.take(length.unwrap_or(self.rest.len()))))
    }
}

fn raw_text_length(rest: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let after = &rest.as_bytes()[from + at + 2..];
        let ends = after
            .get(name.len())
            .is_none_or(|b| is_space(*b) || matches!(b, b'/' | b'>'));
        if after.len() >= name.len() && after[..name.len()].eq_ignore_ascii_case(name.as_bytes()) && ends {
            return from + at;
        }
        from += at + 2;
    }
    rest.len()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(html: &str) -> String {
        tokens(html)
            .map(|token| match token {
                Token::Text(raw) | Token::RawText(raw) | Token::Comment(raw) => raw,
                Token::Open(tag) | Token::Close(tag) => tag.raw,
            })
            .collect()
    }

    #[test]
    fn attributes_are_read_as_browsers_read_them() {
        let read = |html: &'static str| match tokens(html).next() {
            Some(Token::Open(tag)) => tag.attributes().collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            read("<img src=a.jpg alt='a > b' hidden title=\"x\"/>"),
            [("src", "a.jpg"), ("alt", "a > b"), ("hidden", ""), ("title", "x")]
        );
        assert_eq!(
            read("<span style=\"\\\"font-size:\" 14px;\\\"=\"\">"),
            [("style", "\\"), ("font-size:\"", ""), ("14px;\\\"", "")]
        );
        assert_eq!(read("<a =x>"), [("=x", "")]);
    }

    #[test]
    fn scripts_and_comments_hold_no_tags() {
        let kinds: Vec<_> = tokens("a<!-- <b> --><script>'<i>'</SCRIPT >< 5<br>").collect();
        assert!(matches!(
            kinds[..],
            [
                Token::Text("a"),
                Token::Comment("<!-- <b> -->"),
                Token::Open(_),
                Token::RawText("'<i>'"),
                Token::Close(_),
                Token::Text("< 5"),
                Token::Open(_)
            ]
        ));
    }

    proptest! {
        #[test]
        fn the_tokens_of_any_text_join_to_the_text(html in "([<>/!a-c=\"' -]|<a|</|<!--|script|é|\\PC){0,60}") {
            prop_assert_eq!(joined(&html), html);
        }
    }
}
