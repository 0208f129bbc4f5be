//! Which document stands at which path, and which paths a document names.

pub(crate) mod feed_list;
pub(crate) mod links;
pub(crate) mod resolve;
