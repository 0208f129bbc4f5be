//! The same posts under another configuration, without a look at the disk.
//!
//! The posts are parsed again from the texts that are kept, before anybody decides whether the new
//! configuration is taken up: one under which most posts would stand in no feed is most likely a mistake.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::files::Files;
use crate::catalog::files::reparse::Outcomes;
use crate::catalog::index::Index;
use crate::catalog::index::published_ids::keeps_id;
use crate::catalog::kept::Kept;
use crate::catalog::settings::CatalogSettings;
use crate::catalog::snapshot::entries::is_public;
use crate::content::Parsed;
use crate::vocabulary::{Finding, Severity};

/// What the known posts are under another configuration.
#[derive(Debug)]
pub struct Reparsed {
    pub(super) settings: CatalogSettings,
    /// What has changed; `None` where the configuration reads content as the one before did.
    pub(super) outcomes: Option<Outcomes>,
    /// How many posts are public.
    pub(super) public: usize,
    /// Those of them that would not be public.
    pub(super) lost: BTreeSet<Arc<str>>,
    /// Those that get other ids.
    pub(super) moved: Vec<Arc<str>>,
}

impl Reparsed {
    /// Parses the known posts under another configuration.
    pub(super) fn new(files: &Files, index: &Index, settings: CatalogSettings) -> Self {
        let view = index.view();
        let is_same = *settings.content == *view.settings.content;
        let outcomes = (!is_same).then(|| files.reparse(&settings.content));
        let outcome = |path: &str| outcomes.as_ref()?.get(path);
        let posts = view.posts.values().filter(|post| is_public(post, view.moment));
        let public: Vec<&Arc<str>> = posts.map(|post| &post.path).collect();
        let is_lost = |path: &Arc<str>| match outcome(path) {
            Some((Ok(Parsed::Post(post)), _)) => !is_public(post, view.moment),
            Some((Ok(_), _)) => true,
            Some((Err(fault), _)) => fault.withdrawal.applies(view.moment),
            None => false,
        };
        let lost = public.iter().filter(|path| is_lost(path));
        let lost = lost.map(|path| Arc::clone(path)).collect();
        // The ids of posts that were public are others, and are not kept.
        let is_moved = |path: &&Arc<str>| match (view.posts.get(*path), outcome(path)) {
            (Some(before), Some((Ok(Parsed::Post(after)), _))) => {
                !after.has_own_id && !keeps_id(&settings, before, after)
            }
            _ => false,
        };
        Reparsed {
            moved: view.ids.keys().filter(is_moved).cloned().collect(),
            public: public.len(),
            lost,
            outcomes,
            settings,
        }
    }

    /// What of an index outlasts the configuration.
    pub(super) fn kept(&self, index: &Index) -> Kept {
        let view = index.view();
        let mut kept = Kept::of(view, std::collections::HashMap::new());
        // What this configuration has not come to yet, readers know from the one before.
        kept.scopes.retain(|_, scope| !scope.documents.is_empty());
        for (key, scope) in index.kept() {
            kept.scopes.entry(key.clone()).or_insert_with(|| scope.clone());
        }
        for path in &self.moved {
            kept.ids.remove(path);
        }
        if !self.settings.keeps_ids {
            // Of what is no post now nobody could say whether it is the same when it is one again.
            kept.ids = kept
                .ids
                .into_iter()
                .filter(|(path, _)| view.posts.contains_key(path))
                .collect();
        }
        kept
    }

    /// What there is to say of posts whose ids it changes.
    pub(super) fn finding(&self) -> Option<Finding> {
        let first = self.moved.first()?;
        let who = match self.moved.len() {
            1 => "its id is".to_owned(),
            2 => "its id and that of another post are".to_owned(),
            more => format!("its id and those of {} other posts are", more - 1),
        };
        let message = format!("{who} another under the new configuration, and readers may see them twice");
        Some(Finding::new(first, Severity::Warning, "id-moved", message).help(
            "pin the ids with “newswire lock” before such a change, or set dir under [state]; \
             “newswire lock --adopt FEEDFILE” takes them over from the feeds as they were served",
        ))
    }
}
