//! The state on the disk: whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imbl::OrdMap;

use super::ids;
use super::written::{decode, encode};
use crate::catalog::Kept;

const NAME: &str = "state.json";
const IDS: &str = "ids.json";
/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 1 << 30;

type Ids = OrdMap<Arc<str>, Arc<str>>;

/// A directory for state.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    /// The ids as they were last written or read.
    ids: Mutex<Option<Ids>>,
}

impl Store {
    /// The state in a directory, which is made if it is not there.
    pub fn new(directory: PathBuf) -> Self {
        Store {
            directory,
            ids: Mutex::new(None),
        }
    }

    /// What was kept. A file that can't be used is ignored, with a warning in the log.
    pub fn load(&self) -> Option<Kept> {
        let kept = self.read(NAME, decode, "readers may fetch every feed once more");
        let ids = self.load_ids();
        // What was left half-written is replaced only when some id changes, which may be never.
        let _ = fs::remove_file(self.directory.join(format!(".{IDS}.new")));
        if kept.is_none() && ids.is_empty() {
            return None;
        }
        Some(Kept {
            ids,
            ..kept.unwrap_or_default()
        })
    }

    /// The ids by which readers know posts.
    pub fn load_ids(&self) -> Ids {
        let ids = self.read(IDS, ids::decode, "posts whose addresses have changed get new ids");
        if ids.is_some() {
            self.last_ids().clone_from(&ids);
        }
        ids.unwrap_or_default()
    }

    fn read<T>(&self, name: &str, decode: fn(&[u8]) -> Result<T, &'static str>, so: &str) -> Option<T> {
        let file = self.directory.join(name);
        let ignore = |why: &str| {
            tracing::warn!(file = %file.display(), "the state is ignored: {why}; {so}");
        };
        let read = fs::metadata(&file).and_then(|metadata| {
            if metadata.len() > MOST_BYTES {
                return Err(io::Error::other("it is too large"));
            }
            fs::read(&file)
        });
        match read {
            Ok(bytes) => decode(&bytes).inspect_err(|why| ignore(why)).ok(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                ignore(&error.to_string());
                None
            }
        }
    }

    /// Keeps something: beside what is there, then in its place, so that a crash at any moment leaves
    /// the one or the other. The ids are written only if they are others than before.
    ///
    /// # Errors
    /// When the disk is full or the directory can't be written to; what was kept before still is.
    pub fn save(&self, kept: &Kept) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let is_known = |known: &Ids| known.ptr_eq(&kept.ids) || *known == kept.ids;
        if !self.last_ids().as_ref().is_some_and(is_known) {
            self.write(IDS, &ids::encode(&kept.ids))?;
            *self.last_ids() = Some(kept.ids.clone());
        }
        self.write(NAME, &encode(kept))?;
        File::open(&self.directory)?.sync_all()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let temporary = self.directory.join(format!(".{name}.new"));
        let written = File::create(&temporary)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&temporary, self.directory.join(name)));
        if written.is_err() {
            // The error is what matters, not the left-over.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn last_ids(&self) -> MutexGuard<'_, Option<Ids>> {
        // A poisoned lock still guards a whole value.
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
