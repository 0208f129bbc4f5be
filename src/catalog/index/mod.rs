//! The index: which post stands in which scope. The writer's working copy of the snapshot, and what
//! it needs besides to keep every update to the cost of what changed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::catalog::files::change::Change;
use crate::catalog::kept::{Kept, KeptScope};
use crate::catalog::loss::Stale;
use crate::catalog::select::references::Referrers;
use crate::catalog::select::{references, translations};
use crate::catalog::settings::CatalogSettings;
use crate::catalog::snapshot::entries::is_public;
use crate::catalog::snapshot::scope::{OtherState, ScopeKey};
use crate::catalog::snapshot::{AuthorRank, Snapshot};
use crate::content::post::AuthorRecord;
use crate::content::{Parsed, Post};
use crate::lock::Pins;
use crate::vocabulary::{Digest, Finding, SetDigest};
use retained::Retained;

mod claims;
mod listing;
mod pinned;
pub(in crate::catalog) mod published_ids;
mod refresh;
mod retained;

/// The working copy.
#[derive(Debug)]
pub struct Index {
    view: Snapshot,
    /// The public posts that claim an id, by path: the first one has it.
    claims: HashMap<Arc<str>, Vec<Arc<str>>>,
    /// Ids that more than one public post claims.
    contested: BTreeSet<Arc<str>>,
    /// The ids that the lock file pins.
    pins: Pins,
    /// Public posts whose id is another's by the lock file.
    refused: BTreeSet<Arc<str>>,
    /// When which post will appear or disappear.
    schedule: BTreeSet<(DateTime<Utc>, Arc<str>)>,
    /// The digests of entries as feeds show them, by path; without those that may have changed.
    digests: HashMap<Arc<str>, Digest>,
    /// When a page of which scope's archive is closed next, and the same by scope.
    closings: BTreeSet<(DateTime<Utc>, ScopeKey)>,
    closing: HashMap<ScopeKey, DateTime<Utc>>,
    /// Scopes whose feed may have changed since the last refresh.
    touched: BTreeSet<ScopeKey>,
    /// Scopes whose name is spelled in more than one way.
    merged: BTreeSet<ScopeKey>,
    /// The posts in feeds by the slugs of those they name who have no feed for them: a changed record
    /// has to be seen in the other feeds all the same.
    bylines: HashMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Which posts refer to which: a post that moves, comes or goes changes them.
    referrers: Referrers,
    /// The newest change of anything that documents depend on besides the content tree.
    newest_outside: Option<DateTime<Utc>>,
    /// Findings that are to be reported next.
    news: Vec<Finding>,
    /// The Last-Modified of everything that stands when the first snapshot is made.
    baseline: Option<DateTime<Utc>>,
    /// Every line of the list of all feeds.
    lines: SetDigest,
    /// Posts whose comments may have changed since the last refresh.
    touched_comments: BTreeSet<Arc<str>>,
    /// Ids that are kept though others would be made now.
    retained: Retained,
    /// What is kept of scopes that have not been refreshed yet.
    kept: HashMap<ScopeKey, KeptScope>,
}

impl Index {
    /// An index without posts at a moment. Scopes that are configured stand from the start.
    /// `newest_outside` is when anything else that documents depend on was last changed.
    pub fn new(
        settings: Arc<CatalogSettings>,
        moment: DateTime<Utc>,
        newest_outside: Option<DateTime<Utc>>,
    ) -> Self {
        let mut touched: BTreeSet<ScopeKey> = settings.configured_scopes().collect();
        touched.insert(ScopeKey::site());
        touched.retain(|key| settings.has_feed(key));
        Index {
            view: Snapshot {
                settings,
                moment,
                posts: imbl::OrdMap::new(),
                ids: imbl::OrdMap::new(),
                authors: imbl::OrdMap::new(),
                listed: imbl::OrdSet::new(),
                scopes: imbl::OrdMap::new(),
                routes: imbl::HashMap::new(),
                opml: None,
                comments: imbl::OrdMap::new(),
                former: imbl::HashMap::new(),
                next_change: None,
                names: None,
                translations: imbl::OrdMap::new(),
                next_post_change: None,
                stale: None,
            },
            claims: HashMap::new(),
            contested: BTreeSet::new(),
            pins: Pins::default(),
            refused: BTreeSet::new(),
            schedule: BTreeSet::new(),
            digests: HashMap::new(),
            closings: BTreeSet::new(),
            closing: HashMap::new(),
            touched,
            merged: BTreeSet::new(),
            bylines: HashMap::new(),
            referrers: Referrers::default(),
            newest_outside,
            news: Vec::new(),
            baseline: None,
            lines: SetDigest::default(),
            touched_comments: BTreeSet::new(),
            retained: Retained::default(),
            kept: HashMap::new(),
        }
    }

    /// The present state; cheap, since a clone shares everything.
    pub fn snapshot(&self) -> Snapshot {
        self.view.clone()
    }

    /// The posts and scopes as they stand.
    pub fn view(&self) -> &Snapshot {
        &self.view
    }

    /// Marks what follows as behind the files, or as not.
    pub fn set_stale(&mut self, stale: Option<Stale>) {
        self.view.stale = stale;
    }

    /// Goes on from what was kept: what was public stays so, what stood at an address is not forgotten, and readers
    /// know the posts by these ids.
    pub fn remember(&mut self, kept: Kept) {
        let view = &mut self.view;
        view.moment = view.moment.max(kept.moment);
        let with_feed = kept.scopes.keys().filter(|key| view.settings.has_feed(key));
        self.touched.extend(with_feed.cloned());
        for scope in kept.scopes.values() {
            let last_modified = scope.last_modified;
            for (path, digest) in &scope.documents {
                let state = OtherState {
                    digest: *digest,
                    last_modified,
                };
                view.former.insert(Arc::clone(path), state);
            }
        }
        view.former.extend(kept.others);
        view.ids = kept.ids;
        self.kept = kept.scopes;
    }

    /// What is kept of scopes that have not been refreshed yet.
    pub fn kept(&self) -> &HashMap<ScopeKey, KeptScope> {
        &self.kept
    }

    /// Whether anything was published.
    pub fn is_shown(&self) -> bool {
        self.baseline.is_some()
    }

    /// Notes when something besides the content tree was last changed.
    pub fn note_outside(&mut self, changed: Option<DateTime<Utc>>) {
        self.newest_outside = self.newest_outside.max(changed);
    }

    /// Has a finding reported with the next news.
    pub fn tell(&mut self, finding: Option<Finding>) {
        self.news.extend(finding);
    }

    /// Findings of no file that were not reported yet.
    pub fn news(&mut self) -> Vec<Finding> {
        let retained = self.newly_retained_ids();
        let mut news = std::mem::take(&mut self.news);
        news.extend(retained);
        news
    }

    /// Takes in what became of a file.
    pub fn apply(&mut self, change: &Change) {
        match (&change.before, &change.after) {
            // It is replaced below.
            (Some(Parsed::Post(_)), Some(Parsed::Post(_))) => {}
            (Some(Parsed::Post(post)), _) => self.remove_post(&post.path),
            (Some(Parsed::Author(record)), _) => self.remove_author(record),
            (Some(Parsed::Section(_) | Parsed::NotAPost(_)) | None, _) => {}
        }
        match &change.after {
            Some(Parsed::Post(post)) => self.insert_post(post),
            Some(Parsed::Author(record)) => self.insert_author(record),
            Some(Parsed::Section(_) | Parsed::NotAPost(_)) | None => {}
        }
        if change.is_removed {
            self.forget_id(&change.path);
        }
    }

    /// Puts a post in, in place of the one that had its path.
    pub fn insert_post(&mut self, post: &Arc<Post>) {
        let before = self.view.posts.get(&post.path).cloned();
        self.remove_post(&post.path);
        self.forget_moved_id(before, post);
        let rivals = self.suspend_rivals(post);
        self.pins.insert(post);
        self.view.posts.insert(Arc::clone(&post.path), Arc::clone(post));
        references::note_name(&mut self.view, post);
        translations::note(&mut self.view, post);
        self.referrers.insert(post);
        self.resume(&rivals);
        self.reserve(post);
        // A draft shows nowhere, but counts among those that say what they are translations of.
        self.touch_translations(post);
        if post.kept_back.is_some() {
            return;
        }
        for change in changes(post).filter(|change| *change > self.view.moment) {
            self.schedule.insert((change, Arc::clone(&post.path)));
        }
        if is_public(post, self.view.moment) {
            self.claim(post);
            self.touch_referrers(post);
        }
    }

    /// Takes a post out.
    pub fn remove_post(&mut self, path: &Arc<str>) {
        let Some(post) = self.view.posts.get(path).cloned() else {
            return;
        };
        for change in changes(&post) {
            self.schedule.remove(&(change, Arc::clone(path)));
        }
        // While its rivals are out it may have their id, so it has to be there still.
        let rivals = self.suspend_rivals(&post);
        self.release(&post);
        self.view.posts.remove(path);
        references::forget_name(&mut self.view, path);
        translations::forget(&mut self.view, &post);
        self.referrers.remove(&post);
        self.touch_referrers(&post);
        self.pins.remove(path);
        self.resume(&rivals);
        self.unreserve(path);
        self.note_former(post);
    }

    /// Puts an author's record in.
    pub fn insert_author(&mut self, record: &Arc<AuthorRecord>) {
        for (id, rank) in ranks(record) {
            self.touch_posts_by(&id);
            self.view
                .authors
                .entry(id)
                .or_default()
                .insert(rank, Arc::clone(record));
        }
    }

    /// Takes an author's record out.
    pub fn remove_author(&mut self, record: &Arc<AuthorRecord>) {
        for (id, rank) in ranks(record) {
            self.touch_posts_by(&id);
            if let Some(candidates) = self.view.authors.get_mut(&id) {
                candidates.remove(&rank);
                if candidates.is_empty() {
                    self.view.authors.remove(&id);
                }
            }
        }
    }

    /// Moves the clock on, and with it every post whose moment has come. A clock that was set back
    /// takes nothing back.
    pub fn advance(&mut self, moment: DateTime<Utc>) {
        self.view.moment = self.view.moment.max(moment);
        while let Some((closing, key)) = self.closings.first().cloned() {
            if closing > self.view.moment {
                break;
            }
            self.closings.pop_first();
            self.closing.remove(&key);
            self.touched.insert(key);
        }
        while let Some((change, path)) = self.schedule.first().cloned() {
            if change > self.view.moment {
                break;
            }
            self.schedule.pop_first();
            if let Some(post) = self.view.posts.get(&path).cloned() {
                self.release(&post);
                if is_public(&post, self.view.moment) {
                    self.claim(&post);
                }
                self.touch_referrers(&post);
            }
        }
    }
}

/// When a post appears, changes by its own account, and disappears.
fn changes(post: &Post) -> impl Iterator<Item = DateTime<Utc>> {
    let updated = post.updated.map(|updated| updated.to_utc());
    [Some(post.public_from), updated, post.public_until]
        .into_iter()
        .flatten()
}

/// The ids that a record answers to.
fn ranks(record: &Arc<AuthorRecord>) -> impl Iterator<Item = (Arc<str>, AuthorRank)> {
    let rank = |claims_id| AuthorRank {
        claims_id,
        path: Arc::clone(&record.path),
    };
    let own = (Arc::from(record.id.as_str()), rank(false));
    let claimed = record.claimed_id.as_deref().map(|id| (Arc::from(id), rank(true)));
    std::iter::once(own).chain(claimed)
}
