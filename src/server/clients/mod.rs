//! Who asks: addresses behind proxies, limits of requests, and numbers of subscribers.

pub(crate) mod address;
mod aggregator;
mod daily_counts;
pub(crate) mod rate_limit;
pub(crate) mod subscribers;
