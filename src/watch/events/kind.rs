//! What an event on a path below the root hints at.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::content::place::location::is_content;
use crate::watch::wakeups::Hint;

/// Whether the system tells when a file that was written is closed.
const TELLS_CLOSES: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// What happened to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    /// A file was closed by somebody who could write it.
    Complete,
    /// Something was moved here.
    Arrived,
    /// A file was removed.
    Gone,
    /// A folder was removed, or something was moved away.
    Left,
    /// A folder was made.
    Folder,
    /// A file, link or device was made.
    Created,
    /// A file's content changed.
    Written,
    /// Anything else.
    Changing,
}

/// What an event on a path below the root hints at; `full` is the same path from the file system's root.
pub(super) fn hint(kind: EventKind, name: &str, full: &Path) -> Option<Hint> {
    if let Some(hidden) = name.split('/').find(|part| part.starts_with('.')) {
        // Hidden files are editors' own. But a hidden link may be what others lead through: that is
        // how Kubernetes swaps all files of a volume at once.
        let is_swap = hidden.starts_with("..")
            || fs::symlink_metadata(full).is_ok_and(|own| own.is_symlink()) && full.is_dir();
        return is_swap.then_some(Hint::Everything);
    }
    if is_content(name) {
        return Some(match kind {
            EventKind::Complete | EventKind::Arrived => Hint::Complete(name.into()),
            EventKind::Gone | EventKind::Left => Hint::Gone(name.into()),
            EventKind::Folder => Hint::Folder(name.into()),
            EventKind::Created => created(name, full),
            EventKind::Written if TELLS_CLOSES => Hint::Writing(name.into()),
            EventKind::Written | EventKind::Changing => Hint::Changing(name.into()),
        });
    }
    // Anything else matters only if it is a folder, or was one, or leads to one.
    match kind {
        EventKind::Folder => Some(Hint::Folder(name.into())),
        EventKind::Left => Some(Hint::Gone(name.into())),
        EventKind::Complete | EventKind::Gone | EventKind::Written => None,
        EventKind::Arrived => full.is_dir().then(|| Hint::Folder(name.into())),
        EventKind::Created | EventKind::Changing => full.is_dir().then(|| Hint::Changing(name.into())),
    }
}

/// A file that was made: another name for a complete one, or opened, and its text is to come. One that
/// has a text already was either written in this moment, which is told of next, or is a link to a file
/// that has lost its other name.
fn created(name: &str, full: &Path) -> Hint {
    match fs::symlink_metadata(full) {
        Ok(own) if own.is_file() && own.nlink() > 1 => Hint::Complete(name.into()),
        Ok(own) if own.is_file() && own.len() == 0 && TELLS_CLOSES => Hint::Writing(name.into()),
        _ => Hint::Changing(name.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_open_and_another_name_for_a_file_is_complete() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let made = |name: &str| hint(EventKind::Created, name, &path(name)).unwrap();
        fs::write(path("empty.md"), "").unwrap();
        fs::write(path("text.md"), "text").unwrap();
        assert_eq!(made("text.md"), Hint::Changing("text.md".into()));
        fs::hard_link(path("text.md"), path("link.md")).unwrap();
        assert_eq!(made("link.md"), Hint::Complete("link.md".into()));
        assert_eq!(made("gone.md"), Hint::Changing("gone.md".into()));
        if TELLS_CLOSES {
            assert_eq!(made("empty.md"), Hint::Writing("empty.md".into()));
        }
    }
}
