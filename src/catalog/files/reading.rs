//! Reading what a survey says has to be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::files::file::File;
use crate::catalog::tree::{ReadError, Stamp, Tree};
use crate::content::fields::inherited::{HandedDown, Sections, is_section_file};
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::{ContentSettings, Fault, Parsed, SourceFile, parse};
use crate::vocabulary::{Digest, Finding, Severity};

/// What became of reading a file.
pub(in crate::catalog) enum Reading {
    /// It was read whole.
    Read {
        stamp: Stamp,
        digest: Digest,
        /// The digest of what is handed down to it.
        handed_down: Option<Digest>,
        /// `None` if the bytes are those that are known already.
        outcome: Option<Result<Parsed, Fault>>,
    },
    /// It is no longer there.
    Gone,
    /// It changed on the way.
    Changing,
    /// It could not be read.
    Failed(Fault),
}

impl Reading {
    /// The digest of the bytes read.
    pub(in crate::catalog) fn digest(&self) -> Option<Digest> {
        match self {
            Reading::Read { digest, .. } => Some(*digest),
            _ => None,
        }
    }

    /// The device and inode of the file read.
    pub(in crate::catalog) fn inode(&self) -> Option<(u64, u64)> {
        match self {
            Reading::Read { stamp, .. } => Some((stamp.device, stamp.inode)),
            _ => None,
        }
    }

    /// What it is, if it is good and new.
    pub(in crate::catalog) fn parsed(&self) -> Option<&Parsed> {
        match self {
            Reading::Read { outcome, .. } => outcome.as_ref()?.as_ref().ok(),
            _ => None,
        }
    }

    /// Whether it is a post.
    pub(in crate::catalog) fn is_post(&self) -> bool {
        matches!(self.parsed(), Some(Parsed::Post(_)))
    }
}

/// Reads files: sections first, since what they hand down decides what posts mean.
pub(super) fn read_sections_first(
    tree: &dyn Tree,
    paths: impl Iterator<Item = Arc<str>>,
    known: &BTreeMap<Arc<str>, File>,
    settings: &ContentSettings,
    sections: &Sections,
) -> Vec<(Arc<str>, Reading)> {
    let (first, rest): (Vec<_>, Vec<_>) = paths.partition(|path| is_section_file(path));
    let mut readings = read(tree, first, known, settings, sections);
    let mut sections = sections.clone();
    for (path, reading) in &readings {
        match reading.parsed() {
            Some(Parsed::Section(section)) => sections.insert(section),
            Some(_) => sections.remove(path),
            None => {}
        }
    }
    readings.extend(read(tree, rest, known, settings, &sections));
    readings
}

/// Reads some files, those that changed parsed.
pub(super) fn read(
    tree: &dyn Tree,
    paths: Vec<Arc<str>>,
    known: &BTreeMap<Arc<str>, File>,
    settings: &ContentSettings,
    sections: &Sections,
) -> Vec<(Arc<str>, Reading)> {
    let read = |path: Arc<str>| {
        let reading = match tree.read(&path) {
            Ok((stamp, bytes)) => {
                let digest = Digest::of(&bytes);
                let handed_down = HandedDown::to(&path, settings, sections);
                let is_known = known.get(&path).is_some_and(|file| {
                    file.digest == Some(digest)
                        && file.handed_down == handed_down.digest()
                        && !file.is_dated_by_file()
                });
                let file = SourceFile {
                    path: &path,
                    bytes: &bytes,
                    digest,
                    modified: stamp.modified_at(),
                };
                let outcome = (!is_known).then(|| parse(file, settings, &handed_down));
                Reading::Read {
                    stamp,
                    digest,
                    handed_down: handed_down.digest(),
                    outcome,
                }
            }
            Err(ReadError::Gone) => Reading::Gone,
            Err(ReadError::Changing) => Reading::Changing,
            Err(ReadError::Failed(why)) => Reading::Failed(Fault {
                finding: Finding::new(
                    &path,
                    Severity::Error,
                    "unreadable",
                    format!("can't read the file: {why}"),
                )
                .help("make it readable for the user that Newswire runs as"),
                withdrawal: Withdrawal::default(),
            }),
        };
        (path, reading)
    };
    // One saved file is the common case, and not worth waking other threads for.
    if paths.len() < 4 {
        paths.into_iter().map(read).collect()
    } else {
        paths.into_par_iter().map(read).collect()
    }
}
