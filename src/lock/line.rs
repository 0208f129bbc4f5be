//! One line of the lock file: one post, and the id that it keeps.

use std::fmt::{self, Write};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};

use super::words::{Words, quoted};
use crate::vocabulary::{Digest, ScopeKind, date::without_leap_second};

/// What is known for ever of a post that readers have seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where its file lies below the content directory.
    pub path: Arc<str>,
    /// The id that readers know it by.
    pub id: Arc<str>,
    /// Its permalink's path when the line was written, by which an alias finds it.
    pub permalink: Box<str>,
    /// The digest of its file's bytes when the line was written.
    pub content: Digest,
    /// When it left the site, if it did.
    pub withdrawn: Option<DateTime<Utc>>,
    /// The scopes it stood in, as the words of the line: `category/news author/ada`.
    pub scopes: Box<str>,
}

/// The word before the moment at which a post left the site.
const WITHDRAWN: &str = "withdrawn:";

impl Line {
    /// Reads a line. The error says what is wrong with it, in a phrase.
    pub fn parse(text: &str) -> Result<Line, String> {
        let mut words = Words(text);
        let mut next = |what: &str| {
            words
                .next()
                .unwrap_or_else(|| Err(format!("the {what} is missing")))
        };
        let path = next("path")?;
        let id = next("id")?;
        let permalink = next("permalink")?;
        let content = next("digest")?;
        let content = Digest::parse(&content)
            .ok_or_else(|| format!("“{content}” is no digest of 32 hexadecimal digits"))?;
        if path.is_empty() || id.is_empty() {
            return Err("the path or the id is empty".to_owned());
        }
        let mut rest = words.0.trim();
        let mut withdrawn = None;
        if let Some(marked) = rest.strip_prefix(WITHDRAWN) {
            let (moment, after) = marked.split_once(' ').unwrap_or((marked, ""));
            let moment = moment
                .parse::<DateTime<Utc>>()
                .map_err(|_| format!("“{moment}” is no moment such as 2026-05-31T14:00:00Z"))?;
            withdrawn = Some(without_leap_second(moment));
            rest = after.trim();
        }
        Words(rest).try_for_each(|word| word.map(drop))?;
        Ok(Line {
            path: path.as_ref().into(),
            id: id.as_ref().into(),
            permalink: permalink.as_ref().into(),
            content,
            withdrawn,
            scopes: rest.into(),
        })
    }

    /// The scopes it stood in; kinds that this version does not know are passed over.
    pub fn scopes(&self) -> impl Iterator<Item = (ScopeKind, String)> {
        Words(&self.scopes).filter_map(|word| {
            let word = word.ok()?;
            let (kind, slug) = word.split_once('/').unwrap_or((&word, ""));
            let kind = ScopeKind::ALL.into_iter().find(|known| known.name() == kind)?;
            Some((kind, slug.to_owned()))
        })
    }

    /// Whether it records that the post has left the site.
    pub fn is_withdrawn(&self) -> bool {
        self.withdrawn.is_some()
    }

    /// The words for scopes, as they stand in a line.
    pub fn scope_words<'a>(scopes: impl Iterator<Item = (ScopeKind, &'a str)>) -> Box<str> {
        let mut words = String::new();
        for (kind, slug) in scopes {
            if !words.is_empty() {
                words.push(' ');
            }
            let word = if slug.is_empty() {
                kind.name().to_owned()
            } else {
                format!("{}/{slug}", kind.name())
            };
            words.push_str(&quoted(&word));
        }
        words.into()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, id, permalink) = (quoted(&self.path), quoted(&self.id), quoted(&self.permalink));
        write!(f, "{path} {id} {permalink} {}", self.content)?;
        if let Some(moment) = self.withdrawn {
            let moment = moment.to_rfc3339_opts(SecondsFormat::Secs, true);
            write!(f, " {WITHDRAWN}{moment}")?;
        }
        if !self.scopes.is_empty() {
            f.write_char(' ')?;
            f.write_str(&self.scopes)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_reads_as_it_is_documented() {
        let text = "news/a.md tag:felix.example,2007:/news/a/ /news/a/ 0123456789abcdef0123456789abcdef \
                    withdrawn:2026-11-24T08:00:00Z site category/news \"author/Ada L\"";
        let line = Line::parse(text).unwrap();
        assert_eq!(&*line.path, "news/a.md");
        assert_eq!(&*line.id, "tag:felix.example,2007:/news/a/");
        assert_eq!(line.withdrawn, "2026-11-24T08:00:00Z".parse().ok());
        let scopes: Vec<_> = line.scopes().collect();
        assert_eq!(
            scopes,
            [
                (ScopeKind::Site, String::new()),
                (ScopeKind::Category, "news".into()),
                (ScopeKind::Author, "Ada L".into())
            ]
        );
        assert_eq!(line.to_string(), text);
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        for (text, wrong) in [
            ("news/a.md", "the id is missing"),
            ("a b c d", "“d” is no digest of 32 hexadecimal digits"),
            ("\"a b c d", "a quotation mark is not closed"),
            (
                "a b c 0123456789abcdef0123456789abcdef withdrawn:soon",
                "“soon” is no moment such as 2026-05-31T14:00:00Z",
            ),
        ] {
            assert_eq!(Line::parse(text).unwrap_err(), wrong, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_line_reads_back_as_it_was_written(
            path in ".+", id in ".+", permalink: String, slug: String, seconds in proptest::option::of(0_i64..4_000_000_000)
        ) {
            let line = Line {
                path: path.as_str().into(),
                id: id.as_str().into(),
                permalink: permalink.into(),
                content: Digest::of(id.as_bytes()),
                withdrawn: seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
                scopes: Line::scope_words([(ScopeKind::Site, ""), (ScopeKind::Tag, &*slug)].into_iter()),
            };
            let text = line.to_string();
            prop_assert!(!text.contains('\n'));
            prop_assert_eq!(Line::parse(&text), Ok(line));
        }
    }
}
