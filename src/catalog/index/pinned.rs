//! The index under a lock file: which id a post has, and which posts have left the site.

use std::sync::Arc;

use super::Index;
use crate::catalog::snapshot::entries::is_public;
use crate::catalog::snapshot::scope::ScopeKey;
use crate::content::Post;
use crate::feed::Tombstone;
use crate::lock::{Identity, LineNumber, Lock, Pins};

impl Index {
    /// Puts another lock file in place of the present one: every public post whose id it changes
    /// moves, and no other.
    pub fn set_lock(&mut self, lock: Lock) {
        let mut pins = Pins::new(Arc::new(lock));
        for post in self.view.posts.values() {
            pins.insert(post);
        }
        let moment = self.view.moment;
        let moved: Vec<Arc<Post>> = self
            .view
            .posts
            .values()
            .filter(|post| is_public(post, moment))
            .filter(|post| self.id_of(post) != self.id_under(&pins, post))
            .cloned()
            .collect();
        for post in &moved {
            self.release(post);
        }
        for line in withdrawn_lines(self.pins.lock()) {
            self.show_withdrawal(line, false);
        }
        self.pins = pins;
        for line in withdrawn_lines(self.pins.lock()) {
            let holder = self.pins.holder(line).and_then(|path| self.view.posts.get(path));
            if !holder.is_some_and(|post| self.is_listed(post)) {
                self.show_withdrawal(line, true);
            }
        }
        self.resume(&moved);
    }

    /// Shows the withdrawal that a line records in the feeds that its post stood in, or takes it out
    /// of them.
    fn show_withdrawal(&mut self, line: LineNumber, is_withdrawn: bool) {
        let lock = Arc::clone(self.pins.lock());
        let line = lock.line(line);
        let Some(when) = line.withdrawn else { return };
        let tombstone = Tombstone {
            when,
            id: Arc::clone(&line.id),
        };
        for (kind, slug) in line.scopes() {
            let key = ScopeKey {
                kind,
                slug: slug.into(),
            };
            if !self.view.settings.has_feed(&key) {
                continue;
            }
            let scope = self.view.scope_mut(&key);
            if is_withdrawn {
                scope.withdrawn.insert(tombstone.clone());
            } else {
                scope.withdrawn.remove(&tombstone);
            }
            self.touched.insert(key);
        }
    }

    /// Shows or hides the withdrawal of a post that comes back to the feeds or leaves them.
    pub(super) fn show_withdrawal_of(&mut self, post: &Post, is_withdrawn: bool) {
        if let Some((line, _)) = self.pins.line_of(&post.path) {
            self.show_withdrawal(line, is_withdrawn);
        }
    }

    /// The ids that the lock file pins.
    pub fn pins(&self) -> &Pins {
        &self.pins
    }

    /// Takes out of the feeds, for a moment, the posts whose id may change with that of this one.
    pub(super) fn suspend_rivals(&mut self, post: &Post) -> Vec<Arc<Post>> {
        let rivals = self.pins.rivals(post);
        let rivals: Vec<Arc<Post>> = rivals
            .iter()
            .filter_map(|path| self.view.posts.get(path).cloned())
            .filter(|rival| is_public(rival, self.view.moment))
            .collect();
        for rival in &rivals {
            self.release(rival);
        }
        rivals
    }

    pub(super) fn resume(&mut self, rivals: &[Arc<Post>]) {
        for rival in rivals {
            self.claim(rival);
        }
    }

    /// Public posts that stand in no feed because their id is another's by the lock file, each with
    /// the line that has the id.
    pub fn refused(&self) -> impl Iterator<Item = (&Arc<Post>, LineNumber)> {
        self.refused.iter().filter_map(|path| {
            let post = self.view.posts.get(path)?;
            match self.pins.identity(post) {
                Identity::Taken(line) => Some((post, line)),
                _ => None,
            }
        })
    }

    /// Whether a post stands in the feeds.
    pub fn is_listed(&self, post: &Post) -> bool {
        self.id_of(post).is_some_and(|id| {
            let paths = self.claims.get(&id);
            paths.and_then(|paths| paths.first()) == Some(&post.path)
        })
    }
}

fn withdrawn_lines(lock: &Arc<Lock>) -> Vec<LineNumber> {
    let lines = (0..).zip(lock.lines());
    lines
        .filter(|(_, line)| line.is_withdrawn())
        .map(|(number, _)| number)
        .collect()
}
