//! What is deliberately kept from one process, or one configuration, to the next: it can't be found
//! in the files.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use crate::catalog::files::file::KeptText;
use crate::catalog::snapshot::Snapshot;
use crate::catalog::snapshot::scope::{OtherState, ScopeKey, ScopeState};
use crate::feed::opml;
use crate::vocabulary::Digest;

/// How long what stood at an address is remembered that has nothing any more.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(1);

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The latest moment that the clock has shown: one that is set back un-publishes nothing.
    pub moment: DateTime<Utc>,
    /// Every scope that was public, and since when its documents have been what they are.
    pub scopes: HashMap<ScopeKey, KeptScope>,
    /// The documents of no scope, and what stood last where nothing stands now, by their paths.
    pub others: HashMap<Arc<str>, OtherState>,
    /// The ids under which readers know the posts that were public, by path.
    pub ids: imbl::OrdMap<Arc<str>, Arc<str>>,
    /// The last good text of files that are broken, by path.
    pub texts: HashMap<Arc<str>, KeptText>,
    /// What the site was, if that is known.
    pub site: Option<KeptSite>,
}

/// What is kept of a site's configuration: enough to notice that it is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSite {
    /// Whether it said where the site is public.
    pub is_public: bool,
    /// The name of the generator's configuration, and the dialect, if there was one.
    pub generator: Option<(String, String)>,
}

/// What is kept of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptScope {
    /// Since when; see [`ScopeState::last_modified`].
    pub last_modified: DateTime<Utc>,
    /// The path and digest of each of its documents.
    pub documents: Vec<(Arc<str>, Digest)>,
}

impl Kept {
    /// What is to be kept of a snapshot, and of the texts that [`super::Catalog::last_good_texts`] gives.
    pub fn of(snapshot: &Snapshot, texts: HashMap<Arc<str>, KeptText>) -> Self {
        Kept {
            moment: snapshot.moment(),
            scopes: snapshot
                .scopes()
                .map(|scope| (scope.key.clone(), KeptScope::of(scope)))
                .collect(),
            others: others(snapshot),
            ids: snapshot.ids().clone(),
            texts,
            site: None,
        }
    }

    /// Goes by the present clock, whatever it showed before.
    pub fn reset_clock(&mut self, now: DateTime<Utc>) {
        self.moment = self.moment.min(now);
        let scopes = self.scopes.values_mut().map(|scope| &mut scope.last_modified);
        let others = self.others.values_mut().map(|other| &mut other.last_modified);
        for moment in scopes.chain(others) {
            *moment = (*moment).min(now.trunc_subsecs(0));
        }
    }
}

/// What is to be kept of documents of no scope. What went so long ago that no clock's error matters is forgotten.
fn others(snapshot: &Snapshot) -> HashMap<Arc<str>, OtherState> {
    let comments = snapshot.comments().values();
    let comments = comments.map(|comments| (Arc::clone(&comments.path), comments.state));
    let opml = snapshot.opml().map(|state| (Arc::from(opml::PATH), state));
    let recent = snapshot.moment().checked_sub_signed(FORGOTTEN_AFTER);
    let former = snapshot.former_documents().iter();
    let former = former
        .filter(|(_, state)| Some(state.last_modified) >= recent)
        .map(|(path, state)| (Arc::clone(path), *state));
    former.chain(comments).chain(opml).collect()
}

impl KeptScope {
    pub(super) fn of(scope: &ScopeState) -> Self {
        KeptScope {
            last_modified: scope.last_modified,
            documents: scope
                .documents
                .iter()
                .map(|document| (Arc::clone(&document.path), document.digest))
                .collect(),
        }
    }
}
