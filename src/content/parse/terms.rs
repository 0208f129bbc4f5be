//! What a post is filed under: categories, tags, people, a language.

use super::post_parser::PostParser;
use crate::content::fields::{author, field, language};
use crate::content::file::front_matter::Value;
use crate::content::post::Byline;
use crate::vocabulary::Dialect;

impl PostParser<'_> {
    /// Categories, in order. Jekyll splits a string of them at its spaces and counts the folders
    /// above `_posts` in; Pelican takes the folder where nothing is said,
    /// by its configuration either.
    pub(super) fn categories(&self) -> Vec<Box<str>> {
        let mut categories = field::list(self.map, field::CATEGORIES);
        match self.dialect {
            Some(Dialect::Jekyll) => {
                if let Some(Value::Text(text)) = self.map.get("categories") {
                    categories = text.split_whitespace().map(Into::into).collect();
                }
                let above = self
                    .location
                    .folders
                    .split('/')
                    .filter(|folder| !folder.is_empty());
                let mut all: Vec<Box<str>> = above.map(Into::into).collect();
                categories.retain(|name| !all.contains(name));
                all.append(&mut categories);
                categories = all;
            }
            Some(Dialect::Pelican) if categories.is_empty() && self.map.get("category").is_none() => {
                let folder = self
                    .location
                    .folders
                    .rsplit('/')
                    .next()
                    .filter(|name| !name.is_empty());
                categories.extend(folder.map(Into::into));
            }
            _ => {}
        }
        categories
    }

    /// Tags, in order. Pelican separates them by commas, Jekyll by spaces.
    pub(super) fn tags(&self) -> Vec<Box<str>> {
        let separator: fn(char) -> bool = match self.dialect {
            Some(Dialect::Pelican) => |c| c == ',',
            Some(Dialect::Jekyll) => char::is_whitespace,
            _ => return field::list(self.map, field::TAGS),
        };
        match field::first(self.map, field::TAGS) {
            Some(("tags", Value::Text(text))) => {
                let tags = text.split(separator).map(str::trim);
                tags.filter(|tag| !tag.is_empty()).map(Into::into).collect()
            }
            _ => field::list(self.map, field::TAGS),
        }
    }

    /// Who wrote it: what the post says, else the author of the whole site.
    pub(super) fn bylines(&mut self) -> Vec<Byline> {
        let rules = self.settings.conventions.rules();
        let Some((key, value)) = field::first(self.map, field::AUTHORS) else {
            return rules
                .author
                .iter()
                .map(|name| Byline::named(name.as_str()))
                .collect();
        };
        let is_id = |text: &str| rules.authors.contains_key(text.trim());
        let (bylines, doubt) = author::bylines(value, self.dialect, &is_id);
        if doubt {
            self.warn(
                "byline-in-doubt",
                self.place(key),
                "the comma in the byline may separate two people or not, so it is taken for one name",
                "write a list, with one person an item: authors: [\"Ada Lovelace\", \"Charles Babbage\"]",
            );
        }
        bylines
    }

    /// The language that the post says it is in, else the one in its path.
    pub(super) fn language(&mut self) -> Option<String> {
        let Some(written) = field::first_text(self.map, field::LANGUAGE) else {
            return self.location.language.map(str::to_owned);
        };
        let tag = language::tag(&written);
        if tag.is_none() {
            let key = field::first(self.map, field::LANGUAGE).map_or("language", |(key, _)| key);
            self.warn(
                "bad-language",
                self.place(key),
                &format!("“{written}” is no language tag, so the post is taken to be in the site's language"),
                "write a tag such as en, en-GB or zh-Hant",
            );
        }
        tag
    }
}
