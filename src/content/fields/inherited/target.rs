//! To which posts something is handed down.

use crate::content::file::glob;
use crate::content::place::location::Location;

/// A choice of posts. Paths are relative to the folder that the generator has for content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Those at or below a path; an empty one means all.
    Below(String),
    /// Those whose path starts so, within a name too (Jekyll 4).
    Start(String),
    /// Those whose path, or a folder above them, fits a pattern (Jekyll).
    Pattern(String),
    /// A file, named without its ending (Eleventy).
    File(String),
    /// What Hugo calls a page matcher.
    Page(PageTarget),
}

/// Hugo's `target`: whatever is given has to fit. Patterns are in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PageTarget {
    /// A pattern of logical paths: without language and ending, with a slash before.
    pub path: Option<String>,
    /// A pattern of kinds of pages. Posts are of the kind `page`.
    pub kind: Option<String>,
    /// Patterns of languages, any of which.
    pub languages: Vec<String>,
    /// A pattern of environments. What is published is built in `production`.
    pub environment: Option<String>,
}

/// A post, as far as targets ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) path: &'a str,
    pub(super) location: &'a Location<'a>,
    pub(super) language: Option<&'a str>,
}

impl Target {
    /// All posts.
    pub fn all() -> Self {
        Target::Below(String::new())
    }

    pub(super) fn is(&self, subject: &Candidate<'_>) -> bool {
        let path = subject.path;
        match self {
            Target::Below(folder) => is_below(path, folder),
            Target::Start(start) => path.starts_with(start.as_str()),
            Target::Pattern(pattern) => {
                let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
                ends.into_iter().any(|end| glob::fits(pattern, &path[..end]))
            }
            Target::File(stem) => path
                .strip_prefix(stem.as_str())
                .and_then(|ending| ending.strip_prefix('.'))
                .is_some_and(|ending| !ending.contains(['/', '.'])),
            Target::Page(target) => target.is(subject),
        }
    }

    /// The rank that Jekyll gives to defaults: a longer path counts more, then one that names a type.
    pub fn jekyll_rank(path: &str, has_type: bool) -> (usize, bool) {
        (path.strip_prefix('/').unwrap_or(path).chars().count(), has_type)
    }
}

impl PageTarget {
    fn is(&self, subject: &Candidate<'_>) -> bool {
        let fits = |pattern: &Option<String>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| glob::fits(pattern, text))
        };
        let is_language = self.languages.is_empty()
            || subject.language.is_none_or(|language| {
                let language = language.to_lowercase();
                self.languages
                    .iter()
                    .any(|pattern| glob::fits(pattern, &language))
            });
        is_language
            && fits(&self.kind, "page")
            && fits(&self.environment, "production")
            && (self.path.is_none() || fits(&self.path, &logical_path(subject.location)))
    }
}

/// A page's path as Hugo knows it.
fn logical_path(location: &Location<'_>) -> String {
    let path = if location.folders.is_empty() {
        format!("/{}", location.name)
    } else {
        format!("/{}/{}", location.folders, location.name)
    };
    path.to_lowercase().replace(' ', "-")
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
