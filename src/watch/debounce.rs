//! When a hint is acted on. Pure: time comes in as the time since some start.
//!
//! A single complete file is looked at immediately. From a second change within 50 ms on, or where
//! more is to be expected, looking waits for quiet, but never longer than a bound.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::wakeups::Hint;
use crate::catalog::Extent;

/// Changes closer together than this are a burst.
const BURST: Duration = Duration::from_millis(50);
/// How long a burst has to be over.
const QUIET: Duration = Duration::from_millis(100);
/// How long something has to be left alone of which more may follow.
const UNFINISHED: Duration = Duration::from_millis(200);

/// Collects hints until it is time to act on them.
#[derive(Debug)]
pub struct Debounce {
    most_delay: Duration,
    paths: BTreeMap<Arc<str>, Waiting>,
    /// Since when everything has to be looked at.
    everything: Option<Duration>,
    /// When the last hint of any kind came.
    last: Duration,
    /// When the last file was completed.
    last_complete: Option<Duration>,
    /// Until when what was completed or is gone waits for more of the kind.
    quiet: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    since: Duration,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Complete,
    Gone,
    Folder,
    Changing { ready: Duration },
}

impl Waiting {
    fn is_changing(&self) -> bool {
        matches!(self.state, State::Changing { .. })
    }
}

/// Where to look, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Where.
    pub extent: Extent,
    /// The files in it that are known to be written to their end.
    pub complete: BTreeSet<Arc<str>>,
    /// Whether changes kept coming until they could wait no longer.
    pub is_cut_off: bool,
}

impl Batch {
    /// Whether nothing but files is looked at that are known to be written to their end.
    pub fn is_complete(&self) -> bool {
        match &self.extent {
            Extent::Everything => false,
            Extent::Paths(paths) => paths.iter().all(|path| self.complete.contains(path)),
        }
    }
}

impl Debounce {
    /// No hint waits longer than `most_delay`.
    pub fn new(most_delay: Duration) -> Self {
        Debounce {
            most_delay,
            paths: BTreeMap::new(),
            everything: None,
            last: Duration::ZERO,
            last_complete: None,
            quiet: Duration::ZERO,
        }
    }

    /// Takes in a hint that came at a time.
    pub fn add(&mut self, hint: Hint, at: Duration) {
        match hint {
            Hint::Writing(path) => {
                // There is nothing to look at before the close, and what was complete no longer is.
                let state = self.paths.get(&path).map(|waiting| waiting.state);
                if let Some(State::Changing { .. } | State::Complete) = state {
                    self.paths.remove(&path);
                }
                return;
            }
            Hint::Everything => {
                self.everything.get_or_insert(at);
            }
            Hint::Complete(path) => {
                let is_burst = self
                    .last_complete
                    .is_some_and(|last| at.saturating_sub(last) < BURST)
                    || self.others_wait(&path);
                self.quiet = if is_burst { at + QUIET } else { at };
                self.last_complete = Some(at);
                self.put(path, State::Complete, at);
            }
            Hint::Gone(path) => {
                self.quiet = at + QUIET;
                self.put(path, State::Gone, at);
            }
            Hint::Folder(path) => {
                self.quiet = at + QUIET;
                self.put(path, State::Folder, at);
            }
            Hint::Changing(path) => {
                let ready = at + UNFINISHED;
                self.put(path, State::Changing { ready }, at);
            }
        }
        self.last = at;
    }

    /// When the hints waiting are due; `None` if there are none.
    pub fn due(&self) -> Option<Duration> {
        if let Some(since) = self.everything {
            return Some((self.last + QUIET).min(since + self.most_delay));
        }
        self.paths.values().map(|waiting| self.ready(*waiting)).min()
    }

    /// Where to look now, if anything is due.
    pub fn take(&mut self, at: Duration) -> Option<Batch> {
        if self.due().is_none_or(|due| at < due) {
            return None;
        }
        let is_everything = self.everything.is_some();
        let mut is_cut_off = self.everything.is_some_and(|_| at < self.last + QUIET);
        let (mut paths, mut complete) = (Vec::new(), BTreeSet::new());
        let waiting = std::mem::take(&mut self.paths);
        for (path, waiting) in waiting {
            if !is_everything && at < self.ready(waiting) {
                self.paths.insert(path, waiting);
                continue;
            }
            is_cut_off |= at < self.settled(waiting.state);
            if waiting.state == State::Complete {
                complete.insert(Arc::clone(&path));
            }
            paths.push(path);
        }
        self.everything = None;
        Some(Batch {
            extent: if is_everything {
                Extent::Everything
            } else {
                Extent::paths(paths)
            },
            complete,
            is_cut_off,
        })
    }

    fn put(&mut self, path: Arc<str>, state: State, at: Duration) {
        let since = self.paths.get(&path).map_or(at, |waiting| waiting.since);
        self.paths.insert(path, Waiting { since, state });
    }

    /// Whether another path waits for quiet.
    fn others_wait(&self, path: &str) -> bool {
        self.paths
            .iter()
            .any(|(other, waiting)| **other != *path && !waiting.is_changing())
    }

    fn settled(&self, state: State) -> Duration {
        match state {
            State::Complete | State::Gone | State::Folder => self.quiet,
            State::Changing { ready } => ready,
        }
    }

    fn ready(&self, waiting: Waiting) -> Duration {
        self.settled(waiting.state).min(waiting.since + self.most_delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn debounce() -> Debounce {
        Debounce::new(MS(2000))
    }

    fn complete(path: &str) -> Hint {
        Hint::Complete(path.into())
    }

    fn changing(path: &str) -> Hint {
        Hint::Changing(path.into())
    }

    fn gone(path: &str) -> Hint {
        Hint::Gone(path.into())
    }

    #[allow(clippy::unnecessary_wraps)] // as `take` gives it
    fn paths(paths: &[&str]) -> Option<Extent> {
        Some(Extent::Paths(paths.iter().map(|path| Arc::from(*path)).collect()))
    }

    fn take(debounce: &mut Debounce, at: u64) -> Option<Extent> {
        debounce.take(MS(at)).map(|batch| batch.extent)
    }

    #[test]
    fn a_single_complete_file_is_looked_at_immediately() {
        let mut debounce = debounce();
        debounce.add(complete("a"), MS(1000));
        assert_eq!(take(&mut debounce, 1000), paths(&["a"]));
        debounce.add(complete("b"), MS(1050));
        assert_eq!(take(&mut debounce, 1050), paths(&["b"]));
        // Written in place: the writes come before the close.
        debounce.add(changing("c"), MS(2000));
        debounce.add(changing("c"), MS(2001));
        debounce.add(complete("c"), MS(2002));
        assert_eq!(take(&mut debounce, 2002), paths(&["c"]));
        // Moved away, then written anew.
        debounce.add(gone("d"), MS(3000));
        debounce.add(changing("d"), MS(3001));
        debounce.add(complete("d"), MS(3002));
        assert_eq!(take(&mut debounce, 3002), paths(&["d"]));
    }

    #[test]
    fn a_burst_waits_for_quiet() {
        let mut debounce = debounce();
        debounce.add(complete("a"), MS(0));
        assert_eq!(take(&mut debounce, 0), paths(&["a"]));
        debounce.add(complete("b"), MS(10));
        debounce.add(complete("c"), MS(90));
        assert_eq!(take(&mut debounce, 189), None);
        let batch = debounce.take(MS(190)).unwrap();
        assert_eq!(Some(batch.extent), paths(&["b", "c"]));
        assert_eq!((batch.complete.len(), batch.is_cut_off), (2, false));
    }

    #[test]
    fn a_move_is_looked_at_as_one() {
        let mut debounce = debounce();
        debounce.add(gone("a"), MS(0));
        debounce.add(complete("b"), MS(1));
        assert_eq!(take(&mut debounce, 100), None);
        assert_eq!(take(&mut debounce, 101), paths(&["a", "b"]));
    }

    #[test]
    fn a_burst_without_end_is_cut_off() {
        let mut debounce = debounce();
        debounce.add(complete("a"), MS(0));
        debounce.take(MS(0));
        for at in (10..3000).step_by(10) {
            debounce.add(complete("b"), MS(at));
        }
        assert_eq!(debounce.due(), Some(MS(2010)));
        assert!(debounce.take(MS(2990)).unwrap().is_cut_off);
    }

    #[test]
    fn a_change_that_may_go_on_is_held_back_until_it_is_left_alone_and_holds_up_no_other_file() {
        let mut debounce = debounce();
        debounce.add(changing("a"), MS(0));
        debounce.add(changing("a"), MS(150));
        debounce.add(complete("b"), MS(160));
        assert_eq!(take(&mut debounce, 160), paths(&["b"]));
        assert_eq!(take(&mut debounce, 349), None);
        assert_eq!(take(&mut debounce, 350), paths(&["a"]));
    }

    #[test]
    fn a_file_that_changes_without_end_is_looked_at_all_the_same() {
        let mut debounce = debounce();
        for at in (0..5000).step_by(50) {
            debounce.add(changing("a"), MS(at));
        }
        assert_eq!(debounce.due(), Some(MS(2000)));
    }

    #[test]
    fn a_file_that_is_being_written_is_not_looked_at_before_its_close() {
        let mut debounce = debounce();
        debounce.add(changing("a"), MS(0));
        debounce.add(Hint::Writing("a".into()), MS(1));
        assert_eq!(debounce.due(), None);
        debounce.add(complete("a"), MS(9_000));
        assert_eq!(take(&mut debounce, 9_000), paths(&["a"]));
    }

    #[test]
    fn not_knowing_where_means_looking_everywhere_once_it_is_quiet() {
        let mut debounce = debounce();
        debounce.add(changing("a"), MS(0));
        debounce.add(Hint::Everything, MS(5));
        debounce.add(complete("b"), MS(50));
        assert_eq!(take(&mut debounce, 149), None);
        assert_eq!(take(&mut debounce, 150), Some(Extent::Everything));
        assert_eq!(take(&mut debounce, 500), None);
    }
}
