//! What the text of a program suggests. A program is not run: literals are looked for in its text, and that is a
//! heuristic, which can be wrong.

pub(super) mod collections;
pub(super) mod literal;
pub(super) mod python;
pub(super) mod python_regex;
pub(super) mod routes;
pub(super) mod script;
