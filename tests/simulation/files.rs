//! The files of a simulated site, and what may happen to them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use newswire::catalog::tree::{Stamp, is_at_or_below};
use newswire::watch::Hint;

use super::judge::HOLD;
use super::kept::Kept;
use super::operation::{Found, Operation, Save};
use super::pins::Pins;
use super::slow::Slow;
use super::text::Text;

/// The kernel stamps files by a clock that ticks this often, in nanoseconds.
const TICK: i64 = 4_000_000;

/// For so long after a loss another one may be taken for the same.
const UNSURE: Duration = Duration::from_secs(100);

pub(super) struct Node {
    pub(super) stamp: Stamp,
    pub(super) text: Text,
    pub(super) readable: bool,
}

/// Files that went with a volume.
#[derive(Default)]
pub(super) struct Unmounted {
    /// When it went, and when what is missing last changed.
    pub(super) since: Option<Duration>,
    pub(super) changed: Duration,
    /// Another folder is in the place of the root.
    pub(super) is_new_root: bool,
    /// Somebody looked at everything since, and took in what was seen.
    pub(super) was_seen: bool,
    pub(super) files: BTreeMap<String, Node>,
    /// Those that need not be missed at once with the others.
    pub(super) unsure: BTreeSet<String>,
}

pub(super) struct State {
    pub(super) wall: DateTime<Utc>,
    pub(super) elapsed: Duration,
    pub(super) files: BTreeMap<String, Node>,
    /// Folders that can't be looked into.
    pub(super) dark: BTreeSet<String>,
    /// Files whose next read meets a writer.
    pub(super) disturbed: BTreeSet<String>,
    pub(super) missing: bool,
    /// The file that somebody is writing in parts.
    pub(super) slow: Option<Slow>,
    /// Files that were written and never closed.
    pub(super) unclosed: BTreeSet<String>,
    /// What went with a volume, and when.
    pub(super) unmounted: Option<Unmounted>,
    pub(super) last_unmount: Option<Duration>,
    /// Which folder the root is.
    pub(super) root: u64,
    /// The look that is under way is one at everything.
    pub(super) sees_everything: bool,
    /// Whether dates of digits begin with the day, by the running configuration.
    pub(super) day_first: bool,
    /// The lock file of the ids, and whether it can be read.
    pub(super) pins: Option<(Stamp, Vec<u8>, bool)>,
    pub(super) locked: bool,
    /// Whether stamps have whole seconds only, as on some file systems.
    pub(super) coarse: bool,
    pub(super) inodes: u64,
    pub(super) kept: Kept,
    /// When the look that is under way began by the wall clock, and what was kept before.
    pub(super) before: Option<(DateTime<Utc>, Kept)>,
}

impl State {
    /// Does an operation.
    pub(super) fn operate(&mut self, operation: &Operation) -> Vec<Hint> {
        let complete = |path: &str| Hint::Complete(path.into());
        let changing = |path: &str| Hint::Changing(path.into());
        let gone = |path: &str| Hint::Gone(path.into());
        match operation {
            Operation::Write { path, text, save } => self.save(path, text, *save),
            Operation::BeginToWrite { path, text } => self.begin_to_write(path, text),
            Operation::GoOnWriting => self.go_on_writing(),
            Operation::Delete { path } => {
                self.files.remove(path);
                vec![gone(path)]
            }
            Operation::Rename { from, to } => {
                let is_record = |path: &str| path.contains("authors/") && path.ends_with("/_index.md");
                if is_record(to) && !is_record(from) || !self.has_room(to) || from == to {
                    return Vec::new();
                }
                let Some(mut node) = self.files.remove(from) else {
                    return Vec::new();
                };
                node.stamp.changed = self.stamp_time();
                self.files.insert(to.clone(), node);
                vec![gone(from), complete(to)]
            }
            Operation::MoveFolder { from, to } => self.move_folder(from, to),
            Operation::DeleteFolder { folder } => {
                let files = self.take_below(folder);
                let mut hints: Vec<Hint> = files.iter().map(|(path, _)| gone(path)).collect();
                hints.push(gone(folder));
                hints
            }
            Operation::ReplaceByFolder { path, text } => {
                if self.files.remove(path).is_none() {
                    return Vec::new();
                }
                let inside = format!("{path}/inside.md");
                self.write(&inside, text, Save::Rename);
                vec![gone(path), Hint::Folder(path.as_str().into())]
            }
            Operation::Chmod { path, readable } => {
                let now = self.stamp_time();
                if let Some(node) = self.files.get_mut(path) {
                    node.readable = *readable;
                    node.stamp.changed = now;
                }
                vec![changing(path)]
            }
            Operation::ChmodFolder { folder, readable } => {
                if *readable {
                    self.dark.remove(folder);
                } else if self.files.keys().any(|path| is_at_or_below(path, folder)) {
                    self.dark.insert(folder.clone());
                }
                vec![changing(folder)]
            }
            Operation::Disturb { path } => {
                self.disturbed.insert(path.clone());
                Vec::new()
            }
            Operation::Missing(missing) => {
                self.missing = *missing;
                vec![Hint::Everything]
            }
            Operation::Lock(locked) => {
                self.locked = *locked;
                Vec::new()
            }
            Operation::SetClock(by) => {
                self.wall += chrono::Duration::milliseconds(*by);
                Vec::new()
            }
            Operation::Unmount { spared } => self.unmount(spared),
            Operation::NewRoot => self.put_new_root(),
            Operation::Mount => self.mount(usize::MAX),
            Operation::MountSome { files } => self.mount(*files),
            Operation::Pin(pins) => {
                self.pins = pins.as_ref().map(|pins| self.pinned(pins));
                vec![complete(newswire::lock::FILE_NAME)]
            }
            Operation::GoOn { tree } => self.leave(*tree),
            Operation::Restart { .. } | Operation::Reload { .. } | Operation::Check => Vec::new(),
        }
    }

    /// Leaves this to a new process.
    fn leave(&mut self, tree: Found) -> Vec<Hint> {
        match tree {
            Found::Everything => Vec::new(),
            Found::Nothing => self.operate(&Operation::Missing(true)),
            Found::Empty => self.unmount("nowhere"),
        }
    }

    fn save(&mut self, path: &str, text: &Text, save: Save) -> Vec<Hint> {
        if !self.write(path, text, save) {
            return Vec::new();
        }
        self.unclosed.remove(path);
        let (writing, complete) = (Hint::Writing(path.into()), Hint::Complete(path.into()));
        match save {
            Save::Rename => vec![complete],
            Save::Over => vec![writing, complete],
            Save::OverUnclosed => {
                self.unclosed.insert(path.to_owned());
                vec![writing]
            }
        }
    }

    fn move_folder(&mut self, from: &str, to: &str) -> Vec<Hint> {
        if is_at_or_below(to, from) || is_at_or_below(from, to) || !self.has_room(to) {
            return Vec::new();
        }
        // Elsewhere an author's record would hand down to the posts beside it.
        let is_record = |path: &String| is_at_or_below(path, from) && path.ends_with("_index.md");
        if self.files.keys().any(is_record) {
            return Vec::new();
        }
        let moved = self.take_below(from);
        self.take_below(to);
        for (path, node) in moved {
            self.files.insert(format!("{to}{}", &path[from.len()..]), node);
        }
        vec![Hint::Gone(from.into()), Hint::Folder(to.into())]
    }

    pub(super) fn stamp_time(&self) -> i128 {
        let nanoseconds = self.wall.timestamp_nanos_opt().unwrap();
        let granule = if self.coarse { 1_000_000_000 } else { TICK };
        // A tick is not at whole seconds, or every stamp there would look coarse.
        let offset = i64::from(!self.coarse);
        i128::from(nanoseconds - nanoseconds.rem_euclid(granule) + offset)
    }

    /// Whether a file may stand at a path: no folder is there, and no file is on the way.
    fn has_room(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        let is_folder = self.files.keys().any(|other| other.starts_with(&folder));
        let mut above = path.rmatch_indices('/').map(|(at, _)| &path[..at]);
        !is_folder && !above.any(|above| self.files.contains_key(above))
    }

    pub(super) fn write(&mut self, path: &str, text: &Text, save: Save) -> bool {
        if !self.has_room(path) {
            return false;
        }
        let before = self.files.get(path);
        let inode = match before {
            Some(node) if save != Save::Rename => node.stamp.inode,
            _ => {
                self.inodes += 1;
                self.inodes
            }
        };
        let now = self.stamp_time();
        let stamp = Stamp {
            device: 1,
            inode,
            size: text.bytes.len() as u64,
            // As tar and rsync do, some set it to when the text was written elsewhere.
            modified: if text.bytes.len().is_multiple_of(3) {
                7
            } else {
                now
            },
            changed: now,
        };
        let node = Node {
            stamp,
            text: text.clone(),
            readable: true,
        };
        self.files.insert(path.to_owned(), node);
        true
    }

    /// Takes everything away but what is in one folder.
    fn unmount(&mut self, spared: &str) -> Vec<Hint> {
        let is_gone = |path: &str| !is_at_or_below(path, spared);
        let gone: Vec<_> = self.files.extract_if(.., |path, _| is_gone(path)).collect();
        let unmounted = self.unmounted.get_or_insert_default();
        // What went earlier may be believed to be gone by now, or be held since then, if nobody
        // saw it come back.
        unmounted.unsure.extend(unmounted.files.keys().cloned());
        let before = unmounted.since.replace(self.elapsed);
        unmounted.changed = self.elapsed;
        (unmounted.was_seen, unmounted.is_new_root) = (false, false);
        // In a folder that can't be looked into the same posts may be known to be.
        let is_unsure = !self.dark.is_empty();
        if is_unsure
            || before
                .or(self.last_unmount)
                .is_some_and(|before| self.elapsed < before + UNSURE)
        {
            unmounted.unsure.extend(gone.iter().map(|(path, _)| path.clone()));
        }
        self.last_unmount = Some(self.elapsed);
        unmounted.files.extend(gone);
        vec![Hint::Everything]
    }

    /// Puts an empty folder in the place of the root.
    fn put_new_root(&mut self) -> Vec<Hint> {
        self.root += 1;
        let hints = self.unmount("no such folder");
        if let Some(unmounted) = &mut self.unmounted {
            unmounted.is_new_root = true;
        }
        hints
    }

    /// Brings some files of it back, or all.
    fn mount(&mut self, most: usize) -> Vec<Hint> {
        let mut unmounted = self.unmounted.take().unwrap_or_default();
        if self.elapsed >= unmounted.changed + HOLD {
            // What did not come back in time may be gone.
            unmounted.unsure.extend(unmounted.files.keys().cloned());
        }
        let mut hints = Vec::new();
        while hints.len() < most
            && let Some((path, node)) = unmounted.files.pop_first()
        {
            hints.push(Hint::Complete(path.as_str().into()));
            if !self.files.contains_key(&path) && self.has_room(&path) {
                self.files.insert(path, node);
            }
        }
        if most == usize::MAX {
            return vec![Hint::Everything];
        }
        if !unmounted.files.is_empty() {
            unmounted.changed = self.elapsed;
            self.unmounted = Some(unmounted);
        }
        hints
    }

    /// The lock file, written now.
    fn pinned(&mut self, pins: &Pins) -> (Stamp, Vec<u8>, bool) {
        let bytes = |path: &str| Some(self.files.get(path)?.text.bytes.clone());
        let text = pins.text(bytes).into_bytes();
        self.inodes += 1;
        let now = self.stamp_time();
        let stamp = Stamp {
            device: 1,
            inode: self.inodes,
            size: text.len() as u64,
            modified: now,
            changed: now,
        };
        (stamp, text, pins.is_good())
    }

    fn take_below(&mut self, folder: &str) -> Vec<(String, Node)> {
        self.dark.retain(|dark| !is_at_or_below(dark, folder));
        self.files
            .extract_if(.., |path, _| is_at_or_below(path, folder))
            .collect()
    }

    pub(super) fn is_dark(&self, path: &str) -> bool {
        is_dark(&self.dark, path)
    }
}

/// Whether a path lies in one of the folders that can't be looked into.
pub(super) fn is_dark(dark: &BTreeSet<String>, path: &str) -> bool {
    dark.iter().any(|dark| path != dark && is_at_or_below(path, dark))
}
