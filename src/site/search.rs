//! The search for a generator's configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::found::Found;
use super::search_log::SearchLog;
use super::{astro, docusaurus, eleventy, hugo, jekyll, pelican, zola};

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

/// A generator's reader: its files in the order in which they are looked for.
type Reader = fn(&SearchLog, &Path) -> Option<Found>;

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
    let log = SearchLog::default();
    let mut found = roots
        .iter()
        .find_map(|root| READERS.iter().find_map(|read| read(&log, root)));
    let (looked_at, texts, faults) = log.into_seen();
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
