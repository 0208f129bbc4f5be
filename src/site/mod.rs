//! The site's own generator: its configuration, as far as it can be read without running it.
//!
//! What is found fills in what feeds.toml leaves out. Settings made by a program (a script's
//! variables, an environment) are not guessed; they are told in [`Found::unread`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::content::conventions::Rules;
use crate::content::file::front_matter;
use crate::content::file::front_matter::{Map, Notation, Split, Value};
use crate::content::post::AuthorRecord;
use crate::vocabulary::Dialect;

mod astro;
mod docusaurus;
mod eleventy;
mod fault;
mod hugo;
mod jekyll;
mod literal;
mod looks;
mod pelican;
mod pelican_metadata;
mod python;
mod python_expression;
mod routes;
mod script;
mod trouble;
mod zola;

pub use fault::Fault;
pub use trouble::{Trouble, trouble};

use looks::Looks;

/// What is known of a site from its generator's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The file that says so.
    pub file: PathBuf,
    /// Everything that was looked at, there or not: a change of any of it may change what is found.
    pub looked_at: Vec<PathBuf>,
    /// Its name.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its time zone, by its IANA name.
    pub time_zone: Option<String>,
    /// The languages of a site that has more than one, as far as that is known.
    pub languages: Vec<String>,
    /// Where its posts are.
    pub content_dir: PathBuf,
    /// What its files mean.
    pub rules: Rules,
    /// What could not be read, each in a sentence for the owner.
    pub unread: Vec<String>,
}

/// A generator's reader: its files in the order in which they are looked for.
type Reader = fn(&Looks, &Path) -> Option<Found>;

/// Those that leave no doubt come first: `config.toml` may be Hugo's or Zola's.
const READERS: [Reader; 7] = [
    docusaurus::read,
    astro::read,
    eleventy::read,
    pelican::read,
    jekyll::read,
    zola::read,
    hugo::read,
];

/// A search for a generator's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// What was found.
    pub found: Option<Found>,
    /// The folders that may be the root of the site.
    pub roots: Vec<PathBuf>,
    /// Every file and folder that was looked at, there or not.
    pub looked_at: Vec<PathBuf>,
    /// The text of each file that was read.
    pub texts: BTreeMap<PathBuf, String>,
    /// What is there and can't be read.
    pub faults: Vec<Fault>,
}

/// The site whose root is `root`, or, where the content directory is known, a folder above that.
pub fn find(root: &Path, content_dir: Option<&Path>) -> Option<Found> {
    search(root, content_dir).found
}

/// The same, with all that was looked at for it.
pub fn search(root: &Path, content_dir: Option<&Path>) -> Search {
    let roots = match content_dir {
        Some(content_dir) => above(content_dir, root),
        None => vec![root.to_owned()],
    };
    let looks = Looks::default();
    let mut found = roots
        .iter()
        .find_map(|root| READERS.iter().find_map(|read| read(&looks, root)));
    let (looked_at, texts, faults) = looks.into_seen();
    if let Some(found) = &mut found {
        found.looked_at.clone_from(&looked_at);
        if let Some(content_dir) = content_dir {
            found.rebase(content_dir);
        }
    }
    Search {
        found,
        roots,
        looked_at,
        texts,
        faults,
    }
}

/// The folders that may be the root of a site with this content directory: itself, the one above,
/// and the one above that within `root` or above a folder `src`.
fn above(content_dir: &Path, root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in content_dir.ancestors().take(3) {
        let is_here = folder.as_os_str().is_empty();
        let is_close = folders.len() < 2
            || folder.starts_with(root)
            || is_here && root == Path::new(".")
            || folders.last().is_some_and(|below| below.ends_with("src"));
        if is_close {
            folders.push(if is_here { ".".into() } else { folder.to_owned() });
        }
    }
    folders
}

impl Found {
    fn new(file: PathBuf, dialect: Dialect, content_dir: PathBuf) -> Self {
        Found {
            file,
            content_dir,
            rules: Rules {
                dialect: Some(dialect),
                ..Rules::default()
            },
            ..Found::default()
        }
    }

    /// The name of its file, for messages.
    fn name(&self) -> String {
        name_of(&self.file)
    }

    /// Names what the generator is told to build and what stands in no feed all the same.
    fn built_all_the_same(&mut self, key: &str, what: &str) {
        self.unread.push(format!(
            "{key}: {what} are on the site, but stand in no feed all the same"
        ));
    }

    /// Takes another content directory for the site's own: rules for folders are relative to it.
    fn rebase(&mut self, content_dir: &Path) {
        let canonical = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (own, given) = (canonical(&self.content_dir), canonical(content_dir));
        if own == given {
            content_dir.clone_into(&mut self.content_dir);
            return;
        }
        let relative = |path: &Path| path.to_str().map(str::to_owned);
        if let Some(inside) = given.strip_prefix(&own).ok().and_then(relative) {
            let strip = |folder: &String| match folder.strip_prefix(&inside) {
                Some(rest) => Some(rest.trim_start_matches('/').to_owned()),
                None if folder.is_empty() => Some(String::new()),
                None => None,
            };
            self.rules.ignored = (self.rules.ignored.iter())
                .filter_map(|pattern| from_folder(&inside, pattern))
                .collect();
            self.rules.posts_are_anywhere |= inside.split('/').any(|folder| folder == "_posts");
            self.rules.permalinks = (self.rules.permalinks.iter())
                .filter_map(|(folder, pattern)| Some((strip(folder)?, pattern.clone())))
                .collect();
            self.rules.inside = join(&self.rules.inside, &inside);
        }
        content_dir.clone_into(&mut self.content_dir);
    }
}

/// A file's name, for messages: where the site lies on this machine is nobody's business.
fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// A folder within another, both without outer slashes.
fn join(folder: &str, inside: &str) -> String {
    format!("{folder}/{inside}").trim_matches('/').to_owned()
}

/// A pattern of files that is relative to a folder's parent, from the folder itself: one without a slash
/// holds everywhere, one for another folder nowhere.
fn from_folder(folder: &str, pattern: &str) -> Option<String> {
    let folder = folder.trim_start_matches("./").trim_matches('/');
    let plain = pattern.trim_start_matches("./").trim_start_matches('/');
    if folder.is_empty() || !plain.trim_end_matches('/').contains('/') && !pattern.starts_with('/') {
        return Some(pattern.trim_start_matches("./").to_owned());
    }
    if plain.starts_with("**/") {
        return Some(plain.to_owned());
    }
    plain
        .strip_prefix(folder)?
        .strip_prefix('/')
        .map(|rest| format!("/{rest}"))
}

/// A data file as a mapping, by its ending.
fn data(path: &Path, text: &str) -> Result<Map, Fault> {
    let notation = match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => Notation::Toml,
        Some("json") => Notation::Json,
        _ => Notation::Yaml,
    };
    // A document may be marked as one.
    let marked = text.strip_prefix("---\n").filter(|_| notation == Notation::Yaml);
    let split = Split {
        notation,
        front: marked.unwrap_or(text),
        front_line: 1 + u32::from(marked.is_some()),
        body: "",
        body_line: 1,
    };
    front_matter::parse(&split).map_err(|error| Fault::broken(path, text, error))
}

/// Author records from a mapping of ids to what is said of each.
fn records(path: &Path, map: &Map) -> BTreeMap<String, Arc<AuthorRecord>> {
    // It is part of every digest, and where the site lies on this machine is nobody's business.
    let path: Arc<str> = path.file_name().unwrap_or_default().to_string_lossy().into();
    (map.0.iter())
        .filter_map(|(id, value)| {
            let own;
            let fields = match value {
                Value::Map(fields) => fields,
                Value::Text(name) => {
                    own = Map(vec![("name".into(), Value::Text(name.clone()))]);
                    &own
                }
                _ => return None,
            };
            Some((id.clone(), Arc::new(AuthorRecord::read(&path, id, fields))))
        })
        .collect()
}

#[cfg(test)]
mod tests;
