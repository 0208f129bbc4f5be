//! When to look at the disk, and what to do with what was found.
//!
//! Events say where to look, never what is there. A timed look at everything makes up for the events
//! that never came.

mod checkout;
pub mod debounce;
mod decider;
pub mod events;
mod full_looks;
mod open_files;
mod pending;
pub mod polled_files;
pub mod publisher;
mod reliability;
mod scanner;
mod settling;
mod stability;
pub mod wakeups;
pub mod writer;

pub use events::Events;
pub use open_files::OpenFiles;
pub use publisher::Publisher;
pub use wakeups::{Coverage, Hint, Wake, Wakeups};
pub use writer::{Ended, Writer};
