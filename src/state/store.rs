//! The state on the disk: whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use super::written::{decode, encode};
use crate::catalog::Kept;

const NAME: &str = "state.json";
const TEMPORARY: &str = ".state.json.new";
/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 1 << 30;

/// A directory for state.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
}

impl Store {
    /// The state in a directory, which is made if it is not there.
    pub fn new(directory: PathBuf) -> Self {
        Store { directory }
    }

    /// What was kept. A file that can't be used is told in the log, and ignored.
    pub fn load(&self) -> Option<Kept> {
        let file = self.directory.join(NAME);
        let ignore = |why: &str| {
            tracing::warn!(
                file = %file.display(),
                "the state is ignored: {why}; readers may fetch every feed once more"
            );
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
    /// the one or the other.
    ///
    /// # Errors
    /// When the disk is full or the directory can't be written to; what was kept before still is.
    pub fn save(&self, kept: &Kept) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let temporary = self.directory.join(TEMPORARY);
        let written = File::create(&temporary)
            .and_then(|mut file| file.write_all(&encode(kept)).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&temporary, self.directory.join(NAME)));
        if written.is_err() {
            // The error is what matters, not the left-over.
            let _ = fs::remove_file(&temporary);
        }
        written.and_then(|()| File::open(&self.directory)?.sync_all())
    }
}
