//! Everything there is to tell editors.

use std::sync::Arc;

use crate::catalog::files::file::{File, FindingCounts, contested, refused};
use crate::catalog::step::Catalog;
use crate::vocabulary::{Finding, Severity};

impl Catalog {
    /// Everything there is to say, by path and place.
    pub fn findings(&self) -> Vec<Finding> {
        let files = self.files.values().flat_map(File::findings).cloned();
        let contested = self
            .index
            .contested_ids()
            .flat_map(|(id, paths)| contested(id, paths));
        let merged = self.index.merged_scopes().map(|scope| {
            let names: Vec<_> = scope.spellings.keys().map(|name| format!("“{name}”")).collect();
            let path = scope
                .entries
                .iter()
                .next()
                .map_or_else(|| "".into(), |entry| Arc::clone(&entry.post.path));
            Finding::new(
                &path,
                Severity::Note,
                "names-merged",
                format!(
                    "{} are one {}: “{}”",
                    names.join(" and "),
                    scope.key.kind.name(),
                    scope.title
                ),
            )
            .help("spell it one way in every post, or give one of them a “slug” of its own in feeds.toml")
        });
        let refused = self
            .index
            .refused()
            .map(|(post, line)| refused(post, self.index.pins().lock().line(line)));
        let mut findings: Vec<Finding> = files
            .chain(self.lock.findings().iter().cloned())
            .chain(refused)
            .chain(self.left_out.values().cloned())
            .chain(contested)
            .chain(self.index.retained_ids())
            .chain(merged)
            .chain(self.copies.findings())
            .collect();
        findings.sort();
        findings
    }

    /// How many findings there are in files.
    pub fn finding_counts(&self) -> FindingCounts {
        let mut counts = self.counts;
        counts.errors += self.index.conflicts();
        counts.warnings += usize::from(self.index.retains_ids());
        counts.warnings += self.copies.count();
        counts.add(self.left_out.values());
        counts.add(self.lock.findings().iter());
        counts
    }
}
