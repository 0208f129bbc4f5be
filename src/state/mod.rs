//! What survives a restart, in two files of the state directory: the ids of posts, and the rest.
//!
//! A damaged file is ignored: nothing in it is worth a wrong answer.

mod envelope;
mod ids;
mod keeper;
mod store;
mod written;

pub use keeper::Keeper;
pub use store::Store;
