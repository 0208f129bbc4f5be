//! `[state]`: where what has to survive a restart is kept.

use std::path::PathBuf;

use super::directory::Directory;
use super::options::Options;
use super::reader::Table;

/// The directory, if there is one.
pub(super) fn read(mut table: Table<'_>, options: &Options, directory: Directory<'_>) -> Option<PathBuf> {
    directory.read(&mut table, options.state_dir.as_ref(), "nothing is kept")
}
