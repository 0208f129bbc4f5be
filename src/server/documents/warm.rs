//! Renders ahead of the polls: what was at hand before an update is at hand again soon after.

use std::sync::Arc;

use super::Render;
use super::cache::Documents;
use crate::catalog::{ScopeKey, Snapshot};
use crate::feed::Coding;

/// How many documents are made ahead for one update, each coding counted. Requests have the same
/// threads, and room for more waiting.
const MOST: usize = 32;

/// Makes documents ahead of the polls.
pub struct Warmer {
    pub(crate) documents: Arc<Documents>,
    pub(crate) render: Arc<Render>,
}

impl Warmer {
    /// Has the documents of changed scopes made whose predecessors were at hand, in the codings in
    /// which they were. Returns at once; gives up where too many wait already.
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
