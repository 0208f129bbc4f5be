//! Front matter that a file or a configuration gives to some posts.

use std::sync::Arc;

use super::Target;
use crate::content::file::front_matter::Map;

/// Front matter that one place hands down to posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// To which posts.
    pub target: Target,
    /// What it says.
    pub values: Map,
    /// The file that says so, for messages.
    pub origin: Arc<str>,
    /// Whether it holds whatever the post itself says.
    pub is_final: bool,
    /// Of two that speak of one post the one with the greater rank counts, whatever their order; see
    /// [`Target::jekyll_rank`]. Of equals the later one counts.
    pub rank: (usize, bool),
}

impl Defaults {
    /// What a file says of some posts, unless they say otherwise.
    pub fn new(target: Target, values: Map, origin: &str) -> Self {
        Defaults {
            target,
            values,
            origin: origin.into(),
            is_final: false,
            rank: (0, false),
        }
    }
}
