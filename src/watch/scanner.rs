//! The scanner: where and when the tree is looked at, and the catalog moved on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::checkout::Checkout;
use super::debounce::Batch;
use super::decider::Decider;
use super::full_looks::FullLooks;
use super::open_files::OpenFiles;
use super::pending::Pending;
use super::reliability::Reliability;
use super::settling::{SETTLES, SETTLES_WITHOUT_EVENTS, Settling};
use super::stability::Stability;
use super::wakeups::{Hint, Wake, Wakeups};
use crate::catalog::clock::Clock;
use crate::catalog::tree::{Stamp, TreeError, is_at_or_below};
use crate::catalog::{Catalog, Extent, LossSettings, Step, Tree};
use crate::config::Watch;
use crate::metrics::{Metrics, ScanExtent};

/// The longest sleep until a scheduled change, so that a clock that is set is noticed.
const NAP: Duration = Duration::from_secs(1);
/// When a new folder is looked at again: files may have come before it was watched.
const NEW_FOLDER: Duration = Duration::from_secs(1);

/// What became of a look at the tree, for whoever publishes and logs.
pub type Outcome<'a> = Result<&'a Step, &'a TreeError>;

/// Moves a catalog on, one look at a time.
pub(super) struct Scanner<'a> {
    pub(super) catalog: Catalog,
    pub(super) open_files: OpenFiles,
    pub(super) metrics: Option<Arc<Metrics>>,
    pub(super) clock: &'a dyn Clock,
    tree: &'a dyn Tree,
    watch: Watch,
    pending: Pending,
    full_looks: FullLooks,
    settling: Settling,
    reliability: Reliability,
    checkout: Checkout,
    has_looked: bool,
    /// Events were lost since everything was last looked at.
    has_lost_events: bool,
    /// The tree's mark when everything was last looked at.
    mark: Option<Stamp>,
    /// What came during a look and has to be done after it.
    deferred: Vec<Wake>,
}

impl<'a> Scanner<'a> {
    /// A scanner that has not looked yet.
    pub(super) fn new(mut catalog: Catalog, tree: &'a dyn Tree, clock: &'a dyn Clock, watch: Watch) -> Self {
        catalog.loss_mut().configure(LossSettings {
            settles: SETTLES,
            hold: watch.hold,
            most_delay: watch.max_delay,
        });
        let stability = Stability::new(watch.poll_interval, watch.close_timeout);
        Scanner {
            catalog,
            open_files: OpenFiles::default(),
            metrics: None,
            clock,
            tree,
            pending: Pending::new(watch.max_delay),
            full_looks: FullLooks::default(),
            settling: Settling::new(watch.max_delay, stability),
            reliability: Reliability::new(watch.mode),
            checkout: Checkout::new(watch.max_delay),
            has_looked: false,
            has_lost_events: false,
            mark: None,
            deferred: Vec::new(),
            watch,
        }
    }

    /// Takes in a hint.
    pub(super) fn note(&mut self, hint: Hint) {
        let elapsed = self.clock.elapsed();
        self.reliability.note(&hint);
        self.open_files.note(&hint, elapsed);
        match &hint {
            // It is about to be read all the same.
            Hint::Writing(path) if !self.open_files.is_open(path) => return,
            Hint::Writing(path) => self.pending.is_written(path),
            Hint::Folder(path) => {
                let extent = Extent::paths(vec![Arc::clone(path)]);
                self.pending
                    .look_again(elapsed + NEW_FOLDER, extent, BTreeSet::new());
            }
            Hint::Everything => self.has_lost_events = true,
            _ => {}
        }
        self.pending.add(hint, elapsed);
    }

    /// Whatever is missing is meant to be gone: the next look is at everything.
    pub(super) fn accept_loss(&mut self) {
        self.catalog.loss_mut().accept();
        self.full_looks.bring_forward(Duration::ZERO);
    }

    /// What came during a look and is still to be done.
    pub(super) fn take_deferred(&mut self) -> Vec<Wake> {
        std::mem::take(&mut self.deferred)
    }

    /// Does whatever is due.
    pub(super) fn scan(&mut self, wakeups: &mut dyn Wakeups, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        let elapsed = self.clock.elapsed();
        if self.next_for_losses().is_some_and(|due| due <= elapsed) {
            self.full_looks.bring_forward(elapsed);
        }
        self.give_up_on_unclosed_files(elapsed);
        if self.has_looked
            && let Some(extent) = self.reliability.poll(self.watch.poll_interval, elapsed)
        {
            // File events do not reach these folders.
            self.pending.look_again(elapsed, extent, BTreeSet::new());
        }
        let is_full_due =
            elapsed >= self.full_looks.next() && !(self.has_looked && self.pending.has_early_hints(elapsed));
        let is_due = is_full_due || self.has_looked && self.pending.is_due(elapsed);
        if is_due && !self.checkout.is_under_way(self.tree, elapsed) {
            self.look_where_due(is_full_due, elapsed, wakeups, publish);
        }
        let now = self.clock.now();
        if self.has_looked && self.catalog.next_change().is_some_and(|change| change <= now) {
            self.tick(publish);
        }
        self.reliability.overdue(elapsed);
        self.note_watching(wakeups, elapsed);
    }

    /// Has those files looked at that have waited for their close for too long.
    fn give_up_on_unclosed_files(&mut self, elapsed: Duration) {
        let bound = self.watch.close_timeout;
        for (path, is_first) in self.open_files.expire(bound, elapsed) {
            if is_first {
                tracing::info!(
                    path = &*path,
                    "it was written and has not been closed for {bound:?}: it is read as it is"
                );
            }
            self.pending.add(Hint::Complete(path), elapsed);
        }
    }

    fn look_where_due(
        &mut self,
        is_full_due: bool,
        elapsed: Duration,
        wakeups: &mut dyn Wakeups,
        publish: &mut dyn FnMut(&Catalog, Outcome<'_>),
    ) {
        let mut batch = self.pending.take(elapsed);
        if batch.is_cut_off {
            tracing::info!(
                "files have kept changing for {:?}: publishing what is there, complete or not",
                self.watch.max_delay
            );
        }
        let mark = self.tree.mark();
        // Of a checkout that has ended some events may still be on their way.
        if is_full_due || mark != self.mark && !batch.extent.is_empty() {
            batch.extent = Extent::Everything;
        }
        if batch.extent == Extent::Everything {
            wakeups.refresh();
        }
        if !batch.extent.is_empty() {
            self.step(batch, mark, wakeups, publish);
        }
    }

    fn step(
        &mut self,
        batch: Batch,
        mark: Option<Stamp>,
        wakeups: &mut dyn Wakeups,
        publish: &mut dyn FnMut(&Catalog, Outcome<'_>),
    ) {
        let start = self.clock.elapsed();
        let is_full = batch.extent == Extent::Everything;
        if is_full {
            self.full_looks.begin(start);
        }
        let now = self.clock.now();
        let mut decider = Decider {
            tree: self.tree,
            mark,
            wakeups,
            settling: &mut self.settling,
            open_files: &self.open_files,
            reliability: &self.reliability,
            complete: &batch.complete,
            is_of_complete_files: batch.is_complete(),
            passes_checkouts: self.checkout.is_passed(),
            is_starting: self.catalog.is_starting(),
            at: (start, now),
            settles: if is_full && (self.has_lost_events || !self.has_looked) {
                SETTLES_WITHOUT_EVENTS
            } else {
                SETTLES
            },
            wakes: Vec::new(),
            again: BTreeMap::new(),
        };
        let outcome = self
            .catalog
            .look(self.tree, &batch.extent, now, start, &mut |unsettled| {
                decider.decide(unsettled)
            });
        let Decider { wakes, again, .. } = decider;
        for wake in wakes {
            match wake {
                Wake::Hint(hint) if hint != Hint::Everything => self.note(hint),
                // What can't be done now is done before anybody waits.
                wake => self.deferred.push(wake),
            }
        }
        let elapsed = self.clock.elapsed();
        if let Some(metrics) = &self.metrics {
            let extent = if is_full {
                ScanExtent::Full
            } else {
                ScanExtent::Partial
            };
            metrics.scan(extent, elapsed.saturating_sub(start));
        }
        match &outcome {
            Ok(step) if step.is_put_off => {
                self.pending
                    .put_off(start + SETTLES, batch.extent, batch.complete);
                if is_full {
                    self.full_looks.put_off();
                }
            }
            Ok(step) => {
                for (after, paths) in again {
                    let extent = Extent::paths(paths);
                    self.pending.look_again(elapsed + after, extent, BTreeSet::new());
                }
                if is_full {
                    self.mark = mark;
                }
                self.taken_in(step, batch, elapsed);
            }
            // The root itself is in trouble: look at everything soon.
            Err(_) => self.full_looks.retry(elapsed),
        }
        publish(&self.catalog, outcome.as_ref());
    }

    /// A look was taken in.
    fn taken_in(&mut self, step: &Step, batch: Batch, elapsed: Duration) {
        self.open_files.taken_in(|path| batch.extent.contains(path));
        if batch.extent == Extent::Everything {
            self.has_lost_events = false;
            if self.has_looked {
                self.reliability.found(&step.touched, elapsed);
            }
            self.full_looks
                .end(elapsed, &self.watch, self.reliability.is_polling());
        }
        self.has_looked = true;
        if step.withheld.is_some() {
            self.full_looks.retry_withheld(elapsed);
        }
        if let Some((extent, after)) = step.look_again.extent() {
            self.pending.look_again(elapsed + after, extent, batch.complete);
        }
    }

    /// Moves the clock on without a look.
    pub(super) fn tick(&mut self, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        let step = self.catalog.tick(self.clock.now());
        publish(&self.catalog, Ok(&step));
    }

    /// When everything is looked at because of what is missing.
    fn next_for_losses(&self) -> Option<Duration> {
        let due = self.catalog.loss().next()?;
        Some(self.full_looks.for_losses(due))
    }

    fn note_watching(&mut self, wakeups: &dyn Wakeups, elapsed: Duration) {
        let Some(doubtful) = self.reliability.update(&wakeups.coverage()) else {
            return;
        };
        if let Some(metrics) = &self.metrics {
            let folders = self.reliability.polled_folders().count();
            metrics.polling(self.reliability.is_polling(), folders);
        }
        for folder in doubtful {
            self.open_files.doubt(|path| is_at_or_below(path, &folder));
        }
        if self.has_looked {
            let interval = self
                .full_looks
                .interval(&self.watch, self.reliability.is_polling());
            self.full_looks.bring_forward(elapsed + interval);
        }
    }

    /// When there is something to do again, as far as the tree is concerned.
    pub(super) fn next(&self) -> Duration {
        let mut next = self.full_looks.next();
        if self.has_looked {
            let losses = self.next_for_losses().into_iter();
            let unclosed = self.open_files.due(self.watch.close_timeout);
            let poll = self.reliability.next_poll();
            next = self.pending.next(losses.fold(next, Duration::min));
            next = unclosed.into_iter().chain(poll).fold(next, Duration::min);
        }
        self.checkout.next().map_or(next, |checkout| next.max(checkout))
    }

    /// How long it is at most until the passing of time alone changes a feed.
    pub(super) fn until_change(&self) -> Option<Duration> {
        let change = self.catalog.next_change().filter(|_| self.has_looked)?;
        let until = (change - self.clock.now()).to_std().unwrap_or(Duration::ZERO);
        // A timer may fire a moment early; a millisecond more spares a second round.
        Some((until + Duration::from_millis(1)).min(NAP))
    }
}
