//! Missing files are told from moved ones, and counted. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::files::file::File;
use crate::catalog::files::reading::Reading;
use crate::catalog::look::Changed;
use crate::catalog::loss::FEW;
use crate::catalog::tree::Survey;

/// Posts, counted.
pub(in crate::catalog) struct Counts {
    /// Of the known ones, those that are missing.
    pub(in crate::catalog) missing: usize,
    /// Those that have moved: known under a name that is not there any more.
    pub(in crate::catalog) moved: usize,
    /// Those under names that were not known.
    pub(in crate::catalog) new: usize,
}

/// The missing files without those that have moved. A file under another name, or another file with the
/// same text, has moved, not vanished.
pub(in crate::catalog) fn without_moved(
    vanished: &[Arc<str>],
    readings: &[(Arc<str>, Reading)],
    known: &BTreeMap<Arc<str>, File>,
) -> BTreeSet<Arc<str>> {
    let new = || readings.iter().filter(|(path, _)| !known.contains_key(path));
    let mut texts: BTreeSet<_> = new().filter_map(|(_, reading)| reading.digest()).collect();
    let inodes: BTreeSet<_> = new().filter_map(|(_, reading)| reading.inode()).collect();
    if vanished.len() >= FEW {
        // It may have arrived under its new name before it left the old one.
        let read = readings.iter().map(|(path, _)| path);
        let lost_or_changed: BTreeSet<_> = vanished.iter().chain(read).collect();
        let others = known.iter().filter(|(path, _)| !lost_or_changed.contains(path));
        texts.extend(others.filter_map(|(_, file)| file.digest));
    }
    let has_moved = |path: &&Arc<str>| {
        known.get(*path).is_some_and(|file| {
            file.digest.is_some_and(|digest| texts.contains(&digest))
                || file
                    .stamp
                    .is_some_and(|stamp| inodes.contains(&(stamp.device, stamp.inode)))
        })
    };
    vanished.iter().filter(|path| !has_moved(path)).cloned().collect()
}

/// Counts the posts among missing, moved and new files.
pub(in crate::catalog) fn count(
    vanished: &[Arc<str>],
    missing: &BTreeSet<Arc<str>>,
    readings: &[(Arc<str>, Reading)],
    known: &BTreeMap<Arc<str>, File>,
) -> Counts {
    let is_post = |path: &&Arc<str>| known.get(*path).is_some_and(|file| file.post().is_some());
    let gone = vanished.iter().filter(is_post).count();
    let missing = missing.iter().filter(is_post).count();
    let is_new = |(path, reading): &&(Arc<str>, Reading)| reading.is_post() && !known.contains_key(path);
    Counts {
        missing,
        moved: gone - missing,
        new: readings.iter().filter(is_new).count(),
    }
}

/// Of what was read, the files that are new or have another stamp.
pub(in crate::catalog) fn changed(
    vanished: &[Arc<str>],
    readings: &[(Arc<str>, Reading)],
    survey: &Survey,
    known: &BTreeMap<Arc<str>, File>,
) -> Vec<Changed> {
    let digests = vanished.iter().filter_map(|path| known.get(path)?.digest);
    let digests: BTreeSet<_> = digests.collect();
    let changed = |(path, reading): &(Arc<str>, Reading)| {
        let stamp = *survey.files.get(path)?;
        Some(Changed {
            path: Arc::clone(path),
            stamp,
            is_new: !known.contains_key(path),
            // Empty files are alike and need not have been one.
            is_moved: stamp.size > 0 && reading.digest().is_some_and(|digest| digests.contains(&digest)),
        })
    };
    readings.iter().filter_map(changed).collect()
}
