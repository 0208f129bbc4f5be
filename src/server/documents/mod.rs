//! The bytes of documents: made once, kept, and made ahead of the polls.

pub(crate) mod cache;
mod pool;
pub(crate) mod warm;
