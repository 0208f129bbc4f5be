//! A tree of files, a clock and a file system's stamps, none of them real. It keeps a record of what
//! the program was shown, which is all that it may ever remember.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::{DateTime, Utc};
use newswire::catalog::clock::Clock;
use newswire::catalog::tree::{ReadError, Scope, Stamp, Survey, Tree, TreeError, is_at_or_below};
use newswire::content::location::is_content;
use newswire::watch::Hint;

use super::kept::Kept;
use super::operation::{Operation, Save};
use super::text::{self, Text};

/// The kernel stamps files by a clock that ticks this often, in nanoseconds.
const TICK: i64 = 4_000_000;

struct Node {
    stamp: Stamp,
    text: Text,
    readable: bool,
}

struct State {
    wall: DateTime<Utc>,
    elapsed: Duration,
    files: BTreeMap<String, Node>,
    /// Folders that can't be looked into.
    dark: BTreeSet<String>,
    /// Files whose next read meets a writer.
    disturbed: BTreeSet<String>,
    missing: bool,
    locked: bool,
    /// Whether stamps have whole seconds only, as on some file systems.
    coarse: bool,
    inodes: u64,
    kept: Kept,
}

/// The world as the program sees it.
pub(crate) struct World(Mutex<State>);

impl World {
    pub(crate) fn new(coarse: bool) -> Self {
        World(Mutex::new(State {
            wall: text::start(),
            elapsed: Duration::ZERO,
            files: BTreeMap::new(),
            dark: BTreeSet::new(),
            disturbed: BTreeSet::new(),
            missing: false,
            locked: false,
            coarse,
            inodes: 0,
            kept: Kept::new(text::start()),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Lets time pass, up to a time since the start.
    pub(crate) fn pass(&self, until: Duration) {
        let mut state = self.state();
        let passed = until.saturating_sub(state.elapsed);
        state.elapsed += passed;
        state.wall += passed;
    }

    /// What the program may remember.
    pub(crate) fn kept(&self) -> Kept {
        self.state().kept.clone()
    }

    /// The same, after a long calm, with every doubt resolved: what is still missing is gone, and
    /// whether the text of a file that came back broken was kept, `is_kept` knows. And whether the
    /// loss of everything is held back.
    pub(crate) fn settled(&self, is_kept: impl Fn(&str) -> bool) -> (Kept, bool) {
        let state = &mut *self.state();
        let is_there = |path: &str| state.files.contains_key(path);
        let is_held = state.kept.settle(is_there, is_kept);
        (state.kept.clone(), is_held)
    }

    /// The program has moved its clock on.
    pub(crate) fn tell_time(&self) {
        let state = &mut *self.state();
        state.kept.tell_time(state.wall);
    }

    /// The process ends: what it remembered is lost.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.kept = Kept::new(state.wall);
    }

    /// Makes everything visible that has to be for a scan to succeed.
    pub(crate) fn settle(&self) {
        let mut state = self.state();
        state.missing = false;
        state.locked = false;
    }

    /// After a scan of everything: what the program was shown of each file is what there is.
    pub(crate) fn everything_was_seen(&self) -> Result<(), String> {
        let state = self.state();
        for (path, node) in state.files.iter().filter(|(path, _)| is_content(path)) {
            let is_visible = node.readable && !state.is_dark(path);
            if is_visible && !state.kept.has_seen(path, &node.text) {
                return Err(format!("“{path}” was changed and never read"));
            }
        }
        Ok(())
    }

    /// Does an operation, and returns the events a kernel would have for it. One that makes no sense
    /// here does nothing.
    pub(crate) fn operate(&self, operation: &Operation) -> Vec<Hint> {
        let state = &mut *self.state();
        let complete = |path: &str| Hint::Complete(path.into());
        let changing = |path: &str| Hint::Changing(path.into());
        match operation {
            Operation::Write { path, text, save } => {
                if !state.write(path, text, *save) {
                    return Vec::new();
                }
                match save {
                    Save::Rename => vec![complete(path)],
                    Save::Over => vec![changing(path), complete(path)],
                    Save::OverUnclosed => vec![changing(path)],
                }
            }
            Operation::Delete { path } => {
                state.files.remove(path);
                vec![changing(path)]
            }
            Operation::Rename { from, to } => {
                let is_record = |path: &str| path.ends_with("/_index.md");
                if is_record(to) && !is_record(from) || !state.has_room(to) || from == to {
                    return Vec::new();
                }
                let Some(mut node) = state.files.remove(from) else {
                    return Vec::new();
                };
                node.stamp.changed = state.stamp_time();
                state.files.insert(to.clone(), node);
                vec![changing(from), complete(to)]
            }
            Operation::MoveFolder { from, to } => {
                if is_at_or_below(to, from) || is_at_or_below(from, to) || !state.has_room(to) {
                    return Vec::new();
                }
                let moved = state.take_below(from);
                state.take_below(to);
                for (path, node) in moved {
                    state.files.insert(format!("{to}{}", &path[from.len()..]), node);
                }
                vec![changing(from), complete(to)]
            }
            Operation::DeleteFolder { folder } => {
                let gone = state.take_below(folder);
                let mut hints: Vec<Hint> = gone.iter().map(|(path, _)| changing(path)).collect();
                hints.push(changing(folder));
                hints
            }
            Operation::ReplaceByFolder { path, text } => {
                if state.files.remove(path).is_none() {
                    return Vec::new();
                }
                let inside = format!("{path}/inside.md");
                state.write(&inside, text, Save::Rename);
                vec![changing(path)]
            }
            Operation::Chmod { path, readable } => {
                let now = state.stamp_time();
                if let Some(node) = state.files.get_mut(path) {
                    node.readable = *readable;
                    node.stamp.changed = now;
                }
                vec![changing(path)]
            }
            Operation::ChmodFolder { folder, readable } => {
                if *readable {
                    state.dark.remove(folder);
                } else if state.files.keys().any(|path| is_at_or_below(path, folder)) {
                    state.dark.insert(folder.clone());
                }
                vec![changing(folder)]
            }
            Operation::Disturb { path } => {
                state.disturbed.insert(path.clone());
                Vec::new()
            }
            Operation::Missing(missing) => {
                state.missing = *missing;
                vec![Hint::Everything]
            }
            Operation::Lock(locked) => {
                state.locked = *locked;
                Vec::new()
            }
            Operation::SetClock(by) => {
                state.wall += chrono::Duration::milliseconds(*by);
                Vec::new()
            }
            Operation::Restart { .. } | Operation::Check => Vec::new(),
        }
    }
}

impl State {
    fn stamp_time(&self) -> i128 {
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

    fn write(&mut self, path: &str, text: &Text, save: Save) -> bool {
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

    fn take_below(&mut self, folder: &str) -> Vec<(String, Node)> {
        self.dark.retain(|dark| !is_at_or_below(dark, folder));
        self.files
            .extract_if(.., |path, _| is_at_or_below(path, folder))
            .collect()
    }

    fn is_dark(&self, path: &str) -> bool {
        self.dark
            .iter()
            .any(|dark| path != dark && is_at_or_below(path, dark))
    }
}

impl Clock for World {
    fn now(&self) -> DateTime<Utc> {
        self.state().wall
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }
}

impl Tree for World {
    fn survey(&self, scope: &Scope) -> Result<Survey, TreeError> {
        let state = &mut *self.state();
        if state.missing {
            return Err(TreeError("is missing".into()));
        }
        state.kept.tell_time(state.wall);
        let is_within = |path: &str| match scope {
            Scope::Everything => true,
            Scope::Paths(paths) => paths.iter().any(|scope| is_at_or_below(path, scope)),
        };
        let mut survey = Survey::default();
        // What is asked for below a dark folder can't be seen either.
        if let Scope::Paths(paths) = scope {
            let unseen = paths.iter().filter(|path| state.is_dark(path));
            survey.unseen.extend(unseen.cloned());
        }
        let dark = state.dark.iter().filter(|folder| is_within(folder));
        survey
            .unseen
            .extend(dark.map(|folder| Arc::from(folder.as_str())));
        for (path, node) in &state.files {
            if is_content(path) && is_within(path) && !state.is_dark(path) {
                survey.files.insert(path.as_str().into(), node.stamp);
            }
        }
        let is_gone = |path: &str| {
            let unseen = survey.unseen.iter().any(|unseen| is_at_or_below(path, unseen));
            is_within(path) && !survey.files.contains_key(path) && !unseen
        };
        state.kept.miss(is_gone);
        Ok(survey)
    }

    fn read(&self, path: &str) -> Result<(Stamp, Vec<u8>), ReadError> {
        let state = &mut *self.state();
        if state.is_dark(path) {
            return Err(ReadError::Failed("permission denied".into()));
        }
        let Some(node) = state.files.get(path) else {
            state.kept.miss(|known| known == path);
            return Err(ReadError::Gone);
        };
        if !node.readable {
            state.kept.could_not_read(path);
            return Err(ReadError::Failed("permission denied".into()));
        }
        if state.disturbed.remove(path) {
            return Err(ReadError::Changing);
        }
        state.kept.read(path, &node.text);
        Ok((node.stamp, node.text.bytes.clone()))
    }

    fn is_being_changed(&self) -> bool {
        self.state().locked
    }
}
