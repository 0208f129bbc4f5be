//! What a request's headers ask of a representation, and what the answer's say of it. Pure.

pub(crate) mod conditional;
pub(crate) mod freshness;
pub(crate) mod http_date;
pub(crate) mod negotiate;
pub(crate) mod range;
pub(crate) mod repr_digest;
