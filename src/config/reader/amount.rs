//! Amounts of time and memory, as they are written.

use std::borrow::Cow;
use std::fmt;

/// A bare number, or text with a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::config) enum Amount<'a> {
    /// Seconds, or bytes.
    Number(i64),
    /// A number and a unit.
    Text(Cow<'a, str>),
}

impl fmt::Display for Amount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Number(number) => number.fmt(f),
            Amount::Text(text) => text.fmt(f),
        }
    }
}
