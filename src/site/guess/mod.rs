//! What the text of a program suggests. A program is not run: literals are looked for in its text, and that is a
//! heuristic, which can be wrong: a setting that is guessed is a [`Guess`], which knows the line it comes from.

pub(super) mod collections;
pub(super) mod literal;
mod program;
pub(super) mod python;
pub(super) mod python_regex;
pub(super) mod routes;
pub(super) mod script;

pub use program::Source;
pub(super) use program::{Guess, Program};
