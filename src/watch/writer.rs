//! The writer: the one thread that owns the catalog and moves it on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::checkout::Checkout;
use super::debounce::Debounce;
use super::open_files::OpenFiles;
use super::reliability::{Reliability, Watching};
use super::settling::{Knowledge, SETTLES, SETTLES_UNHEARD, Settling};
use super::stability::Stability;
use super::wakeups::{Hint, Wake, Wakeups};
use crate::catalog::clock::Clock;
use crate::catalog::tree::{Stamp, TreeError, is_at_or_below};
use crate::catalog::{Catalog, CatalogSettings, Extent, Intake, LossSettings, Reparsed, Step, Tree};
use crate::config::Watch;
use crate::metrics::{Metrics, ScanExtent};

/// How soon a content directory that can't be seen is looked for again.
const RETRY: Duration = Duration::from_secs(1);
/// The longest sleep until a scheduled change, so that a clock that is set is noticed.
const NAP: Duration = Duration::from_secs(1);
/// When a new folder is looked at again: files may have come before it was watched.
const NEW_FOLDER: Duration = Duration::from_secs(1);
/// How long a configuration has to be left alone before it is read.
const CONFIGURATION: Duration = Duration::from_millis(100);
/// Polling takes no more than one part in so many of the time.
const SHARE: u32 = 20;

/// What became of a look at the tree, for whoever publishes and logs.
pub type Outcome<'a> = Result<&'a Step, &'a TreeError>;

/// Why a writer came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to stop.
    Stopped,
    /// The configuration may have changed. It can be run again as it is.
    Reload,
}

/// Moves a catalog on, one look at a time.
pub struct Writer<'a> {
    catalog: Catalog,
    tree: &'a dyn Tree,
    clock: &'a dyn Clock,
    watch: Watch,
    metrics: Option<Arc<Metrics>>,
    debounce: Debounce,
    settling: Settling,
    reliability: Reliability,
    watching: Option<Watching>,
    open_files: OpenFiles,
    /// Files that were read though they were not closed, so that it is told once of each.
    unclosed: BTreeSet<Arc<str>>,
    /// When the folders are looked at next that are polled alone.
    next_poll: Duration,
    /// Events were lost since everything was last looked at.
    has_lost_events: bool,
    /// When everything is looked at next, by [`Clock::elapsed`].
    next_full: Duration,
    /// When that was last begun, and how long it took.
    last_full: Duration,
    full_took: Duration,
    /// The tree's mark when everything was last looked at.
    mark: Option<Stamp>,
    /// What is looked at again, and when.
    again: Vec<Again>,
    has_looked: bool,
    checkout: Checkout,
    reload: Option<Duration>,
    /// What is missing was said to be meant, and nobody asked yet.
    accepts_loss: bool,
    /// What came while this looked.
    deferred: Vec<Wake>,
    next_check: Duration,
}

struct Again {
    due: Duration,
    scope: Extent,
    complete: BTreeSet<Arc<str>>,
    /// It was put off, and belongs to whatever is looked at next.
    is_put_off: bool,
}

impl<'a> Writer<'a> {
    /// A writer that has not looked yet.
    pub fn new(mut catalog: Catalog, tree: &'a dyn Tree, clock: &'a dyn Clock, watch: Watch) -> Self {
        catalog.loss_mut().configure(LossSettings {
            settles: SETTLES,
            hold: watch.hold,
            most_delay: watch.max_delay,
        });
        Writer {
            catalog,
            tree,
            clock,
            metrics: None,
            debounce: Debounce::new(watch.max_delay),
            settling: Settling::new(
                watch.max_delay,
                Stability::new(watch.poll_interval, watch.close_timeout),
            ),
            checkout: Checkout::new(watch.max_delay),
            reliability: Reliability::new(watch.mode),
            watching: None,
            open_files: OpenFiles::default(),
            unclosed: BTreeSet::new(),
            next_poll: Duration::ZERO,
            has_lost_events: false,
            watch,
            next_full: Duration::ZERO,
            last_full: Duration::ZERO,
            full_took: Duration::ZERO,
            mark: None,
            again: Vec::new(),
            has_looked: false,
            reload: None,
            accepts_loss: false,
            deferred: Vec::new(),
            next_check: Duration::ZERO,
        }
    }

    /// The same, telling its figures.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Arc<Metrics>) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// The same, knowing which files are open: what another writer heard.
    #[must_use]
    pub fn with_open_files(mut self, open_files: OpenFiles) -> Self {
        self.open_files = open_files;
        self
    }

    /// The catalog as it stands.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Whether somebody said, since this was last asked, that what is missing is meant to be.
    pub fn take_acceptance(&mut self) -> bool {
        std::mem::take(&mut self.accepts_loss)
    }

    /// Comes back with [`Ended::Reload`] after a while, if not before.
    pub fn reload_in(&mut self, after: Duration) {
        let due = self.clock.elapsed() + after;
        self.reload = Some(self.reload.map_or(due, |reload| reload.min(due)));
    }

    /// The catalog, and the files that are being written, for another writer to go on with.
    pub fn into_parts(self) -> (Catalog, OpenFiles) {
        (self.catalog, self.open_files)
    }

    /// What the posts are under another configuration, if it is to be taken up. One that would drop most
    /// posts waits like a loss, and [`Writer::run`] comes back when it has waited.
    pub fn consider(
        &mut self,
        settings: CatalogSettings,
        publish: &mut dyn FnMut(&Catalog, Outcome<'_>),
    ) -> Option<Reparsed> {
        let reparsed = self.catalog.reparse(settings);
        if self
            .catalog
            .accepts_configuration(&reparsed, self.clock.elapsed())
        {
            return Some(reparsed);
        }
        self.tick(publish);
        None
    }

    /// The running configuration is the one that is meant.
    pub fn keep_configuration(&mut self, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        if self.catalog.loss().next_configuration().is_some() {
            self.catalog.loss_mut().keep_configuration();
            self.tick(publish);
        }
    }

    fn tick(&mut self, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        let step = self.catalog.tick(self.clock.now());
        publish(&self.catalog, Ok(&step));
    }

    /// Looks, waits and looks again until told to stop, or until the configuration may have changed;
    /// `publish` hears of every look.
    pub fn run(
        &mut self,
        wakeups: &mut dyn Wakeups,
        publish: &mut dyn FnMut(&Catalog, Outcome<'_>),
    ) -> Ended {
        loop {
            self.look(wakeups, publish);
            // Before anything else may end this: nobody says a second time that it is to stop.
            for wake in std::mem::take(&mut self.deferred) {
                if self.take(wake, wakeups) == Some(Ended::Stopped) {
                    return Ended::Stopped;
                }
            }
            let configuration = self
                .reload
                .into_iter()
                .chain(self.catalog.loss().next_configuration());
            if configuration.min().is_some_and(|due| due <= self.clock.elapsed()) {
                self.reload = None;
                return Ended::Reload;
            }
            let sleep = self.sleep(wakeups);
            let wake = wakeups.wait(sleep);
            if self.take(wake, wakeups) == Some(Ended::Stopped) {
                return Ended::Stopped;
            }
            // What is there already belongs to the same moment.
            let mut wakes = Vec::new();
            drain(wakeups, &mut wakes);
            for wake in wakes {
                if self.take(wake, wakeups) == Some(Ended::Stopped) {
                    return Ended::Stopped;
                }
            }
        }
    }

    /// Takes in a wake-up that came while this looked; what it can't do now is done before it waits.
    fn defer(&mut self, wake: Wake) {
        match wake {
            Wake::Hint(hint) if hint != Hint::Everything => self.hear(hint),
            wake => self.deferred.push(wake),
        }
    }

    fn take(&mut self, wake: Wake, wakeups: &mut dyn Wakeups) -> Option<Ended> {
        match wake {
            Wake::Stop => return Some(Ended::Stopped),
            Wake::Hint(hint) => {
                if hint == Hint::Everything {
                    wakeups.refresh();
                }
                self.hear(hint);
            }
            Wake::Reload => self.reload = Some(self.clock.elapsed() + CONFIGURATION),
            Wake::AcceptLoss => {
                tracing::info!("what is missing is meant to be: looking at everything");
                self.catalog.loss_mut().accept();
                // The configuration may be what is missing.
                self.accepts_loss = true;
                self.reload = Some(self.clock.elapsed() + CONFIGURATION);
                self.next_full = Duration::ZERO;
            }
            Wake::TimedOut => {}
        }
        None
    }

    /// Takes in a hint.
    pub fn hear(&mut self, hint: Hint) {
        let elapsed = self.clock.elapsed();
        self.reliability.hear(&hint);
        self.open_files.hear(&hint, elapsed);
        match &hint {
            Hint::Complete(path) | Hint::Gone(path) => {
                self.unclosed.remove(path);
            }
            // It is about to be read all the same.
            Hint::Writing(path) if !self.open_files.is_open(path) => return,
            Hint::Writing(path) => self.again.iter_mut().for_each(|again| {
                again.complete.remove(path);
            }),
            _ => {}
        }
        self.has_lost_events |= hint == Hint::Everything;
        if let Hint::Folder(path) = &hint {
            let scope = Extent::paths(vec![Arc::clone(path)]);
            self.look_again(elapsed + NEW_FOLDER, scope, BTreeSet::new());
        }
        self.debounce.add(hint, elapsed);
    }

    /// Does whatever is due.
    pub fn look(&mut self, wakeups: &mut dyn Wakeups, publish: &mut dyn FnMut(&Catalog, Outcome<'_>)) {
        let elapsed = self.clock.elapsed();
        if let Some(interval) = wakeups.checks_every()
            && elapsed >= self.next_check
        {
            self.next_check = elapsed + interval;
            for wake in wakeups.check() {
                // A check never stops anything.
                self.take(wake, wakeups);
            }
        }
        if self.next_for_losses().is_some_and(|due| due <= elapsed) {
            self.next_full = self.next_full.min(elapsed);
        }
        self.give_up_on_unclosed_files(elapsed);
        self.poll_folders(elapsed);
        // A look at everything that is due on time waits for what is under way.
        let hints_due = self.debounce.due();
        let is_full_due =
            elapsed >= self.next_full && (!self.has_looked || hints_due.is_none_or(|due| due <= elapsed));
        // So does whatever is looked at again: what belongs together is taken in together.
        let is_again_due =
            self.again.iter().any(|again| again.due <= elapsed) && hints_due.is_none_or(|due| due <= elapsed);
        let is_due = is_full_due || is_again_due || hints_due.is_some_and(|due| due <= elapsed);
        if is_due && (self.has_looked || is_full_due) && !self.checkout.is_under_way(self.tree, elapsed) {
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
        for path in self.open_files.expire(self.watch.close_timeout, elapsed) {
            if self.unclosed.insert(Arc::clone(&path)) {
                tracing::info!(
                    path = &*path,
                    "it was written and has not been closed for {:?}: it is read as it is",
                    self.watch.close_timeout
                );
            }
            self.debounce.add(Hint::Complete(path), elapsed);
        }
    }

    /// Has those folders looked at, when it is time, that file events do not reach.
    fn poll_folders(&mut self, elapsed: Duration) {
        let folders: Vec<_> = self.polled_folders().cloned().collect();
        if folders.is_empty() || elapsed < self.next_poll || !self.has_looked {
            return;
        }
        self.next_poll = elapsed + self.watch.poll_interval;
        self.look_again(elapsed, Extent::paths(folders), BTreeSet::new());
    }

    fn polled_folders(&self) -> impl Iterator<Item = &Arc<str>> {
        self.watching.iter().flat_map(Watching::polled_folders)
    }

    fn look_where_due(
        &mut self,
        is_full_due: bool,
        elapsed: Duration,
        wakeups: &mut dyn Wakeups,
        publish: &mut dyn FnMut(&Catalog, Outcome<'_>),
    ) {
        let (mut paths, mut complete, mut everything) = (Vec::new(), BTreeSet::new(), is_full_due);
        let mut add = |scope: Extent, files: BTreeSet<Arc<str>>| {
            match scope {
                Extent::Everything => everything = true,
                Extent::Paths(some) => paths.extend(some),
            }
            complete.extend(files);
        };
        if let Some(batch) = self.debounce.take(elapsed) {
            if batch.is_cut_off {
                tracing::info!(
                    "files have kept changing for {:?}: publishing what is there, complete or not",
                    self.watch.max_delay
                );
            }
            add(batch.scope, batch.complete);
        }
        for again in self
            .again
            .extract_if(.., |again| again.is_put_off || again.due <= elapsed)
        {
            add(again.scope, again.complete);
        }
        let mark = self.tree.mark();
        // Of a checkout that has ended some events may still be on their way.
        everything |= mark != self.mark && !paths.is_empty();
        if everything {
            wakeups.refresh();
            self.step(&Extent::Everything, mark, complete, wakeups, publish);
        } else if !paths.is_empty() {
            self.step(&Extent::paths(paths), mark, complete, wakeups, publish);
        }
    }

    fn step(
        &mut self,
        scope: &Extent,
        mark: Option<Stamp>,
        complete: BTreeSet<Arc<str>>,
        wakeups: &mut dyn Wakeups,
        publish: &mut dyn FnMut(&Catalog, Outcome<'_>),
    ) {
        let start = self.clock.elapsed();
        let is_full = *scope == Extent::Everything;
        if is_full {
            self.last_full = start;
        }
        let settling = &mut self.settling;
        let (tree, lock_is_passed) = (self.tree, self.checkout.is_passed());
        let is_of_complete_files = match scope {
            Extent::Everything => false,
            Extent::Paths(paths) => paths.iter().all(|path| complete.contains(path)),
        };
        let settles = if is_full && (self.has_lost_events || !self.has_looked) {
            SETTLES_UNHEARD
        } else {
            SETTLES
        };
        let (open_files, watching) = (&self.open_files, self.watching.as_ref());
        let (now, is_starting) = (self.clock.now(), self.catalog.is_starting());
        let (mut wakes, mut again) = (Vec::new(), BTreeMap::new());
        let outcome = self.catalog.look(self.tree, scope, now, start, &mut |unsettled| {
            // Whoever changes many files may have begun while this looked, or even ended.
            if !lock_is_passed && !is_starting && (tree.is_being_changed() || tree.mark() != mark) {
                return Intake::Nothing;
            }
            let heard = wakes.len();
            drain(wakeups, &mut wakes);
            let is_news = |wake: &Wake| match wake {
                Wake::Hint(Hint::Writing(path)) => !open_files.is_known(path),
                _ => true,
            };
            let is_disturbed = wakes[heard..].iter().any(is_news);
            if is_disturbed && !is_of_complete_files && !is_starting && !settling.has_run_out(start) {
                return Intake::Nothing;
            }
            // Of these nobody knows whether they were read before the writing began.
            let began: BTreeSet<&str> = wakes.iter().filter_map(written).collect();
            // All files of a new root have changed, and most of them long ago.
            let is_polled =
                |path: &str| !unsettled.is_new_root && watching.is_some_and(|watching| watching.polls(path));
            let decision = settling.decide(
                unsettled,
                &Knowledge {
                    at: (start, now),
                    complete: &complete,
                    is_open: &|path| {
                        open_files.is_open(path) || began.contains(path) && !open_files.is_known(path)
                    },
                    must_be_stable: &|path| open_files.is_unsure(path) || is_polled(path),
                    settles,
                },
            );
            for (after, paths) in decision.again {
                again.entry(after).or_insert_with(Vec::new).extend(paths);
            }
            decision.intake
        });
        for wake in wakes {
            self.defer(wake);
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
                self.again.push(Again {
                    due: start + SETTLES,
                    scope: scope.clone(),
                    complete,
                    is_put_off: true,
                });
                if is_full {
                    self.next_full = start + SETTLES;
                }
            }
            Ok(step) => {
                for (after, paths) in again {
                    let scope = Extent::paths(paths);
                    self.look_again(elapsed + after, scope, BTreeSet::new());
                }
                if is_full {
                    self.full_took = elapsed.saturating_sub(start);
                    self.mark = mark;
                }
                self.taken_in(scope, step, complete, elapsed);
            }
            // The root itself is in trouble: look at everything soon.
            Err(_) => self.next_full = elapsed + RETRY,
        }
        publish(&self.catalog, outcome.as_ref());
    }

    /// A look was taken in.
    fn taken_in(&mut self, scope: &Extent, step: &Step, complete: BTreeSet<Arc<str>>, elapsed: Duration) {
        self.open_files.taken_in(|path| match scope {
            Extent::Everything => true,
            Extent::Paths(paths) => paths.iter().any(|scope| is_at_or_below(path, scope)),
        });
        if *scope == Extent::Everything {
            self.has_lost_events = false;
            if self.has_looked {
                let is_polled = |path: &str| self.polled_folders().any(|folder| is_at_or_below(path, folder));
                let touched = step.touched.iter().filter(|path| !is_polled(path));
                let touched: Vec<_> = touched.cloned().collect();
                self.reliability.found(&touched, elapsed);
            }
            self.next_full = elapsed + self.full_interval();
        }
        self.has_looked = true;
        if step.withheld.is_some() {
            // What is wrong may be outside: a volume that is mounted, a clock that is set.
            self.next_full = elapsed + RETRY.max(self.full_took * SHARE);
        }
        if let Some((scope, after)) = step.look_again.extent() {
            self.look_again(elapsed + after, scope, complete);
        }
    }

    fn look_again(&mut self, due: Duration, scope: Extent, complete: BTreeSet<Arc<str>>) {
        self.again.push(Again {
            due,
            scope,
            complete,
            is_put_off: false,
        });
    }

    /// When everything is looked at because of what is missing. A look that was put off is not taken
    /// again at once.
    fn next_for_losses(&self) -> Option<Duration> {
        let due = self.catalog.loss().next()?;
        Some(due.max(self.last_full + SETTLES))
    }

    fn full_interval(&self) -> Duration {
        match self.watching {
            Some(Watching::Polling(_)) => {
                let interval = self.watch.poll_interval.max(self.full_took * SHARE);
                interval.min(self.watch.full_scan)
            }
            _ => self.watch.full_scan,
        }
    }

    fn note_watching(&mut self, wakeups: &dyn Wakeups, elapsed: Duration) {
        let watching = self.reliability.watching(&wakeups.coverage());
        if self.watching.as_ref() == Some(&watching) {
            return;
        }
        if self.watching.is_some() || watching != Watching::Events {
            tracing::info!("changes are noticed {watching}");
        }
        if let Some(metrics) = &self.metrics {
            metrics.polling(watching.is_polling(), watching.polled_folders().count());
        }
        // What is watched anew was not watched for a moment, in which a close may have been lost.
        let before = self.watching.replace(watching);
        for watching in before.iter().chain(&self.watching) {
            for folder in watching.polled_folders() {
                self.open_files.doubt(|path| is_at_or_below(path, folder));
            }
        }
        if self.has_looked {
            self.next_full = self.next_full.min(elapsed + self.full_interval());
        }
    }

    /// How long there is nothing to do.
    fn sleep(&self, wakeups: &dyn Wakeups) -> Duration {
        let elapsed = self.clock.elapsed();
        let mut wake = self.next_full;
        if self.has_looked {
            let again = self.again.iter().map(|again| again.due);
            let hints = self.debounce.due();
            wake = again.chain(self.next_for_losses()).fold(wake, Duration::min);
            // Whatever is due waits for hints that are on their way.
            wake = hints.unwrap_or(wake);
            let unclosed = self.open_files.due(self.watch.close_timeout);
            let poll = self.polled_folders().next().map(|_| self.next_poll);
            wake = unclosed.into_iter().chain(poll).fold(wake, Duration::min);
        }
        if let Some(next) = self.checkout.next() {
            wake = wake.max(next);
        }
        if wakeups.checks_every().is_some() {
            wake = wake.min(self.next_check);
        }
        let configuration = self
            .reload
            .into_iter()
            .chain(self.catalog.loss().next_configuration());
        wake = configuration.fold(wake, Duration::min);
        let mut sleep = wake.saturating_sub(elapsed);
        if let Some(change) = self.catalog.next_change().filter(|_| self.has_looked) {
            let until = (change - self.clock.now()).to_std().unwrap_or(Duration::ZERO);
            // A timer may fire a moment early; a millisecond more spares a second round.
            sleep = sleep.min(until + Duration::from_millis(1)).min(NAP);
        }
        sleep
    }
}

/// The file that somebody is writing, by this.
fn written(wake: &Wake) -> Option<&str> {
    match wake {
        Wake::Hint(Hint::Writing(path)) => Some(path),
        _ => None,
    }
}

/// Everything that has come by now.
fn drain(wakeups: &mut dyn Wakeups, into: &mut Vec<Wake>) {
    loop {
        match wakeups.wait(Duration::ZERO) {
            Wake::TimedOut => return,
            Wake::Stop => return into.push(Wake::Stop),
            wake => into.push(wake),
        }
    }
}
