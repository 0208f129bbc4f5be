//! What is known of one file.

use std::sync::Arc;

use crate::catalog::tree::Stamp;
use crate::catalog::tree::diff::Stamped;
use crate::content::fields::inherited::is_section_file;
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::{Fault, Parsed, Post};
use crate::vocabulary::{Digest, Finding};

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
    /// Its last good version, if it ever had one.
    pub good: Option<Parsed>,
    /// What is wrong with it now.
    pub fault: Option<Box<Fault>>,
    /// When its last good version has to go because of what its broken text says.
    pub withdrawal: Option<Withdrawal>,
}

/// What a file is under other settings, with the digest of what is handed down to it.
pub type Outcome = (Result<Parsed, Fault>, Option<Digest>);

/// The text of a last good version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptText {
    /// The digest of the file that had it.
    pub digest: Digest,
    /// The text.
    pub text: Arc<str>,
}

impl Stamped for File {
    fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }
}

impl File {
    /// The post that its last good version is.
    pub fn post(&self) -> Option<&Arc<Post>> {
        match &self.good {
            Some(Parsed::Post(post)) => Some(post),
            _ => None,
        }
    }

    /// The text of its last good version, if that is a post or a section.
    pub fn good_text(&self) -> Option<KeptText> {
        match self.good.as_ref()? {
            Parsed::Post(post) => Some(KeptText {
                digest: post.content,
                text: post.source.file()?.into(),
            }),
            Parsed::Section(section) => Some(KeptText {
                digest: section.content,
                text: section.text.as_ref().into(),
            }),
            Parsed::Author(_) | Parsed::NotAPost(_) => None,
        }
    }

    /// Whether what it is depends on when it was last written, too.
    pub fn is_dated_by_file(&self) -> bool {
        self.post().is_some_and(|post| post.dated_by_file)
    }

    /// What its broken text says of its withdrawal.
    pub fn text_withdrawal(&self) -> Option<Withdrawal> {
        self.fault.as_ref().map(|fault| fault.withdrawal)
    }

    /// Has its last good version go when a text says so, if readers see anything of it.
    pub fn set_withdrawal(&mut self, withdrawal: Option<Withdrawal>) {
        let is_any = |withdrawal: &Withdrawal| *withdrawal != Withdrawal::default();
        let is_shown = self.good.as_ref().is_some_and(Parsed::is_shown);
        self.withdrawal = withdrawal.filter(is_any).filter(|_| is_shown);
    }

    /// Has it read at the next look, whatever its stamp and its bytes are then.
    pub fn be_read_again(&mut self) {
        (self.stamp, self.digest) = (None, None);
    }

    /// Whether it could not be read before, for the same reason.
    pub fn is_unreadable_for(&self, fault: &Fault) -> bool {
        let own = self.fault.as_ref().filter(|_| self.digest.is_none());
        own.is_some_and(|own| own.finding == fault.finding)
    }

    /// Becomes what it is under other settings, as far as that is known; whether anything of it stands.
    pub fn become_outcome(&mut self, path: &str, outcome: Option<Outcome>) -> bool {
        match outcome {
            Some((Ok(parsed), handed_down)) => {
                if self.fault.is_some() {
                    // What is wrong with it may be another thing now.
                    self.be_read_again();
                }
                (self.good, self.handed_down) = (Some(parsed), handed_down);
            }
            // The last good version stands, and the next look says what is wrong.
            Some((Err(_), _)) => self.be_read_again(),
            // Stands until it is read again, which may not be possible now. A broken section may keep posts back
            // without ever having been good.
            None if self.good.is_some() || is_section_file(path) => self.be_read_again(),
            None => return false,
        }
        true
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
