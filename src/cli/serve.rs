//! `newswire serve`: one thread writes snapshots, the server reads them.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;

use actix_web::rt::{
    self,
    signal::unix::{self, SignalKind},
};
use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;

use super::current::{Current, doubt};
use crate::catalog::Catalog;
use crate::catalog::clock::{Clock, EARLIEST, SystemClock};
use crate::catalog::tree::disk::Disk;
use crate::config::{Config, Options};
use crate::current_snapshot::CurrentSnapshot;
use crate::lock;
use crate::metrics::Metrics;
use crate::server::{Listeners, Purger, Server, Warmer, stop_signal};
use crate::setup::{Loaded, Setup};
use crate::state::{Keeper, Store};
use crate::watch::writer::Outcome;
use crate::watch::{Ended, Events, OpenFiles, Publisher, Wake, Writer, polled_files};

#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct Arguments {
    /// Believe it when all posts are gone, rather than keep the last good feeds
    #[arg(long)]
    accept_loss: bool,
    /// Go by the present clock, even if it showed a later moment before; what is scheduled until then waits again
    #[arg(long)]
    reset_clock: bool,
}

/// By how much a clock has to be behind what it was before anybody is told.
const CLOCK_IS_WRONG: TimeDelta = TimeDelta::minutes(1);
/// By how much before it is that earlier moment which must have been wrong.
const CLOCK_WAS_WRONG: TimeDelta = TimeDelta::days(1);

/// Serves until the process is told to stop.
pub(super) fn run(loaded: Loaded, options: &Options, arguments: Arguments) -> anyhow::Result<()> {
    let Loaded { setup, search } = loaded;
    let Setup { config, rules } = setup;
    let listeners = Listeners::bind(&config.http, config.admin)?;
    // The port may have been left to the system, and a preview's addresses lead to it.
    let config = config.with_listen_address(listeners.local_addr());
    let snapshot = Arc::new(CurrentSnapshot::default());
    let metrics = Arc::new(Metrics::new());
    let server = Server::new(listeners, &config, Arc::clone(&snapshot), Arc::clone(&metrics))
        .context("can't start the server's threads")?;
    // Whoever reads the address may ask the process to stop at once.
    let http = rt::System::new();
    let asked = http.block_on(async { stop_signal() })?;
    announce(&config);
    let warmer = server.warmer();
    let reconfigure = server.reconfigure();
    let status = server.status();
    let shown = Arc::clone(&snapshot);
    let loaded = Loaded {
        setup: Setup {
            config: config.clone(),
            rules,
        },
        search,
    };
    let current = Current::new(loaded, options.clone(), Arc::clone(&status), Arc::clone(&metrics));

    // Watching begins before the first look, so that nothing that happens in between is missed.
    let mut events = Events::new(&config.content_dir, current.files(), config.watch.mode);
    let wakeups = events.sender();
    let signals = wakeups.clone();
    polled_files::watch(
        lock::places(config.file.as_deref(), &config.content_dir),
        lock::FILE_NAME,
        events.sender(),
    )?;
    let (died, has_died) = oneshot::channel();
    let purge_url = config.http.purge_url.clone();
    let purger = purge_url
        .map(|url| Purger::start(url, Arc::clone(&metrics)))
        .transpose()?;
    let publisher = Publisher::new(snapshot, metrics, config.content_dir.clone()).with_status(status);
    let writer = thread::Builder::new().name("writer".into()).spawn(move || {
        // A panic here is a bug; without a writer the feeds would silently stand still.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let publish = Publishing {
                publisher,
                published: shown,
                warmer,
                purger,
            };
            write(current, arguments, &mut events, publish, &reconfigure);
        }));
        if outcome.is_err() {
            // The receiver is gone only when the process is ending anyway.
            let _ = died.send(());
        }
        outcome.is_ok()
    })?;
    http.block_on(async move {
        forward(SignalKind::hangup(), Wake::Reload, signals.clone())?;
        forward(SignalKind::user_defined1(), Wake::AcceptLoss, signals)?;
        server
            .run(async move {
                tokio::select! {
                    () = asked => tracing::info!("stopping: no new requests, finishing those under way"),
                    Ok(()) = has_died => tracing::error!("the writer died: stopping, so that whoever runs this restarts it"),
                }
            })
            .await
    })?;
    // A writer that is gone needs no telling.
    let _ = wakeups.send(Wake::Stop);
    match writer.join() {
        Ok(true) => Ok(()),
        _ => bail!("the thread that keeps the feeds current crashed; please report the log"),
    }
}

/// Where snapshots go.
struct Publishing {
    publisher: Publisher,
    published: Arc<CurrentSnapshot>,
    warmer: Warmer,
    purger: Option<Purger>,
}

impl Publishing {
    /// Publishes what became of a look, has the feeds that people poll rendered anew, and a CDN told.
    fn publish(&mut self, catalog: &Catalog, outcome: Outcome<'_>) {
        let before = self.published.load_full();
        self.publisher.publish(catalog, outcome);
        let (Some(after), Ok(step)) = (self.published.load_full(), outcome) else {
            return;
        };
        if let Some(before) = &before {
            self.warmer.warm(before, &after, &step.changed);
        }
        if let Some(purger) = &self.purger {
            purger.changed(before.as_deref(), &after, &step.changed);
        }
    }
}

/// Keeps the feeds current until the process ends, under one configuration after the other; `reconfigure`
/// tells the server of each.
fn write(
    mut current: Current,
    arguments: Arguments,
    events: &mut Events,
    mut publishing: Publishing,
    reconfigure: &dyn Fn(&Config),
) {
    let clock = SystemClock::default();
    let store = current.config().state_dir.clone().map(Store::new);
    let mut kept = store.as_ref().and_then(Store::load).unwrap_or_default();
    if arguments.reset_clock {
        kept.reset_clock(clock.now());
    }
    tell_of_clock(kept.moment, clock.now());
    let mut kept_site = kept.site.clone().filter(|_| !arguments.accept_loss);
    let keeper = store.and_then(|store| {
        let started = Keeper::start(store);
        started
            .inspect_err(|error| tracing::warn!("no state will be kept: {error}"))
            .ok()
    });
    let config = current.config();
    let mut catalog = Catalog::starting(
        current.catalog_settings(),
        clock.now(),
        newest_outside(config),
        kept,
        EARLIEST,
    )
    .in_doubt(doubt(kept_site.as_ref(), current.setup()));
    if arguments.accept_loss {
        catalog.loss_mut().always_accept();
    }
    let metrics = publishing.publisher.metrics();
    let mut again_in = None;
    let mut open_files = OpenFiles::default();
    loop {
        let config = current.config().clone();
        let site = current.kept_site();
        let mut publish = |catalog: &Catalog, outcome: Outcome<'_>| {
            publishing.publish(catalog, outcome);
            if let (Some(keeper), Ok(step)) = (&keeper, outcome)
                && let Some(snapshot) = &step.snapshot
            {
                keeper.keep(Arc::clone(snapshot), catalog.last_good_texts(), site.clone());
            }
        };
        let tree = Disk::new(&config.content_dir)
            .with_locks(lock::places(config.file.as_deref(), &config.content_dir));
        let mut writer = Writer::new(catalog, &tree, &clock, config.watch.clone())
            .with_open_files(open_files)
            .with_metrics(Arc::clone(&metrics));
        if let Some(after) = again_in {
            writer.reload_in(after);
        }
        let (proposal, reread) = loop {
            match writer.run(events, &mut publish) {
                Ended::Stopped => return,
                Ended::Reload => {}
            }
            let accepts = writer.take_acceptance();
            let found = current.read_again(accepts, clock.elapsed());
            again_in = found.again_in;
            // Also what is not taken up tells where to look.
            let mode = current.config().watch.mode;
            events.move_to(&current.config().content_dir, current.files(), mode);
            let mut proposal = found.proposal;
            if accepts && writer.catalog().is_starting() {
                kept_site = None;
                proposal = proposal.or_else(|| Some(current.as_it_is()));
            }
            if let Some(proposal) = proposal {
                let settings = proposal.catalog_settings();
                if let Some(reread) = writer.consider(settings, &mut publish) {
                    break (proposal, reread);
                }
            } else {
                writer.keep_configuration(&mut publish);
            }
            if let Some(after) = again_in {
                writer.reload_in(after);
            }
        };
        current.take_up(proposal);
        let new = current.config();
        reconfigure(new);
        let before;
        (before, open_files) = writer.into_parts();
        catalog = before
            .reconfigured(reread, clock.now(), newest_outside(new))
            .in_doubt(doubt(kept_site.as_ref(), current.setup()));
        events.move_to(&new.content_dir, current.files(), new.watch.mode);
    }
}

/// Says so if the clock is behind what it showed before, as far as that was kept.
fn tell_of_clock(before: DateTime<Utc>, now: DateTime<Utc>) {
    let behind = before - now;
    if behind > CLOCK_WAS_WRONG {
        tracing::warn!(
            "the clock showed {before} before, which is more than a day ahead, so one of the two is wrong; if the \
             present one is right, start once with --reset-clock: until then everything scheduled before that moment \
             is public"
        );
    } else if behind > CLOCK_IS_WRONG {
        tracing::warn!(
            "the clock was at {before} before and is behind that now; what was public then stays public"
        );
    }
}

/// Passes a signal on to the writer.
fn forward(signal: SignalKind, wake: Wake, wakeups: Sender<Wake>) -> io::Result<()> {
    let mut signals = unix::signal(signal)?;
    rt::spawn(async move { while signals.recv().await.is_some() && wakeups.send(wake.clone()).is_ok() {} });
    Ok(())
}

/// Where to look, on standard output; the log is on standard error. On a thread of its own: nobody may read it, and
/// the feeds don't wait for that, nor for a disk with room.
fn announce(config: &Config) {
    let mut text = format!(
        "Newswire serves the feeds of {} at http://{}/ (the list of feeds)\n",
        config.content_dir.display(),
        config.http.listen,
    );
    if config.site.is_preview {
        text.push_str("This is a preview: set url under [site] in feeds.toml, or --site-url, to publish\n");
    }
    let print = move || io::stdout().write_all(text.as_bytes());
    // Whether it could be printed changes nothing for those who poll.
    let _ = thread::Builder::new().name("announce".into()).spawn(print);
}

/// When the configuration or the program last changed: documents may have changed with them.
fn newest_outside(config: &Config) -> Option<DateTime<Utc>> {
    let changed = |path: &Path| {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        DateTime::from_timestamp(metadata.ctime(), 0)
    };
    let file = config.file.as_deref().and_then(changed);
    let program = std::env::current_exe().ok().and_then(|path| changed(&path));
    let generator = config.generator.iter().flat_map(|files| &files.looked_at);
    let generator = generator.filter_map(|path| changed(path)).max();
    file.max(generator).max(program)
}
