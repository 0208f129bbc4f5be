//! Which post has an id that several may claim: the first by path.

use std::sync::Arc;

use super::Index;
use crate::content::Post;

impl Index {
    /// Ids claimed by several public posts, with their paths; the first one has it.
    pub fn contested_ids(&self) -> impl Iterator<Item = (&Arc<str>, &[Arc<str>])> {
        self.contested
            .iter()
            .filter_map(|id| self.claims.get(id).map(|paths| (id, paths.as_slice())))
    }

    /// How many posts stand in no feed because their id is another's.
    pub fn conflicts(&self) -> usize {
        self.contested.len() + self.refused.len()
    }

    pub(super) fn claim(&mut self, post: &Arc<Post>) {
        let Some(id) = self.id_of(post) else {
            self.refused.insert(Arc::clone(&post.path));
            return;
        };
        self.note_displaced(post, &id);
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

    pub(super) fn release(&mut self, post: &Arc<Post>) {
        let Some(id) = self.id_of(post) else {
            self.refused.remove(&post.path);
            return;
        };
        self.forget_displaced(post);
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
}
