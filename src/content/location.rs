//! What a file's path says: its section, its slug, and perhaps its date.

/// A path below the content directory, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The folders the post lies in, joined with `/`; empty at the top. A page bundle
    /// (`x/index.md`) is the post `x` in the folder above.
    pub folders: &'a str,
    /// The file's (or bundle's) name without extension.
    pub name: &'a str,
}

impl<'a> Location<'a> {
    /// Takes a path apart.
    pub fn of(path: &'a str) -> Self {
        let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
        let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
        if name == "index" && !folders.is_empty() {
            let (folders, name) = folders.rsplit_once('/').unwrap_or(("", folders));
            return Location { folders, name };
        }
        Location { folders, name }
    }

    /// The first folder, if there is one.
    pub fn section(&self) -> Option<&'a str> {
        self.folders
            .split('/')
            .next()
            .filter(|section| !section.is_empty())
    }
}

/// The id in `authors/<id>/_index.md`, wherever the `authors` folder lies.
pub fn author_id(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let (file, id, folder) = (parts.next()?, parts.next()?, parts.next()?);
    (file == "_index.md" && folder == "authors").then_some(id)
}

/// Whether a path is one of content at all: Markdown, and not hidden.
pub fn is_content(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["md", "markdown", "mdown", "mkd"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
        && !path.split('/').any(|part| part.starts_with('.'))
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
        ] {
            let location = Location::of(path);
            assert_eq!(
                (location.section(), location.folders, location.name),
                (section, folders, name),
                "{path}"
            );
        }
    }

    #[test]
    fn author_records_are_known_by_their_folder() {
        assert_eq!(author_id("authors/skd09/_index.md"), Some("skd09"));
        assert_eq!(author_id("en/authors/skd09/_index.md"), Some("skd09"));
        assert_eq!(author_id("authors/_index.md"), None);
        assert_eq!(author_id("articles/a.md"), None);
    }

    #[test]
    fn only_visible_markdown_is_content() {
        assert!(is_content("news/a.md") && is_content("A.MARKDOWN"));
        for path in [
            "a.txt",
            "md",
            ".obsidian/a.md",
            "..data/a.md",
            "news/.a.md.swp",
            "news/a.md~",
        ] {
            assert!(!is_content(path), "{path}");
        }
    }
}
