//! Who asks: addresses behind proxies, limits of requests, and numbers of subscribers.

pub(crate) mod address;
mod distinct;
pub(crate) mod rate_limit;
pub(crate) mod subscribers;
