//! The snapshot over HTTP.

mod conditional;
mod freshness;
mod http_date;
mod negotiate;
