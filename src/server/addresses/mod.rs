//! Which document is at which path, and which addresses a document names.

pub(crate) mod feed_list;
pub(crate) mod links;
pub(crate) mod resolve;
