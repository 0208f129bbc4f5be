//! Texts with `{title}` and `{site}` in them, such as the titles of feeds.

use std::fmt;

use super::complaint::{Complaint, suggest};

/// A text in which `{title}` stands for the scope's name and `{site}` for the site's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Title,
    Site,
}

const TOKENS: [(&str, Part); 2] = [("title", Part::Title), ("site", Part::Site)];

impl TextPattern {
    /// Reads a pattern. Braces around anything but a word are text.
    pub fn parse(written: &str) -> Result<Self, Complaint> {
        let mut parts = Vec::new();
        let mut rest = written.trim();
        if rest.is_empty() {
            return Err(Complaint::new(
                "there is nothing in it",
                "write some text, or leave it out: then the default holds",
            ));
        }
        let mut text = String::new();
        while let Some(start) = rest.find('{') {
            text.push_str(&rest[..start]);
            let inner = &rest[start + 1..];
            let word = inner.find('}').map(|end| &inner[..end]);
            let Some(word) = word.filter(|word| is_word(word)) else {
                text.push('{');
                rest = inner;
                continue;
            };
            let Some((_, part)) = TOKENS.iter().find(|(name, _)| *name == word) else {
                return Err(Complaint::new(
                    format!("“{{{word}}}” stands for nothing"),
                    suggest(word, &TOKENS.each_ref().map(|(name, _)| *name)),
                ));
            };
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(part.clone());
            rest = &inner[word.len() + 1..];
        }
        text.push_str(rest);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(TextPattern(parts))
    }

    /// A text as it is, whatever braces are in it.
    pub fn literal(text: impl Into<String>) -> Self {
        TextPattern(vec![Part::Text(text.into())])
    }

    /// `{title} – {site}`
    pub fn title_and_site() -> Self {
        TextPattern(vec![Part::Title, Part::Text(" – ".into()), Part::Site])
    }

    /// A text, `{title}`, and ` on {site}`.
    pub fn title_on_site(before: &str) -> Self {
        let text = |text: &str| Part::Text(text.to_owned());
        TextPattern(vec![text(before), Part::Title, text(" on "), Part::Site])
    }

    /// `{site}` after a text.
    pub fn site_after(before: &str) -> Self {
        TextPattern(vec![Part::Text(before.to_owned()), Part::Site])
    }

    /// Whether it says the same of every scope.
    pub fn is_literal(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Text(_)))
    }

    /// The text for a scope of a site.
    pub fn fill(&self, title: &str, site: &str) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => text,
                Part::Title => title,
                Part::Site => site,
            })
            .collect()
    }
}

impl fmt::Display for TextPattern {
    /// As it would be written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fill("{title}", "{site}"))
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocabulary::complaint::message_and_help;

    #[test]
    fn tokens_are_filled_in_once_and_other_braces_are_text() {
        for (written, filled) in [
            ("{title} – {site}", "{site} – Felix"),
            ("All of {site}", "All of Felix"),
            (" plain ", "plain"),
            ("a {b c} {", "a {b c} {"),
            ("{{title}}", "{{site}}"),
            ("}{}", "}{}"),
        ] {
            let pattern = TextPattern::parse(written).unwrap();
            assert_eq!(pattern.fill("{site}", "Felix"), filled, "{written}");
        }
    }

    #[test]
    fn an_unknown_token_is_told_which_was_meant() {
        let (message, help) = message_and_help(TextPattern::parse("{titel}"));
        assert_eq!(message, "“{titel}” stands for nothing");
        assert_eq!(help, "did you mean “title”? Known here: title, site");
    }

    proptest! {
        #[test]
        fn a_pattern_reads_back_what_it_shows(text in "(\\PC|\\{title\\}|\\{site\\}|\\{|\\}){0,20}") {
            if let Ok(pattern) = TextPattern::parse(&text) {
                prop_assert_eq!(pattern.to_string(), text.trim());
            }
        }
    }
}
