//! `newswire serve`: one thread writes snapshots, the server reads them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use actix_web::rt;
use anyhow::{Context, bail};
use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use tokio::sync::oneshot;

use crate::catalog::clock::{Clock, SystemClock};
use crate::catalog::disk::Disk;
use crate::catalog::{Catalog, CatalogSettings, Snapshot};
use crate::config::Config;
use crate::lock;
use crate::metrics::Metrics;
use crate::server::{Listeners, Server, stop_signal};
use crate::watch::{Events, Publisher, Wake, Writer, outside};

/// Serves until the process is told to stop.
pub(super) fn run(config: Config) -> anyhow::Result<()> {
    let listeners = Listeners::bind(config.http.listen, config.admin)?;
    // The port may have been left to the system, and a preview's addresses lead to it.
    let config = config.with_listen_address(listeners.local_addr());
    let snapshot = Arc::new(ArcSwapOption::<Snapshot>::empty());
    let metrics = Arc::new(Metrics::new());
    let server = Server::new(
        listeners,
        &config.http,
        Arc::clone(&snapshot),
        Arc::clone(&metrics),
    )
    .context("can't start the server's threads")?;
    announce(&config);

    // Watching begins before the first look, so that nothing that happens in between is missed.
    let mut events = Events::new(&config.content_dir);
    let wakeups = events.sender();
    outside::watch(config.lock_files(), lock::FILE_NAME, events.sender())?;
    let (died, has_died) = oneshot::channel();
    let publisher = Publisher::new(snapshot, metrics, config.content_dir.clone());
    let http = rt::System::new();
    let writer = thread::Builder::new().name("writer".into()).spawn(move || {
        // A panic here is a bug; without a writer the feeds would silently stand still.
        let outcome = catch_unwind(AssertUnwindSafe(|| write(&config, &mut events, publisher)));
        if outcome.is_err() {
            // The receiver is gone only when the process is ending anyway.
            let _ = died.send(());
        }
        outcome.is_ok()
    })?;
    http.block_on(async move {
        let asked = stop_signal()?;
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

fn write(config: &Config, events: &mut Events, mut publisher: Publisher) {
    let clock = SystemClock::default();
    let catalog = Catalog::new(CatalogSettings::new(config), clock.now(), newest_outside(config));
    let tree = Disk::new(&config.content_dir).with_locks(config.lock_files());
    let mut writer = Writer::new(catalog, &tree, &clock, config.watch.clone());
    writer.run(events, &mut |catalog, outcome| {
        publisher.publish(catalog, outcome);
    });
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
        let metadata = fs::metadata(path).ok()?;
        DateTime::from_timestamp(metadata.ctime(), 0)
    };
    let file = config.file.as_deref().and_then(changed);
    let program = std::env::current_exe().ok().and_then(|path| changed(&path));
    let generator = config.generator.as_deref().and_then(changed);
    file.max(generator).max(program)
}
