//! What the writer knows of each file, and how it takes in what was read.

pub(super) mod copies;
pub mod file;
mod handing_down;
mod intake;
pub(super) mod missing;
pub(super) mod reading;
