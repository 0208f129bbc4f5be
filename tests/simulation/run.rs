//! One sequence, from the first look to the last judgement.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use chrono::DateTime;
use newswire::catalog::clock::Clock;
use newswire::catalog::files::file::KeptText;
use newswire::catalog::{Catalog, CatalogSettings, Kept};
use newswire::config::{Config, Options, Watch, resolve};
use newswire::content::conventions::Rules;
use newswire::watch::{Hint, OpenFiles, Wake, Wakeups, Writer};

use super::judge::Judge;
use super::operation::{Action, Delivery, Operation};
use super::world::World;
use crate::support::site::FEEDS_TOML;

/// How often everything is looked at in the simulation.
const FULL_SCAN: Duration = Duration::from_mins(1);
/// After so long without a change everything was looked at, twice.
const CALM: Duration = Duration::from_secs(125);

static CONFIGS: LazyLock<Vec<Config>> = LazyLock::new(|| {
    super::SETTINGS
        .iter()
        .map(|more| {
            let text = format!("{FEEDS_TOML}\n{more}");
            resolve(Some((&text, Path::new("feeds.toml"))), &Options::default()).unwrap()
        })
        .collect()
});

/// What was done in how many sequences, to see that it was something.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) operations: usize,
    pub(crate) snapshots: usize,
    pub(crate) checks: usize,
    pub(crate) digests: usize,
    pub(crate) rendered: usize,
    /// Snapshots that were published while somebody was writing.
    pub(crate) cut_short: usize,
}

impl Tally {
    pub(crate) fn and(self, other: Tally) -> Tally {
        Tally {
            operations: self.operations + other.operations,
            snapshots: self.snapshots + other.snapshots,
            checks: self.checks + other.checks,
            digests: self.digests + other.digests,
            rendered: self.rendered + other.rendered,
            cut_short: self.cut_short + other.cut_short,
        }
    }

    pub(crate) fn is_lively(self) -> bool {
        self.snapshots * 5 > self.operations
            && self.digests > 10 * self.checks
            && self.rendered > self.checks
            && self.cut_short * 8 > self.checks
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} operations, {} snapshots, {} of them beside a slow writer; at {} checks {} digests and the bytes \
             of {} documents compared",
            self.operations, self.snapshots, self.cut_short, self.checks, self.digests, self.rendered
        )
    }
}

/// Runs a sequence. A panic is a failure like any other.
pub(crate) fn run(seed: u64, actions: &[Action]) -> Result<Tally, String> {
    catch_unwind(AssertUnwindSafe(|| live(seed, actions))).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        Err(format!("it panicked: {}", said.unwrap_or_default()))
    })
}

fn live(seed: u64, actions: &[Action]) -> Result<Tally, String> {
    let world = World::new(seed % 4 == 3);
    let mut script = Script {
        world: &world,
        events: BTreeMap::new(),
        sent: 0,
        actions,
        next_at: Duration::ZERO,
        calm_until: None,
        stopped: Stopped::Ended,
    };
    script.plan();
    let mut judge = Judge::default();
    let mut settings = seed as usize % super::SETTINGS.len();
    let mut running: Option<Catalog> = None;
    // What is written down, and whether another process goes on with it.
    let mut kept: Option<Kept> = None;
    let mut goes_on = false;
    // What a process went on with that has published nothing yet.
    let mut start: Option<Kept> = None;
    let mut open_files = OpenFiles::default();
    loop {
        let config = &CONFIGS[settings];
        let day_first = settings == super::DAY_FIRST;
        world.read_day_first(day_first);
        let watch = Watch {
            full_scan: FULL_SCAN,
            ..config.watch.clone()
        };
        let (with, moment) = (CatalogSettings::new(config, Rules::default()), world.now());
        let catalog = match running.take() {
            Some(catalog) => {
                let reread = catalog.reparse(with);
                catalog.reconfigured(reread, moment, Some(moment))
            }
            None if std::mem::take(&mut goes_on) => {
                let kept = kept.clone().unwrap_or_default();
                Catalog::starting(with, moment, Some(moment), kept, DateTime::UNIX_EPOCH)
            }
            None => Catalog::new(with, moment, Some(moment)),
        };
        let mut writer = Writer::new(catalog, &world, &world, watch).with_open_files(open_files);
        loop {
            writer.run(&mut script, &mut |catalog, outcome| {
                judge.hear(&world, outcome);
                if let Ok(step) = outcome
                    && let Some(snapshot) = &step.snapshot
                {
                    kept = Some(Kept::of(snapshot, catalog.last_good_texts()));
                    start = None;
                }
            });
            judge.fault()?;
            match script.stopped {
                Stopped::Check => judge.judge(&world, config, day_first)?,
                Stopped::Restart(other) => {
                    settings = other;
                    open_files = OpenFiles::default();
                    world.forget();
                    judge.forget();
                    (kept, start) = (None, None);
                    break;
                }
                Stopped::GoOn => {
                    let kept = kept.clone().unwrap_or_default();
                    go_on(&world, &kept)?;
                    start = Some(kept);
                    judge.go_on();
                    goes_on = true;
                    world.events_fail(Some(""));
                    open_files = OpenFiles::default();
                    break;
                }
                Stopped::Reload(other) => {
                    settings = other;
                    judge.expect_other_feeds();
                    // Before anything is published a new configuration starts anew, by the clock as it is now.
                    match &start {
                        Some(kept) => go_on(&world, kept)?,
                        None => world.tell_time(),
                    }
                    (running, open_files) = {
                        let (catalog, open) = writer.into_parts();
                        (Some(catalog), open)
                    };
                    break;
                }
                Stopped::Ended => {
                    judge.tally.operations += actions.len();
                    return Ok(judge.tally);
                }
            }
        }
    }
}

fn go_on(world: &World, kept: &Kept) -> Result<(), String> {
    let text = |(path, kept): (&Arc<str>, &KeptText)| (path.to_string(), kept.text.to_string());
    world.restart(kept.moment, &kept.texts.iter().map(text).collect())
}

#[derive(Clone, Copy)]
enum Stopped {
    Check,
    Restart(usize),
    GoOn,
    Reload(usize),
    Ended,
}

/// Wake-ups by a list of actions. Waiting moves the clock; nothing ever sleeps.
struct Script<'a> {
    world: &'a World,
    /// Events under way, by when they come, then in the order in which they were sent.
    events: BTreeMap<(Duration, usize), Hint>,
    /// How many were sent.
    sent: usize,
    actions: &'a [Action],
    /// When the first of the actions left is due.
    next_at: Duration,
    /// While everything is left alone.
    calm_until: Option<Duration>,
    stopped: Stopped,
}

impl Script<'_> {
    fn plan(&mut self) {
        if let Some(action) = self.actions.first() {
            self.next_at = self.world.elapsed() + action.after;
        }
    }

    fn send(&mut self, hints: Vec<Hint>, delivery: Delivery) {
        let now = self.world.elapsed();
        for hint in &hints {
            match (path(hint), delivery) {
                // When it comes, it is told.
                (None, _) | (Some(_), Delivery::Prompt | Delivery::Doubled) => {}
                (Some(path), _) => self.world.events_fail(Some(path)),
            }
        }
        let mut send = |hint: Hint, late: u64| {
            self.sent += 1;
            self.events
                .insert((now + Duration::from_millis(late), self.sent), hint);
        };
        for hint in hints {
            match delivery {
                Delivery::Prompt => send(hint, 0),
                Delivery::Lost => {}
                Delivery::Doubled => {
                    send(hint.clone(), 0);
                    send(hint, 3);
                }
                Delivery::Late(late) => send(hint, late),
                Delivery::Anywhere => send(Hint::Everything, 0),
                Delivery::Folder => {
                    if let Some(path) = path(&hint) {
                        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                        send(Hint::Changing(folder.into()), 0);
                    } else {
                        send(hint, 0);
                    }
                }
            }
        }
    }

    /// Does the next action; tells whether the writer is to stop for it.
    fn act(&mut self) -> bool {
        let Some((action, rest)) = self.actions.split_first() else {
            self.stopped = Stopped::Ended;
            return true;
        };
        self.actions = rest;
        match &action.operation {
            Operation::Check => {
                self.world.settle();
                self.calm_until = Some(self.world.elapsed() + CALM);
                false
            }
            Operation::Restart { settings } => {
                self.events.clear();
                self.plan();
                self.stopped = Stopped::Restart(*settings);
                true
            }
            Operation::GoOn { .. } => {
                self.world.operate(&action.operation);
                self.events.clear();
                self.plan();
                self.stopped = Stopped::GoOn;
                true
            }
            Operation::Reload { settings } => {
                self.plan();
                self.stopped = Stopped::Reload(*settings);
                true
            }
            operation => {
                let hints = self.world.operate(operation);
                if let Operation::BeginToWrite { .. } = operation {
                    // Of what was there before, events are still to come.
                    let late = self.events.values().filter_map(path);
                    late.for_each(|path| self.world.events_fail(Some(path)));
                }
                self.send(hints, action.delivery);
                self.plan();
                false
            }
        }
    }
}

/// The path that an event is of.
fn path(hint: &Hint) -> Option<&str> {
    match hint {
        Hint::Complete(path)
        | Hint::Writing(path)
        | Hint::Changing(path)
        | Hint::Gone(path)
        | Hint::Folder(path) => Some(path),
        Hint::Everything => None,
    }
}

impl Wakeups for Script<'_> {
    fn wait(&mut self, at_most: Duration) -> Wake {
        let deadline = self.world.elapsed() + at_most;
        loop {
            let now = self.world.elapsed();
            let next_event = self.events.first_key_value().map(|((at, _), _)| *at);
            let next_action = self.calm_until.unwrap_or(self.next_at);
            let next = next_event.map_or(next_action, |at| at.min(next_action)).max(now);
            if deadline < next {
                self.world.pass(deadline);
                return Wake::TimedOut;
            }
            self.world.pass(next);
            if next_event.is_some_and(|at| at <= next) {
                let hint = self.events.pop_first().map(|(_, hint)| hint);
                if hint == Some(Hint::Everything) {
                    self.world.events_fail(None);
                }
                return hint.map_or(Wake::TimedOut, Wake::Hint);
            }
            if self.calm_until.take().is_some() {
                self.plan();
                self.stopped = Stopped::Check;
                return Wake::Stop;
            }
            if self.act() {
                return Wake::Stop;
            }
        }
    }
}
