//! HTTP/1.1 on sockets: what actix-http and actix-server need mended.

pub(crate) mod answer;
pub(crate) mod body;
mod closing;
mod connection;
mod connection_limit;
mod head;
pub(crate) mod listen;
mod refusal;
pub(crate) mod request;
pub(crate) mod serve;
