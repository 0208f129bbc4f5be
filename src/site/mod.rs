//! The site's own generator: its configuration, as far as it can be read without running it.
//!
//! What is found fills in what feeds.toml leaves out. Settings made by a program (a script's
//! variables, an environment) are not guessed; they are told in [`Found::unread`]. What is guessed from a program's
//! text is told in [`Found::guessed_from`].

mod astro;
mod data_file;
mod docusaurus;
mod eleventy;
mod eleventy_data;
mod fault;
mod found;
mod guess;
mod hugo;
mod jekyll;
mod pelican;
mod pelican_metadata;
mod regression;
mod search;
mod search_log;
mod zola;

pub use fault::Fault;
pub use found::{Found, Setting};
pub use guess::Source;
pub use regression::{Regression, regression};
pub use search::{Search, find, search};

#[cfg(test)]
mod tests;
