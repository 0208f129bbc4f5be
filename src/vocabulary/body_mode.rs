//! How much of a post a feed carries.

/// Whether entries carry their whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyMode {
    /// The whole text, and a summary beside it.
    Full,
    /// The summary alone.
    Summary,
}
