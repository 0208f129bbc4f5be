//! When everything is looked at. Pure: time comes in as the time since some start.

use std::time::Duration;

use super::settling::SETTLES;
use crate::config::Watch;

/// How soon a content directory that can't be seen is looked for again.
const RETRY: Duration = Duration::from_secs(1);
/// Polling takes no more than one part in so many of the time.
const SHARE: u32 = 20;

/// Looks at everything.
#[derive(Debug, Default)]
pub(super) struct FullLooks {
    next: Duration,
    /// When the last was begun, and how long it took.
    last: Duration,
    took: Duration,
}

impl FullLooks {
    /// When the next is due.
    pub(super) fn next(&self) -> Duration {
        self.next
    }

    /// Has the next at a time, if not before.
    pub(super) fn bring_forward(&mut self, at: Duration) {
        self.next = self.next.min(at);
    }

    /// One begins.
    pub(super) fn begin(&mut self, at: Duration) {
        self.last = at;
    }

    /// It was put off.
    pub(super) fn put_off(&mut self) {
        self.next = self.last + SETTLES;
    }

    /// It was taken in, and the next is due after an interval.
    pub(super) fn end(&mut self, at: Duration, watch: &Watch, is_polling: bool) {
        self.took = at.saturating_sub(self.last);
        self.next = at + self.interval(watch, is_polling);
    }

    /// Nothing could be seen.
    pub(super) fn retry(&mut self, at: Duration) {
        self.next = at + RETRY;
    }

    /// Nothing could be published. What is wrong may be outside: a volume that is mounted, a clock that is set.
    pub(super) fn retry_withheld(&mut self, at: Duration) {
        self.next = at + RETRY.max(self.took * SHARE);
    }

    /// When to look because something is missing. A look that was put off is not taken again at once.
    pub(super) fn for_losses(&self, due: Duration) -> Duration {
        due.max(self.last + SETTLES)
    }

    /// How long after one look the next is due.
    pub(super) fn interval(&self, watch: &Watch, is_polling: bool) -> Duration {
        if is_polling {
            watch.poll_interval.max(self.took * SHARE).min(watch.full_scan)
        } else {
            watch.full_scan
        }
    }
}
