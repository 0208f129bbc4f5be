//! All posts → which entry stands in which feed, in which order.
//!
//! One writer owns the [`Catalog`] and moves it from one snapshot to the next by [`Catalog::step`];
//! everybody else reads [`Snapshot`]s.

pub mod clock;
pub mod conditions;
pub mod files;
pub mod index;
pub mod kept;
pub mod lock_file;
mod look;
mod loss;
mod reconfigure;
mod report;
pub mod select;
pub mod settings;
mod sight;
pub mod snapshot;
mod start;
pub mod step;
mod too_old;
pub mod tree;

pub use kept::{Kept, KeptSite};
pub use look::{Changed, Intake, Step, Unsettled};
pub use loss::{Loss, LossSettings, Stale};
pub use reconfigure::Reparsed;
pub use select::Page;
pub use select::calendar::Unit;
pub use settings::CatalogSettings;
pub use snapshot::entries::Published;
pub use snapshot::scope::{DocumentState, ScopeKey, ScopeState};
pub use snapshot::{Route, Snapshot};
pub use start::Withheld;
pub use step::Catalog;
pub use tree::{Extent, Tree};
