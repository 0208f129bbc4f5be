//! Select: a scope of a snapshot → its feed.

use super::scope::Scope;
use super::snapshot::Snapshot;
use crate::feed::Feed;

/// The feed of a scope.
pub fn feed(_snapshot: &Snapshot, _scope: &Scope) -> Feed {
    todo!()
}
