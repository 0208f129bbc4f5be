//! Where a post lives on its site, by the rules of the site's generator.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, FixedOffset};

use super::dialect::Dialect;
use super::field;
use super::front_matter::{Map, Value};
use super::id;
use super::location::Location;
use super::permalink::{self, PermalinkParts, PermalinkPattern};
use super::settings::ContentSettings;
use super::slug::slug as slug_of_name;

/// What a permalink depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) location: Location<'a>,
    /// The file's name without the date that it may start with.
    pub(super) bare_name: &'a str,
    /// Whether it starts with one.
    pub(super) dated_name: bool,
    pub(super) map: &'a Map,
    pub(super) title: Option<&'a str>,
    pub(super) categories: &'a [Box<str>],
    pub(super) author: Option<&'a str>,
    pub(super) language: Option<&'a str>,
    pub(super) date: DateTime<FixedOffset>,
    pub(super) dialect: Option<Dialect>,
    pub(super) settings: &'a ContentSettings,
}

impl Subject<'_> {
    /// The post's path: absolute, percent-encoded.
    pub(super) fn permalink(&self) -> String {
        match self.written() {
            Some(path) => path,
            None if self.dialect == Some(Dialect::Docusaurus) => self.docusaurus(),
            None => self.fill(self.pattern()),
        }
    }

    fn pattern(&self) -> &PermalinkPattern {
        let settings = self.settings;
        settings
            .conventions
            .rules()
            .permalink(self.location.folders)
            .unwrap_or(&settings.permalink)
    }

    /// The address that the front matter gives.
    fn written(&self) -> Option<String> {
        let text = |key| field::first_text(self.map, &[key]);
        let absolute = |written: &str| {
            let path = id::path_of(written)?;
            Some(permalink::encode_path(&path))
        };
        match self.dialect {
            Some(Dialect::Jekyll | Dialect::Eleventy) => {
                let written = text("permalink")?;
                let pattern = match written.as_str() {
                    "date" => "/:categories/:year/:month/:day/:title.html".to_owned(),
                    "pretty" => "/:categories/:year/:month/:day/:title/".to_owned(),
                    "ordinal" => "/:categories/:year/:y_day/:title.html".to_owned(),
                    "weekdate" => "/:categories/:year/W:week/:short_day/:title.html".to_owned(),
                    "none" => "/:categories/:title.html".to_owned(),
                    _ => eleventy_pattern(&written),
                };
                let pattern = if pattern.starts_with('/') {
                    pattern
                } else {
                    format!("/{pattern}")
                };
                let path = match PermalinkPattern::parse(&pattern) {
                    Ok(pattern) => self.fill(&pattern),
                    Err(_) => absolute(&pattern)?,
                };
                Some(without_index(&path).to_owned())
            }
            Some(Dialect::Zola) => {
                let path = text("path")?;
                Some(permalink::encode_path(&format!("/{}/", path.trim_matches('/'))))
            }
            Some(Dialect::Pelican) => {
                let url = text("url").or_else(|| text("save_as"))?;
                absolute(without_index(&url))
            }
            Some(Dialect::Docusaurus) => {
                let slug = text("slug")?;
                Some(self.below_base(slug.trim_matches('/')))
            }
            Some(Dialect::Astro) => {
                let slug = text("slug")?;
                let slug = slug.trim_matches('/');
                let pattern = self.pattern();
                Some(self.fill_with(pattern, slug))
            }
            Some(Dialect::Hugo) | None => {
                let url = text("url").or_else(|| text("permalink").filter(|_| self.dialect.is_none()))?;
                absolute(&url)
            }
        }
    }

    /// Docusaurus: the day of the name, if it has one, and the rest of the path.
    fn docusaurus(&self) -> String {
        let folders = self.location.folders;
        let path = if self.dated_name {
            let date = self.date;
            // The day as the file's name has it, which is the date unless the front matter differs.
            let in_name = self.location.name.len().saturating_sub(self.bare_name.len());
            let day = self.location.name.get(..in_name).map_or_else(
                || format!("{}/{:02}/{:02}", date.year(), date.month(), date.day()),
                |day| day.trim_end_matches('-').replace('-', "/"),
            );
            [&day, folders, self.bare_name].join("/")
        } else {
            [folders, self.bare_name].join("/")
        };
        self.below_base(path.trim_matches('/'))
    }

    fn below_base(&self, path: &str) -> String {
        let rules = self.settings.conventions.rules();
        let mut path = format!("/{}/{path}", rules.base);
        while path.contains("//") {
            path = path.replace("//", "/");
        }
        if rules.trailing_slash == Some(true) && !path.ends_with('/') {
            path.push('/');
        }
        permalink::encode_path(&path)
    }

    fn fill(&self, pattern: &PermalinkPattern) -> String {
        let slug = field::first_text(self.map, &["slug"]);
        let slug = match self.dialect {
            Some(Dialect::Astro) => None,
            _ => slug,
        };
        match slug {
            Some(slug) => {
                let slug = self.segment(&slug);
                self.fill_with(pattern, &slug)
            }
            None if self.settings.conventions.rules().slug_from_title => {
                let title = self.title_slug();
                self.fill_with(pattern, &title)
            }
            None => {
                let name = match self.dialect {
                    Some(Dialect::Hugo) => self.location.name,
                    _ => self.bare_name,
                };
                self.fill_parts(pattern, &self.segment(name), false)
            }
        }
    }

    fn fill_with(&self, pattern: &PermalinkPattern, slug: &str) -> String {
        self.fill_parts(pattern, slug, true)
    }

    fn fill_parts(&self, pattern: &PermalinkPattern, slug: &str, has_slug: bool) -> String {
        let rules = self.settings.conventions.rules();
        let title = self.title_slug();
        let name = self.segment(if self.dialect == Some(Dialect::Hugo) {
            self.location.name
        } else {
            self.bare_name
        });
        let folders: Vec<Cow<'_, str>> = self
            .location
            .folders
            .split('/')
            .map(|folder| self.segment(folder))
            .collect();
        let in_address = |name: &str| match self.dialect {
            Some(Dialect::Jekyll) => name.to_lowercase().replace(' ', "%20"),
            _ => slug_of_name(name),
        };
        let categories: Vec<String> = self.categories.iter().map(|name| in_address(name)).collect();
        let is_jekyll = self.dialect == Some(Dialect::Jekyll);
        let mut path = pattern.fill(&PermalinkParts {
            folders: &folders.join("/"),
            slug,
            slug_or_title: if has_slug || is_jekyll { slug } else { &title },
            title: if is_jekyll { slug } else { &title },
            file_name: &name,
            category: categories.first().map_or("", String::as_str),
            categories: &categories.join("/"),
            author: &self.author.map(slug_of_name).unwrap_or_default(),
            language: self.language.unwrap_or_default(),
            date: self.date_in_address(),
        });
        if let Some(language) = self.language_in_path()
            && matches!(self.dialect, Some(Dialect::Hugo | Dialect::Zola) | None)
        {
            path.insert_str(0, &format!("/{language}"));
        }
        if rules.trailing_slash == Some(false) && path.len() > 1 {
            path.truncate(path.trim_end_matches('/').len());
        }
        path
    }

    /// The language that goes before the path: that of the file's name or folder, but for the main one.
    fn language_in_path(&self) -> Option<&str> {
        let rules = self.settings.conventions.rules();
        let language = self.location.language?;
        let main = rules.languages.first().map_or("en", String::as_str);
        (language != main || rules.main_language_in_path).then_some(language)
    }

    /// Jekyll writes every date in the site's zone, the others in the date's own.
    fn date_in_address(&self) -> DateTime<FixedOffset> {
        if self.dialect == Some(Dialect::Jekyll) {
            self.date.with_timezone(&self.settings.time_zone).fixed_offset()
        } else {
            self.date
        }
    }

    fn title_slug(&self) -> String {
        self.title.map_or_else(
            || self.segment(self.bare_name).into_owned(),
            |title| match self.dialect {
                Some(Dialect::Hugo) => hugo_segment(title, false),
                Some(Dialect::Pelican) => pelican_slug(title),
                _ => slug_of_name(title),
            },
        )
    }

    /// A file or folder name, or a slug, as a segment of the address.
    fn segment<'n>(&self, name: &'n str) -> Cow<'n, str> {
        match self.dialect {
            Some(Dialect::Zola) => {
                let plain = name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                if plain {
                    Cow::Borrowed(name)
                } else {
                    // The crate that Zola itself uses.
                    Cow::Owned(::slug::slugify(name))
                }
            }
            Some(Dialect::Jekyll) => jekyll_segment(name),
            Some(Dialect::Eleventy | Dialect::Docusaurus | Dialect::Pelican) => Cow::Borrowed(name),
            Some(Dialect::Hugo) | None => {
                let keeps_case = self.settings.conventions.rules().keeps_case;
                if name.is_ascii()
                    && name
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
                {
                    Cow::Borrowed(name)
                } else {
                    Cow::Owned(hugo_segment(name, keeps_case))
                }
            }
            Some(Dialect::Astro) => Cow::Owned(github_slug(name)),
        }
    }
}

/// Hugo's `urlize`: spaces to hyphens, signs away, letters of all scripts stay.
fn hugo_segment(name: &str, keeps_case: bool) -> String {
    let mut segment = String::with_capacity(name.len());
    let mut after_hyphen = false;
    for c in name.trim().chars() {
        if c.is_whitespace() {
            if !after_hyphen {
                segment.push('-');
            }
            after_hyphen = true;
        } else if c.is_alphanumeric()
            || matches!(c, '.' | '-' | '_' | '/' | '#' | '+' | '~' | '@')
            || matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{e7f}')
        {
            after_hyphen = c == '-';
            segment.push(c);
        }
    }
    if keeps_case {
        segment
    } else {
        segment.to_lowercase()
    }
}

/// Jekyll's slugs of file names: what is no letter or digit is one hyphen, capitals stay.
fn jekyll_segment(name: &str) -> Cow<'_, str> {
    let is_kept = |c: char| c.is_alphanumeric() || "._~!$&'()+,;=@-".contains(c);
    if name.chars().all(is_kept) {
        return Cow::Borrowed(name);
    }
    let words: Vec<&str> = name
        .split(|c| !is_kept(c))
        .filter(|word| !word.is_empty())
        .collect();
    Cow::Owned(words.join("-"))
}

/// The slugs of github-slugger: lower case, signs away, each space one hyphen.
fn github_slug(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_' | '/') => Some(c),
            _ => None,
        })
        .collect()
}

/// Pelican's slugs: signs away, then runs of spaces and hyphens to one hyphen.
fn pelican_slug(title: &str) -> String {
    let plain: String = deunicoded(title)
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '-' | '_'))
        .collect();
    let words: Vec<&str> = plain
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").to_lowercase()
}

/// Letters without their accents, word by word, by way of the crate that knows them.
fn deunicoded(title: &str) -> String {
    if title.is_ascii() {
        return title.to_owned();
    }
    title
        .split_whitespace()
        .map(|word| {
            if word.is_ascii() {
                word.to_owned()
            } else {
                ::slug::slugify(word)
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The few expressions of Eleventy's permalinks that need no template language.
fn eleventy_pattern(written: &str) -> String {
    let mut pattern = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, after)) = after.split_once("}}") else {
            break;
        };
        pattern.push_str(before);
        let expression = inside.split('|').next().unwrap_or("").trim();
        pattern.push_str(match expression {
            "page.fileSlug" | "slug" => "{slug}",
            "title" => "{title}",
            "page.filePathStem" => "/{sections}/{slug}",
            _ => "{{unknown}}",
        });
        rest = after;
    }
    pattern.push_str(rest);
    pattern
}

fn without_index(path: &str) -> &str {
    path.strip_suffix("index.html").unwrap_or(path)
}

/// Whether Eleventy writes no page for a post: `permalink: false`.
pub(super) fn has_no_page(map: &Map) -> bool {
    matches!(map.get("permalink"), Some(Value::Bool(false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_segments_as_each_generator_makes_them() {
        for (name, hugo, jekyll, github, pelican) in [
            ("A Story", "a-story", "A-Story", "a-story", "a-story"),
            ("v1.2_x", "v1.2_x", "v1.2_x", "v12_x", "v12_x"),
            ("What's new?", "whats-new", "What's-new", "whats-new", "whats-new"),
            ("a  --  b", "a---b", "a----b", "a------b", "a-b"),
            ("Écoute", "écoute", "Écoute", "écoute", "ecoute"),
        ] {
            assert_eq!(hugo_segment(name, false), hugo, "hugo");
            assert_eq!(jekyll_segment(name), jekyll, "jekyll");
            assert_eq!(github_slug(name), github, "astro");
            assert_eq!(pelican_slug(name), pelican, "pelican");
        }
    }

    #[test]
    fn expressions_of_eleventy_become_tokens() {
        assert_eq!(
            eleventy_pattern("/blog/{{ page.fileSlug | slug }}/index.html"),
            "/blog/{slug}/index.html"
        );
    }
}
