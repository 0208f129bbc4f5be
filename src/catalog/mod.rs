//! All posts → which entry stands in which feed, in which order.
//!
//! One writer owns the [`Catalog`] and moves it from one snapshot to the next by [`Catalog::step`];
//! everybody else reads [`Snapshot`]s.

pub mod archive;
mod below;
pub mod calendar;
pub mod clock;
pub mod conditions;
mod copies;
pub mod diff;
pub mod disk;
pub mod entries;
pub mod file;
mod handing_down;
pub mod index;
mod intake;
pub mod kept;
pub mod lock_state;
mod loss;
pub mod membership;
pub mod query;
mod reading;
mod reconfigured;
pub mod references;
mod report;
pub mod scope;
pub mod select;
pub mod settings;
pub mod snapshot;
mod start;
pub mod step;
mod translations;
pub mod tree;

pub use calendar::Unit;
pub use entries::Published;
pub use kept::{Kept, KeptSite};
pub use loss::{LossSettings, Stale};
pub use reconfigured::Reread;
pub use scope::{DocumentState, ScopeKey, ScopeState};
pub use settings::CatalogSettings;
pub use snapshot::{Page, Route, Snapshot};
pub use start::Withheld;
pub use step::{Catalog, Changed, Intake, Step, Unsettled};
pub use tree::{Scope, Tree};
