//! What the writer knows of one file.

use std::sync::Arc;

use crate::catalog::tree::Stamp;
use crate::catalog::tree::diff::Known;
use crate::content::{Fault, Parsed, Post};
use crate::lock::Line;
use crate::vocabulary::{Digest, Finding, Severity, nfc};

/// A file as it was last read.
#[derive(Debug)]
pub struct File {
    /// Its stamp, if that can vouch for its content: not if the file was so young that another
    /// write could have left the same stamp.
    pub stamp: Option<Stamp>,
    /// The digest of its bytes; `None` if they could not be read.
    pub digest: Option<Digest>,
    /// The digest of what was handed down to its last good version, or else to its bytes.
    pub handed_down: Option<Digest>,
    /// What its last good version is, if it ever had one.
    pub good: Option<Parsed>,
    /// What is wrong with it now.
    pub fault: Option<Box<Fault>>,
}

impl Known for File {
    fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }
}

impl File {
    /// Whether what it is depends on when it was last written, too.
    pub fn is_dated_by_file(&self) -> bool {
        matches!(&self.good, Some(Parsed::Post(post)) if post.dated_by_file)
    }

    /// What there is to say about it.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let own: &[Finding] = match (&self.fault, &self.good) {
            (None, Some(Parsed::Post(post))) => &post.findings,
            (None, Some(Parsed::NotAPost(Some(finding)))) => std::slice::from_ref(finding),
            _ => &[],
        };
        self.fault.iter().map(|fault| &fault.finding).chain(own)
    }
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FindingCounts {
    /// Files that can't be used as they stand.
    pub errors: usize,
    /// Posts in which something was guessed, dropped or mended.
    pub warnings: usize,
    /// Good to know.
    pub notes: usize,
}

impl FindingCounts {
    /// Counts some findings in.
    pub fn add<'a>(&mut self, findings: impl Iterator<Item = &'a Finding>) {
        findings.for_each(|finding| *self.slot(finding.severity) += 1);
    }

    /// Counts some findings out.
    pub fn remove<'a>(&mut self, findings: impl Iterator<Item = &'a Finding>) {
        findings.for_each(|finding| {
            let slot = self.slot(finding.severity);
            *slot = slot.saturating_sub(1);
        });
    }

    fn slot(&mut self, severity: Severity) -> &mut usize {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        }
    }
}

/// Two posts that claim one id: what to tell the editor of the one that does not get it.
pub fn contested(id: &str, paths: &[Arc<str>]) -> impl Iterator<Item = Finding> {
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
pub fn refused(post: &Post, line: &Line) -> Finding {
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
