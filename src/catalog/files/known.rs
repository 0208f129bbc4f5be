//! Every known file by path, with what is counted and looked up over all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::copies::Copies;
use super::counts::FindingCounts;
use super::file::File;
use crate::catalog::tree::Stamp;
use crate::content::Parsed;
use crate::vocabulary::Finding;

/// The known files.
#[derive(Debug, Default)]
pub(super) struct Known {
    files: BTreeMap<Arc<str>, File>,
    /// Those that are broken.
    faulty: BTreeSet<Arc<str>>,
    copies: Copies,
    counts: FindingCounts,
}

impl Known {
    /// No files, with the copies that were already reported among others.
    pub(super) fn after(other: &Known) -> Self {
        Known {
            copies: Copies::after(&other.copies),
            ..Known::default()
        }
    }

    /// All of them.
    pub(super) fn files(&self) -> &BTreeMap<Arc<str>, File> {
        &self.files
    }

    /// All of them, to be put elsewhere.
    pub(super) fn into_files(self) -> BTreeMap<Arc<str>, File> {
        self.files
    }

    /// The file at a path.
    pub(super) fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Those that are broken.
    pub(super) fn faulty(&self) -> impl Iterator<Item = (&Arc<str>, &File)> {
        let file = |path| Some((path, self.files.get(path)?));
        self.faulty.iter().filter_map(file)
    }

    /// Puts a file in.
    pub(super) fn insert(&mut self, path: Arc<str>, file: File) {
        self.counts.add(file.findings());
        if file.fault.is_some() {
            self.faulty.insert(Arc::clone(&path));
        }
        if let Some(post) = file.post() {
            self.copies.insert(post);
        }
        self.files.insert(path, file);
    }

    /// Takes a file out.
    pub(super) fn remove(&mut self, path: &str) -> Option<File> {
        let file = self.files.remove(path)?;
        self.faulty.remove(path);
        if let Some(post) = file.post() {
            self.copies.remove(post);
        }
        self.counts.remove(file.findings());
        Some(file)
    }

    /// Takes out the last good version of a broken file.
    pub(super) fn remove_good(&mut self, path: &str) -> Option<Parsed> {
        let good = self.files.get_mut(path)?.good.take();
        if let Some(Parsed::Post(post)) = &good {
            self.copies.remove(post);
        }
        good
    }

    /// Notes the stamp of a file that was read and is what it was.
    pub(super) fn set_stamp(&mut self, path: &str, stamp: Option<Stamp>) {
        if let Some(file) = self.files.get_mut(path) {
            file.stamp = stamp;
        }
    }

    /// Has a file read at the next look, see [`File::be_read_again`]; the stamp by which it was known.
    pub(super) fn be_read_again(&mut self, path: &str) -> Option<Stamp> {
        let file = self.files.get_mut(path)?;
        let stamp = file.stamp;
        file.be_read_again();
        stamp
    }

    /// What there is to say about them.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> {
        let own = self.files.values().flat_map(File::findings).cloned();
        own.chain(self.copies.findings())
    }

    /// Copies that were not reported yet.
    pub(super) fn new_copies(&mut self) -> Vec<Finding> {
        self.copies.news()
    }

    /// How many findings there are.
    pub(super) fn counts(&self) -> FindingCounts {
        let mut counts = self.counts;
        counts.warnings += self.copies.count();
        counts
    }
}
