//! The feeds that a post stands in, and what else a post's coming and going touches.

use std::sync::Arc;

use super::Index;
use crate::catalog::select::translations;
use crate::catalog::settings::CatalogSettings;
use crate::catalog::settings::membership::memberships;
use crate::catalog::snapshot::entries::is_public;
use crate::catalog::snapshot::entries::{ByUpdate, Published};
use crate::catalog::snapshot::scope::{ScopeKey, ScopeState};
use crate::content::Post;
use crate::content::post::Byline;
use crate::vocabulary::{Order, ScopeKind};

impl Index {
    /// Scopes whose name is spelled in more than one way.
    pub fn merged_scopes(&self) -> impl Iterator<Item = &Arc<ScopeState>> {
        self.merged.iter().filter_map(|key| self.view.scopes.get(key))
    }

    pub(super) fn enlist(&mut self, post: &Arc<Post>, id: &Arc<str>) {
        self.show_withdrawal_of(post, false);
        self.retained.listed.push(Arc::clone(&post.path));
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
        self.view.listed.insert(Arc::clone(&published));
        for (key, name) in memberships(post, &self.view.settings) {
            let is_by_update = is_by_update(&self.view.settings, &key);
            let scope = self.view.scope_mut(&key);
            scope.entries.insert(Arc::clone(&published));
            if is_by_update {
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
    /// those of its authors who have none, or one that excludes it.
    pub(super) fn people_without_feed(&self, post: &Post) -> Vec<Arc<str>> {
        let settings = &self.view.settings;
        let key = |byline: &Byline| ScopeKey {
            kind: ScopeKind::Author,
            slug: settings.slug(ScopeKind::Author, &byline.name),
        };
        let authors = post
            .bylines
            .iter()
            .map(key)
            .filter(|key| !settings.has_feed(key) || settings.excludes(key, post));
        let contributors = post
            .details
            .iter()
            .flat_map(|details| details.contributors.iter().map(key));
        authors.chain(contributors).map(|key| key.slug).collect()
    }

    pub(super) fn delist(&mut self, post: &Arc<Post>, id: &Arc<str>) {
        self.show_withdrawal_of(post, true);
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
        self.view.listed.remove(&published);
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
    pub(super) fn touch_referrers(&mut self, post: &Arc<Post>) {
        if self.baseline.is_none() {
            // Nothing was shown yet: every scope is touched by its posts.
            return;
        }
        for path in self.referrers.of(&post.path) {
            self.touch_post(&path);
        }
        self.touch_translations(post);
    }

    /// Touches every scope in which a post is this one in another language.
    pub(super) fn touch_translations(&mut self, post: &Arc<Post>) {
        if self.baseline.is_none() {
            return;
        }
        for sibling in translations::touched(&self.view, post) {
            self.touch_post(&sibling.path);
        }
    }

    fn touch_post(&mut self, path: &Arc<str>) {
        // Where it leads is a part of the entry.
        self.digests.remove(path);
        // The scopes of a draft are nobody's business.
        let post = self.view.posts.get(path);
        if let Some(post) = post.filter(|post| is_public(post, self.view.moment)) {
            let keys = memberships(post, &self.view.settings);
            self.touched.extend(keys.into_iter().map(|(key, _)| key));
        }
    }

    /// Touches every scope in which a post by this author may show their name.
    pub(super) fn touch_posts_by(&mut self, id: &str) {
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
}

fn is_by_update(settings: &CatalogSettings, key: &ScopeKey) -> bool {
    settings
        .feed(key)
        .is_some_and(|(_, feed)| feed.order == Order::Updated)
}
