//! What a look at the tree saw, and what became of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::snapshot::Snapshot;
use super::snapshot::scope::ScopeKey;
use super::start::Withheld;
use super::tree::Stamp;
use super::tree::look_again::LookAgain;
use crate::vocabulary::Finding;

/// What a look saw that may be about to change again.
#[derive(Clone, Copy, Debug)]
pub struct Unsettled<'a> {
    /// Files that are new, or have another stamp.
    pub changed: &'a [Changed],
    /// Whether the root is another folder than at the last look. Nobody saves a file in a folder that has
    /// just been put in place.
    pub is_new_root: bool,
    /// Whether a known file is missing.
    pub has_missing: bool,
}

/// A file that a look found new or changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Its path.
    pub path: Arc<str>,
    /// Its stamp at the look.
    pub stamp: Stamp,
    /// Whether no file was known at this path.
    pub is_new: bool,
    /// Whether it has the text of a file that is missing.
    pub is_moved: bool,
}

/// What of a look is to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intake {
    /// All but these files, which stay as they were known: somebody may still be writing them.
    AllBut(BTreeSet<Arc<str>>),
    /// Nothing, so that what belongs together is published together.
    Nothing,
}

/// What one step did.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// The new snapshot, if anything changed that readers or the clock could see.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The scopes whose documents changed.
    pub changed: Vec<ScopeKey>,
    /// What has to be looked at again, and how soon.
    pub look_again: LookAgain,
    /// Findings that were not there before.
    pub new_findings: Vec<Finding>,
    /// Files that were broken before and no longer are.
    pub mended: Vec<Arc<str>>,
    /// Whether the lock file, or what is wrong with it, is new.
    pub lock_changed: bool,
    /// How many files were found.
    pub found: usize,
    /// How many of them were read.
    pub read: usize,
    /// How many known files were gone.
    pub gone: usize,
    /// The files whose content changed, came or went.
    pub touched: Vec<Arc<str>>,
    /// Nothing was taken in: what the look saw was unsettled. It has to be taken again.
    pub is_put_off: bool,
    /// Nothing was taken in: what there is can't be the first snapshot.
    pub withheld: Option<Withheld>,
    /// Files that were not taken in, and stay as they were known.
    pub left: BTreeSet<Arc<str>>,
}
