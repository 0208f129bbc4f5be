//! Whether events can be relied on. Pure.
//!
//! Some file systems send events for some changes, or for none. So what a look at everything finds
//! is compared with what was heard: a change that nobody heard of, though there was time to, means
//! that looking has to make up for reliability.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::wakeups::{Coverage, Hint};
use crate::catalog::tree::is_at_or_below;
use crate::config::WatchMode;

/// How long after a look an event of what it found may still come.
const LATE: Duration = Duration::from_secs(2);
/// More paths than this are not remembered: then everything counts as heard.
const MOST_PATHS: usize = 10_000;
/// Folders that are polled alone are named up to this many.
const MOST_NAMED: usize = 5;
/// After so many looks in a row that found changes, all of them heard, events are relied on again.
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
    /// Whether everything has to be looked at often.
    pub(super) fn is_polling(&self) -> bool {
        matches!(self, Watching::Polling(_))
    }

    /// The folders that are looked at often while the rest is not.
    pub(super) fn polled_folders(&self) -> impl Iterator<Item = &Arc<str>> {
        let folders = match self {
            Watching::EventsBut(folders) => Some(folders.keys()),
            Watching::Events | Watching::Polling(_) => None,
        };
        folders.into_iter().flatten()
    }

    /// Whether it has to be looked often for changes of a path.
    pub(super) fn polls(&self, path: &str) -> bool {
        self.is_polling() || self.polled_folders().any(|folder| is_at_or_below(path, folder))
    }
}

/// Compares what was heard with what was found.
#[derive(Debug)]
pub(super) struct Reliability {
    mode: WatchMode,
    heard: BTreeSet<Arc<str>>,
    heard_everything: bool,
    /// What a look found and nobody had heard of, and when.
    unheard: Vec<(Duration, Arc<str>)>,
    has_missed: bool,
    trusted: u32,
}

impl Reliability {
    pub(super) fn new(mode: WatchMode) -> Self {
        Reliability {
            mode,
            heard: BTreeSet::new(),
            heard_everything: false,
            unheard: Vec::new(),
            has_missed: false,
            trusted: 0,
        }
    }

    /// Takes in a hint.
    pub(super) fn hear(&mut self, hint: &Hint) {
        match hint {
            Hint::Everything => {
                self.heard_everything = true;
                self.unheard.clear();
            }
            Hint::Complete(path)
            | Hint::Writing(path)
            | Hint::Gone(path)
            | Hint::Changing(path)
            | Hint::Folder(path) => {
                self.unheard.retain(|(_, unheard)| !is_at_or_below(unheard, path));
                if self.heard.len() < MOST_PATHS {
                    self.heard.insert(Arc::clone(path));
                } else {
                    self.heard_everything = true;
                }
            }
        }
    }

    /// Takes in which files a look at everything found changed.
    pub(super) fn found(&mut self, changed: &[Arc<str>], at: Duration) {
        let heard = std::mem::take(&mut self.heard);
        if std::mem::take(&mut self.heard_everything) {
            return;
        }
        let unheard: Vec<_> = changed
            .iter()
            .filter(|path| !ancestors(path).any(|folder| heard.contains(folder)))
            .map(|path| (at, Arc::clone(path)))
            .collect();
        if !unheard.is_empty() {
            self.trusted = 0;
        } else if !changed.is_empty() {
            self.trusted += 1;
            self.has_missed &= self.trusted < TRUSTED;
        }
        self.unheard.extend(unheard);
    }

    /// Gives up on events that are overdue. The earliest of the others is due at the time returned.
    pub(super) fn overdue(&mut self, at: Duration) -> Option<Duration> {
        if self.unheard.iter().any(|(found, _)| at >= *found + LATE) {
            self.has_missed = true;
            self.trusted = 0;
            self.unheard.clear();
        }
        self.unheard.iter().map(|(found, _)| *found + LATE).min()
    }

    /// How changes are noticed, given how far events reach.
    pub(super) fn watching(&self, coverage: &Coverage) -> Watching {
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
    fn a_change_that_nobody_heard_of_in_time_means_polling_until_events_come_again() {
        let mut reliability = Reliability::new(WatchMode::Auto);
        reliability.hear(&Hint::Complete("a.md".into()));
        reliability.hear(&Hint::Folder("news".into()));
        reliability.found(&["a.md".into(), "news/x/b.md".into()], S(60));
        assert_eq!(reliability.overdue(S(63)), None);
        assert!(!polls(&reliability), "all was heard");

        reliability.found(&["c.md".into()], S(120));
        assert_eq!(reliability.overdue(S(121)), Some(S(122)));
        reliability.hear(&Hint::Complete("c.md".into()));
        assert_eq!(reliability.overdue(S(123)), None);
        assert!(!polls(&reliability), "it was heard late");

        reliability.found(&["d.md".into()], S(180));
        reliability.overdue(S(182));
        assert!(polls(&reliability));
        for round in 1..=3 {
            assert!(polls(&reliability));
            reliability.hear(&Hint::Complete("e.md".into()));
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
        let watching = Reliability::new(WatchMode::Auto).watching(&Coverage::AllBut(folders.into()));
        assert!(!watching.is_polling());
        assert!(watching.polls("a/x.md") && watching.polls("b/c") && !watching.polls("b/x.md"));
        assert_eq!(
            watching.to_string(),
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
