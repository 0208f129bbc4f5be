//! The tree of files as the catalog sees it: the seam behind which the disk lies.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::vocabulary::Finding;

pub mod diff;
pub mod disk;
pub mod look_again;

/// A file this much younger than the clock may be rewritten without its stamp changing: kernels
/// stamp files by a clock that ticks every few milliseconds.
const GRANULE: Duration = Duration::from_millis(20);
/// The same where stamps have whole seconds only.
const COARSE_GRANULE: Duration = Duration::from_secs(2);

/// How soon a file that was being written is looked at again.
pub const CHANGING: Duration = Duration::from_millis(50);

/// Everything that changes when a file does. Two equal stamps of one path mean an unchanged file,
/// unless the file was younger than the clock's granule when the stamp was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Stamp {
    /// The device the file is on.
    pub device: u64,
    /// Its inode.
    pub inode: u64,
    /// Its length in bytes.
    pub size: u64,
    /// When its content was last written, in nanoseconds since 1970.
    pub modified: i128,
    /// When its content or its inode last changed, in nanoseconds since 1970.
    pub changed: i128,
}

impl Stamp {
    /// When its content was last written, in whole seconds.
    pub fn modified_at(&self) -> Option<DateTime<Utc>> {
        let seconds = self.modified.div_euclid(1_000_000_000);
        DateTime::from_timestamp(seconds.try_into().ok()?, 0)
    }

    /// When its content or its inode last changed.
    pub fn changed_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(i64::try_from(self.changed).unwrap_or_default())
    }

    /// Whether the file is so old at a moment that any later write gives it another stamp.
    pub fn is_settled(&self, moment: DateTime<Utc>) -> bool {
        self.age(moment) >= self.granule().as_nanos().cast_signed()
    }

    /// How soon it will be; `None` if it is, or if the stamp lies so far in the future that nobody can say.
    pub fn settles_in(&self, moment: DateTime<Utc>) -> Option<Duration> {
        let granule = self.granule();
        let is_near = self.age(moment) > -granule.as_nanos().cast_signed();
        (is_near && !self.is_settled(moment)).then_some(granule)
    }

    /// How many nanoseconds before a moment the file changed.
    fn age(&self, moment: DateTime<Utc>) -> i128 {
        moment.timestamp_nanos_opt().map_or(0, i128::from) - self.changed
    }

    fn granule(&self) -> Duration {
        if self.changed % 1_000_000_000 == 0 {
            COARSE_GRANULE
        } else {
            GRANULE
        }
    }
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everywhere.
    Everything,
    /// At these paths, and below those that are folders. Sorted, none below another.
    Paths(Vec<Arc<str>>),
}

impl Extent {
    /// The extent of some paths, in any order and with any repetitions.
    pub fn paths(mut paths: Vec<Arc<str>>) -> Self {
        paths.sort();
        let mut kept: Vec<Arc<str>> = Vec::with_capacity(paths.len());
        for path in paths {
            if path.is_empty() {
                return Extent::Everything;
            }
            if !kept.last().is_some_and(|last| is_at_or_below(&path, last)) {
                kept.push(path);
            }
        }
        Extent::Paths(kept)
    }

    /// This extent and another.
    #[must_use]
    pub fn and(self, other: Extent) -> Self {
        match (self, other) {
            (Extent::Paths(one), Extent::Paths(other)) => Extent::paths([one, other].concat()),
            _ => Extent::Everything,
        }
    }

    /// Whether nothing lies in it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Extent::Paths(paths) if paths.is_empty())
    }

    /// Whether a path lies in it.
    pub fn contains(&self, path: &str) -> bool {
        match self {
            Extent::Everything => true,
            Extent::Paths(paths) => paths.iter().any(|own| is_at_or_below(path, own)),
        }
    }
}

/// Whether a path is another, or lies below it.
pub fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a look at a part of the tree found.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Every file of content there, by path.
    pub files: BTreeMap<Arc<str>, Stamp>,
    /// Folders and files that are there but could not be looked at. What is known of them and of
    /// what lies below them stands.
    pub unseen: Vec<Arc<str>>,
    /// What could not be looked at, or is not looked at for a reason an editor should know.
    pub left_out: Vec<Finding>,
    /// Which folder the root is, where that can be told.
    pub root: Option<RootIdentity>,
    /// The newest inode change of anything there, folders included: a deletion changes its folder.
    pub newest: Option<DateTime<Utc>>,
}

/// Which folder a root is: its device and inode.
pub type RootIdentity = (u64, u64);

/// Why there is nothing to see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the content directory {0}")]
pub struct TreeError(pub String);

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is no longer there.
    Gone,
    /// It changed while it was being read.
    Changing,
    /// Anything else, as a phrase for people.
    Failed(String),
}

/// The lock file, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockReading {
    /// There is none.
    Absent,
    /// It has the stamp by which it is known.
    Known,
    /// Its bytes, and the stamp of exactly these.
    Read(Stamp, Vec<u8>),
    /// It is there, but can't be read now.
    Failed(ReadError),
}

/// A tree of files.
pub trait Tree: Sync {
    /// Looks at a part of the tree. An error means that the root itself can't be seen.
    fn survey(&self, scope: &Extent) -> Result<Survey, TreeError>;

    /// Reads one file. The stamp is of exactly the bytes returned.
    fn read(&self, path: &str) -> Result<(Stamp, Vec<u8>), ReadError>;

    /// Reads the lock file, unless it is known by its stamp.
    fn lock(&self, _known: Option<Stamp>) -> LockReading {
        LockReading::Absent
    }

    /// Whether somebody is in the middle of changing many files at once, as far as one can tell: a
    /// git checkout holds its index locked until it is complete.
    fn is_being_changed(&self) -> bool {
        false
    }

    /// A mark that is another whenever somebody has finished changing many files at once, as far as
    /// one can tell: a git checkout ends by putting a new index in place.
    fn mark(&self) -> Option<Stamp> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_of_paths_drops_what_lies_below_another() {
        let paths = ["b/c.md", "a", "a/x.md", "ab.md", "a/y/z.md", "b/c.md"]
            .map(Arc::from)
            .to_vec();
        assert_eq!(
            Extent::paths(paths),
            Extent::Paths(["a", "ab.md", "b/c.md"].map(Arc::from).to_vec())
        );
        assert_eq!(Extent::paths(vec!["a".into(), "".into()]), Extent::Everything);
    }
}
