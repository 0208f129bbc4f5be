//! Waiting for whoever changes many files at once: git holds its index locked until a checkout is
//! complete.

use std::time::Duration;

use crate::catalog::Tree;

/// How often a lock is looked at that holds publishing back.
const LOCK: Duration = Duration::from_millis(20);
/// How long a lock has to be gone.
const CALM: Duration = Duration::from_millis(100);
/// How many times the configured delay a lock may hold publishing back: a crashed checkout leaves its
/// lock behind.
const LOCK_DELAYS: u32 = 10;

/// A checkout that may be under way.
#[derive(Debug)]
pub(super) struct Checkout {
    /// How long it may hold publishing back.
    bound: Duration,
    /// Since when its lock is held, and when to look at it next.
    locked: Option<(Duration, Duration)>,
    /// When the lock was released.
    released: Option<Duration>,
    /// The lock is passed over, and it was said.
    is_passed: bool,
}

impl Checkout {
    pub(super) fn new(max_delay: Duration) -> Self {
        Checkout {
            bound: max_delay * LOCK_DELAYS,
            locked: None,
            released: None,
            is_passed: false,
        }
    }

    /// Whether the lock has been held for too long to be waited for.
    pub(super) fn is_passed(&self) -> bool {
        self.is_passed
    }

    /// When to look at the lock next, if it is waited for.
    pub(super) fn next(&self) -> Option<Duration> {
        self.locked.map(|(_, next)| next)
    }

    /// Whether somebody is in the middle of changing many files, and has not been for too long.
    pub(super) fn is_under_way(&mut self, tree: &dyn Tree, elapsed: Duration) -> bool {
        if !tree.is_being_changed() {
            self.is_passed = false;
            // The events of the last files may still be on their way.
            let Some((_, next)) = self.locked else {
                return false;
            };
            let released = *self.released.get_or_insert(elapsed);
            if elapsed.saturating_sub(released) < CALM {
                self.locked = Some((released, next.max(released + CALM)));
                return true;
            }
            (self.locked, self.released) = (None, None);
            return false;
        }
        self.released = None;
        let since = self.locked.map_or(elapsed, |(since, _)| since);
        let bound = self.bound;
        if elapsed.saturating_sub(since) < bound {
            self.locked = Some((since, elapsed + LOCK));
            return true;
        }
        if !std::mem::replace(&mut self.is_passed, true) {
            tracing::warn!(
                "git has held its index.lock for {bound:?}: publishing what is there, complete or not; \
                 if no git is at work here, remove the lock"
            );
        }
        self.locked = Some((since, elapsed));
        false
    }
}
