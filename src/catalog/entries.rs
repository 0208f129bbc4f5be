//! Published posts in the order in which feeds show them.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::content::Post;

/// A public post under the id that readers know it by. Sorts newest first by the moment it became
/// public, ties by path.
#[derive(Clone, Debug)]
pub struct Published {
    /// The post.
    pub post: Arc<Post>,
    /// Its id.
    pub id: Arc<str>,
}

impl Ord for Published {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .post
            .public_from
            .cmp(&self.post.public_from)
            .then_with(|| self.post.path.cmp(&other.post.path))
    }
}

impl PartialOrd for Published {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Published {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Published {}
