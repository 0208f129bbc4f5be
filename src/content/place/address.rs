//! Where a post lives on its site, by the rules of the site's generator.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};
use url::Url;

use super::dated_name;
use super::id;
use super::location::Location;
use super::template_address;
use crate::content::conventions::Rules;
use crate::content::fields::field;
use crate::content::file::front_matter::{Map, Value};
use crate::content::settings::ContentSettings;
use crate::vocabulary::{
    Dialect, PermalinkPattern, nfc,
    permalink::{self, PermalinkParts},
    segment,
    slug::unbounded as slug_of_name,
};

/// What a permalink depends on.
#[derive(Clone, Copy, Debug)]
pub(in crate::content) struct PermalinkInput<'a> {
    pub(in crate::content) path: &'a str,
    pub(in crate::content) location: Location<'a>,
    /// The file's name without the date that it may start with.
    pub(in crate::content) bare_name: &'a str,
    /// Whether it starts with one.
    pub(in crate::content) dated_name: bool,
    pub(in crate::content) map: &'a Map,
    pub(in crate::content) title: Option<&'a str>,
    pub(in crate::content) categories: &'a [Box<str>],
    pub(in crate::content) author: Option<&'a str>,
    pub(in crate::content) language: Option<&'a str>,
    pub(in crate::content) date: DateTime<FixedOffset>,
    pub(in crate::content) dialect: Option<Dialect>,
    pub(in crate::content) settings: &'a ContentSettings,
}

impl PermalinkInput<'_> {
    /// The post's path: absolute, percent-encoded.
    pub(in crate::content) fn permalink(&self) -> String {
        match self.written() {
            Some(path) => path,
            None if self.dialect == Some(Dialect::Docusaurus) => self.docusaurus(),
            None => self.fill(self.pattern()),
        }
    }

    fn pattern(&self) -> &PermalinkPattern {
        let rules = self.settings.conventions.rules();
        if let Some((main, pattern)) = &rules.translated
            && self.language.is_some_and(|language| language != main)
        {
            return pattern;
        }
        rules
            .permalink(self.location.folders)
            .map_or(&self.settings.permalink, |(_, pattern)| pattern)
    }

    /// The folders as segments, and those below the one that the pattern is for.
    fn folders(&self) -> (String, String) {
        let rules = self.settings.conventions.rules();
        let folders = self.location.folders;
        let below = match rules.permalink(folders) {
            Some((below, _)) => below,
            None => folders,
        };
        let segments = |folders: &str| -> String {
            let segments: Vec<_> = folders.split('/').map(|folder| self.segment(folder)).collect();
            segments.join("/")
        };
        (segments(folders), segments(below))
    }

    /// The address that the front matter gives.
    fn written(&self) -> Option<String> {
        // Eleventy's `permalink: false` is no address.
        let text = |key| match self.map.get(key) {
            Some(Value::Bool(_)) => None,
            _ => field::first_text(self.map, &[key]),
        };
        let absolute = |written: &str| {
            let path = id::path_of(written)?;
            Some(permalink::encode_path(&path))
        };
        match self.dialect {
            Some(Dialect::Jekyll | Dialect::Eleventy) => {
                let is_jekyll = self.dialect == Some(Dialect::Jekyll);
                let rules = self.settings.conventions.rules();
                let written = text("permalink")?;
                let pattern = match written.as_str() {
                    "date" => "/:categories/:year/:month/:day/:title.html".to_owned(),
                    "pretty" => "/:categories/:year/:month/:day/:title/".to_owned(),
                    "ordinal" => "/:categories/:year/:y_day/:title.html".to_owned(),
                    "weekdate" => "/:categories/:year/W:week/:short_day/:title.html".to_owned(),
                    "none" => "/:categories/:title.html".to_owned(),
                    _ if is_jekyll => written,
                    _ => template_address::pattern(&written, &rules.date_filters)?,
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
                Some(self.fill_parts(self.pattern(), slug, true))
            }
            Some(Dialect::Hugo) | None => {
                let url = text("url").or_else(|| text("permalink").filter(|_| self.dialect.is_none()))?;
                absolute(&url)
            }
        }
    }

    /// Docusaurus: the day of the path, if it has one, and the rest of it.
    fn docusaurus(&self) -> String {
        match dated_name::docusaurus(self.path) {
            Some((_, path)) => self.below_base(&path),
            None => {
                let path = [self.location.folders, self.bare_name].join("/");
                self.below_base(path.trim_matches('/'))
            }
        }
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
        let rules = self.settings.conventions.rules();
        let slug = field::first_text(self.map, &["slug"]);
        // One that leads elsewhere is none.
        let slug = slug.filter(|slug| !permalink::is_dot_segment(slug.trim_matches('/')));
        let slug = slug.filter(|_| self.dialect != Some(Dialect::Astro));
        match slug {
            Some(slug) => self.fill_parts(pattern, &self.segment(&slug), true),
            None if rules.slug_from_title && !(rules.slug_after_date && self.dated_name) => {
                self.fill_parts(pattern, &self.title_slug(), true)
            }
            None => {
                let name = match self.dialect {
                    Some(Dialect::Hugo) if !rules.slug_after_date => self.location.name,
                    _ => self.bare_name,
                };
                self.fill_parts(pattern, &self.segment(name), false)
            }
        }
    }

    fn fill_parts(&self, pattern: &PermalinkPattern, slug: &str, has_slug: bool) -> String {
        let rules = self.settings.conventions.rules();
        let title = self.title_slug();
        let name = self.segment(if self.dialect == Some(Dialect::Hugo) {
            self.location.name
        } else {
            self.bare_name
        });
        let (folders, below) = self.folders();
        let is_jekyll = self.dialect == Some(Dialect::Jekyll);
        let mut categories: Vec<String> = Vec::with_capacity(self.categories.len());
        for name in self.categories {
            let name = if is_jekyll {
                nfc::compose(name).to_lowercase()
            } else {
                slug_of_name(name)
            };
            if !categories.contains(&name) {
                categories.push(name);
            }
        }
        // Jekyll's `:slug` and `:name` are plainer than its `:title`.
        let plain = is_jekyll.then(|| segment::jekyll_plain(slug));
        let name = if is_jekyll {
            segment::jekyll_plain(self.location.name).into()
        } else {
            name
        };
        let title = if is_jekyll { slug } else { &title };
        let mut path = pattern.fill(&PermalinkParts {
            folders: &folders,
            below: &below,
            slug: plain.as_deref().unwrap_or(slug),
            slug_or_title: plain.as_deref().unwrap_or(if has_slug { slug } else { title }),
            title,
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
                Some(Dialect::Hugo) => segment::hugo(&nfc::compose(title), false),
                Some(Dialect::Pelican) => segment::pelican(&nfc::compose(title)),
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
            Some(Dialect::Jekyll) => Cow::Owned(segment::jekyll(name)),
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
                    Cow::Owned(segment::hugo(name, keeps_case))
                }
            }
            Some(Dialect::Astro) => Cow::Owned(segment::github(name)),
        }
    }
}

/// The field that gives the post's address in a dialect, and what is written in it.
pub(in crate::content) fn written_field(
    map: &Map,
    dialect: Option<Dialect>,
) -> Option<(&'static str, String)> {
    let keys: &[&'static str] = match dialect {
        Some(Dialect::Jekyll | Dialect::Eleventy) => &["permalink"],
        Some(Dialect::Zola) => &["path"],
        Some(Dialect::Pelican) => &["url", "save_as"],
        Some(Dialect::Docusaurus | Dialect::Astro) => &["slug"],
        Some(Dialect::Hugo) => &["url"],
        None => &["url", "permalink"],
    };
    keys.iter()
        .find_map(|key| Some((*key, field::first_text(map, &[key])?)))
}

/// The host that a written address names, if it names one.
pub(in crate::content) fn host_of(written: &str) -> Option<String> {
    let url = if written.starts_with("//") {
        Url::parse(&format!("https:{written}"))
    } else {
        Url::parse(written)
    };
    url.ok()?.host_str().map(str::to_owned)
}

fn without_index(path: &str) -> &str {
    path.strip_suffix("index.html").unwrap_or(path)
}

/// Whether the front matter gives an address that can't be read: a template of Eleventy's.
pub(in crate::content) fn is_unread(map: &Map, dialect: Option<Dialect>, rules: &Rules) -> bool {
    dialect == Some(Dialect::Eleventy)
        && !matches!(map.get("permalink"), Some(Value::Bool(_)))
        && field::first_text(map, &["permalink"])
            .is_some_and(|written| template_address::pattern(&written, &rules.date_filters).is_none())
}
