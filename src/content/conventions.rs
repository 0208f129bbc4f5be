//! What the site's own generator is told: the part of its configuration that decides what its files
//! mean. Read when Newswire starts, and again when a file of it changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::content::fields::inherited::Defaults;
use crate::content::fields::visibility::date_fields::DateFields;
use crate::content::post::{AuthorRecord, TemplateEngine};
use crate::vocabulary::{DateOrder, Dialect, Digest, Hasher, PermalinkPattern};

/// The rules of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The generator.
    pub dialect: Option<Dialect>,
    /// The order of dates of digits alone.
    pub date_order: Option<DateOrder>,
    /// Which fields Hugo reads a post's dates from.
    pub date_fields: DateFields,
    /// Patterns of the posts below a folder of the content directory; the longest folder counts.
    pub permalinks: Vec<(String, PermalinkPattern)>,
    /// The main language, and the pattern of posts in any other (Pelican's `ARTICLE_LANG_URL`).
    pub translated: Option<(String, PermalinkPattern)>,
    /// What goes before every path: Docusaurus' `routeBasePath`. No outer slashes.
    pub base: String,
    /// Whether addresses end in a slash, where the site says so.
    pub trailing_slash: Option<bool>,
    /// Front matter that posts have unless they say otherwise; later ones count more. No part of the
    /// digest: what a post has of them is part of its own.
    pub defaults: Vec<Defaults>,
    /// Whether what is nearer replaces what is farther away, lists and mappings too (Eleventy's
    /// `setDataDeepMerge(false)`).
    pub replaces_data: bool,
    /// Where the content directory lies in the folder that the paths of `defaults` start from; empty if it
    /// is that folder.
    pub inside: String,
    /// The filters of dates that the site's script defines, each with what it makes as a pattern of
    /// permalinks: `{year}/{month}`.
    pub date_filters: BTreeMap<String, String>,
    /// What the generator is told to pass over: patterns as in `.gitignore`, relative to the content
    /// directory.
    pub ignored: Vec<String>,
    /// Author records kept outside of the content, by the id that posts use.
    pub authors: BTreeMap<String, Arc<AuthorRecord>>,
    /// The languages of a site that has more than one, the main one first.
    pub languages: Vec<String>,
    /// Whether the main language has a folder in addresses like the others.
    pub main_language_in_path: bool,
    /// Whether names keep their capitals in addresses (Hugo's `disablePathToLower`).
    pub keeps_case: bool,
    /// The author of posts that name none.
    pub author: Option<String>,
    /// Whether a slug is made of the title, not of the file's name (Pelican's `SLUGIFY_SOURCE`).
    pub slug_from_title: bool,
    /// Whether the slug is what follows the date in a file's name (a group of Pelican's
    /// `FILENAME_METADATA`).
    pub slug_after_date: bool,
    /// Whether every file is a post, though the generator has a folder for them: the content
    /// directory is Jekyll's `_posts` itself.
    pub posts_are_anywhere: bool,
    /// What carries out templates in Markdown, where the site says so (Eleventy's `markdownTemplateEngine`).
    pub markdown_templates: Option<TemplateEngine>,
    /// The same in HTML.
    pub html_templates: Option<TemplateEngine>,
}

/// [`Rules`], sealed with their digest: it is wanted for every feed, and they never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conventions {
    rules: Rules,
    digest: Digest,
}

impl Default for Conventions {
    fn default() -> Self {
        Conventions::new(Rules::default())
    }
}

impl Conventions {
    /// Seals the rules of a site.
    pub fn new(rules: Rules) -> Self {
        let mut rules = rules;
        let defaults = std::mem::take(&mut rules.defaults);
        // What is shown for debugging holds every field, and nothing else.
        let digest = Digest::of(format!("{rules:?}").as_bytes());
        rules.defaults = defaults;
        Conventions { rules, digest }
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Adds everything that can change what a post says, but for what is handed down to it alone.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        hasher.digest(self.digest);
    }
}

impl Rules {
    /// The pattern for posts in a folder, if the generator's configuration has one, and what of the
    /// folder is below the one it is for.
    pub(in crate::content) fn permalink<'f>(&self, folders: &'f str) -> Option<(&'f str, &PermalinkPattern)> {
        self.permalinks
            .iter()
            .filter(|(folder, _)| is_within(folders, folder))
            .max_by_key(|(folder, _)| folder.len())
            .map(|(folder, pattern)| (folders[folder.len()..].trim_start_matches('/'), pattern))
    }
}

fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_folder_has_the_pattern() {
        let pattern = |text| PermalinkPattern::parse(text).unwrap();
        let rules = Rules {
            permalinks: vec![
                (String::new(), pattern("/all/{slug}")),
                ("news".into(), pattern("/n/{slug}")),
            ],
            ..Rules::default()
        };
        assert_eq!(rules.permalink("news/2024").unwrap().1.as_str(), "/n/{slug}");
        assert_eq!(rules.permalink("newsroom").unwrap().1.as_str(), "/all/{slug}");
    }

    #[test]
    fn other_rules_have_another_digest() {
        let other = Rules {
            keeps_case: true,
            ..Rules::default()
        };
        assert_ne!(Conventions::new(other).digest, Conventions::default().digest);
    }
}
