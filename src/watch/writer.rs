//! The writer: the one thread that owns the catalog, waits, and does what it is woken for.

use std::sync::Arc;
use std::time::Duration;

use super::decider::drain;
use super::open_files::OpenFiles;
pub use super::scanner::Outcome;
use super::scanner::Scanner;
use super::wakeups::{Hint, Wake, Wakeups};
use crate::catalog::clock::Clock;
use crate::catalog::{Catalog, CatalogSettings, Reparsed, Tree};
use crate::config::Watch;
use crate::metrics::Metrics;

/// How long a configuration has to be left alone before it is read.
const CONFIGURATION: Duration = Duration::from_millis(100);

/// Why a writer came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to stop.
    Stopped,
    /// The configuration may have changed. It can be run again as it is.
    Reload,
}

/// Keeps a catalog up to date.
pub struct Writer<'a> {
    scanner: Scanner<'a>,
    /// When the wake-ups are next asked for what no event tells.
    next_check: Duration,
    /// When the configuration is read again.
    reload: Option<Duration>,
    /// What is missing was said to be meant, and nobody asked yet.
    accepts_loss: bool,
}

impl<'a> Writer<'a> {
    /// A writer that has not looked yet.
    pub fn new(catalog: Catalog, tree: &'a dyn Tree, clock: &'a dyn Clock, watch: Watch) -> Self {
        Writer {
            scanner: Scanner::new(catalog, tree, clock, watch),
            next_check: Duration::ZERO,
            reload: None,
            accepts_loss: false,
        }
    }

    /// The same, telling its figures.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Arc<Metrics>) -> Self {
        self.scanner.metrics = Some(metrics);
        self
    }

    /// The same, knowing which files are open: what another writer was told.
    #[must_use]
    pub fn with_open_files(mut self, open_files: OpenFiles) -> Self {
        self.scanner.open_files = open_files;
        self
    }

    /// The catalog as it stands.
    pub fn catalog(&self) -> &Catalog {
        &self.scanner.catalog
    }

    /// Whether somebody said, since this was last asked, that what is missing is meant to be.
    pub fn take_acceptance(&mut self) -> bool {
        std::mem::take(&mut self.accepts_loss)
    }

    /// Comes back with [`Ended::Reload`] after a while, if not before.
    pub fn reload_in(&mut self, after: Duration) {
        let due = self.scanner.clock.elapsed() + after;
        self.reload = Some(self.reload.map_or(due, |reload| reload.min(due)));
    }

    /// The catalog, and the files that are being written, for another writer to go on with.
    pub fn into_parts(self) -> (Catalog, OpenFiles) {
        (self.scanner.catalog, self.scanner.open_files)
    }

    /// What the posts are under another configuration, if it is to be taken up. One that would drop most
    /// posts waits like a loss, and [`Writer::run`] comes back when it has waited.
    pub fn consider(
        &mut self,
        settings: CatalogSettings,
        publish: &mut dyn FnMut(&Catalog, Outcome<'_>),
    ) -> Option<Reparsed> {
        let reparsed = self.scanner.catalog.reparse(settings);
        if self
            .scanner
            .catalog
            .accepts_configuration(&reparsed, self.scanner.clock.elapsed())
        {
            return Some(reparsed);
        }
        self.scanner.tick(publish);
        None
    }

    /// The running configuration is the one that is meant.
    pub fn keep_configuration(&mut self, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        if self.scanner.catalog.loss().next_configuration().is_some() {
            self.scanner.catalog.loss_mut().keep_configuration();
            self.scanner.tick(publish);
        }
    }

    /// Looks, waits and looks again until told to stop, or until the configuration may have changed;
    /// `publish` is told of every look.
    pub fn run(
        &mut self,
        wakeups: &mut dyn Wakeups,
        publish: &mut dyn FnMut(&Catalog, Outcome<'_>),
    ) -> Ended {
        loop {
            self.check(wakeups);
            self.scanner.scan(wakeups, publish);
            // Before anything else may end this: nobody says a second time that it is to stop.
            let deferred = self.scanner.take_deferred();
            if self.take_all(deferred, wakeups) == Some(Ended::Stopped) {
                return Ended::Stopped;
            }
            if self
                .next_configuration()
                .is_some_and(|due| due <= self.scanner.clock.elapsed())
            {
                self.reload = None;
                return Ended::Reload;
            }
            let wake = wakeups.wait(self.sleep(wakeups));
            if self.take(wake, wakeups) == Some(Ended::Stopped) {
                return Ended::Stopped;
            }
            // What is there already belongs to the same moment.
            let mut wakes = Vec::new();
            drain(wakeups, &mut wakes);
            if self.take_all(wakes, wakeups) == Some(Ended::Stopped) {
                return Ended::Stopped;
            }
        }
    }

    /// Has the wake-ups asked, when it is time, for what no event tells.
    fn check(&mut self, wakeups: &mut dyn Wakeups) {
        let elapsed = self.scanner.clock.elapsed();
        if let Some(interval) = wakeups.checks_every()
            && elapsed >= self.next_check
        {
            self.next_check = elapsed + interval;
            // A check never stops anything.
            let wakes = wakeups.check();
            self.take_all(wakes, wakeups);
        }
    }

    fn take_all(&mut self, wakes: Vec<Wake>, wakeups: &mut dyn Wakeups) -> Option<Ended> {
        wakes.into_iter().find_map(|wake| self.take(wake, wakeups))
    }

    fn take(&mut self, wake: Wake, wakeups: &mut dyn Wakeups) -> Option<Ended> {
        match wake {
            Wake::Stop => return Some(Ended::Stopped),
            Wake::Hint(hint) => {
                if hint == Hint::Everything {
                    wakeups.refresh();
                }
                self.scanner.note(hint);
            }
            Wake::Reload => self.reload = Some(self.scanner.clock.elapsed() + CONFIGURATION),
            Wake::AcceptLoss => {
                tracing::info!("what is missing is meant to be: looking at everything");
                self.scanner.accept_loss();
                // The configuration may be what is missing.
                self.accepts_loss = true;
                self.reload = Some(self.scanner.clock.elapsed() + CONFIGURATION);
            }
            Wake::TimedOut => {}
        }
        None
    }

    /// When the configuration is read again.
    fn next_configuration(&self) -> Option<Duration> {
        let waiting = self.scanner.catalog.loss().next_configuration();
        self.reload.into_iter().chain(waiting).min()
    }

    /// How long there is nothing to do.
    fn sleep(&self, wakeups: &dyn Wakeups) -> Duration {
        let check = wakeups.checks_every().map(|_| self.next_check);
        let others = check.into_iter().chain(self.next_configuration());
        let next = others.fold(self.scanner.next(), Duration::min);
        let sleep = next.saturating_sub(self.scanner.clock.elapsed());
        self.scanner
            .until_change()
            .map_or(sleep, |until| sleep.min(until))
    }
}
