//! The snapshot that is served: one thread replaces it, all requests read it.

use std::sync::Arc;

use arc_swap::{ArcSwapOption, Guard};
use tokio::sync::SetOnce;

use crate::catalog::Snapshot;

/// The snapshot that is served; none until the first scan is done.
#[derive(Default)]
pub struct CurrentSnapshot {
    snapshot: ArcSwapOption<Snapshot>,
    is_there: SetOnce<()>,
}

impl CurrentSnapshot {
    /// The snapshot, for a short look.
    pub fn load(&self) -> Guard<Option<Arc<Snapshot>>> {
        self.snapshot.load()
    }

    /// The snapshot, to keep.
    pub fn load_full(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.load_full()
    }

    /// Puts another snapshot in its place, wakes those who wait for the first, and returns the one before.
    pub fn replace(&self, snapshot: Arc<Snapshot>) -> Option<Arc<Snapshot>> {
        let before = self.snapshot.swap(Some(snapshot));
        if before.is_none() {
            // Whether another thread was first makes no difference.
            let _ = self.is_there.set(());
        }
        before
    }

    /// Waits for the first snapshot.
    pub async fn first(&self) {
        self.is_there.wait().await;
    }
}
