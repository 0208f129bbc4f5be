//! Conditions, codings, ranges, digests and lifetimes of a document. Pure.

pub(crate) mod conditional;
pub(crate) mod freshness;
pub(crate) mod http_date;
pub(crate) mod negotiate;
pub(crate) mod range;
pub(crate) mod repr_digest;
