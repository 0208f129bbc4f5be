//! Whether events can be relied on. Pure.
//!
//! Some file systems send events for some changes, or for none. So what a look at everything finds
//! is compared with what events announced: a change that no event announced in time means that looking has to make
//! up for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::wakeups::{Coverage, Hint};
use crate::catalog::Extent;
use crate::catalog::tree::is_at_or_below;
use crate::config::WatchMode;

/// How long after a look an event of what it found may still come.
const LATE: Duration = Duration::from_secs(2);
/// More paths than this are not remembered: then everything counts as announced.
const MOST_PATHS: usize = 10_000;
/// Folders that are polled alone are named up to this many.
const MOST_NAMED: usize = 5;
/// After so many looks in a row that found changes, all of them announced, events are relied on again.
const TRUSTED: u32 = 3;

/// How changes are noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Watching {
    /// By events.
    Events,
    /// By events, but by looking often in these folders, and why.
    EventsBut(BTreeMap<Arc<str>, String>),
    /// By looking often, and why.
    Polling(String),
}

impl fmt::Display for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Watching::Events => f.write_str("by file events"),
            Watching::EventsBut(folders) => {
                f.write_str("by file events, and by polling in")?;
                for (number, (folder, why)) in folders.iter().take(MOST_NAMED).enumerate() {
                    write!(f, "{} “{folder}” ({why})", if number == 0 { "" } else { "," })?;
                }
                match folders.len().saturating_sub(MOST_NAMED) {
                    0 => Ok(()),
                    more => write!(f, " and {more} other folders"),
                }
            }
            Watching::Polling(why) => write!(f, "by polling: {why}"),
        }
    }
}

impl Watching {
    /// The folders that are looked at often while the rest is not.
    pub(super) fn polled_folders(&self) -> impl Iterator<Item = &Arc<str>> {
        let folders = match self {
            Watching::EventsBut(folders) => Some(folders.keys()),
            Watching::Events | Watching::Polling(_) => None,
        };
        folders.into_iter().flatten()
    }
}

/// Compares what was announced with what was found.
#[derive(Debug)]
pub(super) struct Reliability {
    mode: WatchMode,
    announced: BTreeSet<Arc<str>>,
    announced_everything: bool,
    /// What a look found and no event had announced, and when.
    unannounced: Vec<(Duration, Arc<str>)>,
    has_missed: bool,
    trusted: u32,
    /// How changes are noticed, once that was found out.
    watching: Option<Watching>,
    /// When those folders are looked at next that are polled alone.
    next_poll: Duration,
}

impl Reliability {
    pub(super) fn new(mode: WatchMode) -> Self {
        Reliability {
            mode,
            announced: BTreeSet::new(),
            announced_everything: false,
            unannounced: Vec::new(),
            has_missed: false,
            trusted: 0,
            watching: None,
            next_poll: Duration::ZERO,
        }
    }

    /// Takes in a hint.
    pub(super) fn note(&mut self, hint: &Hint) {
        match hint {
            Hint::Everything => {
                self.announced_everything = true;
                self.unannounced.clear();
            }
            Hint::Complete(path)
            | Hint::Writing(path)
            | Hint::Gone(path)
            | Hint::Changing(path)
            | Hint::Folder(path) => {
                self.unannounced
                    .retain(|(_, unannounced)| !is_at_or_below(unannounced, path));
                if self.announced.len() < MOST_PATHS {
                    self.announced.insert(Arc::clone(path));
                } else {
                    self.announced_everything = true;
                }
            }
        }
    }

    /// Takes in which files a look at everything found changed.
    pub(super) fn found(&mut self, changed: &[Arc<str>], at: Duration) {
        let announced = std::mem::take(&mut self.announced);
        if std::mem::take(&mut self.announced_everything) {
            return;
        }
        // Of what is polled alone nothing is announced.
        let changed: Vec<_> = changed
            .iter()
            .filter(|path| !self.is_in_polled_folder(path))
            .collect();
        let unannounced: Vec<_> = changed
            .iter()
            .filter(|path| !ancestors(path).any(|folder| announced.contains(folder)))
            .map(|path| (at, Arc::clone(*path)))
            .collect();
        if !unannounced.is_empty() {
            self.trusted = 0;
        } else if !changed.is_empty() {
            self.trusted += 1;
            self.has_missed &= self.trusted < TRUSTED;
        }
        self.unannounced.extend(unannounced);
    }

    /// Gives up on events that are overdue. The earliest of the others is due at the time returned.
    pub(super) fn overdue(&mut self, at: Duration) -> Option<Duration> {
        if self.unannounced.iter().any(|(found, _)| at >= *found + LATE) {
            self.has_missed = true;
            self.trusted = 0;
            self.unannounced.clear();
        }
        self.unannounced.iter().map(|(found, _)| *found + LATE).min()
    }

    /// Takes in how far events reach. If changes are noticed in another way now, the folders in which a close may
    /// have been missed: what is watched anew was not watched for a moment.
    pub(super) fn update(&mut self, coverage: &Coverage) -> Option<Vec<Arc<str>>> {
        let watching = self.watching(coverage);
        if self.watching.as_ref() == Some(&watching) {
            return None;
        }
        if self.watching.is_some() || watching != Watching::Events {
            tracing::info!("changes are noticed {watching}");
        }
        let mut folders: Vec<_> = self.polled_folders().cloned().collect();
        folders.extend(watching.polled_folders().cloned());
        self.watching = Some(watching);
        Some(folders)
    }

    /// Whether everything has to be looked at often.
    pub(super) fn is_polling(&self) -> bool {
        matches!(self.watching, Some(Watching::Polling(_)))
    }

    /// The folders that are looked at often while the rest is not.
    pub(super) fn polled_folders(&self) -> impl Iterator<Item = &Arc<str>> {
        self.watching.iter().flat_map(Watching::polled_folders)
    }

    /// Whether changes of a path are noticed only by looking often.
    pub(super) fn polls(&self, path: &str) -> bool {
        self.is_polling() || self.is_in_polled_folder(path)
    }

    fn is_in_polled_folder(&self, path: &str) -> bool {
        self.polled_folders().any(|folder| is_at_or_below(path, folder))
    }

    /// The polled folders, when it is time to look at them; the next time is an interval later.
    pub(super) fn poll(&mut self, interval: Duration, at: Duration) -> Option<Extent> {
        if self.next_poll()? > at {
            return None;
        }
        self.next_poll = at + interval;
        Some(Extent::paths(self.polled_folders().cloned().collect()))
    }

    /// When the polled folders are looked at next, if there are any.
    pub(super) fn next_poll(&self) -> Option<Duration> {
        self.polled_folders().next().map(|_| self.next_poll)
    }

    /// How changes are noticed, given how far events reach.
    fn watching(&self, coverage: &Coverage) -> Watching {
        match (self.mode, coverage) {
            (WatchMode::Events, _) => Watching::Events,
            (WatchMode::Poll, _) => Watching::Polling("as configured".into()),
            (WatchMode::Auto, Coverage::Partial(why)) => Watching::Polling(why.clone()),
            (WatchMode::Auto, _) if self.has_missed => {
                Watching::Polling("a change was found that no file event told of".into())
            }
            (WatchMode::Auto, Coverage::AllBut(folders)) => Watching::EventsBut(folders.clone()),
            (WatchMode::Auto, Coverage::Whole) => Watching::Events,
        }
    }
}

/// A path and the folders it lies in.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    std::iter::once(path).chain(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn polls(reliability: &Reliability) -> bool {
        reliability.watching(&Coverage::Whole) != Watching::Events
    }

    #[test]
    fn a_change_that_nobody_announced_of_in_time_means_polling_until_events_come_again() {
        let mut reliability = Reliability::new(WatchMode::Auto);
        reliability.note(&Hint::Complete("a.md".into()));
        reliability.note(&Hint::Folder("news".into()));
        reliability.found(&["a.md".into(), "news/x/b.md".into()], S(60));
        assert_eq!(reliability.overdue(S(63)), None);
        assert!(!polls(&reliability), "all was announced");

        reliability.found(&["c.md".into()], S(120));
        assert_eq!(reliability.overdue(S(121)), Some(S(122)));
        reliability.note(&Hint::Complete("c.md".into()));
        assert_eq!(reliability.overdue(S(123)), None);
        assert!(!polls(&reliability), "it was announced late");

        reliability.found(&["d.md".into()], S(180));
        reliability.overdue(S(182));
        assert!(polls(&reliability));
        for round in 1..=3 {
            assert!(polls(&reliability));
            reliability.note(&Hint::Complete("e.md".into()));
            reliability.found(&["e.md".into()], S(182 + 2 * round));
        }
        assert!(!polls(&reliability));
    }

    #[test]
    fn folders_that_events_do_not_reach_are_polled_alone() {
        let folders = [
            ("a".into(), "permission denied".into()),
            ("b/c".into(), "why".into()),
        ];
        let mut reliability = Reliability::new(WatchMode::Auto);
        let coverage = Coverage::AllBut(folders.into());
        assert_eq!(reliability.update(&coverage).unwrap().len(), 2);
        assert!(!reliability.is_polling());
        assert!(reliability.polls("a/x.md") && reliability.polls("b/c") && !reliability.polls("b/x.md"));
        assert_eq!(
            reliability.watching(&coverage).to_string(),
            "by file events, and by polling in “a” (permission denied), “b/c” (why)"
        );
    }

    #[test]
    fn the_mode_has_the_last_word() {
        let partial = Coverage::Partial("no watches are left".into());
        let watching = |mode| Reliability::new(mode).watching(&partial);
        assert_eq!(watching(WatchMode::Events), Watching::Events);
        assert_eq!(
            watching(WatchMode::Auto).to_string(),
            "by polling: no watches are left"
        );
        assert_eq!(
            Reliability::new(WatchMode::Poll)
                .watching(&Coverage::Whole)
                .to_string(),
            "by polling: as configured"
        );
    }
}
