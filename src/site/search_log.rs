//! Looking at a site's files, and remembering at which.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::data_file::{data, records};
use super::fault::Fault;
use crate::content::file::front_matter::{Map, Value};
use crate::content::post::AuthorRecord;

/// A larger file is no configuration, in bytes.
const LARGEST: u64 = 1 << 20;

/// What was looked at.
#[derive(Debug, Default)]
pub(super) struct SearchLog {
    paths: RefCell<BTreeSet<PathBuf>>,
    texts: RefCell<BTreeMap<PathBuf, String>>,
    faults: RefCell<Vec<Fault>>,
}

/// What a look leaves behind: the paths that were looked at, the texts that were read, and the faults.
pub(super) type Seen = (Vec<PathBuf>, BTreeMap<PathBuf, String>, Vec<Fault>);

impl SearchLog {
    /// Every file and folder that was looked at, there or not; the texts; and what could not be read.
    pub(super) fn into_seen(self) -> Seen {
        let paths = self.paths.into_inner().into_iter().collect();
        (paths, self.texts.into_inner(), self.faults.into_inner())
    }

    /// Takes note of what can't be read.
    pub(super) fn note(&self, fault: Fault) {
        let mut faults = self.faults.borrow_mut();
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    /// The text of a file, if it is there and small.
    pub(super) fn text(&self, path: &Path) -> Option<String> {
        self.paths.borrow_mut().insert(path.to_owned());
        let read = fs::metadata(path).and_then(|metadata| {
            let is_small = metadata.is_file() && metadata.len() <= LARGEST;
            is_small.then(|| fs::read_to_string(path)).transpose()
        });
        match read {
            Ok(text) => {
                let text = text?;
                self.texts.borrow_mut().insert(path.to_owned(), text.clone());
                Some(text)
            }
            Err(error) => {
                if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
                    || path.is_symlink()
                {
                    self.note(Fault::unreadable(path, &error));
                }
                None
            }
        }
    }

    /// The names in a folder, in order.
    pub(super) fn names(&self, folder: &Path) -> Vec<String> {
        self.paths.borrow_mut().insert(folder.to_owned());
        let Ok(entries) = fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    /// The text of the first of some files that is there.
    pub(super) fn first_file(&self, root: &Path, names: &[&str]) -> Option<(PathBuf, String)> {
        names.iter().find_map(|name| {
            let path = root.join(name);
            let text = self.text(&path)?;
            Some((path, text))
        })
    }

    /// The data in the first of some files that is there and can be read.
    pub(super) fn first_data(
        &self,
        root: &Path,
        names: &[&str],
        unread: &mut Vec<String>,
    ) -> Option<(PathBuf, Map)> {
        let (path, text) = self.first_file(root, names)?;
        match data(&path, &text) {
            Ok(map) => Some((path, map)),
            Err(fault) => {
                unread.push(format!("{}: {}", path.display(), fault.message));
                self.note(fault);
                Some((path, Map::default()))
            }
        }
    }

    /// Author records from the files of a folder: the id is the file's name, or the key within it.
    pub(super) fn records_in(&self, folder: &Path) -> BTreeMap<String, Arc<AuthorRecord>> {
        let mut all = BTreeMap::new();
        for name in self.names(folder) {
            let Some((id, "yml" | "yaml" | "toml" | "json")) = name.rsplit_once('.') else {
                continue;
            };
            if let Some((path, map)) = self.first_data(folder, &[&name], &mut Vec::new()) {
                let one = Map(vec![(id.to_owned(), Value::Map(map))]);
                all.extend(records(&path, &one));
            }
        }
        all
    }
}
