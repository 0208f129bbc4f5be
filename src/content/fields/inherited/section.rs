//! A section's own file, `_index.md`: no post, but what it says may hold for the posts below it.

use std::sync::Arc;

use super::{Defaults, Target};
use crate::content::fields::field;
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::file::front_matter::{Map, Value};
use crate::content::place::location::{self, Location};
use crate::content::settings::ContentSettings;
use crate::vocabulary::{Dialect, Digest};

/// What a section's file hands down.
#[derive(Clone, Debug)]
pub struct Section {
    /// The file.
    pub path: Arc<str>,
    /// The digest of its bytes.
    pub content: Digest,
    /// The file as text.
    pub text: Box<str>,
    /// The language of the posts that it is about; `None` if it is about all.
    pub(super) language: Option<Box<str>>,
    /// What it says of which posts; the first that speaks of a post counts.
    pub(super) defaults: Vec<Defaults>,
}

/// Whether a file is a section's, by its name: the record of an author is none.
pub fn is_section_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("_index.") && location::author_id(path).is_none()
}

impl Section {
    /// Reads the file at a path, if sections' files hand anything down on this site.
    pub(in crate::content) fn read(
        path: &Arc<str>,
        text: &str,
        content: Digest,
        map: &Map,
        settings: &ContentSettings,
    ) -> Self {
        let mut section = Section::new(path, text, content, settings);
        section.defaults = match settings.conventions.rules().dialect {
            Some(Dialect::Zola) => zola(path, map),
            Some(Dialect::Hugo) | None => cascade(map.get("cascade"), path),
            Some(_) => Vec::new(),
        };
        section
    }

    fn new(path: &Arc<str>, text: &str, content: Digest, settings: &ContentSettings) -> Self {
        let rules = settings.conventions.rules();
        let location = Location::of(path, &rules.languages);
        let language = match rules.dialect {
            Some(Dialect::Zola) => None,
            _ => location
                .language
                .or_else(|| rules.languages.first().map(String::as_str)),
        };
        Section {
            path: Arc::clone(path),
            content,
            text: text.into(),
            language: language.map(Into::into),
            defaults: Vec::new(),
        }
    }

    /// The same file, broken: what it said last stands, and so does what is still to be made out that keeps
    /// posts back.
    pub fn broken(
        path: &Arc<str>,
        last: Option<&Section>,
        withdrawal: Withdrawal,
        settings: &ContentSettings,
    ) -> Self {
        let mut section = match last {
            Some(last) => last.clone(),
            None => Section::new(path, "", Digest::of(b""), settings),
        };
        let mut values = Map::default();
        if withdrawal.unpublished {
            values.0.push(("draft".to_owned(), Value::Bool(true)));
        }
        if let Some(expires) = withdrawal.expires {
            values
                .0
                .push(("expiryDate".to_owned(), Value::Text(expires.to_rfc3339())));
        }
        if !values.0.is_empty() {
            let is_final = settings.conventions.rules().dialect == Some(Dialect::Zola);
            let defaults = Defaults {
                is_final,
                ..Defaults::new(Target::all(), values, path)
            };
            section.defaults.insert(0, defaults);
        }
        section
    }

    /// The folder it is in; empty at the top.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Whether it is about posts in a language.
    pub(super) fn is_for(&self, language: Option<&str>) -> bool {
        self.language
            .as_deref()
            .is_none_or(|own| language.is_some_and(|language| own.eq_ignore_ascii_case(language)))
    }

    /// Whether it says the same of the same posts.
    pub(super) fn is_like(&self, other: &Section) -> bool {
        self.language == other.language && self.defaults == other.defaults
    }
}

/// Zola passes over the whole folder of a draft, whatever its posts say.
fn zola(path: &Arc<str>, map: &Map) -> Vec<Defaults> {
    if map.get("draft").and_then(field::truth) != Some(true) {
        return Vec::new();
    }
    let values = Map(vec![("draft".to_owned(), Value::Bool(true))]);
    vec![Defaults {
        is_final: true,
        ..Defaults::new(Target::all(), values, path)
    }]
}

/// Hugo's `cascade`: one mapping, or several, each with a target of its own.
pub fn cascade(cascade: Option<&Value>, origin: &str) -> Vec<Defaults> {
    let all = match cascade {
        Some(Value::List(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    all.iter()
        .filter_map(|one| match one {
            Value::Map(map) => Some(cascade_one(map, origin)),
            _ => None,
        })
        .collect()
}

fn cascade_one(map: &Map, origin: &str) -> Defaults {
    let mut values = Map::default();
    let mut target = Target::all();
    for (key, value) in &map.0 {
        match (key.to_ascii_lowercase().as_str(), value) {
            ("target" | "_target", Value::Map(map)) => target = Target::Page(page_target(map)),
            ("target" | "_target", _) => {}
            // A parameter that is handed down is one with the field of its name.
            ("params", Value::Map(params)) => {
                for (key, value) in &params.0 {
                    if !map.0.iter().any(|(own, _)| own.eq_ignore_ascii_case(key)) {
                        values.0.push((key.clone(), value.clone()));
                    }
                }
                values.0.push((key.clone(), value.clone()));
            }
            _ => values.0.push((key.clone(), value.clone())),
        }
    }
    Defaults::new(target, values, origin)
}

fn page_target(map: &Map) -> super::PageTarget {
    let text = |key: &str| {
        map.get(key)
            .and_then(field::text)
            .map(|pattern| pattern.trim().to_lowercase())
    };
    let inner = |map: &'_ Map, key: &str| match map.get(key) {
        Some(Value::Map(inner)) => inner.clone(),
        _ => Map::default(),
    };
    let mut languages: Vec<String> = text("lang").into_iter().collect();
    let matrix = inner(&inner(map, "sites"), "matrix");
    languages.extend(
        field::list(&matrix, &["languages"])
            .iter()
            .map(|name| name.to_lowercase()),
    );
    super::PageTarget {
        path: text("path"),
        kind: text("kind"),
        languages,
        environment: text("environment"),
    }
}
