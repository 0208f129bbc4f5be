//! Watching a folder and all in it, where some of it can't be watched.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Folders nested deeper than this are not watched one by one.
const MOST_DEPTH: usize = 64;

/// Folders that can't be watched, and why.
pub(super) type Unwatched = BTreeMap<PathBuf, String>;

/// Why something can't be watched.
#[derive(Debug)]
pub(super) struct NotWatched {
    /// What can't be.
    pub(super) paths: Vec<PathBuf>,
    /// Why.
    pub(super) why: String,
    /// Whether nothing else can be watched either.
    pub(super) is_of_all: bool,
}

/// Watches a folder and all in it, up to the first folder that can't be watched.
pub(super) type Watch<'a> = dyn FnMut(&Path) -> Result<(), NotWatched> + 'a;

/// Watches a folder and all in it, and notes what can't be watched for reasons of its own.
///
/// # Errors
/// Why nothing else can be watched either.
pub(super) fn watch_below(
    watch: &mut Watch<'_>,
    folder: &Path,
    unwatched: &mut Unwatched,
) -> Result<(), String> {
    watch_to(MOST_DEPTH, watch, folder, unwatched)
}

fn watch_to(
    depth: usize,
    watch: &mut Watch<'_>,
    folder: &Path,
    unwatched: &mut Unwatched,
) -> Result<(), String> {
    let Err(NotWatched {
        paths,
        why,
        is_of_all,
    }) = watch(folder)
    else {
        return Ok(());
    };
    if is_of_all {
        return Err(why);
    }
    let is_own = paths.is_empty() || paths.iter().any(|path| path == folder);
    if is_own && fs::symlink_metadata(folder).is_ok() {
        unwatched.insert(folder.to_owned(), why);
    }
    if depth > 0 {
        for below in folders_in(folder).unwrap_or_default() {
            watch_to(depth - 1, watch, &below, unwatched)?;
        }
    }
    Ok(())
}

/// Tries again to watch what could not be watched and can be read now. The folders that were mended.
pub(super) fn watch_again(watch: &mut Watch<'_>, unwatched: &mut Unwatched) -> Vec<PathBuf> {
    let may_have_changed = |folder: &&PathBuf| match fs::read_dir(folder) {
        Ok(_) => true,
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    let folders: Vec<_> = unwatched.keys().filter(may_have_changed).cloned().collect();
    let mut mended = Vec::new();
    for folder in folders {
        unwatched.remove(&folder);
        if let Err(why) = watch_below(watch, &folder, unwatched) {
            unwatched.insert(folder.clone(), why);
        }
        if !unwatched.contains_key(&folder) {
            mended.push(folder);
        }
    }
    mended
}

/// Whether a folder can't be read, or one in it.
pub(super) fn has_unreadable(folder: &Path) -> bool {
    fn is_in(depth: usize, folder: &Path) -> bool {
        match folders_in(folder) {
            Ok(folders) => depth > 0 && folders.iter().any(|folder| is_in(depth - 1, folder)),
            Err(error) => error.kind() == ErrorKind::PermissionDenied,
        }
    }
    is_in(MOST_DEPTH, folder)
}

/// The folders in a folder, and links to folders elsewhere.
fn folders_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let real = folder.canonicalize()?;
    let leads_back = |path: &Path| path.canonicalize().is_ok_and(|target| real.starts_with(target));
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() || kind.is_symlink() && path.is_dir() && !leads_back(&path) {
            folders.push(path);
        }
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::os::unix::fs::symlink;

    use super::*;

    /// Watches as the library does: up to the first folder that can't be watched.
    fn watch(
        folder: &Path,
        refused: &[&str],
        watched: &mut BTreeSet<PathBuf>,
        is_of_all: bool,
    ) -> Result<(), NotWatched> {
        if refused.iter().any(|name| folder.ends_with(name)) {
            return Err(NotWatched {
                paths: vec![folder.to_owned()],
                why: "refused".into(),
                is_of_all,
            });
        }
        watched.insert(folder.to_owned());
        let mut below = folders_in(folder).unwrap();
        below.sort();
        below
            .iter()
            .try_for_each(|folder| watch(folder, refused, watched, is_of_all))
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        for folder in ["a/bad/deeper", "a/z", "bad2", "c/d"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        symlink("..", root.join("c/up")).unwrap();
        (directory, root)
    }

    #[test]
    fn all_is_watched_but_what_can_not_be() {
        let (_directory, root) = folder();
        let (mut watched, mut unwatched) = (BTreeSet::new(), Unwatched::new());
        let mut own = |folder: &Path| watch(folder, &["bad", "bad2"], &mut watched, false);
        watch_below(&mut own, &root, &mut unwatched).unwrap();
        let names = |paths: Vec<&PathBuf>| -> Vec<String> {
            let name = |path: &&PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
            paths.iter().map(name).collect()
        };
        assert_eq!(names(unwatched.keys().collect()), ["a/bad", "bad2"]);
        assert_eq!(
            names(watched.iter().collect()),
            ["", "a", "a/bad/deeper", "a/z", "c", "c/d"]
        );
        let mut all = |_: &Path| Ok(());
        assert_eq!(watch_again(&mut all, &mut unwatched).len(), 2);
        assert!(unwatched.is_empty());
    }

    #[test]
    fn what_concerns_all_is_an_error() {
        let (_directory, root) = folder();
        let (mut watched, mut unwatched) = (BTreeSet::new(), Unwatched::new());
        let mut own = |folder: &Path| watch(folder, &["bad"], &mut watched, true);
        assert_eq!(
            watch_below(&mut own, &root, &mut unwatched),
            Err("refused".to_owned())
        );
    }
}
