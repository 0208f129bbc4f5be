//! A post's headline, written or found.

use super::post_parser::PostParser;
use crate::content::fields::field;
use crate::content::fields::title;
use crate::content::file::front_matter::Split;
use crate::vocabulary::Dialect;

/// A post's headline, and where its text begins.
pub(super) struct Headline<'a> {
    pub(super) title: Option<String>,
    pub(super) body: &'a str,
    pub(super) body_line: u32,
}

impl<'a> PostParser<'a> {
    /// What the front matter says. Where that has no headline, Docusaurus takes the first heading, which
    /// is then no part of the text, and Jekyll the words of the post's name.
    pub(super) fn headline(&self, bare_name: &str) -> Headline<'a> {
        let Split { body, body_line, .. } = *self.split;
        let none = Headline {
            title: None,
            body,
            body_line,
        };
        if let Some(written) = field::first_text(self.map, field::TITLE) {
            return Headline {
                title: Some(title::plain(&written)),
                ..none
            };
        }
        match self.dialect {
            Some(Dialect::Docusaurus) => {
                let is_before = |line: &str| line.trim().is_empty() || line.starts_with("import ");
                let mut start = 0;
                for (count, line) in (0..).zip(body.split_inclusive('\n')) {
                    start += line.len();
                    if let Some(heading) = line.strip_prefix("# ") {
                        let heading = heading.trim().trim_end_matches('#');
                        let heading = heading.split("{#").next().unwrap_or(heading);
                        let Some(heading) = without_comments(heading) else {
                            return none;
                        };
                        return Headline {
                            title: Some(title::plain(&heading.replace('`', "")))
                                .filter(|title| !title.is_empty()),
                            body: &body[start..],
                            body_line: body_line + count + 1,
                        };
                    }
                    if !is_before(line) {
                        break;
                    }
                }
                none
            }
            Some(Dialect::Jekyll) => {
                let slug = field::first_text(self.map, &["slug"]);
                let words = slug.as_deref().unwrap_or(bare_name).split('-');
                let words: Vec<String> = words.filter(|word| !word.is_empty()).map(capitalized).collect();
                Headline {
                    title: Some(words.join(" ")).filter(|title| !title.is_empty()),
                    ..none
                }
            }
            _ => none,
        }
    }
}

/// A heading without comments; none if one goes on below it.
fn without_comments(heading: &str) -> Option<String> {
    let mut shown = heading.to_owned();
    for (open, close) in [("{/*", "*/}"), ("<!--", "-->")] {
        while let Some(start) = shown.find(open) {
            let end = start + shown[start..].find(close)? + close.len();
            shown.replace_range(start..end, "");
        }
    }
    Some(shown)
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first
            .to_uppercase()
            .chain(chars.flat_map(char::to_lowercase))
            .collect()
    })
}
