//! Directories: those in the file are relative to it, those in options to the working directory.

use std::path::{Path, PathBuf};

use super::options::Given;
use super::reader::{Location, Table};
use crate::vocabulary::Complaint;

/// The directory that the file lies in; empty for the working directory.
#[derive(Clone, Copy)]
pub(super) struct Directory<'a>(pub(super) &'a Path);

impl Directory<'_> {
    /// The directory that an option or `dir` names; `otherwise` tells what holds without it.
    pub(super) fn read(
        self,
        table: &mut Table<'_>,
        option: Option<&Given<PathBuf>>,
        otherwise: &str,
    ) -> Option<PathBuf> {
        let written = |written: &str| not_empty(written.into(), otherwise);
        let Some(given) = option else {
            return table.text("dir", written).map(|dir| self.0.join(dir));
        };
        table.text("dir", |_| Ok(()));
        let checked = not_empty(given.value.clone(), otherwise);
        table.problems().checked(&Location::Option(given.name), checked)
    }
}

fn not_empty(path: PathBuf, otherwise: &str) -> Result<PathBuf, Complaint> {
    if path.as_os_str().is_empty() {
        return Err(Complaint::new(
            "there is nothing in it",
            format!("name a directory, or leave it out: then {otherwise}"),
        ));
    }
    Ok(path)
}
