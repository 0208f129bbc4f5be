//! The first snapshot of a process: what must not be published as one, and leaves no trace.
//!
//! An empty feed after a restart is a lie that readers and caches keep, and what was kept from the process
//! before is lost once it is compared with a snapshot that nobody ever saw.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::catalog::kept::Kept;
use crate::catalog::snapshot::Snapshot;

/// Why the first snapshot waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// There is no post.
    NoPosts,
    /// There are posts, and none of them is public before a moment.
    AllScheduled {
        /// How many.
        posts: usize,
        /// When the first of them is.
        first: DateTime<Utc>,
    },
    /// The clock shows a moment that is long over.
    ClockIsBehind {
        /// The earliest moment that can be right.
        earliest: DateTime<Utc>,
    },
    /// Whoever runs this does not trust the configuration: why, and the way out.
    Configuration(String),
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Withheld::NoPosts => f.write_str("there are no posts yet"),
            Withheld::AllScheduled { posts, first } => write!(
                f,
                "{posts} posts are scheduled and none is public yet, the first on {}: the clock may be wrong",
                first.format("%Y-%m-%d %H:%M UTC")
            ),
            Withheld::ClockIsBehind { earliest } => write!(
                f,
                "the clock is wrong: it shows a moment before {}, when this program did not exist",
                earliest.format("%Y-%m-%d")
            ),
            Withheld::Configuration(why) => f.write_str(why),
        }
    }
}

/// What the first snapshot is held against. Dropped with its publication.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// What the process goes on from.
    pub(super) kept: Kept,
    /// When it began.
    pub(super) moment: DateTime<Utc>,
    /// The newest change of anything that documents depend on besides the content tree.
    pub(super) newest_outside: Option<DateTime<Utc>>,
    /// The earliest moment that can be right.
    pub(super) earliest: DateTime<Utc>,
    /// Why whoever runs this does not trust the configuration.
    pub(super) doubt: Option<String>,
}

impl Start {
    /// What is wrong with the moment or the configuration already, before anything is read. Whoever accepts a site
    /// without posts accepts any moment.
    pub(super) fn withheld_unread(&self, moment: DateTime<Utc>, may_be_empty: bool) -> Option<Withheld> {
        if let Some(doubt) = &self.doubt {
            return Some(Withheld::Configuration(doubt.clone()));
        }
        let is_behind = moment < self.earliest && !may_be_empty;
        is_behind.then_some(Withheld::ClockIsBehind {
            earliest: self.earliest,
        })
    }
}

/// Why posts are no first snapshot, if they are not.
pub(super) fn withheld_read(view: &Snapshot) -> Option<Withheld> {
    if view.posts.is_empty() {
        return Some(Withheld::NoPosts);
    }
    let posts = view.posts.values().filter(|post| post.kept_back.is_none());
    let public_from: Vec<DateTime<Utc>> = posts.map(|post| post.public_from).collect();
    let first = *public_from.iter().min()?;
    (first > view.moment).then_some(Withheld::AllScheduled {
        posts: public_from.len(),
        first,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tree::{LockReading, ReadError, Survey, TreeError};
    use crate::catalog::{Catalog, CatalogSettings, Extent, Tree};
    use crate::config::{Options, resolve};

    struct NoTree;

    impl Tree for NoTree {
        fn survey(&self, _: &Extent) -> Result<Survey, TreeError> {
            panic!("there is no cause to look");
        }

        fn read(&self, _: &str) -> Result<(crate::catalog::tree::Stamp, Vec<u8>), ReadError> {
            Err(ReadError::Gone)
        }

        fn lock(&self, _: Option<crate::catalog::tree::Stamp>) -> LockReading {
            LockReading::Absent
        }

        fn is_being_changed(&self) -> bool {
            false
        }
    }

    #[test]
    fn before_the_program_was_made_nothing_is_read_and_nothing_published() {
        let config = resolve(None, &Options::default()).unwrap();
        let now = DateTime::UNIX_EPOCH;
        let earliest = crate::catalog::clock::EARLIEST;
        let settings = CatalogSettings::new(&config, crate::content::conventions::Rules::default());
        let mut catalog = Catalog::starting(settings, now, None, Kept::default(), earliest);
        let step = catalog.step(&NoTree, &Extent::Everything, now).unwrap();
        assert_eq!(step.withheld, Some(Withheld::ClockIsBehind { earliest }));
        assert!(step.snapshot.is_none() && catalog.is_starting());
    }
}
