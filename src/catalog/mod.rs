//! All posts → which entry stands in which feed, in which order.

pub mod entries;
pub mod scope;
pub mod select;
pub mod settings;
pub mod snapshot;

pub use entries::Published;
pub use scope::{DocumentState, Scope, ScopeKey};
pub use settings::CatalogSettings;
pub use snapshot::{Route, Snapshot};
