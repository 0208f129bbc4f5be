//! The index: which post stands in which scope. The writer's working copy of the snapshot, and what
//! it needs besides to keep every update to the cost of what changed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use rayon::prelude::*;

use super::entries::{ByUpdate, Published};
use super::hold::Stale;
use super::kept::KeptScope;
use super::membership::memberships;
use super::references::{self, Referrers};
use super::scope::{CommentsState, DocumentState, OtherState, ScopeKey, ScopeState};
use super::select;
use super::settings::CatalogSettings;
use super::snapshot::{AuthorRank, Route, Snapshot};
use super::translations::{self, Translations};
use crate::config::{Order, ScopeKind};
use crate::content::Post;
use crate::content::author::{AuthorRecord, Byline};
use crate::digest::{Digest, SetDigest};
use crate::feed::opml;
use crate::feed::version::{document_digest, opml_digest};
use crate::lock::Pins;

mod pinned;

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
    /// The Last-Modified of everything that stands when the first snapshot is made.
    baseline: Option<DateTime<Utc>>,
    /// Every line of the list of all feeds.
    lines: SetDigest,
    /// Posts whose comments may have changed since the last refresh.
    touched_comments: BTreeSet<Arc<str>>,
    /// What is kept of scopes that have not been refreshed yet.
    kept: HashMap<ScopeKey, KeptScope>,
}

impl Index {
    /// An index without posts at a moment. Scopes that are configured stand from the start.
    pub fn new(settings: Arc<CatalogSettings>, moment: DateTime<Utc>) -> Self {
        let mut touched: BTreeSet<ScopeKey> = settings.configured_scopes().collect();
        touched.insert(ScopeKey::site());
        touched.retain(|key| settings.has_feed(key));
        Index {
            view: Snapshot {
                settings,
                moment,
                posts: imbl::OrdMap::new(),
                authors: imbl::OrdMap::new(),
                scopes: imbl::OrdMap::new(),
                routes: imbl::HashMap::new(),
                opml: None,
                comments: imbl::OrdMap::new(),
                next_change: None,
                names: None,
                translations: Translations::new(),
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
            baseline: None,
            lines: SetDigest::default(),
            touched_comments: BTreeSet::new(),
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

    /// Goes on from an earlier index: what was public stays so.
    pub fn remember(&mut self, moment: DateTime<Utc>, scopes: HashMap<ScopeKey, KeptScope>) {
        self.view.moment = self.view.moment.max(moment);
        let settings = &self.view.settings;
        self.touched
            .extend(scopes.keys().filter(|key| settings.has_feed(key)).cloned());
        self.kept = scopes;
    }

    /// What is kept of scopes that have not been refreshed yet.
    pub fn kept(&self) -> &HashMap<ScopeKey, KeptScope> {
        &self.kept
    }

    /// Puts a post in, in place of the one that had its path.
    pub fn insert_post(&mut self, post: &Arc<Post>) {
        self.remove_post(&post.path);
        let rivals = self.suspend_rivals(post);
        self.pins.insert(post);
        self.view.posts.insert(Arc::clone(&post.path), Arc::clone(post));
        references::note_name(&mut self.view, post);
        translations::note(&mut self.view, post);
        self.referrers.insert(post);
        self.resume(&rivals);
        if post.draft {
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

    /// Brings the documents of every touched scope up to date, and returns those that changed.
    /// `seen` is the moment at which the change was noticed; `newest_file` counts only the first
    /// time, when nobody knows since when the documents have been what they are.
    /// `withdrawal` is when the last good version of a broken post has to go.
    pub fn refresh(
        &mut self,
        seen: DateTime<Utc>,
        newest_file: Option<DateTime<Utc>>,
        withdrawal: Option<DateTime<Utc>>,
    ) -> Vec<ScopeKey> {
        let is_first = self.baseline.is_none();
        let baseline = self
            .baseline
            .unwrap_or_else(|| self.oldest_possible_change(newest_file));
        self.baseline = Some(baseline);
        let noticed = ceil_to_second(seen);
        let seen = if is_first { baseline } else { noticed };
        let touched = std::mem::take(&mut self.touched);
        self.digest_entries(&touched);
        let changed = touched
            .into_iter()
            .filter(|key| self.refresh_scope(key, seen, noticed))
            .collect();
        self.refresh_opml(seen);
        for path in std::mem::take(&mut self.touched_comments) {
            self.refresh_comments(&path, seen);
        }
        let scheduled = self.schedule.first().map(|(change, _)| *change);
        let closing = self.closings.first().map(|(closing, _)| *closing);
        self.view.next_post_change = scheduled.into_iter().chain(withdrawal).min();
        self.view.next_change = self.view.next_post_change.into_iter().chain(closing).min();
        changed
    }

    /// Ids claimed by several public posts, with their paths; the first one has it.
    pub fn contested_ids(&self) -> impl Iterator<Item = (&Arc<str>, &[Arc<str>])> {
        self.contested
            .iter()
            .filter_map(|id| self.claims.get(id).map(|paths| (id, paths.as_slice())))
    }

    /// Scopes whose name is spelled in more than one way.
    pub fn merged_scopes(&self) -> impl Iterator<Item = &Arc<ScopeState>> {
        self.merged.iter().filter_map(|key| self.view.scopes.get(key))
    }

    /// How many posts stand in no feed because their id is another's.
    pub fn conflicts(&self) -> usize {
        self.contested.len() + self.refused.len()
    }

    fn claim(&mut self, post: &Arc<Post>) {
        let Some(id) = self.id_of(post) else {
            self.refused.insert(Arc::clone(&post.path));
            return;
        };
        // Hardly any id is claimed twice; room for one spares three empty places a post.
        let paths = self
            .claims
            .entry(Arc::clone(&id))
            .or_insert_with(|| Vec::with_capacity(1));
        let Err(position) = paths.binary_search(&post.path) else {
            return;
        };
        paths.insert(position, Arc::clone(&post.path));
        let displaced = (position == 0).then(|| paths.get(1).cloned()).flatten();
        if paths.len() == 2 {
            self.contested.insert(Arc::clone(&id));
        }
        if position == 0 {
            if let Some(previous) = displaced.and_then(|path| self.view.posts.get(&path).cloned()) {
                self.delist(&previous, &id);
            }
            self.enlist(post, &id);
        }
    }

    fn release(&mut self, post: &Arc<Post>) {
        let Some(id) = self.id_of(post) else {
            self.refused.remove(&post.path);
            return;
        };
        let Some(paths) = self.claims.get_mut(&id) else {
            return;
        };
        let Ok(position) = paths.binary_search(&post.path) else {
            return;
        };
        paths.remove(position);
        let successor = (position == 0).then(|| paths.first().cloned()).flatten();
        if paths.len() == 1 {
            self.contested.remove(&id);
        }
        if paths.is_empty() {
            self.claims.remove(&id);
        }
        if position == 0 {
            self.delist(post, &id);
            if let Some(next) = successor.and_then(|path| self.view.posts.get(&path).cloned()) {
                self.enlist(&next, &id);
            }
        }
    }

    fn enlist(&mut self, post: &Arc<Post>, id: &Arc<str>) {
        self.set_post_buried(post, false);
        self.digests.remove(&post.path);
        self.touch_comments(post);
        for author in self.people_without_feed(post) {
            self.bylines
                .entry(author)
                .or_default()
                .insert(Arc::clone(&post.path));
        }
        let published = Arc::new(Published {
            post: Arc::clone(post),
            id: Arc::clone(id),
            changed: post.changed(self.view.moment),
        });
        for (key, name) in memberships(post, &self.view.settings) {
            let scope = self
                .view
                .scopes
                .entry(key.clone())
                .or_insert_with(|| Arc::new(ScopeState::new(&key)));
            let scope = Arc::make_mut(scope);
            scope.entries.insert(Arc::clone(&published));
            if is_by_update(&self.view.settings, &key) {
                scope.by_update.insert(ByUpdate(Arc::clone(&published)));
            }
            *scope.spellings.entry(name).or_insert(0) += 1;
            if scope.spellings.len() == 2 {
                self.merged.insert(key.clone());
            }
            self.touched.insert(key);
        }
    }

    /// The slugs of those whom a post names and who have no feed for it: who helped with it, and
    /// those of its authors who have none.
    fn people_without_feed(&self, post: &Post) -> Vec<Arc<str>> {
        let settings = &self.view.settings;
        let key = |byline: &Byline| ScopeKey {
            kind: ScopeKind::Author,
            slug: settings.slug(ScopeKind::Author, &byline.name),
        };
        let authors = post.bylines.iter().map(key).filter(|key| !settings.has_feed(key));
        let contributors = post
            .details
            .iter()
            .flat_map(|details| details.contributors.iter().map(key));
        authors.chain(contributors).map(|key| key.slug).collect()
    }

    fn delist(&mut self, post: &Arc<Post>, id: &Arc<str>) {
        self.set_post_buried(post, true);
        self.digests.remove(&post.path);
        self.touch_comments(post);
        for author in self.people_without_feed(post) {
            if let Some(paths) = self.bylines.get_mut(&author) {
                paths.remove(&post.path);
                if paths.is_empty() {
                    self.bylines.remove(&author);
                }
            }
        }
        let published = Arc::new(Published {
            post: Arc::clone(post),
            id: Arc::clone(id),
            changed: post.published,
        });
        for (key, name) in memberships(post, &self.view.settings) {
            let Some(scope) = self.view.scopes.get_mut(&key) else {
                continue;
            };
            let scope = Arc::make_mut(scope);
            // The one that was put in, which knows what it was sorted by.
            if let Some(own) = scope.entries.remove(&published) {
                scope.by_update.remove(&ByUpdate(own));
            }
            if let Some(count) = scope.spellings.get_mut(&name) {
                *count -= 1;
                if *count == 0 {
                    scope.spellings.remove(&name);
                }
            }
            if scope.spellings.len() == 1 {
                self.merged.remove(&key);
            }
            self.touched.insert(key);
        }
    }

    /// Touches every scope in which a post refers to this one, or is this one in another language.
    fn touch_referrers(&mut self, post: &Arc<Post>) {
        let mut paths = self.referrers.of(&post.path);
        let siblings = translations::siblings(&self.view, post);
        paths.extend(siblings.iter().map(|sibling| Arc::clone(&sibling.path)));
        for path in paths {
            // Where it leads is a part of the entry.
            self.digests.remove(&path);
            // The scopes of a draft are nobody's business.
            let post = self.view.posts.get(&path);
            if let Some(post) = post.filter(|post| is_public(post, self.view.moment)) {
                let keys = memberships(post, &self.view.settings);
                self.touched.extend(keys.into_iter().map(|(key, _)| key));
            }
        }
    }

    /// Touches every scope in which a post by this author may show their name.
    fn touch_posts_by(&mut self, id: &str) {
        if self.baseline.is_none() {
            // Nothing was shown yet: every scope is touched by its posts.
            return;
        }
        let key = ScopeKey {
            kind: ScopeKind::Author,
            slug: self.view.settings.slug(ScopeKind::Author, id),
        };
        for path in self.bylines.get(&key.slug).into_iter().flatten() {
            self.digests.remove(path);
            if let Some(post) = self.view.posts.get(path) {
                let memberships = memberships(post, &self.view.settings);
                self.touched.extend(memberships.into_iter().map(|(key, _)| key));
            }
        }
        let Some(scope) = self.view.scopes.get(&key) else {
            return;
        };
        for published in &scope.entries {
            self.digests.remove(&published.post.path);
            let keys = memberships(&published.post, &self.view.settings)
                .into_iter()
                .map(|(key, _)| key);
            self.touched.extend(keys);
        }
        self.touched.insert(key);
    }

    /// Makes the digests that are missing of the entries which scopes show. An entry stands in
    /// several feeds, and most that a feed shows did not change.
    fn digest_entries(&mut self, scopes: &BTreeSet<ScopeKey>) {
        let shown = scopes
            .iter()
            .filter_map(|key| self.view.scopes.get(key))
            .flat_map(|scope| select::shown(&self.view, scope));
        let missing: HashMap<&Arc<str>, &Arc<Published>> = shown
            .map(|published| (&published.post.path, published))
            .filter(|(path, _)| !self.digests.contains_key(*path))
            .collect();
        let digest = |(path, published): (&&Arc<str>, &&Arc<Published>)| {
            (Arc::clone(path), select::entry(&self.view, published).digest())
        };
        // Few after an update, and not worth waking other threads for; every post at the start.
        let made: Vec<(Arc<str>, Digest)> = if missing.len() < 256 {
            missing.iter().map(digest).collect()
        } else {
            missing.par_iter().map(digest).collect()
        };
        self.digests.extend(made);
    }

    /// Whether the scope's documents changed.
    fn refresh_scope(&mut self, key: &ScopeKey, seen: DateTime<Utc>, noticed: DateTime<Utc>) -> bool {
        let before = self.view.scopes.get(key).cloned();
        let mut scope = before.as_deref().cloned().unwrap_or_else(|| ScopeState::new(key));
        scope.title = select::title(&self.view, &scope);
        let of_entry = |published: &Published| {
            let known = self.digests.get(&published.post.path).copied();
            known.unwrap_or_else(|| select::entry(&self.view, published).digest())
        };
        let Some((feed, digest)) = select::digest(&self.view, &scope, of_entry) else {
            return false;
        };
        let is_listed = !scope.entries.is_empty() || self.view.settings.configured(key).is_some();
        let line = opml::Line::of(&feed).filter(|_| is_listed || key.kind == ScopeKind::Site);
        let line_changed = line.as_ref() != scope.line.as_deref();
        if line_changed {
            let group = key.kind.name();
            if let Some(line) = &scope.line {
                self.lines.remove(line.digest(group));
            }
            if let Some(line) = &line {
                self.lines.insert(line.digest(group));
            }
            scope.line = line.map(Arc::new);
        }
        scope.period = feed.period;
        let closing = select::archive(&self.view, &scope).and_then(|archive| archive.next_closing());
        self.set_closing(key, closing);
        let documents: Vec<DocumentState> = select::addresses(&self.view.settings, key)
            .map(|(format, path)| DocumentState {
                format,
                path: path.into(),
                digest: document_digest(digest, format),
            })
            .collect();
        let changed = documents != scope.documents;
        if changed {
            let kept = self.kept.remove(key);
            scope.last_modified = match kept {
                Some(kept) if scope.documents.is_empty() => {
                    let is_same = kept
                        .documents
                        .iter()
                        .map(|(path, digest)| (path, *digest))
                        .eq(documents.iter().map(|document| (&document.path, document.digest)));
                    if is_same {
                        kept.last_modified
                    } else {
                        noticed.max(kept.last_modified + Duration::seconds(1))
                    }
                }
                _ if scope.documents.is_empty() => seen,
                _ => seen.max(scope.last_modified + Duration::seconds(1)),
            };
            for document in &documents {
                let route = Route::Document(key.clone(), document.format);
                self.view.routes.insert(Arc::clone(&document.path), route);
            }
            scope.documents = documents;
        }
        if changed || line_changed || before.is_none_or(|before| before.title != scope.title) {
            self.view.scopes.insert(key.clone(), Arc::new(scope));
        }
        changed
    }

    fn touch_comments(&mut self, post: &Post) {
        let has_some = post
            .details
            .as_ref()
            .is_some_and(|details| !details.comments.is_empty());
        if has_some {
            self.touched_comments.insert(Arc::clone(&post.path));
        }
    }

    fn refresh_comments(&mut self, path: &Arc<str>, seen: DateTime<Utc>) {
        let before = self.view.comments.remove(path);
        if let Some(before) = &before {
            self.view.routes.remove(&before.path);
        }
        let Some(comments) = self.view.comments_of(path) else {
            return;
        };
        let before = before.map(|before| before.state);
        let state = OtherState::after(before, comments.digest(), seen);
        let route: Arc<str> = select::comments_path(&comments.post).into();
        let target = Route::Comments(Arc::clone(path));
        self.view.routes.insert(Arc::clone(&route), target);
        let state = CommentsState { path: route, state };
        self.view.comments.insert(Arc::clone(path), state);
    }

    fn refresh_opml(&mut self, seen: DateTime<Utc>) {
        let digest = opml_digest(&self.view.settings.site.title, self.lines);
        self.view.opml = Some(OtherState::after(self.view.opml, digest, seen));
        self.view.routes.entry(opml::PATH.into()).or_insert(Route::Opml);
    }

    /// Notes when a page of the scope's archive is closed next.
    fn set_closing(&mut self, key: &ScopeKey, closing: Option<DateTime<Utc>>) {
        let before = match closing {
            Some(moment) => self.closing.insert(key.clone(), moment),
            None => self.closing.remove(key),
        };
        if before == closing {
            return;
        }
        if let Some(moment) = before {
            self.closings.remove(&(moment, key.clone()));
        }
        if let Some(moment) = closing {
            self.closings.insert((moment, key.clone()));
        }
    }

    /// The latest moment at which anything that stands now may have changed, as far as files and
    /// dates can tell.
    fn oldest_possible_change(&self, newest_file: Option<DateTime<Utc>>) -> DateTime<Utc> {
        let dates = self
            .view
            .posts
            .values()
            .filter(|post| !post.draft)
            .flat_map(|post| changes(post));
        let newest = dates
            .filter(|date| *date <= self.view.moment)
            .chain(newest_file)
            .max();
        ceil_to_second(newest.unwrap_or(DateTime::UNIX_EPOCH).min(self.view.moment))
    }
}

fn is_by_update(settings: &CatalogSettings, key: &ScopeKey) -> bool {
    settings
        .feed(key)
        .is_some_and(|(_, feed)| feed.order == Order::Updated)
}

/// Whether a post may be shown at a moment.
pub fn is_public(post: &Post, moment: DateTime<Utc>) -> bool {
    !post.draft && post.public_from <= moment && post.public_until.is_none_or(|until| moment < until)
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

/// HTTP dates have whole seconds; rounding up keeps a change in the same second visible.
fn ceil_to_second(moment: DateTime<Utc>) -> DateTime<Utc> {
    let whole = moment.trunc_subsecs(0);
    if whole < moment {
        whole + Duration::seconds(1)
    } else {
        whole
    }
}
