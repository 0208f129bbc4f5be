//! The snapshot over HTTP.

mod addresses;
mod app_state;
mod cdn;
mod clients;
mod documents;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod handlers;
mod service;
#[cfg(test)]
mod tests;
mod transport;
mod validators;

pub use cdn::purge::Purger;
pub use documents::warm::Warmer;
pub use service::{Server, stop_signal};
pub use transport::listen::{BindError, Listeners, raise_file_limit};
