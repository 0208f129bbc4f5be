//! A hold: posts that vanished in a way that looks like an accident stay in the feeds.
//!
//! An unmounted volume or a half-finished copy looks just like an editor who deletes everything. The
//! accident is commoner, and an emptied feed is a lie that readers keep.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Fewer posts than this may vanish at once without anybody wondering.
pub(super) const FEW: usize = 10;

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
    /// More than half of the posts vanished at once. Held until a later look confirms it.
    Vanished {
        /// How many posts are held.
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
                "{posts} posts, more than half, vanished at once; they are kept until a second look confirms it"
            ),
        }
    }
}

/// What is asked about files that are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// How many posts there were.
    pub before: usize,
    /// How many of them are missing, held ones included, moved ones not.
    pub missing: usize,
    /// How many others are new.
    pub arriving: usize,
    /// Whether the content directory is another than it was.
    pub is_new_root: bool,
    /// Whether a second look was due, and this is it.
    pub is_confirmed: bool,
    /// Whether files are held already.
    pub is_held: bool,
}

/// What to make of missing files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They are gone.
    Gone,
    /// They are kept for as long as there is no post at all.
    Empty,
    /// They are kept until a second look.
    Vanished,
}

impl Loss {
    /// What to make of it.
    pub fn verdict(self) -> Verdict {
        let left = self.before.saturating_sub(self.missing) + self.arriving;
        if self.before > 0 && self.missing > 0 && left == 0 {
            Verdict::Empty
        } else if self.is_new_root || self.is_confirmed {
            Verdict::Gone
        } else if self.is_held || (self.missing >= FEW && self.missing * 2 > self.before) {
            Verdict::Vanished
        } else {
            Verdict::Gone
        }
    }
}

/// Files that are missing and kept all the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Hold {
    pub(super) paths: BTreeSet<Arc<str>>,
    pub(super) is_for_good: bool,
    /// Some of them were not held before the last look.
    pub(super) has_grown: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_half_of_at_least_ten_posts_are_held_and_all_of_them_without_limit() {
        let loss = |before, missing, arriving| Loss {
            before,
            missing,
            arriving,
            is_new_root: false,
            is_confirmed: false,
            is_held: false,
        };
        for (before, missing, arriving, verdict) in [
            (20, 10, 0, Verdict::Gone),
            (20, 11, 0, Verdict::Vanished),
            (20, 11, 30, Verdict::Vanished),
            (12, 9, 0, Verdict::Gone),
            (12, 10, 0, Verdict::Vanished),
            (2, 2, 0, Verdict::Empty),
            (2, 2, 1, Verdict::Gone),
            (1000, 1000, 0, Verdict::Empty),
            (1000, 1000, 1, Verdict::Vanished),
            (0, 0, 0, Verdict::Gone),
        ] {
            assert_eq!(
                loss(before, missing, arriving).verdict(),
                verdict,
                "{missing} of {before}, {arriving} new"
            );
        }
        let new_root = |left| {
            Loss {
                is_new_root: true,
                ..loss(100, 100, left)
            }
            .verdict()
        };
        assert_eq!((new_root(1), new_root(0)), (Verdict::Gone, Verdict::Empty));
        let confirmed = |left| {
            Loss {
                is_confirmed: true,
                is_held: true,
                ..loss(100, 100, left)
            }
            .verdict()
        };
        assert_eq!((confirmed(1), confirmed(0)), (Verdict::Gone, Verdict::Empty));
        let held = Loss {
            is_held: true,
            ..loss(100, 1, 0)
        };
        assert_eq!(held.verdict(), Verdict::Vanished);
    }
}
