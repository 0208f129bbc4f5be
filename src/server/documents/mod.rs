//! The bytes of documents: rendered once, cached, and rendered ahead of the polls.

use crate::catalog::{ScopeKey, Snapshot};
use crate::vocabulary::Format;

pub(crate) mod cache;
mod pool;
pub(crate) mod warm;

/// Renders a document of a snapshot; `None` if it is not there, or if that was logged.
pub(crate) type Render = dyn Fn(&Snapshot, &ScopeKey, Format) -> Option<Vec<u8>> + Send + Sync;
