//! New posts that are dated so far back that the site's feed does not show them.

use std::collections::HashSet;
use std::sync::Arc;

use crate::catalog::files::Files;
use crate::catalog::index::Index;
use crate::catalog::select;
use crate::catalog::snapshot::scope::ScopeKey;
use crate::vocabulary::{Finding, Severity};

/// Of posts whose files are new, those that are public and that the site's feed does not reach back to.
pub(super) fn findings(files: &Files, index: &Index, arrived: &[Arc<str>]) -> Vec<Finding> {
    let view = index.view();
    let Some(scope) = view.scope(&ScopeKey::site()).filter(|_| !arrived.is_empty()) else {
        return Vec::new();
    };
    let shown: HashSet<&Arc<str>> = select::shown(view, scope)
        .into_iter()
        .map(|published| &published.post.path)
        .collect();
    let is_unseen = |path: &&Arc<str>| {
        let post = files.post(path);
        post.is_some_and(|post| index.is_listed(post)) && !shown.contains(path)
    };
    let finding = |path: &Arc<str>| {
        let message = format!(
            "the post is new, and older than the {} that the site's feed shows: readers who poll it \
             will not see it",
            shown.len()
        );
        Finding::new(path, Severity::Note, "below-window", message)
            .help("give it a later date if it is news; the feed's archive has it in any case")
    };
    arrived.iter().filter(is_unseen).map(finding).collect()
}
