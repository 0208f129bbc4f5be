//! What is decided about the visibility of a post.

use chrono::{DateTime, FixedOffset, Utc};

use crate::content::post::KeptBack;
use crate::vocabulary::Severity;

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::content) struct Visibility {
    /// Why it is kept back whatever the moment, and the key that says so.
    pub(in crate::content) kept_back: Option<(KeptBack, &'static str)>,
    /// When it was published, for those who read it.
    pub(in crate::content) published: DateTime<FixedOffset>,
    /// From when on it is public.
    pub(in crate::content) public_from: DateTime<Utc>,
    /// From when on it is no longer public.
    pub(in crate::content) public_until: Option<DateTime<Utc>>,
    /// What there is to tell the editor.
    pub(in crate::content) remarks: Vec<Remark>,
}

/// Something to tell the editor about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::content) struct Remark {
    pub(in crate::content) severity: Severity,
    pub(in crate::content) code: &'static str,
    /// The key as it is written.
    pub(in crate::content) key: String,
    /// The sentence that the key is the subject of.
    pub(in crate::content) message: String,
    pub(in crate::content) help: String,
}

impl Visibility {
    /// Keeps the post back. A draft is what an editor is told first.
    pub(super) fn keep_back(&mut self, why: KeptBack, key: &'static str) {
        match self.kept_back {
            None => self.kept_back = Some((why, key)),
            Some((KeptBack::Hidden, _)) if why == KeptBack::Draft => self.kept_back = Some((why, key)),
            Some(_) => {}
        }
    }

    pub(super) fn warn(
        &mut self,
        code: &'static str,
        key: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.remark(Severity::Warning, code, key, message, help);
    }

    pub(super) fn note(
        &mut self,
        code: &'static str,
        key: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.remark(Severity::Note, code, key, message, help);
    }

    fn remark(
        &mut self,
        severity: Severity,
        code: &'static str,
        key: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.remarks.push(Remark {
            severity,
            code,
            key: key.to_owned(),
            message: message.into(),
            help: help.into(),
        });
    }
}
