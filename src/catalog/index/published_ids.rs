//! The ids under which readers know the posts. A post that was public keeps its id while its file is there,
//! whatever its address becomes, unless it gives one itself or the lock file pins another.
//!
//! Which id a post has is a function of the posts, the lock and the ids that are kept; the order in which posts
//! came has no part in it.

use std::collections::HashMap;
use std::sync::Arc;

use super::Index;
use super::retained::Paths;
use crate::catalog::CatalogSettings;
use crate::content::Post;
use crate::lock::{Identity, Pins};
use crate::vocabulary::{Digest, Finding, Severity};

impl Index {
    /// Forgets the id of a post that another one takes the place of, or for which another address is declared: a
    /// fresh process makes the same of the same files. Only once the former post is taken out, by its id.
    pub(super) fn forget_moved_id(&mut self, before: Option<Arc<Post>>, after: &Post) {
        let former = self.retained.former.remove(&after.path);
        let Some(before) = before.or(former) else {
            return;
        };
        if !keeps_id(&self.view.settings, &before, after) {
            self.forget_id(&after.path);
        }
    }

    /// Remembers a post that is taken out, for as long as its id is kept.
    pub(super) fn note_former(&mut self, post: Arc<Post>) {
        if self.view.ids.contains_key(&post.path) {
            self.retained.former.insert(Arc::clone(&post.path), post);
        }
    }

    /// Forgets by which id readers know the post at a path: it has left the site.
    pub fn forget_id(&mut self, path: &Arc<str>) {
        self.view.ids.remove(path);
        self.retained.former.remove(path);
        self.retained.told.remove(path);
    }

    /// The id under which readers know a post; `None` if that is another's by the lock.
    pub(super) fn id_of(&self, post: &Post) -> Option<Arc<str>> {
        self.id_under(&self.pins, post)
    }

    /// The same under another lock.
    pub(super) fn id_under(&self, pins: &Pins, post: &Post) -> Option<Arc<str>> {
        let identity = pins.identity(post);
        if let Identity::Pinned(_, id) = identity {
            return Some(Arc::clone(id));
        }
        let kept = self.view.ids.get(&post.path).filter(|_| !post.has_own_id);
        if let Some(kept) = kept.filter(|kept| pins.lock().with_id(kept).is_none()) {
            return Some(Arc::clone(kept));
        }
        match identity {
            Identity::Pinned(_, id) | Identity::Free(id) if !self.is_displaced(post) => Some(Arc::clone(id)),
            Identity::Pinned(..) | Identity::Free(_) => Some(apart(post)),
            Identity::Taken(_) => None,
        }
    }

    /// Whether another post keeps the id that is made for this one.
    fn is_displaced(&self, post: &Post) -> bool {
        let keepers = self.retained.by_id.get(&post.id);
        !post.has_own_id && keepers.is_some_and(|paths| paths.iter().any(|path| *path != post.path))
    }

    /// Keeps the ids of the posts that came into the feeds. Those of a preview are nobody's.
    pub(super) fn keep_ids(&mut self) {
        let listed = std::mem::take(&mut self.retained.listed);
        if self.view.settings.site.is_preview {
            return;
        }
        for path in listed {
            let Some(post) = self.view.posts.get(&path).cloned() else {
                continue;
            };
            let Some(id) = self.id_of(&post).filter(|_| self.is_listed(&post)) else {
                continue;
            };
            // What the lock pins is the lock's to keep, unless what is kept here outlasts the process.
            let is_pinned = matches!(self.pins.identity(&post), Identity::Pinned(..));
            if is_pinned && !self.view.settings.keeps_ids {
                continue;
            }
            if self.view.ids.get(&path) != Some(&id) {
                self.unreserve(&path);
                self.forget_displaced(&post);
                self.view.ids.insert(path, id);
                self.reserve(&post);
            }
        }
    }

    /// Notes that a post keeps an id that would not be made for it now. Whoever it would be made for gets another.
    pub(super) fn reserve(&mut self, post: &Post) {
        let Some(kept) = self.view.ids.get(&post.path).cloned() else {
            return;
        };
        if post.has_own_id || kept == post.id {
            return;
        }
        let others = self.claims.get(&kept).cloned().unwrap_or_default();
        let others = self.posts_at(&others, |other| other.id == kept && other.path != post.path);
        for other in &others {
            self.release(other);
        }
        let retained = &mut self.retained;
        let path = &post.path;
        retained.by_path.insert(Arc::clone(path), Arc::clone(&kept));
        retained.by_id.entry(kept).or_default().insert(Arc::clone(path));
        if retained.told.insert(Arc::clone(path)) {
            retained.untold.insert(Arc::clone(path));
        }
        self.resume(&others);
    }

    /// Undoes that, for a post that goes.
    pub(super) fn unreserve(&mut self, path: &Arc<str>) {
        let Some(kept) = self.retained.by_path.get(path).cloned() else {
            return;
        };
        let others = self.retained.displaced.get(&kept).cloned().unwrap_or_default();
        let others = self.posts_at(&others, |_| true);
        for other in &others {
            self.release(other);
        }
        self.retained.by_path.remove(path);
        remove(&mut self.retained.by_id, &kept, path);
        self.resume(&others);
    }

    /// Notes whether a post that is about to claim an id has another than is made for it.
    pub(super) fn note_displaced(&mut self, post: &Post, id: &Arc<str>) {
        if self.is_displaced(post) && *id == apart(post) {
            let paths = self.retained.displaced.entry(Arc::clone(&post.id)).or_default();
            paths.insert(Arc::clone(&post.path));
        }
    }

    pub(super) fn forget_displaced(&mut self, post: &Post) {
        remove(&mut self.retained.displaced, &post.id, &post.path);
    }

    fn posts_at<'a>(
        &self,
        paths: impl IntoIterator<Item = &'a Arc<str>>,
        is_wanted: impl Fn(&Post) -> bool,
    ) -> Vec<Arc<Post>> {
        let posts = paths.into_iter().filter_map(|path| self.view.posts.get(path));
        posts.filter(|post| is_wanted(post)).cloned().collect()
    }

    /// Whether some post keeps an id that would not be made for it now.
    pub fn retains_ids(&self) -> bool {
        self.retained.by_path.keys().any(|path| self.is_retained(path))
    }

    /// What there is to say of the posts whose ids would be others now.
    pub fn retained_ids(&self) -> Option<Finding> {
        self.say_retained(self.retained.by_path.keys())
    }

    /// The same of those of which it was not said yet.
    pub fn newly_retained_ids(&mut self) -> Option<Finding> {
        let untold = std::mem::take(&mut self.retained.untold);
        self.say_retained(untold.iter())
    }

    /// Whether the post at a path shows an id that only this process, or its state, knows.
    fn is_retained(&self, path: &Arc<str>) -> bool {
        let post = self.view.posts.get(path);
        self.retained.by_path.contains_key(path)
            && self.pins.line_of(path).is_none()
            && post.is_some_and(|post| self.is_listed(post))
    }

    fn say_retained<'a>(&self, paths: impl Iterator<Item = &'a Arc<str>>) -> Option<Finding> {
        let mut paths = paths.filter(|path| self.is_retained(path));
        let first = paths.next()?;
        let (post, kept) = (self.view.posts.get(first)?, self.view.ids.get(first)?);
        let who = match paths.count() {
            0 => "the post keeps its id".to_owned(),
            1 => "it and another post keep their ids".to_owned(),
            more => format!("it and {more} others keep their ids"),
        };
        let message = format!(
            "{who}: readers know it as “{kept}”, and “{}” would be made for it now",
            post.id
        );
        Some(Finding::new(first, Severity::Warning, "id-kept", message).help(
            "pin the ids with “newswire lock”: with dir under [state] at any time, else before such a change, \
             or from the feeds as they are served, with “newswire lock --adopt FEEDFILE”; \
             a restart without either makes new ones, and readers see the posts twice",
        ))
    }
}

/// Whether a post is still the one that readers know, by its id: it has its title still, and its file was edited, or
/// the site has moved to another host. Without anything that outlasts the process it is not if its address is
/// declared anew.
pub(in crate::catalog) fn keeps_id(settings: &CatalogSettings, before: &Post, after: &Post) -> bool {
    let is_edit = before.content != after.content;
    let stays = before.id == after.id || before.permalink == after.permalink;
    settings.keeps_ids || before.title == after.title && (is_edit || stays || settings.guesses_addresses)
}

/// The id of a post whose own is kept by another: it stays apart by a digest of the path.
fn apart(post: &Post) -> Arc<str> {
    let digest = Digest::of(post.path.as_bytes()).to_string();
    let mark = if post.id.contains('#') { '-' } else { '#' };
    format!("{}{mark}{}", post.id, &digest[..12]).into()
}

fn remove(map: &mut HashMap<Arc<str>, Paths>, id: &Arc<str>, path: &Arc<str>) {
    if let Some(paths) = map.get_mut(id) {
        paths.remove(path);
        if paths.is_empty() {
            map.remove(id);
        }
    }
}
