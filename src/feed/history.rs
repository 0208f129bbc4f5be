//! The history of a feed: which part of it a document holds, where the rest is (RFC 5005), and which posts have left
//! the site (RFC 6721).

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::vocabulary::{Format, Hasher};

/// A post that has left the site: its id, and when. Newest first, ties by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// When it left.
    pub when: DateTime<Utc>,
    /// The id that readers know it by.
    pub id: Arc<str>,
}

impl Ord for Tombstone {
    fn cmp(&self, other: &Self) -> Ordering {
        other.when.cmp(&self.when).then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Tombstone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How much of its feed a document holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DocumentRole {
    /// All of it (RFC 5005, section 2).
    Complete,
    /// The newest part, which readers poll.
    #[default]
    Subscription,
    /// A page of its archive (RFC 5005, section 4): the newest part is at one of these addresses, one for
    /// each format.
    Archive(Vec<(Format, String)>),
}

/// The history of a feed, as a document refers to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// How much of it the document holds.
    pub role: DocumentRole,
    /// Where the page is with which it goes on into the past, for each format.
    pub previous: Vec<(Format, String)>,
    /// What has left it lately, newest first.
    pub tombstones: Vec<Tombstone>,
}

impl History {
    /// When something last left it.
    pub fn updated(&self) -> Option<DateTime<Utc>> {
        self.tombstones.first().map(|tombstone| tombstone.when)
    }

    /// Where the page is with which it goes on into the past.
    pub fn previous(&self, format: Format) -> Option<&str> {
        of_format(&self.previous, format)
    }

    /// Where the newest part is, if this is an older one.
    pub fn current(&self, format: Format) -> Option<&str> {
        match &self.role {
            DocumentRole::Archive(current) => of_format(current, format),
            DocumentRole::Complete | DocumentRole::Subscription => None,
        }
    }

    /// Adds everything that a document shows of it.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        // Destructured, so that a new field can't be forgotten here.
        let History {
            role,
            previous,
            tombstones,
        } = self;
        let addresses = |hasher: &mut Hasher, addresses: &[(Format, String)]| {
            hasher.list(addresses.iter(), |hasher, (format, url)| {
                hasher.text(format.name());
                hasher.text(url);
            });
        };
        match role {
            DocumentRole::Complete => hasher.text("whole"),
            DocumentRole::Subscription => hasher.text("newest"),
            DocumentRole::Archive(current) => {
                hasher.text("page");
                addresses(hasher, current);
            }
        }
        addresses(hasher, previous);
        hasher.list(tombstones.iter(), |hasher, Tombstone { when, id }| {
            hasher.number(when.timestamp());
            hasher.text(id);
        });
    }
}

fn of_format(addresses: &[(Format, String)], format: Format) -> Option<&str> {
    addresses
        .iter()
        .find(|(own, _)| *own == format)
        .map(|(_, url)| url.as_str())
}
