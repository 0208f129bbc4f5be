//! Hugo's shortcodes as written: `{{< figure src="a.jpg" >}}`, `{{% note %}}`, `{{< /note >}}`.

use std::borrow::Cow;

/// A shortcode as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::content) enum Shortcode<'a> {
    /// One that is to be carried out: its start, or all of it.
    Open(Call<'a>),
    /// The end of a pair.
    Close,
    /// One that is to be shown: `{{</* figure */>}}` stands for the text `{{< figure >}}`.
    Sample(String),
}

/// A shortcode's name and what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::content) struct Call<'a> {
    /// Which shortcode.
    pub(in crate::content) name: &'a str,
    arguments: Vec<(Option<&'a str>, Cow<'a, str>)>,
}

impl<'a> Call<'a> {
    /// A call with arguments, each with its name or without.
    pub(in crate::content) fn new(name: &'a str, arguments: Vec<(Option<&'a str>, Cow<'a, str>)>) -> Self {
        Call { name, arguments }
    }

    /// The first of several named arguments that is there.
    pub(in crate::content) fn any(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.named(name))
    }

    /// An argument without a name by its place, if it is there and not blank.
    pub(in crate::content) fn at(&self, place: usize) -> Option<&str> {
        let mut without = self.arguments.iter().filter(|(key, _)| key.is_none());
        let (_, value) = without.nth(place)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// A named argument, if it is there and not blank.
    pub(in crate::content) fn named(&self, name: &str) -> Option<&str> {
        self.arguments
            .iter()
            .find(|(key, _)| *key == Some(name))
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The first argument without a name, if it is there and not blank.
    pub(in crate::content) fn first(&self) -> Option<&str> {
        self.at(0)
    }
}

/// Reads the shortcode that `text` starts with, and its length. On failure, the number of bytes
/// that had to be looked at to know that there is none, so that a caller can bound its work.
pub(in crate::content) fn read(text: &str) -> Result<(Shortcode<'_>, usize), usize> {
    let mut reader = Reader { text, at: 3 };
    let shortcode = match text.get(..3) {
        Some("{{<") => reader.shortcode(">}}"),
        Some("{{%") => reader.shortcode("%}}"),
        _ => None,
    };
    match shortcode {
        Some(shortcode) => Ok((shortcode, reader.at)),
        None => Err(reader.at),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        self.at += if found { expected.len() } else { 0 };
        found
    }

    /// Skips white space; a blank line ends the paragraph and with it the chance of a shortcode.
    fn space(&mut self) -> Option<()> {
        let rest = self.rest();
        let space = &rest[..rest.len() - rest.trim_start().len()];
        self.at += space.len();
        (space.matches('\n').count() < 2).then_some(())
    }

    fn until(&mut self, end: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let word = &rest[..rest.find(end).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn shortcode(&mut self, end: &str) -> Option<Shortcode<'a>> {
        self.space()?;
        if self.eat("/*") {
            return self.sample(end);
        }
        let closes = self.eat("/");
        self.space()?;
        let name = self.until(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')));
        let name = name.strip_suffix('/').unwrap_or(name);
        if !name.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let mut arguments = Vec::new();
        loop {
            self.space()?;
            if self.eat(end) {
                break;
            }
            if self.eat("/") {
                self.space()?;
                if self.eat(end) {
                    break;
                }
                self.at -= 1;
            }
            arguments.push(self.argument(end)?);
        }
        Some(if closes {
            Shortcode::Close
        } else {
            Shortcode::Open(Call { name, arguments })
        })
    }

    fn sample(&mut self, end: &str) -> Option<Shortcode<'a>> {
        let rest = self.rest();
        let Some(length) = rest.find("*/") else {
            self.at = self.text.len();
            return None;
        };
        let inside = &rest[..length];
        self.at += length + 2;
        self.space()?;
        self.eat(end)
            .then(|| Shortcode::Sample([&self.text[..3], inside, end].concat()))
    }

    fn argument(&mut self, end: &str) -> Option<(Option<&'a str>, Cow<'a, str>)> {
        if let Some(quote) = self.quote() {
            return Some((None, self.quoted(quote)?));
        }
        let word = self.until(|c| c.is_whitespace() || matches!(c, '=' | '"' | '`' | '{' | '}' | '>' | '%'));
        if !word.is_empty() && self.eat("=") {
            self.space()?;
            let value = match self.quote() {
                Some(quote) => self.quoted(quote),
                None => self.bare(end),
            };
            return Some((Some(word), value?));
        }
        self.at -= word.len();
        Some((None, self.bare(end)?))
    }

    /// A word without quotes: to the next white space, or the shortcode's end.
    fn bare(&mut self, end: &str) -> Option<Cow<'a, str>> {
        let word = self.until(|c| c.is_whitespace() || matches!(c, '{' | '}'));
        let word = match word.strip_suffix(&end[..1]) {
            Some(shorter) if self.rest().starts_with("}}") => {
                self.at -= 1;
                shorter
            }
            _ => word,
        };
        (!word.is_empty()).then_some(Cow::Borrowed(word))
    }

    /// The quote that opens a string here.
    fn quote(&self) -> Option<char> {
        self.rest().chars().next().filter(|c| matches!(c, '"' | '`'))
    }

    /// The string between two of these quotes, if it has an end.
    fn quoted(&mut self, quote: char) -> Option<Cow<'a, str>> {
        let inside = &self.rest()[1..];
        let mut escaped = false;
        let end = inside.find(|c| {
            let ends = c == quote && !escaped;
            escaped = c == '\\' && !escaped && quote == '"';
            ends
        });
        let Some(end) = end else {
            self.at = self.text.len();
            return None;
        };
        self.at += end + 2;
        let value = &inside[..end];
        Some(if quote == '"' && value.contains('\\') {
            Cow::Owned(value.replace("\\\"", "\"").replace("\\\\", "\\"))
        } else {
            Cow::Borrowed(value)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(text: &str) -> Call<'_> {
        match read(text) {
            Ok((Shortcode::Open(call), length)) if length == text.len() => call,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn arguments_come_named_quoted_bare_and_by_place() {
        for text in [
            r#"{{< figure src="a b.jpg" caption="He said \"no\"" >}}"#,
            "{{<figure src=`a b.jpg` caption=`He said \"no\"`>}}",
            "{{% figure\n  src=\"a b.jpg\"\n  caption=\"He said \\\"no\\\"\"\n/%}}",
        ] {
            let call = call(text);
            assert_eq!(call.name, "figure");
            assert_eq!(call.named("src"), Some("a b.jpg"));
            assert_eq!(call.named("caption"), Some("He said \"no\""));
            assert_eq!(call.first(), None);
        }
        assert_eq!(call("{{< youtube RoLTPcD1S4Q >}}").first(), Some("RoLTPcD1S4Q"));
        assert_eq!(call("{{<youtube RoLTPcD1S4Q>}}").first(), Some("RoLTPcD1S4Q"));
        assert_eq!(
            call("{{< img/wide src=/a/b.jpg / >}}").named("src"),
            Some("/a/b.jpg")
        );
        assert_eq!(call("{{< x a=\"\" >}}").named("a"), None);
        assert_eq!(call("{{< link https://a.example/?b=c >}}").arguments.len(), 1);
    }

    #[test]
    fn ends_and_samples_are_told_apart() {
        assert_eq!(read("{{< /note >}} more"), Ok((Shortcode::Close, 13)));
        assert_eq!(read("{{% /note %}}"), Ok((Shortcode::Close, 13)));
        let sample = Shortcode::Sample("{{< figure src=\"a\" >}}".into());
        assert_eq!(read("{{</* figure src=\"a\" */>}}"), Ok((sample, 26)));
    }

    #[test]
    fn what_is_no_shortcode_is_left_alone() {
        for text in [
            "{{<",
            "{{< figure",
            "{{< figure src=\"a >}}",
            "{{<` and `>}}",
            "{{< a\n\nb >}}",
            "{{< a %}}",
            "{{</* a >}}",
            "{{< >}}",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_goes_beyond_the_text(text in "\\{\\{[<%]([/*a\"`=>%}{\\\\ \n\\pL]|>}}){0,30}") {
            let (Ok((_, length)) | Err(length)) = read(&text);
            prop_assert!(text.is_char_boundary(length) || length >= text.len());
        }
    }
}
