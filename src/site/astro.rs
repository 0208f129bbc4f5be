//! Astro: `astro.config.mjs`, and the collections of `src/content.config.ts`. Where the posts of a
//! collection are shown is said by the pages: see [`super::routes`].

use std::path::{Path, PathBuf};

use super::{Found, Looks, records, routes, script};
use crate::vocabulary::{Dialect, PermalinkPattern};

/// A collection of content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Collection {
    /// The name that pages ask for it by.
    pub(super) name: String,
    /// The folder that the ids of its posts are relative to, relative to the site's root.
    pub(super) base: String,
    /// The folders below that which its pattern of files names.
    pub(super) inside: String,
    /// Whether a function of the script makes its ids.
    pub(super) makes_ids: bool,
}

impl Collection {
    fn folder(&self) -> PathBuf {
        Path::new(&self.base).join(&self.inside)
    }
}

const CONFIGURATIONS: [&str; 5] = [
    "astro.config.mjs",
    "astro.config.ts",
    "astro.config.js",
    "astro.config.cjs",
    "astro.config.mts",
];

const COLLECTIONS: [&str; 6] = [
    "src/content.config.ts",
    "src/content.config.mjs",
    "src/content.config.js",
    "src/content/config.ts",
    "src/content/config.mjs",
    "src/content/config.js",
];

pub(super) fn read(looks: &Looks, root: &Path) -> Option<Found> {
    let (file, text) = looks.first_file(root, &CONFIGURATIONS)?;
    let collections = looks
        .first_file(root, &COLLECTIONS)
        .map_or_else(Vec::new, |(_, text)| collections(&text));
    let content_dir = content_dir(root, &collections);
    let mut found = Found::new(file, Dialect::Astro, root.join(&content_dir));
    let string = |key| script::string(&text, key);
    let path = string("base").unwrap_or_default();
    match string("site") {
        Some(site) => {
            found.url = Some(format!(
                "{}/{}",
                site.trim_end_matches('/'),
                path.trim_matches('/')
            ));
        }
        None => found.unread.push("site: it is made by the script".into()),
    }
    found.language = string("defaultLocale");
    found.languages = script::list(&text, "locales");
    if found.languages.len() < 2 {
        found.languages.clear();
    }
    let never =
        string("trailingSlash").as_deref() == Some("never") || string("format").as_deref() == Some("file");
    found.rules.trailing_slash = never.then_some(false);
    title(looks, root, &mut found);
    if text.contains("starlight(") {
        // Its collection lies at the root of the site.
        let slash = if never { "" } else { "/" };
        if let Ok(pattern) = PermalinkPattern::parse(&format!("/{{below}}{slash}")) {
            found.rules.permalinks.push(("docs".to_owned(), pattern));
        }
    }
    routes::read(looks, root, &content_dir, collections, &mut found);
    for name in [
        "src/content/authors.json",
        "src/data/authors.json",
        "src/data/authors.yml",
    ] {
        if let Some((path, map)) = looks.first_data(root, &[name], &mut found.unread) {
            found.rules.authors.extend(records(&path, &map));
        }
    }
    Some(found)
}

/// The usual places of a site's name.
fn title(looks: &Looks, root: &Path, found: &mut Found) {
    for name in [
        "src/consts.ts",
        "src/config.ts",
        "src/site.config.ts",
        "src/consts.js",
        "src/config.js",
    ] {
        if let Some((_, text)) = looks.first_file(root, &[name]) {
            let string = |keys: &[&str]| keys.iter().find_map(|key| script::string(&text, key));
            found.title = found.title.take().or_else(|| string(&["SITE_TITLE", "title"]));
            found.description =
                (found.description.take()).or_else(|| string(&["SITE_DESCRIPTION", "description"]));
            found.url = found.url.take().or_else(|| string(&["website", "url"]));
        }
    }
    if found.title.is_none() {
        found.unread.push("title: Astro's configuration has none".into());
    }
}

/// The folder that holds all collections: `src/content` unless the script says otherwise.
fn content_dir(root: &Path, collections: &[Collection]) -> PathBuf {
    let mut folders = collections
        .iter()
        .map(Collection::folder)
        .filter(|folder| root.join(folder).is_dir());
    let usual = ["src/content", "src/data", "src/pages"];
    let usual = usual.iter().find(|folder| root.join(folder).is_dir());
    let usual = PathBuf::from(usual.unwrap_or(&"src/content"));
    match folders.next() {
        // One that lies there is one of several, whatever the others are.
        Some(first) if !first.starts_with(&usual) => folders.fold(first, |common, folder| {
            let shared = common.components().zip(folder.components());
            shared.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
        }),
        _ => usual,
    }
}

/// The collections that the script defines.
fn collections(text: &str) -> Vec<Collection> {
    const CALL: &str = "defineCollection(";
    let names = script::object(text, "collections").unwrap_or("");
    let mut rest = text;
    let mut collections = Vec::new();
    while let Some((before, after)) = rest.split_once(CALL) {
        rest = after;
        let definition = after.split(CALL).next().unwrap_or(after);
        let variable = before.trim_end().trim_end_matches(['=', ':', ' ']);
        let variable = variable
            .rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '-')))
            .next()
            .unwrap_or("");
        if variable.is_empty() {
            continue;
        }
        let name = name_of(names, variable);
        let base = script::string(definition, "base").map(|base| relative(&base));
        let inside = script::string(definition, "pattern").map_or_else(String::new, |pattern| {
            let plain = pattern.split(['*', '[', '{', '!', '(']).next().unwrap_or("");
            let folder = plain.rsplit_once('/').map_or("", |(folder, _)| folder);
            relative(folder)
        });
        collections.push(Collection {
            base: base.unwrap_or_else(|| format!("src/content/{name}")),
            name,
            inside,
            makes_ids: definition.contains("generateId"),
        });
    }
    collections
}

/// The name under which a variable is exported in `collections = { name: variable, other }`.
fn name_of(names: &str, variable: &str) -> String {
    names
        .trim_matches(['{', '}'])
        .split(',')
        .filter_map(|entry| entry.split_once(':'))
        .find(|(_, own)| own.trim() == variable)
        .map_or(variable, |(name, _)| name.trim().trim_matches(['"', '\'']))
        .to_owned()
}

fn relative(folder: &str) -> String {
    folder.trim_start_matches("./").trim_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_are_known_by_the_names_and_folders_that_the_script_gives_them() {
        let text = "const blog = defineCollection({ loader: glob({ pattern: '**/[^_]*.md', base: './src/posts' }) });\n\
                    const newsCollection = defineCollection({ type: 'content' });\n\
                    const x = defineCollection({ loader: glob({ pattern: 'a/b/*.md', base: '.', generateId: f }) });\n\
                    export const collections = { blog, news: newsCollection, x };";
        let collection = |name: &str, base: &str, inside: &str, makes_ids| Collection {
            name: name.into(),
            base: base.into(),
            inside: inside.into(),
            makes_ids,
        };
        assert_eq!(
            collections(text),
            [
                collection("blog", "src/posts", "", false),
                collection("news", "src/content/news", "", false),
                collection("x", ".", "a/b", true),
            ]
        );
    }
}
