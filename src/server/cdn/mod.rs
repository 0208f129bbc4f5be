//! What a CDN in front of the server is told: the names of documents, and which of them changed.

pub(crate) mod purge;
pub(crate) mod surrogate;
