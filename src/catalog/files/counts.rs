//! How many findings there are.

use crate::vocabulary::{Finding, Severity};

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
    /// Adds some findings.
    pub fn add<'a>(&mut self, findings: impl Iterator<Item = &'a Finding>) {
        findings.for_each(|finding| *self.of(finding.severity) += 1);
    }

    /// Takes away some findings that were added before.
    pub fn remove<'a>(&mut self, findings: impl Iterator<Item = &'a Finding>) {
        findings.for_each(|finding| *self.of(finding.severity) -= 1);
    }

    fn of(&mut self, severity: Severity) -> &mut usize {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        }
    }
}
