//! Surrogate keys, by which a CDN can purge exactly what changed: one for the feed, and one for each post in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::header::HeaderValue;
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::catalog::select;
use crate::catalog::{ScopeKey, Snapshot};
use crate::vocabulary::{Digest, permalink::encode_path};

/// The longest header, in bytes: proxies refuse heads of more than 8 KiB or so. What posts' keys don't reach, a purge
/// by the feed's key does, which comes first.
const LONGEST: usize = 4096;
/// How many posts of a feed, the newest, are compared: at least as many as its header has keys.
const MOST_POSTS: usize = 500;
/// How many documents' headers are cached.
const KNOWN: usize = 1024;

/// The headers of documents, made once for each digest.
pub(crate) struct SurrogateKeys {
    known: Cache<Digest, HeaderValue>,
}

impl Default for SurrogateKeys {
    fn default() -> Self {
        SurrogateKeys {
            known: Cache::new(KNOWN),
        }
    }
}

impl SurrogateKeys {
    /// The Surrogate-Key header of a document of a scope.
    pub(crate) fn keys(&self, snapshot: &Snapshot, key: &ScopeKey, digest: Digest) -> Option<HeaderValue> {
        self.known
            .get_or_insert_with(&digest, || {
                HeaderValue::try_from(keys(snapshot, key)).map_err(|_| ())
            })
            .ok()
    }
}

/// A feed's key: `site`, `category/news`.
pub(crate) fn feed_key(key: &ScopeKey) -> String {
    encode_path(&key.to_string())
}

/// A post's key, from the id of its entries.
fn post_key(id: &str) -> String {
    let sum = Sha256::digest(id.as_bytes());
    let hex = sum.iter().take(6).map(|byte| format!("{byte:02x}"));
    hex.fold("p-".to_owned(), |key, byte| key + &byte)
}

/// The keys of feeds that changed between two snapshots, and of the posts that were added to them, changed or removed.
pub(crate) fn changed_keys(
    before: Option<&Snapshot>,
    after: &Snapshot,
    feeds: &[ScopeKey],
) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = feeds.iter().map(feed_key).collect();
    // Without a snapshot before, no copy can have the key of a post that changed.
    let Some(before) = before else { return keys };
    for feed in feeds {
        let (Some(old), Some(new)) = (before.scope(feed), after.scope(feed)) else {
            continue;
        };
        for (own, other) in [(old, new), (new, old)] {
            for published in own.entries.iter().take(MOST_POSTS) {
                let is_same = other.entries.get(published).is_some_and(|there| {
                    Arc::ptr_eq(&there.post, &published.post) && there.id == published.id
                });
                if !is_same {
                    keys.insert(post_key(&published.id));
                }
            }
        }
    }
    keys
}

fn keys(snapshot: &Snapshot, key: &ScopeKey) -> String {
    let mut keys = feed_key(key);
    let entries = select::feed_of(snapshot, key).map_or_else(Vec::new, |feed| feed.entries);
    for entry in entries {
        let key = post_key(&entry.id);
        if keys.len() + 1 + key.len() > LONGEST {
            break;
        }
        keys.push(' ');
        keys.push_str(&key);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::ScopeKind;

    #[test]
    fn names_are_made_of_what_can_stand_in_a_header() {
        let key = |kind, slug: &str| {
            let slug = slug.into();
            feed_key(&ScopeKey { kind, slug })
        };
        assert_eq!(key(ScopeKind::Site, ""), "site");
        assert_eq!(key(ScopeKind::Category, "news"), "category/news");
        assert_eq!(key(ScopeKind::Tag, "über uns"), "tag/%C3%BCber%20uns");
        // The first digits of `printf x | sha256sum`.
        assert_eq!(post_key("x"), "p-2d711642b726");
    }
}
