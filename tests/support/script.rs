//! A clock and wake-ups of a test's own: waiting moves the clock, and nothing ever sleeps.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};
use newswire::catalog::clock::Clock;
use newswire::catalog::{ScopeKey, Snapshot};
use newswire::watch::{Hint, Wake, Wakeups};

use super::MemoryTree;

/// A clock that the wake-ups below move.
pub(crate) struct TestClock {
    start: DateTime<Utc>,
    elapsed: Mutex<Duration>,
}

impl TestClock {
    pub(crate) fn at(start: &str) -> Self {
        TestClock {
            start: start.parse().unwrap(),
            elapsed: Mutex::default(),
        }
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.start + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap()
    }
}

/// Something that happens after a while.
pub(crate) type Event<'a> = (Duration, Box<dyn Fn(&MemoryTree) -> Option<Hint> + 'a>);

/// Wake-ups by a script. Waiting moves the clock; nothing ever sleeps.
pub(crate) struct Script<'a> {
    pub(crate) clock: &'a TestClock,
    pub(crate) tree: &'a MemoryTree,
    pub(crate) events: VecDeque<Event<'a>>,
    pub(crate) until: Duration,
}

impl Wakeups for Script<'_> {
    fn wait(&mut self, at_most: Duration) -> Wake {
        let now = self.clock.elapsed();
        let next = self.events.front().map_or(self.until, |(at, _)| *at).max(now);
        *self.clock.elapsed.lock().unwrap() = (now + at_most).min(next);
        if now + at_most < next {
            return Wake::TimedOut;
        }
        match self.events.pop_front() {
            None => Wake::Stop,
            Some((_, event)) => event(self.tree).map_or(Wake::TimedOut, Wake::Hint),
        }
    }
}

pub(crate) fn after(seconds: f64, event: impl Fn(&MemoryTree) -> Option<Hint> + 'static) -> Event<'static> {
    (Duration::from_secs_f64(seconds), Box::new(event))
}

/// The titles of the site's posts, in order.
pub(crate) fn titles(snapshot: &Snapshot) -> Vec<String> {
    let site = snapshot.scope(&ScopeKey::site()).unwrap();
    site.entries
        .iter()
        .map(|published| published.post.title.to_string())
        .collect()
}
