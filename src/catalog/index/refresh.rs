//! What has been touched is brought up to date: digests, validators, routes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use rayon::prelude::*;

use super::{Index, changes};
use crate::catalog::select;
use crate::catalog::snapshot::Route;
use crate::catalog::snapshot::entries::Published;
use crate::catalog::snapshot::scope::{
    CommentsState, DocumentState, Noticed, OtherState, ScopeKey, ScopeState,
};
use crate::content::Post;
use crate::feed::opml;
use crate::feed::version::{document_digest, opml_digest};
use crate::vocabulary::{Digest, ScopeKind};

impl Index {
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
        self.keep_ids();
        let is_first = self.baseline.is_none();
        let baseline = self
            .baseline
            .unwrap_or_else(|| self.oldest_possible_change(newest_file));
        self.baseline = Some(baseline);
        let now = ceil_to_second(seen);
        let noticed = Noticed {
            now,
            unknown: if is_first { baseline } else { now },
        };
        let mut touched = std::mem::take(&mut self.touched);
        touched.retain(|key| !self.drops_unseen(key));
        self.digest_entries(&touched);
        let changed = touched
            .into_iter()
            .filter(|key| self.refresh_scope(key, noticed))
            .collect();
        self.refresh_opml(noticed);
        for path in std::mem::take(&mut self.touched_comments) {
            self.refresh_comments(&path, noticed);
        }
        let scheduled = self.schedule.first().map(|(change, _)| *change);
        let closing = self.closings.first().map(|(closing, _)| *closing);
        self.view.next_post_change = scheduled.into_iter().chain(withdrawal).min();
        self.view.next_change = self.view.next_post_change.into_iter().chain(closing).min();
        changed
    }

    /// Makes the digests that are missing of the entries which scopes show. An entry stands in
    /// several feeds, and most that a feed shows did not change.
    pub(super) fn digest_entries(&mut self, scopes: &BTreeSet<ScopeKey>) {
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

    /// Drops a scope that came and went between two refreshes: nobody ever saw it, so there is nothing that
    /// stays.
    fn drops_unseen(&mut self, key: &ScopeKey) -> bool {
        let is_unseen = self.view.scopes.get(key).is_some_and(|scope| {
            scope.entries.is_empty() && scope.withdrawn.is_empty() && scope.documents.is_empty()
        });
        let is_wanted = *key == ScopeKey::site()
            || self.kept.contains_key(key)
            || self.view.settings.configured_scopes().any(|own| own == *key);
        let drops = is_unseen && !is_wanted;
        if drops {
            self.view.scopes.remove(key);
            self.merged.remove(key);
        }
        drops
    }

    /// Whether the scope's documents changed.
    pub(super) fn refresh_scope(&mut self, key: &ScopeKey, noticed: Noticed) -> bool {
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
        let line = opml::Outline::of(&feed).filter(|_| is_listed || key.kind == ScopeKind::Site);
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
            scope.last_modified = self.last_modified(&scope, &documents, noticed);
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

    /// Since when a scope's documents are what they have just become. What stood at their addresses before this
    /// process, or under another configuration, counts as their own past.
    fn last_modified(
        &mut self,
        before: &ScopeState,
        documents: &[DocumentState],
        noticed: Noticed,
    ) -> DateTime<Utc> {
        let is_known = !before.documents.is_empty();
        let own = is_known.then_some(before.last_modified);
        let kept = self.kept.remove(&before.key).map(|kept| kept.last_modified);
        let former: Vec<Option<OtherState>> = documents
            .iter()
            .map(|document| self.view.former.remove(&document.path))
            .collect();
        let moments = former.iter().flatten().map(|former| former.last_modified);
        let latest = moments.chain(own).chain(kept).max();
        let mut pairs = documents.iter().zip(&former);
        let is_same =
            pairs.all(|(document, former)| former.is_some_and(|former| former.digest == document.digest));
        for gone in &before.documents {
            if documents.iter().all(|document| document.path != gone.path) {
                let state = OtherState {
                    digest: gone.digest,
                    last_modified: before.last_modified,
                };
                self.view.former.insert(Arc::clone(&gone.path), state);
            }
        }
        match latest {
            Some(latest) if is_same && !is_known => latest,
            latest => noticed.after(latest),
        }
    }

    pub(super) fn touch_comments(&mut self, post: &Post) {
        let has_some = post
            .details
            .as_ref()
            .is_some_and(|details| !details.comments.is_empty());
        if has_some {
            self.touched_comments.insert(Arc::clone(&post.path));
        }
    }

    pub(super) fn refresh_comments(&mut self, path: &Arc<str>, noticed: Noticed) {
        let before = self.view.comments.remove(path);
        if let Some(before) = &before {
            self.view.routes.remove(&before.path);
            self.view.former.insert(Arc::clone(&before.path), before.state);
        }
        let Some(comments) = select::comments_of(&self.view, path) else {
            return;
        };
        let route: Arc<str> = select::comments_path(&comments.post).into();
        let former = self.view.former.remove(&route);
        let state = OtherState::after(
            former
                .into_iter()
                .chain(before.map(|before| before.state))
                .max_by_key(|state| state.last_modified),
            comments.digest(),
            noticed,
        );
        let target = Route::Comments(Arc::clone(path));
        self.view.routes.insert(Arc::clone(&route), target);
        let state = CommentsState { path: route, state };
        self.view.comments.insert(Arc::clone(path), state);
    }

    pub(super) fn refresh_opml(&mut self, noticed: Noticed) {
        let digest = opml_digest(&self.view.settings.site.title, self.lines);
        let former = self.view.former.remove(opml::PATH);
        self.view.opml = Some(OtherState::after(self.view.opml.or(former), digest, noticed));
        self.view.routes.entry(opml::PATH.into()).or_insert(Route::Opml);
    }

    /// Notes when a page of the scope's archive is closed next.
    pub(super) fn set_closing(&mut self, key: &ScopeKey, closing: Option<DateTime<Utc>>) {
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
    pub(super) fn oldest_possible_change(&self, newest_file: Option<DateTime<Utc>>) -> DateTime<Utc> {
        let dates = self
            .view
            .posts
            .values()
            .filter(|post| post.kept_back.is_none())
            .flat_map(|post| changes(post));
        let newest = dates
            .filter(|date| *date <= self.view.moment)
            .chain(newest_file)
            .chain(self.newest_outside)
            .max();
        ceil_to_second(newest.unwrap_or(DateTime::UNIX_EPOCH).min(self.view.moment))
    }
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
