//! When a hint is acted on. Pure: time comes in as the time since some start.
//!
//! A single complete file is looked at immediately. From a second change within 50 ms on, or where
//! more is to be expected, looking waits for quiet, but never longer than a bound.

use std::sync::Arc;
use std::time::Duration;

use super::wakeups::Hint;
use crate::catalog::Scope;

/// Changes closer together than this are a burst.
const BURST: Duration = Duration::from_millis(50);
/// How long a burst has to be over.
const QUIET: Duration = Duration::from_millis(100);
/// How long a file has to be left alone that was written and not closed.
const UNFINISHED: Duration = Duration::from_millis(200);

/// Collects hints until it is time to act on them.
#[derive(Debug)]
pub struct Debounce {
    most_delay: Duration,
    paths: Vec<Arc<str>>,
    everything: bool,
    /// When the first of the hints waiting came.
    first: Option<Duration>,
    /// When the last hint came, waiting or not.
    last: Option<Duration>,
    due: Duration,
}

impl Debounce {
    /// No hint waits longer than `most_delay`.
    pub fn new(most_delay: Duration) -> Self {
        Debounce {
            most_delay,
            paths: Vec::new(),
            everything: false,
            first: None,
            last: None,
            due: Duration::ZERO,
        }
    }

    /// Takes in a hint that came at a time.
    pub fn add(&mut self, hint: Hint, at: Duration) {
        let is_burst = self.first.is_some() || self.last.is_some_and(|last| at.saturating_sub(last) < BURST);
        let wait = match &hint {
            Hint::Complete(_) if !is_burst => Duration::ZERO,
            Hint::Complete(_) | Hint::Everything => QUIET,
            Hint::Changing(_) => UNFINISHED,
        };
        let was_complete = matches!(hint, Hint::Complete(_));
        match hint {
            Hint::Complete(path) | Hint::Changing(path) => self.paths.push(path),
            Hint::Everything => self.everything = true,
        }
        let first = *self.first.get_or_insert(at);
        self.last = Some(at);
        // A file that was being written and is now complete need not be waited for any longer than
        // the burst it is part of.
        let due = if was_complete {
            at + wait
        } else {
            self.due.max(at + wait)
        };
        self.due = due.min(first + self.most_delay);
    }

    /// When the hints waiting are due; `None` if there are none.
    pub fn due(&self) -> Option<Duration> {
        self.first.map(|_| self.due)
    }

    /// Puts the hints waiting off until a time: they are not to be acted on yet.
    pub fn put_off(&mut self, until: Duration) {
        self.due = until;
    }

    /// How long the oldest hint has waited.
    pub fn waited(&self, at: Duration) -> Duration {
        self.first
            .map_or(Duration::ZERO, |first| at.saturating_sub(first))
    }

    /// Where to look now, if anything is due.
    pub fn take(&mut self, at: Duration) -> Option<Scope> {
        if self.due().is_none_or(|due| at < due) {
            return None;
        }
        self.first = None;
        let paths = std::mem::take(&mut self.paths);
        Some(if std::mem::take(&mut self.everything) {
            Scope::Everything
        } else {
            Scope::paths(paths)
        })
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

    #[allow(clippy::unnecessary_wraps)] // as `take` gives it
    fn paths(paths: &[&str]) -> Option<Scope> {
        Some(Scope::Paths(paths.iter().map(|path| Arc::from(*path)).collect()))
    }

    #[test]
    fn a_single_complete_file_is_looked_at_immediately() {
        let mut debounce = debounce();
        debounce.add(complete("a"), MS(1000));
        assert_eq!(debounce.take(MS(1000)), paths(&["a"]));
        debounce.add(complete("b"), MS(1050));
        assert_eq!(debounce.take(MS(1050)), paths(&["b"]));
    }

    #[test]
    fn a_burst_waits_for_quiet() {
        let mut debounce = debounce();
        debounce.add(complete("a"), MS(0));
        assert_eq!(debounce.take(MS(0)), paths(&["a"]));
        debounce.add(complete("b"), MS(10));
        debounce.add(complete("c"), MS(90));
        assert_eq!(debounce.take(MS(189)), None);
        assert_eq!(debounce.take(MS(190)), paths(&["b", "c"]));
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
    }

    #[test]
    fn an_unclosed_write_is_held_back_until_it_is_left_alone_or_closed() {
        let mut debounce = debounce();
        debounce.add(changing("a"), MS(0));
        debounce.add(changing("a"), MS(150));
        assert_eq!(debounce.take(MS(349)), None);
        assert_eq!(debounce.take(MS(350)), paths(&["a"]));
        debounce.add(changing("a"), MS(1000));
        debounce.add(complete("a"), MS(1001));
        assert_eq!(debounce.take(MS(1101)), paths(&["a"]));
    }

    #[test]
    fn not_knowing_where_means_looking_everywhere() {
        let mut debounce = debounce();
        debounce.add(changing("a"), MS(0));
        debounce.add(Hint::Everything, MS(5));
        assert_eq!(debounce.take(MS(205)), Some(Scope::Everything));
        assert_eq!(debounce.take(MS(500)), None);
    }
}
