//! Why what is served may be behind the files.

use std::fmt;

/// Why the snapshot may be behind the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// The content directory can't be seen: what is the matter, with the directory's name.
    Unseen(String),
    /// There is no post left in it. Held until there is, or until somebody says that this is meant.
    Empty {
        /// How many posts are held.
        posts: usize,
    },
    /// More than half of the posts vanished. Held until nothing has changed for a while.
    Vanished {
        /// How many posts are held.
        posts: usize,
    },
    /// The directory is new or was away, and most posts are not in it (yet). Held until nothing has
    /// changed for a while.
    Refilling {
        /// How many posts are held.
        posts: usize,
    },
    /// The configuration was changed to one under which most posts would stand in no feed. The one
    /// before is kept until nothing has changed for a while.
    Configuration {
        /// How many posts would be dropped.
        posts: usize,
    },
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stale::Unseen(why) => write!(f, "{why}; the last good feeds are served"),
            Stale::Empty { posts } => write!(
                f,
                "there are no posts in the content directory any more; the last {posts} are kept"
            ),
            Stale::Vanished { posts } => write!(
                f,
                "{posts} of the posts are missing, more than half were lost at once; \
                 they are kept until nothing has changed for the time of watch.hold"
            ),
            Stale::Refilling { posts } => write!(
                f,
                "the content directory is new or was away, and {posts} posts are missing from it; \
                 they are kept until nothing has changed for the time of watch.hold"
            ),
            Stale::Configuration { posts } => write!(
                f,
                "the new configuration would drop {posts} posts, most of those there are; \
                 the one before is kept until nothing has changed for the time of watch.hold"
            ),
        }
    }
}
