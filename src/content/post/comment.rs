//! What a reader said about a post.

use chrono::{DateTime, FixedOffset};

/// A reader's comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Who said it, if known.
    pub author: Option<Box<str>>,
    /// When, if known.
    pub date: Option<DateTime<FixedOffset>>,
    /// What they said: Markdown or HTML, as written.
    pub text: Box<str>,
}
