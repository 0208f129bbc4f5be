//! The writer: the one thread that owns the catalog and moves it on.

use std::time::Duration;

use super::debounce::Debounce;
use super::wakeups::{Hint, Wake, Wakeups};
use crate::catalog::clock::Clock;
use crate::catalog::tree::TreeError;
use crate::catalog::{Catalog, Scope, Step, Tree};
use crate::config::Watch;

/// How soon a content directory that can't be seen is looked for again.
const RETRY: Duration = Duration::from_secs(1);
/// How often a lock is looked at that holds publishing back.
const LOCK: Duration = Duration::from_millis(20);
/// How many times the configured delay a lock may hold publishing back: a crashed checkout leaves its
/// lock behind.
const LOCK_DELAYS: u32 = 10;
/// The longest sleep until a scheduled change, so that a clock that is set is noticed.
const NAP: Duration = Duration::from_secs(20);

/// What became of a look at the tree, for whoever publishes and logs.
pub type Outcome<'a> = Result<&'a Step, &'a TreeError>;

/// Moves a catalog on, one look at a time.
pub struct Writer<'a> {
    catalog: Catalog,
    tree: &'a dyn Tree,
    clock: &'a dyn Clock,
    watch: Watch,
    debounce: Debounce,
    /// When everything is looked at next, by [`Clock::elapsed`].
    next_full: Duration,
    /// What is looked at again, and when.
    again: Vec<(Duration, Scope)>,
    has_looked: bool,
}

impl<'a> Writer<'a> {
    /// A writer that has not looked yet.
    pub fn new(catalog: Catalog, tree: &'a dyn Tree, clock: &'a dyn Clock, watch: Watch) -> Self {
        Writer {
            catalog,
            tree,
            clock,
            debounce: Debounce::new(watch.max_delay),
            watch,
            next_full: Duration::ZERO,
            again: Vec::new(),
            has_looked: false,
        }
    }

    /// The catalog as it stands.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Looks, waits and looks again until told to stop; `publish` hears of every look.
    pub fn run(&mut self, wakeups: &mut dyn Wakeups, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        loop {
            self.look(wakeups, publish);
            match wakeups.wait(self.sleep()) {
                Wake::Stop => return,
                Wake::Hint(hint) => self.hear(hint),
                Wake::TimedOut => {}
            }
        }
    }

    /// Takes in a hint.
    pub fn hear(&mut self, hint: Hint) {
        self.debounce.add(hint, self.clock.elapsed());
    }

    /// Does whatever is due.
    pub fn look(&mut self, wakeups: &mut dyn Wakeups, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        let elapsed = self.clock.elapsed();
        if elapsed >= self.next_full {
            wakeups.refresh();
            self.step(&Scope::Everything, publish);
        }
        if !self.has_looked {
            return;
        }
        if self.debounce.due().is_some_and(|due| due <= elapsed) {
            let bound = self.watch.max_delay * LOCK_DELAYS;
            if self.debounce.waited(elapsed) < bound && self.tree.is_being_changed() {
                self.debounce.put_off(elapsed + LOCK);
            } else if let Some(scope) = self.debounce.take(elapsed) {
                self.step(&scope, publish);
            }
        }
        let due: Vec<_> = self.again.extract_if(.., |(due, _)| *due <= elapsed).collect();
        for (_, scope) in due {
            self.step(&scope, publish);
        }
        let now = self.clock.now();
        if self.catalog.next_change().is_some_and(|change| change <= now) {
            let step = self.catalog.tick(now);
            publish(&self.catalog, Ok(&step));
        }
    }

    fn step(&mut self, scope: &Scope, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        let outcome = self.catalog.step(self.tree, scope, self.clock.now());
        let elapsed = self.clock.elapsed();
        if *scope == Scope::Everything {
            self.next_full = elapsed
                + if outcome.is_ok() {
                    self.watch.full_scan
                } else {
                    RETRY
                };
        }
        match &outcome {
            Ok(step) => {
                self.has_looked = true;
                if let Some((scope, after)) = &step.look_again {
                    self.again.push((elapsed + *after, scope.clone()));
                }
            }
            // The root itself is in trouble: look at everything soon.
            Err(_) => self.next_full = self.next_full.min(elapsed + RETRY),
        }
        publish(&self.catalog, outcome.as_ref());
    }

    /// How long there is nothing to do.
    fn sleep(&self) -> Duration {
        let elapsed = self.clock.elapsed();
        let mut wake = self.next_full;
        if self.has_looked {
            let again = self.again.iter().map(|(due, _)| *due);
            wake = again.chain(self.debounce.due()).fold(wake, Duration::min);
        }
        let mut sleep = wake.saturating_sub(elapsed);
        if let Some(change) = self.catalog.next_change() {
            let until = (change - self.clock.now()).to_std().unwrap_or(Duration::ZERO);
            // A timer may fire a moment early; a millisecond more spares a second round.
            sleep = sleep.min(until + Duration::from_millis(1)).min(NAP);
        }
        sleep
    }
}
