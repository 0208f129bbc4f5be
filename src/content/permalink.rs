//! Where a post lives on the site.

use chrono::{DateTime, FixedOffset};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a path segment may not hold as it is (RFC 3986, section 3.3), plus what readers mishandle.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Percent-encodes a path, leaving its slashes.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, SEGMENT).to_string()
}

/// A pattern such as `/{section}/{year}/{slug}/`. Hugo's `:section` and Jekyll's `:year` are the
/// same tokens in other clothes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermalinkPattern {
    written: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Token(Token),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Section,
    Sections,
    Slug,
    Title,
    FileName,
    Category,
    Year,
    Month,
    Day,
}

impl Token {
    const NAMES: [(&'static str, Token); 13] = [
        ("section", Token::Section),
        ("sections", Token::Sections),
        ("slug", Token::Slug),
        ("title", Token::Title),
        ("filename", Token::FileName),
        ("contentbasename", Token::FileName),
        ("name", Token::FileName),
        ("category", Token::Category),
        ("categories", Token::Category),
        ("year", Token::Year),
        ("month", Token::Month),
        ("day", Token::Day),
        ("slugorfilename", Token::Slug),
    ];
}

/// What a permalink is made of.
#[derive(Clone, Copy, Debug)]
pub struct PermalinkParts<'a> {
    /// The folders the file lies in, joined with `/`; empty at the top.
    pub folders: &'a str,
    /// The post's slug.
    pub slug: &'a str,
    /// The slug of its title.
    pub title: &'a str,
    /// The file's name without extension.
    pub file_name: &'a str,
    /// The slug of its first category, or nothing.
    pub category: &'a str,
    /// Its date.
    pub date: DateTime<FixedOffset>,
}

impl Default for PermalinkPattern {
    /// `/{section}/{slug}/`
    fn default() -> Self {
        let text = |text: &str| Part::Text(text.to_owned());
        PermalinkPattern {
            written: "/{section}/{slug}/".to_owned(),
            parts: vec![
                text("/"),
                Part::Token(Token::Section),
                text("/"),
                Part::Token(Token::Slug),
                text("/"),
            ],
        }
    }
}

impl PermalinkPattern {
    /// Checks a pattern. The error says what is wrong, in a phrase that can follow the pattern.
    pub fn parse(written: &str) -> Result<Self, String> {
        if !written.starts_with('/') {
            return Err("must start with “/”".into());
        }
        let mut parts = Vec::new();
        let mut rest = written;
        while !rest.is_empty() {
            let (token, after) = if let Some(inner) = rest.strip_prefix('{') {
                let end = inner.find('}').ok_or("has a “{” without its “}”")?;
                (Some(&inner[..end]), &inner[end + 1..])
            } else if let Some(inner) = rest.strip_prefix(':') {
                let end = inner
                    .find(|c: char| !c.is_ascii_alphabetic())
                    .unwrap_or(inner.len());
                (Some(&inner[..end]), &inner[end..])
            } else {
                let end = rest.find(['{', ':']).unwrap_or(rest.len());
                parts.push(Part::Text(rest[..end].to_owned()));
                (None, &rest[end..])
            };
            if let Some(name) = token {
                let known = Token::NAMES.iter().find(|(known, _)| *known == name);
                let Some((_, token)) = known else {
                    return Err(format!(
                        "has an unknown token “{name}”; there are {}",
                        Token::NAMES.map(|(name, _)| name).join(", ")
                    ));
                };
                parts.push(Part::Token(*token));
            }
            rest = after;
        }
        Ok(PermalinkPattern {
            written: written.to_owned(),
            parts,
        })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The path of one post: absolute, percent-encoded, without empty segments.
    pub fn fill(&self, parts: &PermalinkParts<'_>) -> String {
        let mut path = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => path.push_str(text),
                Part::Token(token) => match token {
                    Token::Section => path.push_str(parts.folders.split('/').next().unwrap_or("")),
                    Token::Sections => path.push_str(parts.folders),
                    Token::Slug => path.push_str(parts.slug),
                    Token::Title => path.push_str(parts.title),
                    Token::FileName => path.push_str(parts.file_name),
                    Token::Category => path.push_str(parts.category),
                    Token::Year => path.push_str(&parts.date.format("%Y").to_string()),
                    Token::Month => path.push_str(&parts.date.format("%m").to_string()),
                    Token::Day => path.push_str(&parts.date.format("%d").to_string()),
                },
            }
        }
        // A post at the top has no section: an empty token must not leave `//` behind.
        while path.contains("//") {
            path = path.replace("//", "/");
        }
        encode_path(&path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> PermalinkParts<'static> {
        PermalinkParts {
            folders: "news/2024",
            slug: "a-story",
            title: "a-title",
            file_name: "2024-05-31-a-story",
            category: "science",
            date: DateTime::parse_from_rfc3339("2024-05-31T10:00:00+01:00").unwrap(),
        }
    }

    #[test]
    fn a_pattern_fills_in_every_token_in_both_spellings() {
        for (pattern, path) in [
            ("/{section}/{slug}/", "/news/a-story/"),
            ("/:sections/:title", "/news/2024/a-title"),
            (
                "/:categories/:year/:month/:day/:title.html",
                "/science/2024/05/31/a-title.html",
            ),
            ("/{filename}", "/2024-05-31-a-story"),
        ] {
            assert_eq!(PermalinkPattern::parse(pattern).unwrap().fill(&parts()), path);
        }
    }

    #[test]
    fn the_default_pattern_is_the_one_it_says() {
        let default = PermalinkPattern::default();
        assert_eq!(PermalinkPattern::parse(default.as_str()), Ok(default));
    }

    #[test]
    fn an_empty_token_leaves_no_empty_segment() {
        let at_the_top = PermalinkParts {
            folders: "",
            ..parts()
        };
        let pattern = PermalinkPattern::parse("/{section}/{slug}/").unwrap();
        assert_eq!(pattern.fill(&at_the_top), "/a-story/");
    }

    #[test]
    fn a_faulty_pattern_is_refused_with_the_reason() {
        for (pattern, reason) in [
            ("{slug}", "must start with"),
            ("/{slug", "without its"),
            ("/{sulg}/", "unknown token “sulg”"),
        ] {
            assert!(PermalinkPattern::parse(pattern).unwrap_err().contains(reason));
        }
    }
}
