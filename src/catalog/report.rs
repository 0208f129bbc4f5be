//! Everything there is to tell editors.

use std::sync::Arc;

use crate::catalog::files::Files;
use crate::catalog::files::counts::FindingCounts;
use crate::catalog::index::Index;
use crate::content::Post;
use crate::lock::Line;
use crate::vocabulary::{Finding, Severity, nfc};

/// Everything there is to say, by path and place.
pub(super) fn findings(files: &Files, index: &Index, of_lock: &[Finding]) -> Vec<Finding> {
    let contested = index.contested_ids().flat_map(|(id, paths)| contested(id, paths));
    let merged = index.merged_scopes().map(|scope| {
        let names: Vec<_> = scope.spellings.keys().map(|name| format!("“{name}”")).collect();
        let first = scope.entries.iter().next();
        let path = first.map_or_else(|| "".into(), |entry| Arc::clone(&entry.post.path));
        let (names, kind, title) = (names.join(" and "), scope.key.kind.name(), &scope.title);
        let message = format!("{names} are one {kind}: “{title}”");
        Finding::new(&path, Severity::Note, "names-merged", message)
            .help("spell it one way in every post, or give one of them a “slug” of its own in feeds.toml")
    });
    let refused = index.refused();
    let refused = refused.map(|(post, line)| refused_id(post, index.pins().lock().line(line)));
    let mut findings: Vec<Finding> = files
        .findings()
        .chain(of_lock.iter().cloned())
        .chain(refused)
        .chain(contested)
        .chain(index.retained_ids())
        .chain(merged)
        .collect();
    findings.sort();
    findings
}

/// How many findings there are in files.
pub(super) fn counts(files: &Files, index: &Index, of_lock: &[Finding]) -> FindingCounts {
    let mut counts = files.counts();
    counts.errors += index.conflicts();
    counts.warnings += usize::from(index.retains_ids());
    counts.add(of_lock.iter());
    counts
}

/// Two posts that claim one id: what to tell the editor of the one that does not get it.
fn contested(id: &str, paths: &[Arc<str>]) -> impl Iterator<Item = Finding> {
    let first = paths.first().cloned();
    paths
        .iter()
        .skip(1)
        .zip(std::iter::repeat(first))
        .filter_map(move |(path, first)| {
            let first = first?;
            let (message, help) = if nfc::is_same(path, &first) {
                (
                    format!(
                        "its id “{id}” belongs to another file of the same name, so it stands in no feed: \
                         one writes its accents as macOS does (NFD), the other as Linux does (NFC)"
                    ),
                    "remove one of the two; git keeps to one form with core.precomposeunicode",
                )
            } else {
                (
                    format!("its id “{id}” belongs to {first}, so it stands in no feed"),
                    "give one of the two another slug, alias or guid",
                )
            };
            Some(Finding::new(path, Severity::Error, "duplicate-id", message).help(help))
        })
}

/// A post whose id is another's by the lock file: what to tell its editor.
fn refused_id(post: &Post, line: &Line) -> Finding {
    let (id, owner) = (&post.id, &line.path);
    let message = match line.withdrawn {
        Some(moment) => format!(
            "its id “{id}” belonged to {owner}, which was withdrawn on {}, so it stands in no feed",
            moment.format("%Y-%m-%d")
        ),
        None => format!("its id “{id}” belongs to {owner} by feeds.lock, so it stands in no feed"),
    };
    Finding::new(&post.path, Severity::Error, "duplicate-id", message).help(
        "give it another slug, alias or guid; if it is the same post, write its path into that line of feeds.lock",
    )
}
