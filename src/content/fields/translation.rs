//! Which posts are one text in several languages.

use super::field;
use crate::content::file::front_matter::Map;
use crate::content::place::location::Location;
use crate::vocabulary::Dialect;

/// Fields that name a text, whatever language it is in: Hugo's, and that of Jekyll's plugins.
const KEYS: &[&str] = &["translationKey", "translation_key", "ref"];

/// The key that a post shares with its translations, if something says that it has any: a field of front
/// matter, the language in its file's name, or a folder named for its language. The post in the main
/// language often has none of them; see [`key_of_path`].
pub(in crate::content) fn key(
    location: &Location<'_>,
    language: Option<&str>,
    dialect: Option<Dialect>,
    map: &Map,
) -> Option<Box<str>> {
    if dialect == Some(Dialect::Pelican) {
        // Those of one slug are one article, also the one that leaves its language out.
        return field::first_text(map, &["slug"]).map(|slug| format!("={slug}").into());
    }
    let language = language?;
    if let Some(key) = field::first_text(map, KEYS) {
        return Some(format!("={key}").into());
    }
    if location.language.is_some() {
        return Some(path(location.folders, location.name));
    }
    let (first, rest) = location.folders.split_once('/').unwrap_or((location.folders, ""));
    let is_its_language = first.len() == language.len()
        && first
            .bytes()
            .zip(language.bytes())
            .all(|(own, other)| own.eq_ignore_ascii_case(&other) || own == b'_' && other == b'-');
    is_its_language.then(|| path(rest, location.name))
}

/// The key of the post at a path that says nothing of a language: its translations have it, too.
pub fn key_of_path(at: &str, languages: &[String]) -> Box<str> {
    let location = Location::of(at, languages);
    path(location.folders, location.name)
}

/// The paths at which the post in the main language may lie, given the key of its translations.
pub fn main_paths(key: &str) -> impl Iterator<Item = String> {
    const ENDINGS: [&str; 8] = [
        ".md",
        "/index.md",
        ".mdx",
        "/index.mdx",
        ".markdown",
        ".html",
        "/index.html",
        ".mkd",
    ];
    let (folders, name) = key.rsplit_once('/').unwrap_or(("", key));
    let in_posts = format!("{folders}/_posts/{name}");
    [key.to_owned(), in_posts.trim_start_matches('/').to_owned()]
        .into_iter()
        .filter(|stem| !stem.starts_with('='))
        .flat_map(|stem| ENDINGS.map(|ending| format!("{stem}{ending}")))
}

fn path(folders: &str, name: &str) -> Box<str> {
    if folders.is_empty() {
        name.into()
    } else {
        format!("{folders}/{name}").into()
    }
}
