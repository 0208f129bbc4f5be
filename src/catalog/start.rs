//! The first snapshot of a process: what must not be published as one, and leaves no trace.
//!
//! An empty feed after a restart is a lie that readers and caches keep, and what was kept from the process
//! before is lost once it is compared with a snapshot that nobody ever saw.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::catalog::kept::Kept;
use crate::catalog::settings::CatalogSettings;
use crate::catalog::step::{Catalog, Step};

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
    kept: Kept,
    moment: DateTime<Utc>,
    newest_outside: Option<DateTime<Utc>>,
    earliest: DateTime<Utc>,
    doubt: Option<String>,
}

impl Catalog {
    /// A catalog that goes on from what was kept, and publishes nothing that looks like an accident until
    /// somebody accepts it: nothing at all, nothing but scheduled posts, or anything before `earliest`.
    pub fn starting(
        settings: impl Into<Arc<CatalogSettings>>,
        moment: DateTime<Utc>,
        newest_outside: Option<DateTime<Utc>>,
        kept: Kept,
        earliest: DateTime<Utc>,
    ) -> Self {
        let start = Start {
            kept: kept.clone(),
            moment,
            newest_outside,
            earliest,
            doubt: None,
        };
        let mut catalog = Catalog::new(settings, moment, newest_outside).with_kept(kept);
        catalog.start = Some(start);
        catalog
    }

    /// The same, not to publish anything for a reason that the files don't show.
    #[must_use]
    pub fn in_doubt(mut self, doubt: Option<String>) -> Self {
        if let Some(start) = &mut self.start {
            start.doubt = doubt;
        }
        self
    }

    /// Whether nothing was published yet, and why that may be.
    pub fn is_starting(&self) -> bool {
        self.start.is_some()
    }

    /// What is wrong with the moment or the configuration already, before anything is read.
    pub(super) fn withheld_unread(&self, moment: DateTime<Utc>) -> Option<Withheld> {
        let start = self.start.as_ref()?;
        if let Some(doubt) = &start.doubt {
            return Some(Withheld::Configuration(doubt.clone()));
        }
        let is_behind = moment < start.earliest && !self.may_be_empty();
        is_behind.then_some(Withheld::ClockIsBehind {
            earliest: start.earliest,
        })
    }

    /// Ends the start, or begins it anew if what was taken in is no first snapshot.
    pub(super) fn conclude_start(&mut self, step: Step) -> Step {
        if self.start.is_none() {
            return step;
        }
        let Some(withheld) = self.withheld_read() else {
            self.start = None;
            return step;
        };
        self.start_over();
        Step {
            withheld: Some(withheld),
            found: step.found,
            read: step.read,
            new_findings: step.new_findings,
            ..Step::default()
        }
    }

    fn withheld_read(&self) -> Option<Withheld> {
        if self.may_be_empty() {
            return None;
        }
        let view = self.index.view();
        if view.posts.is_empty() {
            return Some(Withheld::NoPosts);
        }
        let mut scheduled = view
            .posts
            .values()
            .filter(|post| post.kept_back.is_none())
            .peekable();
        scheduled.peek()?;
        let (mut posts, mut first) = (0, DateTime::<Utc>::MAX_UTC);
        for post in scheduled {
            if post.public_from <= view.moment {
                return None;
            }
            posts += 1;
            first = first.min(post.public_from);
        }
        Some(Withheld::AllScheduled { posts, first })
    }

    /// Forgets all that was taken in since the start.
    fn start_over(&mut self) {
        let Some(start) = self.start.take() else { return };
        let settings = Arc::clone(&self.settings);
        let mut catalog =
            Catalog::new(settings, start.moment, start.newest_outside).with_kept(start.kept.clone());
        catalog.accept_like(self);
        catalog.start = Some(start);
        *self = catalog;
    }

    /// The start under another configuration, if nothing was published yet.
    pub(super) fn restarted(
        &self,
        settings: impl Into<Arc<CatalogSettings>>,
        moment: DateTime<Utc>,
        newest_outside: Option<DateTime<Utc>>,
    ) -> Option<Self> {
        let start = self.start.as_ref()?;
        let mut catalog = Catalog::starting(
            settings,
            moment,
            newest_outside,
            start.kept.clone(),
            start.earliest,
        );
        catalog.accept_like(self);
        Some(catalog)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tree::{LockReading, ReadError, Survey, TreeError};
    use crate::catalog::{Extent, Tree};
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
        let settings = CatalogSettings::new(&config);
        let mut catalog = Catalog::starting(settings, now, None, Kept::default(), earliest);
        let step = catalog.step(&NoTree, &Extent::Everything, now).unwrap();
        assert_eq!(step.withheld, Some(Withheld::ClockIsBehind { earliest }));
        assert!(step.snapshot.is_none() && catalog.is_starting());
    }
}
