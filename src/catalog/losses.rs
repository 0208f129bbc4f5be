//! What to make of files that are missing: gone, moved, or held.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::hold::{FEW, Hold, Loss, Stale, Verdict};
use super::reading::Reading;
use super::step::{Belief, Catalog};
use super::tree::{Scope, Stamp};

impl Catalog {
    /// Says that a hold has lasted long enough: what the next look still misses is gone, unless it misses
    /// more than was held, or no post is left at all.
    pub fn confirm_loss(&mut self) {
        if self.belief == Belief::Doubtful {
            self.belief = Belief::Confirming;
        }
    }

    /// Says that the next look is to be believed, unless no post is left at all.
    pub fn believe_loss(&mut self) {
        if matches!(self.belief, Belief::Doubtful | Belief::Confirming) {
            self.belief = Belief::Believing;
        }
    }

    /// Whether the last look held files that were not held before.
    pub fn holds_more(&self) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.has_grown)
    }

    /// Says that whatever the next look misses is meant to be gone, even if that is everything.
    pub fn accept_loss(&mut self) {
        self.may_be_empty = true;
        if self.belief != Belief::Accepting {
            self.belief = Belief::AcceptingOnce;
        }
    }

    /// Says that whatever any look misses is meant to be gone.
    pub fn always_accept_loss(&mut self) {
        self.may_be_empty = true;
        self.belief = Belief::Accepting;
    }

    /// Whether a site without posts is published even if there never was one.
    pub fn may_be_empty(&self) -> bool {
        self.may_be_empty
    }

    /// Why the snapshot is behind the files, if it is.
    pub fn stale(&self) -> Option<Stale> {
        let hold = self.hold.as_ref()?;
        let posts = hold.paths.iter().filter(|path| self.is_post(path)).count();
        Some(if hold.is_for_good {
            Stale::Empty { posts }
        } else {
            Stale::Vanished { posts }
        })
    }

    pub(super) fn is_held(&self, path: &Arc<str>) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.paths.contains(path))
    }

    /// Decides which of the missing files are gone, and holds the others.
    pub(super) fn settle_losses(
        &mut self,
        vanished: Vec<Arc<str>>,
        found: &BTreeMap<Arc<str>, Stamp>,
        readings: &[(Arc<str>, Reading)],
        is_new_root: bool,
        scope: &Scope,
    ) -> Vec<Arc<str>> {
        let is_everything = *scope == Scope::Everything;
        let belief = self.belief;
        if is_everything && belief != Belief::Accepting {
            self.belief = Belief::Doubtful;
        }
        if let Some(hold) = &mut self.hold {
            hold.paths.retain(|path| !found.contains_key(path));
        }
        let held = self.hold.take().filter(|hold| !hold.paths.is_empty());
        if is_everything && matches!(belief, Belief::Accepting | Belief::AcceptingOnce) {
            return vanished;
        }
        if vanished.is_empty() && held.is_none() {
            return vanished;
        }
        // A file under another name, or another file with the same text, has moved, not vanished.
        let new = || readings.iter().filter(|(path, _)| !self.files.contains_key(path));
        let mut texts: BTreeSet<_> = new().filter_map(|(_, reading)| reading.digest()).collect();
        if vanished.len() >= FEW || held.is_some() {
            // It may have arrived under its new name before it left the old one.
            let lost: BTreeSet<_> = vanished.iter().collect();
            let stays = |path: &Arc<str>| {
                !lost.contains(path) && !held.as_ref().is_some_and(|hold| hold.paths.contains(path))
            };
            let others = self.files.iter().filter(|(path, _)| stays(path));
            texts.extend(others.filter_map(|(_, file)| file.digest));
        }
        let inodes: BTreeSet<_> = new().filter_map(|(_, reading)| reading.inode()).collect();
        let is_held = held.is_some();
        let was_for_good = held.as_ref().is_some_and(|hold| hold.is_for_good);
        let held = held.map(|hold| hold.paths).unwrap_or_default();
        let missing = vanished.into_iter().chain(held.iter().cloned());
        let (mut gone, missing): (BTreeSet<_>, BTreeSet<_>) = missing.partition(|path| {
            self.files.get(path).is_some_and(|file| {
                file.digest.is_some_and(|digest| texts.contains(&digest))
                    || file
                        .stamp
                        .is_some_and(|stamp| inodes.contains(&(stamp.device, stamp.inode)))
            })
        });
        let paths = missing;
        let has_grown = !paths.is_subset(&held);
        let is_believed = match belief {
            Belief::Believing => true,
            // What vanished meanwhile has not been missed for as long.
            Belief::Confirming => !has_grown,
            _ => false,
        };
        let loss = Loss {
            before: self.index.view().posts.len() - gone.iter().filter(|path| self.is_post(path)).count(),
            missing: paths.iter().filter(|path| self.is_post(path)).count(),
            arriving: new().filter(|(_, reading)| reading.is_post()).count(),
            is_new_root,
            is_confirmed: is_everything && is_believed && !was_for_good,
            is_held,
        };
        let verdict = loss.verdict();
        if verdict == Verdict::Gone {
            gone.extend(paths);
        } else if !paths.is_empty() {
            let is_for_good = verdict == Verdict::Empty;
            self.hold = Some(Hold {
                paths,
                is_for_good,
                has_grown,
            });
        }
        gone.into_iter().collect()
    }
}
