//! Published posts in the order in which feeds show them.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};

use crate::content::Post;

/// A public post under the id that readers know it by. Sorts newest first by the moment it became
/// public, ties by path.
#[derive(Clone, Debug)]
pub struct Published {
    /// The post.
    pub post: Arc<Post>,
    /// Its id.
    pub id: Arc<str>,
    /// When it last changed for its readers, as far as that had come to pass.
    pub changed: DateTime<FixedOffset>,
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

/// Whether a post may be shown at a moment.
pub fn is_public(post: &Post, moment: DateTime<Utc>) -> bool {
    post.kept_back.is_none()
        && post.public_from <= moment
        && post.public_until.is_none_or(|until| moment < until)
}

/// The same, sorted by the last change for its readers, newest first, ties by path.
#[derive(Clone, Debug)]
pub struct ByUpdate(pub Arc<Published>);

impl ByUpdate {
    /// The moment that a post is sorted by. One that waited to be public is new to its readers then.
    pub fn moment(published: &Published) -> DateTime<Utc> {
        published.changed.to_utc().max(published.post.public_from)
    }
}

impl Ord for ByUpdate {
    fn cmp(&self, other: &Self) -> Ordering {
        ByUpdate::moment(&other.0)
            .cmp(&ByUpdate::moment(&self.0))
            .then_with(|| self.0.post.path.cmp(&other.0.post.path))
    }
}

impl PartialOrd for ByUpdate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByUpdate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ByUpdate {}

/// A place in the order of published posts, whether or not a post stands there.
pub trait Position {
    /// The moment at which a post there would have become public, and its path.
    fn position(&self) -> (DateTime<Utc>, &str);
}

impl Position for Published {
    fn position(&self) -> (DateTime<Utc>, &str) {
        (self.post.public_from, &self.post.path)
    }
}

impl Position for (DateTime<Utc>, &str) {
    fn position(&self) -> (DateTime<Utc>, &str) {
        *self
    }
}

impl<'a> Borrow<dyn Position + 'a> for Arc<Published> {
    fn borrow(&self) -> &(dyn Position + 'a) {
        &**self
    }
}

impl Ord for dyn Position + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((own, path), (others, others_path)) = (self.position(), other.position());
        others.cmp(&own).then_with(|| path.cmp(others_path))
    }
}

impl PartialOrd for dyn Position + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for dyn Position + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for dyn Position + '_ {}
