//! What posts say of each other: who refers to what, and where that leads.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::catalog::snapshot::entries::is_public;
use crate::catalog::snapshot::{PathsByName, Snapshot};
use crate::content::Post;
use crate::content::body::ResolvedLink;
use crate::content::place::reference::name_of;
use crate::content::post::Target;

/// Who refers to what.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Referrers {
    by_target: HashMap<Target, BTreeSet<Arc<str>>>,
}

impl Referrers {
    /// Takes in what a post refers to.
    pub(in crate::catalog) fn insert(&mut self, post: &Post) {
        for reference in &post.references {
            let referrers = self.by_target.entry(reference.target.clone()).or_default();
            referrers.insert(Arc::clone(&post.path));
        }
    }

    /// Forgets what a post refers to.
    pub(in crate::catalog) fn remove(&mut self, post: &Post) {
        for reference in &post.references {
            if let Some(referrers) = self.by_target.get_mut(&reference.target) {
                referrers.remove(&post.path);
                if referrers.is_empty() {
                    self.by_target.remove(&reference.target);
                }
            }
        }
    }

    /// The posts that may refer to the one at this path.
    pub(in crate::catalog) fn of(&self, path: &str) -> BTreeSet<Arc<str>> {
        if self.by_target.is_empty() {
            return BTreeSet::new();
        }
        Target::all_of(path)
            .iter()
            .filter_map(|target| self.by_target.get(target))
            .flatten()
            .cloned()
            .collect()
    }
}

/// Puts a post among those known by name; the first to be looked up by name brings all others in.
pub(in crate::catalog) fn note_name(view: &mut Snapshot, post: &Post) {
    let wants_names = |post: &Post| {
        post.references
            .iter()
            .any(|reference| matches!(reference.target, Target::Name(_)))
    };
    match &mut view.names {
        Some(names) => {
            names
                .entry(name_of(&post.path).into())
                .or_default()
                .insert(Arc::clone(&post.path));
        }
        None if wants_names(post) => {
            let mut names = PathsByName::new();
            for path in view.posts.keys() {
                names
                    .entry(name_of(path).into())
                    .or_default()
                    .insert(Arc::clone(path));
            }
            view.names = Some(names);
        }
        None => {}
    }
}

/// Takes a post out of those known by name.
pub(in crate::catalog) fn forget_name(view: &mut Snapshot, path: &Arc<str>) {
    if let Some(names) = &mut view.names
        && let Some(paths) = names.get_mut(name_of(path))
    {
        paths.remove(path);
        if paths.is_empty() {
            names.remove(name_of(path));
        }
    }
}

/// Where the references of a post lead. A post that is not public is no target: its address would
/// give it away.
pub fn resolve(snapshot: &Snapshot, post: &Post) -> Vec<ResolvedLink> {
    let settings = &snapshot.settings.content;
    post.references
        .iter()
        .map(|reference| {
            let target = target(snapshot, &reference.target);
            let url = target.map(|target| settings.absolute(&target.permalink));
            (reference.written.clone(), url)
        })
        .collect()
}

fn target<'a>(snapshot: &'a Snapshot, target: &Target) -> Option<&'a Arc<Post>> {
    let public = |path: &str| {
        let post = snapshot.posts.get(path)?;
        is_public(post, snapshot.moment).then_some(post)
    };
    match target {
        Target::Path(path) => Target::candidates(path).find_map(|path| public(&path)),
        Target::Name(name) => {
            let paths = snapshot.names.as_ref()?.get(name)?;
            paths.iter().find_map(|path| public(path))
        }
    }
}
