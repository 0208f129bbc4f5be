//! The list of all feeds at `/`, as plain text for people.

use std::fmt::Write;
use std::sync::{Arc, Weak};

use arc_swap::ArcSwapOption;

use crate::catalog::{ScopeState, Snapshot};
use crate::vocabulary::Digest;

/// The digest of the present snapshot's list, computed once for each snapshot.
#[derive(Default)]
pub(crate) struct FeedListDigest {
    // Weak, so that a list nobody reads does not keep an old snapshot alive.
    known: ArcSwapOption<(Weak<Snapshot>, Digest)>,
}

impl FeedListDigest {
    /// The digest of a snapshot's list.
    pub(crate) fn digest(&self, snapshot: &Arc<Snapshot>) -> Digest {
        if let Some(known) = &*self.known.load()
            && std::ptr::eq(known.0.as_ptr(), Arc::as_ptr(snapshot))
        {
            return known.1;
        }
        let digest = Digest::of(&render(snapshot));
        self.known
            .store(Some(Arc::new((Arc::downgrade(snapshot), digest))));
        digest
    }
}

/// The list of a snapshot's feeds: every scope with the number of its public posts and its
/// addresses.
pub(crate) fn render(snapshot: &Snapshot) -> Vec<u8> {
    let settings = snapshot.settings();
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = writeln!(text, "{}", settings.site.title);
    if !settings.site.description.is_empty() {
        let _ = writeln!(text, "{}", settings.site.description);
    }
    let mut kind = None;
    for scope in snapshot.scopes() {
        if kind.replace(scope.key.kind) != Some(scope.key.kind) {
            let _ = write!(text, "\n{}\n", scope.key.kind.heading());
        }
        write_scope(&mut text, snapshot, scope);
    }
    if kind.is_none() {
        text.push_str("\nNothing is published yet.\n");
    }
    text.into_bytes()
}

fn write_scope(text: &mut String, snapshot: &Snapshot, scope: &ScopeState) {
    let posts = if scope.entries.len() == 1 { "post" } else { "posts" };
    let _ = writeln!(text, "\n  {} ({} {posts})", scope.title, scope.entries.len());
    for document in &scope.documents {
        let url = snapshot.settings().public_url(&document.path);
        let _ = writeln!(text, "    {:<13}  {url}", document.format.title());
    }
}
