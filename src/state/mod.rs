//! What survives a restart, in two files of the state directory: the ids of posts, and the rest.
//!
//! The first line names the format and the digest of the rest, which is JSON. A file that is not
//! exactly that is ignored: nothing in it is worth a wrong answer.

mod ids;
mod keeper;
mod store;
mod written;

pub use keeper::Keeper;
pub use store::Store;
