//! Renders ahead of the polls: what was cached before an update is cached again soon after.

use std::sync::Arc;

use super::Render;
use super::cache::Documents;
use crate::catalog::{ScopeKey, Snapshot};
use crate::feed::Coding;

/// How many documents are made for one update, each coding counted. Requests share the threads, and more of them may
/// wait.
const MOST: usize = 32;

/// Renders documents ahead of the polls.
pub struct Warmer {
    pub(crate) documents: Arc<Documents>,
    pub(crate) render: Arc<Render>,
}

impl Warmer {
    /// Has the documents of changed scopes made whose predecessors were cached, in the same codings. Returns at once,
    /// and stops if too many wait already.
    pub fn warm(&self, before: &Snapshot, after: &Arc<Snapshot>, changed: &[ScopeKey]) {
        let Warmer { documents, render } = self;
        let mut left = MOST;
        for key in changed {
            let (Some(old), Some(new)) = (before.scope(key), after.scope(key)) else {
                continue;
            };
            for document in &new.documents {
                let format = document.format;
                let Some(old) = old.documents.iter().find(|old| old.format == format) else {
                    continue;
                };
                for coding in Coding::ALL {
                    if old.digest == document.digest || !documents.has(old.digest, coding) {
                        continue;
                    }
                    let (snapshot, key, render) = (Arc::clone(after), key.clone(), Arc::clone(render));
                    let make = move || render(&snapshot, &key, format);
                    let is_taken = documents.prepare(document.digest, coding, &document.path, make);
                    left -= 1;
                    if left == 0 || !is_taken {
                        return;
                    }
                }
            }
        }
    }
}
