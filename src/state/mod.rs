//! What survives a restart, in one file of the state directory.
//!
//! The first line names the format and the digest of the rest, which is JSON. A file that is not
//! exactly that is ignored: nothing in it is worth a wrong answer.

mod keeper;
mod store;
mod written;

pub use keeper::Keeper;
pub use store::Store;
