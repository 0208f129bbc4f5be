//! A tree of files in memory, for tests that drive the catalog themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use newswire::catalog::tree::{
    Extent, LockReading, ReadError, Stamp, Survey, Tree, TreeError, is_at_or_below,
};
use newswire::content::place::location::is_content;

/// Files by path, each with a stamp that changes with every write.
#[derive(Default)]
pub(crate) struct MemoryTree {
    files: Mutex<BTreeMap<String, (Stamp, Vec<u8>)>>,
    writes: Mutex<u64>,
    reads: Mutex<usize>,
    missing: Mutex<bool>,
    unreadable: Mutex<BTreeSet<String>>,
    mark: Mutex<u64>,
    root: Mutex<Option<u64>>,
    lock: Mutex<Option<Vec<u8>>>,
}

impl MemoryTree {
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let mut writes = self.writes.lock().unwrap();
        *writes += 1;
        let stamp = Stamp {
            inode: *writes,
            size: text.as_ref().len() as u64,
            // Long ago and never whole seconds: settled, whatever the test's clock says.
            modified: i128::from(*writes),
            changed: i128::from(*writes),
            device: 1,
        };
        self.unreadable.lock().unwrap().remove(path);
        self.files
            .lock()
            .unwrap()
            .insert(path.to_owned(), (stamp, text.as_ref().to_vec()));
    }

    /// Takes the permission to read a file away, until it is written anew.
    pub(crate) fn make_unreadable(&self, path: &str) {
        self.unreadable.lock().unwrap().insert(path.to_owned());
        if let Some((stamp, _)) = self.files.lock().unwrap().get_mut(path) {
            stamp.changed += 1;
        }
    }

    pub(crate) fn remove(&self, path: &str) {
        self.files.lock().unwrap().remove(path);
    }

    /// Takes the whole tree away, or brings it back.
    pub(crate) fn set_missing(&self, missing: bool) {
        *self.missing.lock().unwrap() = missing;
    }

    /// Writes the lock file.
    pub(crate) fn write_lock(&self, text: &[u8]) {
        *self.lock.lock().unwrap() = Some(text.to_vec());
    }

    /// Takes the lock file away.
    pub(crate) fn remove_lock(&self) {
        *self.lock.lock().unwrap() = None;
    }

    /// What whoever changes many files leaves when all is done.
    pub(crate) fn set_mark(&self, mark: u64) {
        *self.mark.lock().unwrap() = mark;
    }

    /// Puts another folder in the place of the root, with these files.
    pub(crate) fn put_root(&self, inode: u64, files: &[(&str, &str)]) {
        *self.root.lock().unwrap() = Some(inode);
        self.files.lock().unwrap().clear();
        for (path, text) in files {
            self.write(path, text);
        }
    }

    /// How many files were read so far.
    pub(crate) fn reads(&self) -> usize {
        *self.reads.lock().unwrap()
    }
}

impl Tree for MemoryTree {
    fn survey(&self, scope: &Extent) -> Result<Survey, TreeError> {
        if *self.missing.lock().unwrap() {
            return Err(TreeError("is missing".into()));
        }
        let is_within = |path: &str| match scope {
            Extent::Everything => true,
            Extent::Paths(paths) => paths.iter().any(|scope| is_at_or_below(path, scope)),
        };
        let files = self.files.lock().unwrap();
        Ok(Survey {
            files: files
                .iter()
                .filter(|(path, _)| is_content(path) && is_within(path))
                .map(|(path, (stamp, _))| (path.as_str().into(), *stamp))
                .collect(),
            root: self.root.lock().unwrap().map(|inode| (1, inode)),
            ..Survey::default()
        })
    }

    fn read(&self, path: &str) -> Result<(Stamp, Vec<u8>), ReadError> {
        *self.reads.lock().unwrap() += 1;
        if self.unreadable.lock().unwrap().contains(path) {
            return Err(ReadError::Failed("permission denied".into()));
        }
        self.files
            .lock()
            .unwrap()
            .get(path)
            .cloned()
            .ok_or(ReadError::Gone)
    }

    fn lock(&self, _known: Option<Stamp>) -> LockReading {
        match &*self.lock.lock().unwrap() {
            Some(text) => LockReading::Read(Stamp::default(), text.clone()),
            None => LockReading::Absent,
        }
    }

    fn mark(&self) -> Option<Stamp> {
        Some(Stamp {
            inode: *self.mark.lock().unwrap(),
            ..Stamp::default()
        })
    }
}
