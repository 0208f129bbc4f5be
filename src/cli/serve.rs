//! `newswire serve`: one thread writes snapshots, the server reads them.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;

use actix_web::rt::{
    self,
    signal::unix::{self, SignalKind},
};
use anyhow::{Context, bail};
use arc_swap::ArcSwapOption;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;

use super::reload::Changes;
use crate::catalog::clock::{Clock, SystemClock};
use crate::catalog::disk::Disk;
use crate::catalog::{Catalog, CatalogSettings, Snapshot};
use crate::config::{Config, DEFAULT_FILE, Options, load};
use crate::lock;
use crate::metrics::Metrics;
use crate::server::{Listeners, Purger, Server, Warmer, stop_signal};
use crate::state::{Keeper, Store};
use crate::watch::writer::Outcome;
use crate::watch::{Ended, Events, Publisher, Wake, Writer, outside};

#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct Arguments {
    /// Believe it when all posts are gone, rather than keep the last good feeds
    #[arg(long)]
    accept_loss: bool,
}

/// By how much a clock has to be behind what it was before anybody is told, in seconds.
const CLOCK_IS_WRONG: TimeDelta = TimeDelta::minutes(1);

/// Serves until the process is told to stop.
pub(super) fn run(config: Config, options: &Options, arguments: Arguments) -> anyhow::Result<()> {
    let listeners = Listeners::bind(&config.http, config.admin)?;
    // The port may have been left to the system, and a preview's addresses lead to it.
    let config = config.with_listen_address(listeners.local_addr());
    let snapshot = Arc::new(ArcSwapOption::<Snapshot>::empty());
    let metrics = Arc::new(Metrics::new());
    let server = Server::new(listeners, &config, Arc::clone(&snapshot), Arc::clone(&metrics))
        .context("can't start the server's threads")?;
    // Whoever reads the address may ask the process to stop at once.
    let http = rt::System::new();
    let asked = http.block_on(async { stop_signal() })?;
    announce(&config);
    let warmer = server.warmer();
    let reconfigure = server.reconfigure();
    let current = Arc::clone(&snapshot);

    // Watching begins before the first look, so that nothing that happens in between is missed.
    let mut events = Events::new(
        &config.content_dir,
        configuration(&config, options),
        config.watch.mode,
    );
    let wakeups = events.sender();
    let signals = wakeups.clone();
    outside::watch(config.lock_files(), lock::FILE_NAME, events.sender())?;
    let (died, has_died) = oneshot::channel();
    let purge_url = config.http.purge_url.clone();
    let purger = purge_url
        .map(|url| Purger::start(url, Arc::clone(&metrics)))
        .transpose()?;
    let publisher = Publisher::new(snapshot, metrics, config.content_dir.clone());
    let own_purger = purger.clone();
    let options = options.clone();
    let writer = thread::Builder::new().name("writer".into()).spawn(move || {
        // A panic here is a bug; without a writer the feeds would silently stand still.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let publish = Publishing {
                publisher,
                current,
                warmer,
                purger: own_purger,
            };
            write(config, &options, arguments, &mut events, publish, &reconfigure);
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
    if let Some(purger) = purger {
        purger.end();
    }
    match writer.join() {
        Ok(true) => Ok(()),
        _ => bail!("the thread that keeps the feeds current crashed; please report the log"),
    }
}

/// Where snapshots go.
struct Publishing {
    publisher: Publisher,
    current: Arc<ArcSwapOption<Snapshot>>,
    warmer: Warmer,
    purger: Option<Purger>,
}

impl Publishing {
    /// Publishes what became of a look, has the feeds that people poll rendered anew, and a CDN told.
    fn publish(&mut self, catalog: &Catalog, outcome: Outcome<'_>) {
        let before = self.current.load_full();
        self.publisher.publish(catalog, outcome);
        let (Some(after), Ok(step)) = (self.current.load_full(), outcome) else {
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
    mut config: Config,
    options: &Options,
    arguments: Arguments,
    events: &mut Events,
    mut publishing: Publishing,
    reconfigure: &dyn Fn(&Config),
) {
    let clock = SystemClock::default();
    let store = config.state_dir.clone().map(Store::new);
    let kept = store.as_ref().and_then(Store::load).unwrap_or_default();
    if kept.moment > clock.now() + CLOCK_IS_WRONG {
        tracing::warn!(
            "the clock was at {} before and is behind that now; what was public then stays public",
            kept.moment
        );
    }
    let keeper = store.and_then(|store| {
        let started = Keeper::start(store);
        started
            .inspect_err(|error| tracing::warn!("no state will be kept: {error}"))
            .ok()
    });
    let mut catalog = Catalog::new(
        CatalogSettings::new(&config),
        clock.now(),
        newest_outside(&config),
    )
    .with_kept(kept);
    if arguments.accept_loss {
        catalog.always_accept_loss();
    }
    let metrics = publishing.publisher.metrics();
    let mut publish = |catalog: &Catalog, outcome: Outcome<'_>| {
        publishing.publish(catalog, outcome);
        if let (Some(keeper), Ok(step)) = (&keeper, outcome)
            && let Some(snapshot) = &step.snapshot
        {
            keeper.keep(Arc::clone(snapshot), catalog.last_good_texts());
        }
    };
    loop {
        let tree = Disk::new(&config.content_dir).with_locks(config.lock_files());
        let mut writer =
            Writer::new(catalog, &tree, &clock, config.watch.clone()).with_metrics(Arc::clone(&metrics));
        let (new, reread) = loop {
            match writer.run(events, &mut publish) {
                Ended::Stopped => return,
                Ended::Reload => {}
            }
            let Some(new) = reload(&config, options) else {
                writer.keep_configuration(&mut publish);
                continue;
            };
            if let Some(reread) = writer.consider(CatalogSettings::new(&new), &mut publish) {
                break (new, reread);
            }
        };
        reconfigure(&new);
        catalog = writer
            .into_catalog()
            .reconfigured(reread, clock.now(), newest_outside(&new));
        events.move_to(&new.content_dir, configuration(&new, options), new.watch.mode);
        config = new;
    }
}

/// Reads the configuration again; `None` if it is what it was, or has a mistake in it.
fn reload(running: &Config, options: &Options) -> Option<Config> {
    let new = match load(options) {
        Ok(new) => new,
        Err(error) => {
            tracing::error!("the configuration has mistakes, so what ran before goes on:\n{error}");
            return None;
        }
    };
    // The address stays that of the socket; what else is read only at the start stays too.
    let new = if new.http.listen == running.http.listen || new.http.listen.port() == 0 {
        new.with_listen_address(running.http.listen)
    } else {
        new
    };
    let changes = Changes::between(running, &new);
    for table in &changes.at_restart {
        tracing::warn!("{table} changed, which takes effect when Newswire is started again");
    }
    if changes.taken_up.is_empty() {
        if changes.at_restart.is_empty() {
            tracing::debug!("the configuration is what it was");
        }
        return None;
    }
    tracing::info!("the configuration changed: {}", changes.taken_up.join(", "));
    super::warn(&new);
    let http = new.http.under(&running.http);
    Some(Config {
        http,
        admin: running.admin,
        state_dir: running.state_dir.clone(),
        ..new.with_listen_address(running.http.listen)
    })
}

/// The files that the configuration is read from, or would be.
fn configuration(config: &Config, options: &Options) -> Vec<PathBuf> {
    let asked_for = options.config.as_ref().map(|given| given.value.clone());
    let file = config.file.clone().or(asked_for);
    let file = file.unwrap_or_else(|| DEFAULT_FILE.into());
    let generator = config
        .generator
        .iter()
        .flat_map(|files| files.looked_at.iter().cloned());
    std::iter::once(file).chain(generator).collect()
}

/// Passes a signal on to the writer.
fn forward(signal: SignalKind, wake: Wake, wakeups: Sender<Wake>) -> io::Result<()> {
    let mut signals = unix::signal(signal)?;
    rt::spawn(async move { while signals.recv().await.is_some() && wakeups.send(wake.clone()).is_ok() {} });
    Ok(())
}

/// Where to look, on standard output; the log is on standard error.
fn announce(config: &Config) {
    println!(
        "Newswire serves the feeds of {} at http://{}/ (the list of feeds)",
        config.content_dir.display(),
        config.http.listen,
    );
    if config.site.is_preview {
        println!("This is a preview: set url under [site] in feeds.toml, or --site-url, to publish");
    }
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
