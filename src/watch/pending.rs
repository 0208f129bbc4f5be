//! What is to be looked at, and when: the hints that came, and what earlier looks left for later.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::debounce::{Batch, Debounce};
use super::wakeups::Hint;
use crate::catalog::Extent;

/// What is to be looked at.
#[derive(Debug)]
pub(super) struct Pending {
    hints: Debounce,
    later: Vec<Later>,
}

/// What an earlier look left for later.
#[derive(Debug)]
struct Later {
    due: Duration,
    extent: Extent,
    /// The files in it that are known to be written to their end.
    complete: BTreeSet<Arc<str>>,
    /// It was put off, and belongs to whatever is looked at next.
    is_put_off: bool,
}

impl Pending {
    /// No hint waits longer than `max_delay`.
    pub(super) fn new(max_delay: Duration) -> Self {
        Pending {
            hints: Debounce::new(max_delay),
            later: Vec::new(),
        }
    }

    /// Adds a hint that came at a time.
    pub(super) fn add(&mut self, hint: Hint, at: Duration) {
        self.hints.add(hint, at);
    }

    /// Has an extent looked at again when it is due.
    pub(super) fn look_again(&mut self, due: Duration, extent: Extent, complete: BTreeSet<Arc<str>>) {
        self.later.push(Later {
            due,
            extent,
            complete,
            is_put_off: false,
        });
    }

    /// The same for a look that was put off.
    pub(super) fn put_off(&mut self, due: Duration, extent: Extent, complete: BTreeSet<Arc<str>>) {
        self.look_again(due, extent, complete);
        self.later
            .iter_mut()
            .last()
            .into_iter()
            .for_each(|later| later.is_put_off = true);
    }

    /// Notes that somebody writes a file again.
    pub(super) fn is_written(&mut self, path: &str) {
        for later in &mut self.later {
            later.complete.remove(path);
        }
    }

    /// Whether hints have come that are not due yet: whatever else is due waits for them, so that what belongs
    /// together is taken in together.
    pub(super) fn has_early_hints(&self, at: Duration) -> bool {
        self.hints.due().is_some_and(|due| due > at)
    }

    /// Whether there is something to look at.
    pub(super) fn is_due(&self, at: Duration) -> bool {
        match self.hints.due() {
            Some(due) => due <= at,
            None => self.later.iter().any(|later| later.due <= at),
        }
    }

    /// When the next is due, given when something else is: that waits for hints.
    pub(super) fn next(&self, other: Duration) -> Duration {
        let later = self.later.iter().map(|later| later.due);
        self.hints
            .due()
            .unwrap_or_else(|| later.fold(other, Duration::min))
    }

    /// Where to look now.
    pub(super) fn take(&mut self, at: Duration) -> Batch {
        let batch = self.hints.take(at);
        let mut batch = batch.unwrap_or_else(|| Batch {
            extent: Extent::paths(Vec::new()),
            complete: BTreeSet::new(),
            is_cut_off: false,
        });
        for later in self
            .later
            .extract_if(.., |later| later.is_put_off || later.due <= at)
        {
            batch.extent = batch.extent.and(later.extent);
            batch.complete.extend(later.complete);
        }
        batch
    }
}
