//! A scope: what the posts of one feed have in common, and the state of its documents.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use imbl::OrdSet;

use crate::catalog::snapshot::entries::{ByUpdate, Published};
use crate::feed::{Tombstone, opml};
use crate::vocabulary::{Digest, Format, ScopeKind};

/// Which scope: its kind, and its part of the address (empty for the site).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeKey {
    /// The kind.
    pub kind: ScopeKind,
    /// Its part of the address.
    pub slug: Arc<str>,
}

/// `site`, `category/news`.
impl fmt::Display for ScopeKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.name())?;
        if self.slug.is_empty() {
            return Ok(());
        }
        write!(formatter, "/{}", self.slug)
    }
}

impl ScopeKey {
    /// A scope of a kind.
    pub fn new(kind: ScopeKind, slug: &str) -> Self {
        ScopeKey {
            kind,
            slug: slug.into(),
        }
    }

    /// The scope of the whole site.
    pub fn site() -> Self {
        ScopeKey {
            kind: ScopeKind::Site,
            slug: "".into(),
        }
    }
}

/// A document's address and validator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentState {
    /// The format.
    pub format: Format,
    /// Where it is served: an absolute path.
    pub path: Arc<str>,
    /// The digest of everything its bytes depend on.
    pub digest: Digest,
}

/// The state of a document that stands outside every scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherState {
    /// The digest of everything its bytes depend on.
    pub digest: Digest,
    /// As a scope's.
    pub last_modified: DateTime<Utc>,
}

/// Where the comments on a post are served, and their state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentsState {
    /// Where they are served: an absolute path.
    pub path: Arc<str>,
    /// The state of the document.
    pub state: OtherState,
}

/// When a change was noticed, in whole seconds.
#[derive(Clone, Copy, Debug)]
pub struct Noticed {
    /// Now.
    pub now: DateTime<Utc>,
    /// What counts for a document of whose past nothing is known: at the start the newest change of anything it
    /// may depend on, later the same as `now`.
    pub unknown: DateTime<Utc>,
}

impl Noticed {
    /// The Last-Modified of a document that is another than what stood for it before, at `before` at the latest:
    /// the one rule by which no document's ever goes back, nor stays where it changed.
    pub fn after(self, before: Option<DateTime<Utc>>) -> DateTime<Utc> {
        before.map_or(self.unknown, |before| {
            self.now.max(before + TimeDelta::seconds(1))
        })
    }
}

impl OtherState {
    /// The state of a document after what stood for it before.
    #[must_use]
    pub fn after(before: Option<Self>, digest: Digest, noticed: Noticed) -> Self {
        match before {
            Some(before) if before.digest == digest => before,
            _ => OtherState {
                digest,
                last_modified: noticed.after(before.map(|before| before.last_modified)),
            },
        }
    }
}

/// A scope as it stands in a snapshot.
#[derive(Clone, Debug)]
pub struct ScopeState {
    /// Which scope.
    pub key: ScopeKey,
    /// Its name for people.
    pub title: String,
    /// How often its posts spell its name which way. Names that differ only in case, spacing or
    /// accents are one scope.
    pub spellings: BTreeMap<Arc<str>, usize>,
    /// Its public posts, newest first.
    pub entries: OrdSet<Arc<Published>>,
    /// The posts of it that have left the site, newest first.
    pub withdrawn: OrdSet<Tombstone>,
    /// The same by their last change, where its feed is in that order; else empty.
    pub by_update: OrdSet<ByUpdate>,
    /// Its documents, one for each format.
    pub documents: Vec<DocumentState>,
    /// Its line in the list of all feeds; none while it has no posts and nobody configured it, as if
    /// it had never been.
    pub line: Option<Arc<opml::Outline>>,
    /// How often to ask for its documents.
    pub period: Duration,
    /// When these digests were first seen, in whole seconds. At least a second later each time they
    /// change, so it may be ahead of the clock: a header shows no more than the present.
    pub last_modified: DateTime<Utc>,
}

impl ScopeState {
    /// A scope without posts.
    pub fn new(key: &ScopeKey) -> Self {
        ScopeState {
            key: key.clone(),
            title: String::new(),
            spellings: BTreeMap::new(),
            entries: OrdSet::new(),
            withdrawn: OrdSet::new(),
            by_update: OrdSet::new(),
            documents: Vec::new(),
            line: None,
            period: Duration::ZERO,
            last_modified: DateTime::UNIX_EPOCH,
        }
    }
}
