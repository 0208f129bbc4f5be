//! The cache of documents: each is rendered once, at its first request.
//!
//! The key is the digest, which covers all that the bytes depend on. So nothing is ever invalidated: what is no longer
//! requested is evicted.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use super::pool::{Busy, Pool};
use crate::feed::Coding;
use crate::metrics::{CacheFigures, Metrics};
use crate::vocabulary::Digest;

/// How many documents may wait for a thread to render them.
const WAITING_RENDERS: usize = 64;
/// The least capacity of a shard of the cache, in bytes, so that large documents fit.
const SMALLEST_SHARD: u64 = 16 << 20;
/// The usual size of a document, in bytes, from which the cache estimates how many it will hold.
const USUAL_DOCUMENT: u64 = 32 << 10;
/// What an entry of the cache takes beside its document, in bytes.
const ENTRY_OVERHEAD: u64 = 128;

/// How many SHA-256 sums are cached.
const KNOWN_SUMS: usize = 1024;

/// A document in a coding.
type Key = (Digest, Coding);
type Outcome = Result<Bytes, Unavailable>;

/// Why a document is not available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unavailable {
    /// Too many others wait to be rendered: 503.
    Busy,
    /// Its rendering failed, which is logged: 500.
    Failed,
}

/// The cache of documents.
pub(crate) struct Documents {
    cache: Cache<Key, Bytes, BySize>,
    /// The SHA-256 sums that were requested lately.
    sums: Cache<Key, [u8; 32]>,
    /// The documents that are being made, each with where its outcome will be.
    in_flight: Mutex<HashMap<Key, watch::Receiver<Option<Outcome>>>>,
    pool: Pool,
    metrics: Arc<Metrics>,
}

#[derive(Clone)]
struct BySize;

impl Weighter<Key, Bytes> for BySize {
    fn weight(&self, _key: &Key, bytes: &Bytes) -> u64 {
        bytes.len() as u64 + ENTRY_OVERHEAD
    }
}

impl Documents {
    /// A cache of `capacity` bytes, with threads that render on all cores but one.
    pub(crate) fn new(capacity: u64, metrics: Arc<Metrics>) -> io::Result<Arc<Self>> {
        let pool = Pool::new(Pool::threads_for_this_machine(), WAITING_RENDERS)?;
        Documents::with_pool(capacity, metrics, pool)
    }

    fn with_pool(capacity: u64, metrics: Arc<Metrics>, pool: Pool) -> io::Result<Arc<Self>> {
        let options = OptionsBuilder::new()
            .weight_capacity(capacity)
            .estimated_items_capacity((capacity / USUAL_DOCUMENT) as usize)
            .shards((capacity / SMALLEST_SHARD).clamp(1, 16) as usize)
            .build()
            .map_err(io::Error::other)?;
        Ok(Arc::new(Documents {
            cache: Cache::with_options(
                options,
                BySize,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            sums: Cache::new(KNOWN_SUMS),
            in_flight: Mutex::default(),
            pool,
            metrics,
        }))
    }

    /// A document, rendered by `render` if it is not cached. It is rendered once, however many requests for it come at
    /// once and in whatever codings; and the rendering is finished and cached even if all clients have gone.
    ///
    /// `name` stands in the log if rendering fails; `render` returns `None` if it has logged that itself.
    pub(crate) async fn get(
        self: &Arc<Self>,
        digest: Digest,
        coding: Coding,
        name: &str,
        render: impl FnOnce() -> Option<Vec<u8>> + Send + 'static,
    ) -> Outcome {
        let key = (digest, coding);
        let found = self.cache.get(&key);
        self.metrics.cache_lookup(found.is_some());
        if let Some(bytes) = found {
            return Ok(bytes);
        }
        let mut outcome = match self.join(key, name, render) {
            Ok(outcome) => outcome,
            Err(decided) => return decided,
        };
        match outcome.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or(Err(Unavailable::Failed)),
            // The thread that renders has ended.
            Err(_) => Err(Unavailable::Failed),
        }
    }

    /// Whether a document is cached.
    pub(crate) fn has(&self, digest: Digest, coding: Coding) -> bool {
        self.cache.peek(&(digest, coding)).is_some()
    }

    /// Has a document made that may be requested soon; `false` if too many wait.
    pub(crate) fn prepare(
        self: &Arc<Self>,
        digest: Digest,
        coding: Coding,
        name: &str,
        render: impl FnOnce() -> Option<Vec<u8>> + Send + 'static,
    ) -> bool {
        !matches!(
            self.join((digest, coding), name, render),
            Err(Err(Unavailable::Busy))
        )
    }

    /// The SHA-256 sum of a document in a coding, computed at its first request.
    pub(crate) fn sha256(&self, digest: Digest, coding: Coding, bytes: &[u8]) -> [u8; 32] {
        let sum: Result<_, std::convert::Infallible> = self
            .sums
            .get_or_insert_with(&(digest, coding), || Ok(Sha256::digest(bytes).into()));
        match sum {
            Ok(sum) => sum,
            Err(never) => match never {},
        }
    }

    /// The size of the cache.
    pub(crate) fn figures(&self) -> CacheFigures {
        CacheFigures {
            bytes: self.cache.weight(),
            documents: self.cache.len() as u64,
        }
    }

    /// Joins those that wait for a document, or has it made. An `Err` is the outcome itself.
    fn join(
        self: &Arc<Self>,
        key: Key,
        name: &str,
        render: impl FnOnce() -> Option<Vec<u8>> + Send + 'static,
    ) -> Result<watch::Receiver<Option<Outcome>>, Outcome> {
        let name = name.to_owned();
        self.join_or(key, |flight| {
            self.pool.submit(move || {
                let made = flight.make(&name, render);
                // It is cached before it leaves the list, so that it is always found in one of them.
                flight.unlist();
                flight.tell(made);
            })
        })
    }

    /// The same, with any way to have it made.
    fn join_or(
        self: &Arc<Self>,
        key: Key,
        submit: impl FnOnce(Flight) -> Result<(), Busy>,
    ) -> Result<watch::Receiver<Option<Outcome>>, Outcome> {
        let mut in_flight = self.in_flight();
        if let Some(outcome) = in_flight.get(&key) {
            return Ok(outcome.clone());
        }
        // It may have been cached since it was looked up.
        if let Some(bytes) = self.cache.peek(&key) {
            return Err(Ok(bytes));
        }
        let (tell, outcome) = watch::channel(None);
        let flight = Flight {
            documents: Arc::clone(self),
            key,
            tell,
        };
        if submit(flight) == Err(Busy) {
            self.metrics.render_refused();
            return Err(Err(Unavailable::Busy));
        }
        in_flight.insert(key, outcome.clone());
        Ok(outcome)
    }

    /// Makes and caches a document. A panic is caught, logged and counted.
    fn make(&self, key: Key, name: &str, render: impl FnOnce() -> Option<Vec<u8>>) -> Outcome {
        // Nothing is used again that a panic could have left half changed: `render` is consumed, and the cache gives
        // the key free.
        let made = catch_unwind(AssertUnwindSafe(|| self.make_unguarded(key, render)));
        let reason = match made {
            Ok(Ok(Some(bytes))) => return Ok(bytes),
            Ok(Ok(None)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(panic) => Some(panic_message(&*panic)),
        };
        self.metrics.render_failed();
        if let Some(reason) = reason {
            tracing::error!(
                feed = name,
                coding = key.1.token(),
                reason,
                "can't render a feed: it answers 500 until this is mended, all others go on"
            );
        }
        Err(Unavailable::Failed)
    }

    fn make_unguarded(
        &self,
        (digest, coding): Key,
        render: impl FnOnce() -> Option<Vec<u8>>,
    ) -> io::Result<Option<Bytes>> {
        // Waits if another thread is rendering the same for another coding.
        let identity: Result<Bytes, ()> = self.cache.get_or_insert_with(&(digest, Coding::Identity), || {
            let start = Instant::now();
            let rendered = render().ok_or(())?;
            self.metrics.rendered(start.elapsed());
            Ok(Bytes::from(rendered))
        });
        let Ok(identity) = identity else {
            return Ok(None);
        };
        if coding == Coding::Identity {
            return Ok(Some(identity));
        }
        let encoded = Bytes::from(coding.encode(&identity)?.into_boxed_slice());
        self.cache.insert((digest, coding), encoded.clone());
        Ok(Some(encoded))
    }

    fn in_flight(&self) -> MutexGuard<'_, HashMap<Key, watch::Receiver<Option<Outcome>>>> {
        // A panic can't have left the table half changed: each change is a single call.
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A document that is being made. Its steps are separate, so that tests can interleave them.
struct Flight {
    documents: Arc<Documents>,
    key: Key,
    tell: watch::Sender<Option<Outcome>>,
}

impl Flight {
    fn make(&self, name: &str, render: impl FnOnce() -> Option<Vec<u8>>) -> Outcome {
        self.documents.make(self.key, name, render)
    }

    fn unlist(&self) {
        self.documents.in_flight().remove(&self.key);
    }

    fn tell(self, made: Outcome) {
        self.tell.send_replace(Some(made));
    }
}

/// The message of a panic.
pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
mod interleavings;

#[cfg(test)]
mod tests;
