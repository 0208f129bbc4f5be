//! The collections that a script of Astro's defines.

use std::path::{Path, PathBuf};

use super::script;

/// A collection of content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::site) struct Collection {
    /// The name that pages ask for it by.
    pub(in crate::site) name: String,
    /// The folder that the ids of its posts are relative to, relative to the site's root.
    pub(in crate::site) base: String,
    /// The folders below that which its pattern of files names.
    pub(in crate::site) inside: String,
    /// Whether a function of the script makes its ids.
    pub(in crate::site) makes_ids: bool,
}

impl Collection {
    pub(in crate::site) fn folder(&self) -> PathBuf {
        Path::new(&self.base).join(&self.inside)
    }
}

/// The collections that the script defines.
pub(in crate::site) fn collections(text: &str) -> Vec<Collection> {
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

/// A folder as a script names it, from the root of the site.
pub(in crate::site) fn relative(folder: &str) -> String {
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
