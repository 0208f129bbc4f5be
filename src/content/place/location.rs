//! What a file's path says: its section, its slug, and perhaps its date.

use crate::content::file::markup::markup;
use crate::content::file::tool_names;

/// The parts of a path below the content directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The folders the post lies in, joined with `/`; empty at the top. A page bundle
    /// (`x/index.md`) is the post `x` in the folder above; of `a/_posts/b/x.md` only `a` counts.
    pub folders: &'a str,
    /// The file's (or bundle's) name without extension and language.
    pub name: &'a str,
    /// The language in the file's name (`x.es.md`) or its first folder, if that is one.
    pub language: Option<&'a str>,
    /// Whether it lies in a folder `_posts`, as Jekyll's posts do.
    pub in_posts: bool,
}

/// Folders that hold no content, whatever the generator: its parts, its output, other people's code.
const NO_CONTENT: [&str; 12] = [
    "_drafts",
    "_site",
    "_includes",
    "_layouts",
    "_data",
    "_sass",
    "_plugins",
    "_templates",
    "node_modules",
    "bower_components",
    "vendor",
    "__pycache__",
];

/// The languages that a file's name may end with where the site's configuration names none.
const LANGUAGES: [&str; 42] = [
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv",
    "th", "tr", "uk", "vi", "zh", "zh-cn", "zh-tw", "pt-br",
];

/// Whether a name is one of those languages.
pub fn is_language(name: &str) -> bool {
    LANGUAGES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

impl<'a> Location<'a> {
    /// Splits a path into its parts, on a site in these languages.
    pub fn of(path: &'a str, languages: &[String]) -> Self {
        let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
        let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
        let is_language = |text: &str| {
            if languages.is_empty() {
                is_language(text)
            } else {
                languages.iter().any(|known| text.eq_ignore_ascii_case(known))
            }
        };
        let (name, language) = match name.rsplit_once('.') {
            Some((bare, suffix)) if !bare.is_empty() && is_language(suffix) => (bare, Some(suffix)),
            _ => (name, None),
        };
        let mut location = Location {
            folders,
            name,
            language,
            in_posts: false,
        };
        if name == "index" && !folders.is_empty() {
            (location.folders, location.name) = folders.rsplit_once('/').unwrap_or(("", folders));
        }
        if let Some(above) = above_posts(location.folders) {
            location.folders = above;
            location.in_posts = true;
        }
        if !languages.is_empty() && location.language.is_none() {
            let (first, rest) = location.folders.split_once('/').unwrap_or((location.folders, ""));
            if languages.iter().any(|known| known.eq_ignore_ascii_case(first)) {
                location.language = Some(first);
                location.folders = rest;
            }
        }
        location
    }

    /// The first folder, if there is one.
    pub fn section(&self) -> Option<&'a str> {
        self.folders
            .split('/')
            .next()
            .filter(|section| !section.is_empty())
    }
}

/// The folders above `_posts`, if that is among them.
fn above_posts(folders: &str) -> Option<&str> {
    if !folders.contains("_posts") {
        return None;
    }
    let mut end = 0;
    for folder in folders.split('/') {
        if folder == "_posts" {
            return Some(folders[..end].trim_end_matches('/'));
        }
        end += folder.len() + 1;
    }
    None
}

/// The id in `authors/<id>/_index.md`, wherever the `authors` folder lies, and in Jekyll's
/// `_authors/<id>.md`.
pub fn author_id(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let (file, id) = (parts.next()?, parts.next()?);
    if id == "_authors" {
        return file.rsplit_once('.').map(|(name, _)| name);
    }
    (file == "_index.md" && parts.next()? == "authors").then_some(id)
}

/// Whether a path is one of content at all: text in a markup that is known, not hidden, and not in a
/// folder that holds a generator's own parts, nor what a tool made. `_posts` is content, `_drafts` never.
pub fn is_content(path: &str) -> bool {
    markup(path).is_some()
        && !path.split('/').any(|part| {
            part.starts_with('.') || NO_CONTENT.contains(&part) || tool_names::unmistakable(part).is_some()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_section_folders_and_name() {
        for (path, section, folders, name) in [
            ("a.md", None, "", "a"),
            ("news/a.md", Some("news"), "news", "a"),
            ("news/2024/v1.2.md", Some("news"), "news/2024", "v1.2"),
            ("news/a/index.md", Some("news"), "news", "a"),
            ("a/index.md", None, "", "a"),
            ("index.md", None, "", "index"),
            ("_posts/2011-12-1-a.md", None, "", "2011-12-1-a"),
            ("news/_posts/old/a.md", Some("news"), "news", "a"),
            ("a_posts/a.md", Some("a_posts"), "a_posts", "a"),
        ] {
            let location = Location::of(path, &[]);
            assert_eq!(
                (location.section(), location.folders, location.name),
                (section, folders, name),
                "{path}"
            );
        }
    }

    #[test]
    fn a_language_stands_in_the_name_or_in_the_first_folder_of_a_site_with_several() {
        let site = ["en".to_owned(), "pt-br".to_owned()];
        for (path, languages, folders, name, language) in [
            ("a/index.es.md", &[][..], "", "a", Some("es")),
            ("news/node.js.md", &[], "news", "node.js", None),
            ("news/a.pt-br.md", &site, "news", "a", Some("pt-br")),
            ("news/a.es.md", &site, "news", "a.es", None),
            ("en/news/a.md", &site, "news", "a", Some("en")),
            ("en/news/a.md", &[], "en/news", "a", None),
        ] {
            let location = Location::of(path, languages);
            assert_eq!(
                (location.folders, location.name, location.language),
                (folders, name, language),
                "{path}"
            );
        }
    }

    #[test]
    fn author_records_are_known_by_their_folder() {
        assert_eq!(author_id("authors/skd09/_index.md"), Some("skd09"));
        assert_eq!(author_id("en/authors/skd09/_index.md"), Some("skd09"));
        assert_eq!(author_id("_authors/skd09.md"), Some("skd09"));
        assert_eq!(author_id("authors/_index.md"), None);
        assert_eq!(author_id("articles/a.md"), None);
    }

    #[test]
    fn only_visible_text_is_content_and_drafts_of_jekyll_never() {
        for path in [
            "news/a.md",
            "A.MARKDOWN",
            "x/_posts/2024-1-1-a.md",
            "a.mdx",
            "a.html",
            "a.mkdn",
            "a.rst",
        ] {
            assert!(is_content(path), "{path}");
        }
        for path in [
            "a.txt",
            "md",
            ".obsidian/a.md",
            "..data/a.md",
            "news/.a.md.swp",
            "news/a.md~",
            "_drafts/a.md",
            "x/_drafts/a.md",
            "node_modules/x/README.md",
            "_site/a.html",
            "news/a.sync-conflict-20240101-120000-ABCDEFG.md",
            "$RECYCLE.BIN/a.md",
            "news/@eaDir/a.md",
        ] {
            assert!(!is_content(path), "{path}");
        }
    }
}
