//! Which entries come first.

/// Which entries come first in a feed, and so which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Those that became public last.
    Newest,
    /// Those that were last published or changed for their readers.
    Updated,
}
