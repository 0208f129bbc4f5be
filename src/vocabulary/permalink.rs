//! Where a post lives on the site.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset};
use percent_encoding::utf8_percent_encode;

use super::percent::SEGMENT;
use super::segment;

/// A path that is longer than this is cut off, in bytes.
const MOST_BYTES: usize = 8192;

/// Percent-encodes the path of an address, leaving its slashes. Its `.` and `..` are resolved (RFC 3986, section 5.2.4):
/// whoever follows a link does so too, and an id has to be what is asked for.
pub fn encode_path(path: &str) -> String {
    encode_file_path(&without_dot_segments(path))
}

/// Percent-encodes a path, leaving its slashes and dots.
pub fn encode_file_path(path: &str) -> String {
    utf8_percent_encode(path, SEGMENT).to_string()
}

/// Whether a segment leads elsewhere than below.
pub fn is_dot_segment(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

fn without_dot_segments(path: &str) -> Cow<'_, str> {
    if !path.split('/').any(is_dot_segment) {
        return Cow::Borrowed(path);
    }
    let below_root = path.strip_prefix('/');
    let mut kept = Vec::new();
    let mut is_folder = false;
    for segment in below_root.unwrap_or(path).split('/') {
        is_folder = is_dot_segment(segment);
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    if is_folder {
        kept.push("");
    }
    let root = below_root.map_or("", |_| "/");
    Cow::Owned(format!("{root}{}", kept.join("/")))
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
    /// The folders below the one that the pattern is for, and the slug.
    Below,
    /// The first of those folders.
    Topic,
    /// What follows the slug's last underscore.
    SlugTail,
    Slug,
    SlugOrTitle,
    Title,
    FileName,
    Category,
    Categories,
    /// Jekyll's: each as plain as a slug.
    PlainCategories,
    Author,
    Language,
    /// A part of the date, as [`chrono::format::strftime`] writes it.
    Date(&'static str),
    /// Nothing: the ending of output files, which the pattern's own text gives.
    Ending,
}

impl Token {
    const NAMES: [(&'static str, Token); 42] = [
        ("section", Token::Section),
        ("sections", Token::Sections),
        ("slug", Token::Slug),
        ("title", Token::Title),
        ("filename", Token::FileName),
        ("category", Token::Category),
        ("year", Token::Date("%Y")),
        ("month", Token::Date("%m")),
        ("day", Token::Date("%d")),
        ("categories", Token::Categories),
        ("author", Token::Author),
        ("lang", Token::Language),
        ("contentbasename", Token::FileName),
        ("slugorfilename", Token::Slug),
        ("slugorcontentbasename", Token::Slug),
        ("sectionslug", Token::Section),
        ("sectionslugs", Token::Sections),
        ("name", Token::FileName),
        ("path", Token::Sections),
        ("monthname", Token::Date("%B")),
        ("weekday", Token::Date("%w")),
        ("weekdayname", Token::Date("%A")),
        ("yearday", Token::Date("%j")),
        ("i_month", Token::Date("%-m")),
        ("i_day", Token::Date("%-d")),
        ("short_year", Token::Date("%y")),
        ("short_month", Token::Date("%b")),
        ("long_month", Token::Date("%B")),
        ("short_day", Token::Date("%a")),
        ("long_day", Token::Date("%A")),
        ("y_day", Token::Date("%j")),
        ("week", Token::Date("%V")),
        ("w_year", Token::Date("%G")),
        ("w_day", Token::Date("%u")),
        ("hour", Token::Date("%H")),
        ("minute", Token::Date("%M")),
        ("second", Token::Date("%S")),
        ("output_ext", Token::Ending),
        ("below", Token::Below),
        ("topic", Token::Topic),
        ("slugtail", Token::SlugTail),
        ("slugified_categories", Token::PlainCategories),
    ];
    /// The names shown to whoever misspells one.
    const SHOWN: usize = 9;

    /// The token of a name; with a colon before it `slug` is Hugo's, which falls back on the title.
    fn named(name: &str, has_colon: bool) -> Option<Token> {
        // Pelican's `{date:%Y}`.
        if let Some(format) = name.strip_prefix("date:") {
            return Token::NAMES.iter().map(|(_, token)| *token).find(
                |token| matches!(token, Token::Date(own) if *own == format || (format == "%b" && *own == "%b")),
            );
        }
        let (_, token) = Token::NAMES.iter().find(|(known, _)| *known == name)?;
        Some(match token {
            Token::Slug if has_colon && name == "slug" => Token::SlugOrTitle,
            token => *token,
        })
    }
}

/// What a permalink is made of; every part as it shall stand in an address.
#[derive(Clone, Copy, Debug)]
pub struct PermalinkParts<'a> {
    /// The folders the file lies in, joined with `/`; empty at the top.
    pub folders: &'a str,
    /// Those of them below the folder that the pattern is for.
    pub below: &'a str,
    /// The post's slug.
    pub slug: &'a str,
    /// The slug if the post names one, else that of its title.
    pub slug_or_title: &'a str,
    /// The slug of its title.
    pub title: &'a str,
    /// The file's name without extension.
    pub file_name: &'a str,
    /// The slug of its first category, or nothing.
    pub category: &'a str,
    /// The slugs of its categories, joined with `/`.
    pub categories: &'a str,
    /// The slug of its first author, or nothing.
    pub author: &'a str,
    /// Its language, or nothing.
    pub language: &'a str,
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
                (Some((&inner[..end], false)), &inner[end + 1..])
            } else if let Some(inner) = rest.strip_prefix(':') {
                let end = inner
                    .find(|c: char| !(c.is_ascii_alphabetic() || c == '_'))
                    .unwrap_or(inner.len());
                (Some((&inner[..end], true)), &inner[end..])
            } else {
                let end = rest.find(['{', ':']).unwrap_or(rest.len());
                parts.push(Part::Text(rest[..end].to_owned()));
                (None, &rest[end..])
            };
            if let Some((name, has_colon)) = token {
                let Some(token) = Token::named(name, has_colon) else {
                    let shown: Vec<_> = Token::NAMES[..Token::SHOWN]
                        .iter()
                        .map(|(name, _)| *name)
                        .collect();
                    return Err(format!(
                        "has an unknown token “{name}”; there are {} and more",
                        shown.join(", ")
                    ));
                };
                parts.push(Part::Token(token));
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
            // No address is longer, but a pattern that repeats a long slug would fill the memory.
            if path.len() > MOST_BYTES {
                break;
            }
            match part {
                Part::Text(text) => path.push_str(text),
                Part::Token(token) => match token {
                    Token::Section => path.push_str(parts.folders.split('/').next().unwrap_or("")),
                    Token::Sections => path.push_str(parts.folders),
                    Token::Below => {
                        path.push_str(parts.below);
                        path.push('/');
                        path.push_str(parts.slug);
                    }
                    Token::Topic => path.push_str(parts.below.split('/').next().unwrap_or("")),
                    Token::Slug => path.push_str(parts.slug),
                    Token::SlugTail => path.push_str(parts.slug.rsplit('_').next().unwrap_or("")),
                    Token::SlugOrTitle => path.push_str(parts.slug_or_title),
                    Token::Title => path.push_str(parts.title),
                    Token::FileName => path.push_str(parts.file_name),
                    Token::Category => path.push_str(parts.category),
                    Token::Categories => path.push_str(parts.categories),
                    Token::PlainCategories => {
                        let plain: Vec<String> =
                            parts.categories.split('/').map(segment::jekyll_plain).collect();
                        path.push_str(&plain.join("/"));
                    }
                    Token::Author => path.push_str(parts.author),
                    Token::Language => path.push_str(parts.language),
                    Token::Date(format) => {
                        // Writing to a string never fails, and the formats are those above.
                        let _ = write!(path, "{}", parts.date.format(format));
                    }
                    Token::Ending => path.push_str(".html"),
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
            below: "2024",
            slug: "a-story",
            slug_or_title: "a-title",
            title: "a-title",
            file_name: "2024-05-31-a-story",
            category: "science",
            categories: "science/space",
            author: "ada",
            language: "en",
            date: DateTime::parse_from_rfc3339("2024-05-31T10:00:00+01:00").unwrap(),
        }
    }

    #[test]
    fn no_dot_segment_stands_in_a_path() {
        for (path, expected) in [
            ("/a/../b/", "/b/"),
            ("/a/./b", "/a/b"),
            ("/a/..", "/"),
            ("/../../a", "/a"),
            ("/a/.", "/a/"),
            ("/.../..a/b..", "/.../..a/b.."),
            ("a/../b", "b"),
            ("..", ""),
        ] {
            assert_eq!(encode_path(path), expected, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_path_is_what_whoever_follows_it_asks_for(path in "(/|\\.|\\.\\.|%2e|[a-zé\\\\?#: ]){0,12}") {
            let path = encode_path(&format!("/{path}"));
            let url = url::Url::parse(&format!("https://a.example{path}")).unwrap();
            proptest::prop_assert_eq!(url.path(), path);
        }
    }

    #[test]
    fn a_pattern_fills_in_every_token_in_both_spellings() {
        for (pattern, path) in [
            ("/{section}/{slug}/", "/news/a-story/"),
            ("/:sections/:title", "/news/2024/a-title"),
            (
                "/:categories/:year/:month/:day/:title.html",
                "/science/space/2024/05/31/a-title.html",
            ),
            ("/:short_year/:i_month/:slug", "/24/5/a-title"),
            ("/blog/{date:%Y}/{date:%m}/{slug}/", "/blog/2024/05/a-story/"),
            ("/{author}/{category}:output_ext", "/ada/science.html"),
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
