//! What the writer knows of the lock file. Its last good text stands when it is broken or gone.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::catalog::look::Step;
use crate::catalog::tree::CHANGING;
use crate::catalog::tree::{LockReading, ReadError, Stamp, Tree};
use crate::lock::{FILE_NAME, Lock};
use crate::vocabulary::{Digest, Finding, Severity};

/// The lock file as it was last read.
#[derive(Clone, Debug, Default)]
pub struct LockFile {
    /// Its stamp, if that can vouch for its content.
    stamp: Option<Stamp>,
    digest: Option<Digest>,
    is_good: bool,
    findings: Vec<Finding>,
}

/// What a look at the lock file found.
#[derive(Debug, Default)]
pub struct LockNews {
    /// What it says, if that is new.
    pub lock: Option<Lock>,
    /// When its inode last changed, if it was read.
    pub changed: Option<DateTime<Utc>>,
}

impl LockFile {
    /// Looks at the lock file.
    pub fn look(&mut self, tree: &dyn Tree, moment: DateTime<Utc>, step: &mut Step) -> LockNews {
        let before = self.findings.clone();
        let mut news = LockNews::default();
        match tree.lock(self.stamp) {
            LockReading::Known => {}
            // It was there, and readers know the ids in it.
            LockReading::Absent if self.is_present() => self.complain(
                "lock-gone",
                "the file is gone; the ids that it pinned stay until Newswire is started again",
                "bring it back from version control, or write it anew with “newswire lock”",
            ),
            LockReading::Absent => {}
            LockReading::Failed(ReadError::Changing | ReadError::Gone) => {
                step.look_again.add(&FILE_NAME.into(), CHANGING);
            }
            LockReading::Failed(ReadError::Failed(why)) => self.complain(
                "lock-unreadable",
                &format!("can't read the file: {why}"),
                "make it readable for the user that Newswire runs as",
            ),
            LockReading::Read(stamp, bytes) => {
                self.stamp = stamp.is_settled(moment).then_some(stamp);
                if let Some(after) = stamp.settles_in(moment) {
                    step.look_again.add(&FILE_NAME.into(), after);
                }
                news.changed = Some(stamp.changed_at());
                news.lock = self.take_in(&bytes);
            }
        }
        step.lock_changed = news.lock.is_some() || self.findings != before;
        let new = self.findings.iter().filter(|finding| !before.contains(finding));
        step.new_findings.extend(new.cloned());
        news
    }

    /// What is wrong with it.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether there is one, or was.
    pub fn is_present(&self) -> bool {
        self.digest.is_some()
    }

    fn take_in(&mut self, bytes: &[u8]) -> Option<Lock> {
        let digest = Digest::of(bytes);
        let is_new = self.digest.replace(digest) != Some(digest);
        // Also where it is as it was: since then it may have been away, which is another finding.
        let (lock, findings) = Lock::parse(bytes);
        let is_good = findings.is_empty();
        self.findings = findings;
        // Half a lock is better than none, and worse than the last good one.
        let counts = is_new && (is_good || !self.is_good);
        self.is_good |= is_good;
        counts.then_some(lock)
    }

    fn complain(&mut self, code: &'static str, message: &str, help: &str) {
        let file: Arc<str> = FILE_NAME.into();
        self.findings = vec![Finding::new(&file, Severity::Error, code, message).help(help)];
        self.stamp = None;
    }
}
