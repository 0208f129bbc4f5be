//! Front matter that one place hands down to posts.

use std::sync::Arc;

use super::groups::Groups;
use super::target::Target;
use crate::content::file::front_matter::Map;

/// Front matter that one place hands down to posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// To which posts.
    pub target: Target,
    /// What it says.
    pub values: Map,
    /// What it says by the path of each post.
    pub groups: Option<Groups>,
    /// What it leaves in doubt.
    pub doubts: Vec<Doubt>,
    /// The file that says so, for messages.
    pub origin: Arc<str>,
    /// Whether it holds whatever the post itself says.
    pub is_final: bool,
    /// Of two that speak of one post the one with the greater rank counts, whatever their order; see
    /// [`Target::jekyll_rank`]. Of equals the later one counts.
    pub rank: (usize, bool),
}

/// Something that decides whether posts are public, and that only running the site's program would tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The key of front matter that is concerned.
    pub key: String,
    /// Which posts are concerned.
    pub posts: Doubtful,
}

/// Which posts a [`Doubt`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubtful {
    /// Those that don't say themselves what the key is.
    Silent,
    /// All, whatever they say.
    All,
}

impl Defaults {
    /// What a file says of some posts, unless they say otherwise.
    pub fn new(target: Target, values: Map, origin: &str) -> Self {
        Defaults {
            target,
            values,
            groups: None,
            doubts: Vec::new(),
            origin: origin.into(),
            is_final: false,
            rank: (0, false),
        }
    }
}
