//! Which directory entries decide what a path leads to.
//!
//! Watching a folder tells of nothing once a link on the way to it leads elsewhere, or once another
//! folder has taken its place. Those changes happen in the folders that hold the links and the
//! folder's own name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Links on the way to a path are followed no further than this, as the kernel does.
const MOST_LINKS: usize = 40;

/// Every link on the way to a path, what it leads to in the end, and where the way breaks off the
/// first name that is missing: absolute paths, each of whose parents is a real folder. If one of
/// them is replaced, the path may lead elsewhere.
pub(super) fn entries_on_the_way(path: &Path) -> BTreeSet<PathBuf> {
    let mut entries = BTreeSet::new();
    let Ok(absolute) = std::path::absolute(path) else {
        return entries;
    };
    let mut real = PathBuf::new();
    let mut rest: Vec<PathBuf> = parts(&absolute);
    let mut links = 0;
    while let Some(part) = rest.pop() {
        if part == Path::new("..") {
            real.pop();
            continue;
        }
        let entry = real.join(&part);
        match fs::read_link(&entry) {
            Ok(target) if links < MOST_LINKS => {
                links += 1;
                entries.insert(entry);
                if target.is_absolute() {
                    real.clear();
                }
                rest.extend(parts(&target));
            }
            _ if fs::symlink_metadata(&entry).is_err() => {
                entries.insert(entry);
                return entries;
            }
            _ => real = entry,
        }
    }
    if real.parent().is_some() {
        entries.insert(real);
    }
    entries
}

/// The parts of a path, the last first.
fn parts(path: &Path) -> Vec<PathBuf> {
    let parts = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| PathBuf::from(part.as_os_str()));
    let mut parts: Vec<_> = parts.collect();
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_their_end_and_what_is_missing_are_on_the_way() {
        let directory = tempfile::tempdir().unwrap();
        let base = directory.path().canonicalize().unwrap();
        fs::create_dir_all(base.join("worktrees/1/content")).unwrap();
        symlink("worktrees/1", base.join("current")).unwrap();
        symlink(base.join("current/content"), base.join("site")).unwrap();
        symlink("circle", base.join("circle")).unwrap();
        let on_the_way = |path: &str| -> Vec<String> {
            entries_on_the_way(&base.join(path))
                .iter()
                .map(|entry| entry.strip_prefix(&base).unwrap().display().to_string())
                .collect()
        };
        assert_eq!(on_the_way("site"), ["current", "site", "worktrees/1/content"]);
        assert_eq!(on_the_way("worktrees/../current"), ["current", "worktrees/1"]);
        assert_eq!(
            on_the_way("current/missing/deeper"),
            ["current", "worktrees/1/missing"]
        );
        assert_eq!(on_the_way("circle"), ["circle"]);
    }
}
