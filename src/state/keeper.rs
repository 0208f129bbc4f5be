//! Writes the state on a thread of its own: a slow disk must not delay the feeds.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::store::Store;
use crate::catalog::files::file::KeptText;
use crate::catalog::{Kept, KeptSite, Snapshot};

/// Changes are written after a pause of this length.
const PAUSE: Duration = Duration::from_millis(200);
/// Changes that keep coming are written at least this often.
const MOST_DELAY: Duration = Duration::from_secs(2);
/// How long after a failure the state is written again.
const RETRY: Duration = Duration::from_secs(2);

type Change = (Arc<Snapshot>, HashMap<Arc<str>, KeptText>, KeptSite);

/// A thread that writes down what changes. Dropping it writes the last of it.
pub struct Keeper {
    changes: Option<Sender<Change>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Keeps state in a store.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(store: Store) -> io::Result<Self> {
        let (changes, incoming) = channel();
        let thread = thread::Builder::new()
            .name("state".into())
            .spawn(move || keep(&store, &incoming))?;
        Ok(Keeper {
            changes: Some(changes),
            thread: Some(thread),
        })
    }

    /// Writes down a published snapshot, the last good texts of broken posts and what the site is, soon.
    pub fn keep(&self, snapshot: Arc<Snapshot>, texts: HashMap<Arc<str>, KeptText>, site: KeptSite) {
        if let Some(changes) = &self.changes {
            // The thread ends only with this.
            let _ = changes.send((snapshot, texts, site));
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.changes.take());
        if let Some(thread) = self.thread.take() {
            // If it panicked, the log has it.
            let _ = thread.join();
        }
    }
}

fn keep(store: &Store, incoming: &Receiver<Change>) {
    let mut unsaved: Option<Change> = None;
    loop {
        let change = match &unsaved {
            None => incoming.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(_) => incoming.recv_timeout(RETRY),
        };
        let is_over = matches!(change, Err(RecvTimeoutError::Disconnected));
        let has_failed = unsaved.is_some();
        let Some(mut latest) = change.ok().or_else(|| unsaved.take()) else {
            return;
        };
        // Only the last of a burst counts.
        let due = Instant::now() + MOST_DELAY;
        while Instant::now() < due
            && let Ok(later) = incoming.recv_timeout(PAUSE)
        {
            latest = later;
        }
        let (snapshot, texts, site) = &latest;
        let saved = store.save(&Kept {
            site: Some(site.clone()),
            ..Kept::of(snapshot, texts.clone())
        });
        match &saved {
            Ok(()) if has_failed => tracing::info!("the state is kept again"),
            Err(error) if !has_failed => tracing::warn!(
                "the state can't be kept: {error}; the feeds go on, but after a restart readers may \
                 fetch them anew"
            ),
            _ => {}
        }
        if is_over {
            return;
        }
        unsaved = saved.is_err().then_some(latest);
    }
}
