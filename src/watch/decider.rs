//! What of a look is taken in, with what came while it was under way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::open_files::OpenFiles;
use super::reliability::Reliability;
use super::settling::{Knowledge, Settling};
use super::wakeups::{Hint, Wake, Wakeups};
use crate::catalog::tree::Stamp;
use crate::catalog::{Intake, Tree, Unsettled};

/// Decides during one look.
pub(super) struct Decider<'l> {
    pub(super) tree: &'l dyn Tree,
    /// The tree's mark when the look began.
    pub(super) mark: Option<Stamp>,
    pub(super) wakeups: &'l mut dyn Wakeups,
    pub(super) settling: &'l mut Settling,
    pub(super) open_files: &'l OpenFiles,
    pub(super) reliability: &'l Reliability,
    /// Files known to be written to their end.
    pub(super) complete: &'l BTreeSet<Arc<str>>,
    /// Whether only such files are looked at.
    pub(super) is_of_complete_files: bool,
    /// Whether a checkout may be under way all the same.
    pub(super) passes_checkouts: bool,
    /// Whether nothing was published yet.
    pub(super) is_starting: bool,
    /// Since some start, and on the clock that stamps files.
    pub(super) at: (Duration, DateTime<Utc>),
    /// How long the other files have to have been left alone.
    pub(super) settles: Duration,
    /// What came meanwhile.
    pub(super) wakes: Vec<Wake>,
    /// What to look at again, by how soon.
    pub(super) again: BTreeMap<Duration, Vec<Arc<str>>>,
}

impl Decider<'_> {
    /// What of the unsettled is to be taken in.
    pub(super) fn decide(&mut self, unsettled: &Unsettled<'_>) -> Intake {
        // Whoever changes many files may have begun while this looked, or even ended.
        let is_checked_out = || self.tree.is_being_changed() || self.tree.mark() != self.mark;
        if !self.passes_checkouts && !self.is_starting && is_checked_out() {
            return Intake::Nothing;
        }
        let known = self.wakes.len();
        drain(self.wakeups, &mut self.wakes);
        let open_files = self.open_files;
        let is_news = |wake: &Wake| written(wake).is_none_or(|path| !open_files.is_known(path));
        let is_disturbed = self.wakes[known..].iter().any(is_news);
        if is_disturbed
            && !self.is_of_complete_files
            && !self.is_starting
            && !self.settling.has_run_out(self.at.0)
        {
            return Intake::Nothing;
        }
        // Of these nobody knows whether they were read before the writing began.
        let began: BTreeSet<&str> = self.wakes.iter().filter_map(written).collect();
        // All files of a new root have changed, and most of them long ago.
        let is_polled = |path: &str| !unsettled.is_new_root && self.reliability.polls(path);
        let decision = self.settling.decide(
            unsettled,
            &Knowledge {
                at: self.at,
                complete: self.complete,
                is_open: &|path| {
                    open_files.is_open(path) || began.contains(path) && !open_files.is_known(path)
                },
                must_be_stable: &|path| open_files.is_unsure(path) || is_polled(path),
                settles: self.settles,
            },
        );
        for (after, paths) in decision.again {
            self.again.entry(after).or_default().extend(paths);
        }
        decision.intake
    }
}

/// The file that somebody is writing, by this.
fn written(wake: &Wake) -> Option<&str> {
    match wake {
        Wake::Hint(Hint::Writing(path)) => Some(path),
        _ => None,
    }
}

/// Takes everything that has come by now.
pub(super) fn drain(wakeups: &mut dyn Wakeups, into: &mut Vec<Wake>) {
    loop {
        match wakeups.wait(Duration::ZERO) {
            Wake::TimedOut => return,
            Wake::Stop => return into.push(Wake::Stop),
            wake => into.push(wake),
        }
    }
}
