//! Clients: their addresses behind proxies, limits of their requests, and how many subscribe to a feed.

pub(crate) mod address;
mod aggregator;
mod daily_counts;
pub(crate) mod rate_limit;
pub(crate) mod subscribers;
