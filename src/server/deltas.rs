//! Answers with only what is new (RFC 3229, with the instance manipulation “feed”): for clients that
//! ask for it, say what they have, and are known to merge it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::Version;
use actix_web::http::header::{self, HeaderMap, HeaderName};

use crate::catalog::{ScopeKey, Snapshot};
use crate::digest::{Digest, Hasher};
use crate::feed::Format;

use super::conditional;

/// The request's header (RFC 3229, section 10.5.3).
pub(super) const A_IM: HeaderName = HeaderName::from_static("a-im");
/// The answer's header (RFC 3229, section 10.5.2).
pub(super) const IM: HeaderName = HeaderName::from_static("im");

/// How many versions of a document are remembered.
const VERSIONS: usize = 8;
/// Documents of more entries are sent whole: what is remembered has to stay small.
const MOST_ENTRIES: usize = 500;

/// The digests of a document's entries.
pub(super) type Entries = Arc<HashSet<Digest>>;

/// Which entries stood in the last versions of each document.
#[derive(Default)]
pub(super) struct History {
    documents: Mutex<HashMap<(ScopeKey, Format), Versions>>,
}

type Versions = VecDeque<(Digest, Entries)>;

/// A document without the entries that a client has.
pub(super) struct Delta {
    /// Of the whole and what is left out.
    pub(super) digest: Digest,
    /// What is left out.
    pub(super) known: Entries,
}

impl History {
    /// Remembers a version that is about to be sent, so that the next one can be sent as a delta.
    pub(super) fn note(&self, snapshot: &Snapshot, key: &ScopeKey, format: Format, digest: Digest) {
        if is_mergeable(format) {
            self.entries(snapshot, key, format, digest);
        }
    }

    /// What to send to a client that has one of these versions; `None` is the whole: if none of them
    /// is remembered, if nothing is new, or everything is.
    pub(super) fn delta(
        &self,
        snapshot: &Snapshot,
        key: &ScopeKey,
        format: Format,
        present: Digest,
        versions: impl Iterator<Item = Digest>,
    ) -> Option<Delta> {
        if !is_mergeable(format) {
            return None;
        }
        let id = (key.clone(), format);
        let (version, known) = {
            let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
            let remembered = documents.get(&id)?;
            let find = |version: Digest| remembered.iter().find(|(own, _)| *own == version).cloned();
            versions.into_iter().find_map(find)?
        };
        let entries = self.entries(snapshot, key, format, present)?;
        let new = entries.iter().filter(|entry| !known.contains(*entry)).count();
        if new == 0 || new == entries.len() {
            return None;
        }
        let mut hasher = Hasher::new("delta");
        hasher.digest(version);
        hasher.digest(present);
        Some(Delta {
            digest: hasher.finish(),
            known,
        })
    }

    /// The entries of the present version, remembered from now on.
    fn entries(
        &self,
        snapshot: &Snapshot,
        key: &ScopeKey,
        format: Format,
        present: Digest,
    ) -> Option<Entries> {
        let id = (key.clone(), format);
        let find = |versions: &Versions| {
            let mut versions = versions.iter();
            versions
                .find(|(own, _)| *own == present)
                .map(|(_, entries)| Arc::clone(entries))
        };
        {
            let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(entries) = documents.get(&id).and_then(find) {
                return Some(entries);
            }
        }
        let feed = snapshot.feed(key)?;
        if feed.entries.len() > MOST_ENTRIES {
            return None;
        }
        let entries: Entries = Arc::new(feed.entries.iter().map(crate::feed::Entry::digest).collect());
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let versions = documents.entry(id).or_default();
        if find(versions).is_none() {
            versions.push_back((present, Arc::clone(&entries)));
            if versions.len() > VERSIONS {
                versions.pop_front();
            }
        }
        Some(entries)
    }
}

/// What proxies and CDNs leave in a request they pass on.
const TRACES: [&str; 7] = [
    "via",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-real-ip",
    "x-varnish",
    "cdn-loop",
];

/// Whether the request may have come through a cache. One that revalidates what it has puts its own tag
/// into If-None-Match and hands on the client's A-IM: the delta would be to the cache's version, and the
/// client, which may have an older one, would miss what lies between.
pub(super) fn may_be_from_a_cache(headers: &HeaderMap, version: Version) -> bool {
    version != Version::HTTP_11 || TRACES.iter().any(|name| headers.contains_key(*name))
}

/// The versions that a client has, if it may get a delta: it asks for one, is on the list, and says what
/// it has.
pub(super) fn versions<'a>(
    headers: &'a HeaderMap,
    clients: &[String],
) -> Option<impl Iterator<Item = Digest> + 'a> {
    let asks = headers
        .get_all(A_IM)
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .any(is_feed);
    let is_known = || {
        let user_agent = headers
            .get(header::USER_AGENT)
            .map_or(&b""[..], |value| value.as_bytes());
        let name = user_agent
            .split(|byte| matches!(byte, b'/' | b' '))
            .next()
            .unwrap_or(b"");
        clients
            .iter()
            .any(|client| name.eq_ignore_ascii_case(client.as_bytes()))
    };
    (asks && is_known()).then(|| conditional::named_digests(headers))
}

/// `feed`, unless refused by `q=0`.
fn is_feed(member: &[u8]) -> bool {
    let mut parts = member.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let is_named = parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case(b"feed"));
    let is_refused = |part: &[u8]| {
        part.strip_prefix(b"q=")
            .is_some_and(|weight| !weight.is_empty() && weight.iter().all(|b| matches!(b, b'0' | b'.')))
    };
    is_named && !parts.any(is_refused)
}

/// Whether clients are known to merge a delta in a format.
fn is_mergeable(format: Format) -> bool {
    matches!(format, Format::Rss | Format::Atom)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_request_that_a_cache_may_have_passed_on_gets_no_delta() {
        let mut headers = HeaderMap::new();
        assert!(!may_be_from_a_cache(&headers, Version::HTTP_11));
        assert!(may_be_from_a_cache(&headers, Version::HTTP_10));
        headers.append(
            HeaderName::from_static("x-forwarded-for"),
            HeaderValue::from_static("192.0.2.1"),
        );
        assert!(may_be_from_a_cache(&headers, Version::HTTP_11));
    }

    #[test]
    fn a_delta_is_for_clients_on_the_list_that_ask_and_say_what_they_have() {
        let digest = Digest::of(b"then");
        let tag = format!("W/\"gz.{digest}-gzip\", \"unknown\"");
        let clients = ["newsboat".to_owned()];
        for (a_im, user_agent, expected) in [
            ("feed", "newsboat/2.21 (Linux x86_64)", true),
            ("gzip, Feed;q=0.5", "Newsboat/2.21", true),
            ("feed", "newsboat", true),
            ("feed;q=0", "newsboat/2.21", false),
            ("vcdiff", "newsboat/2.21", false),
            ("feed", "feedparser/6.0.14", false),
            ("feed", "rss2email/3.13 newsboat/2.21", false),
            ("feed", "newsboater/1", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(A_IM, HeaderValue::from_static(a_im));
            headers.append(header::USER_AGENT, HeaderValue::from_static(user_agent));
            headers.append(header::IF_NONE_MATCH, HeaderValue::from_str(&tag).unwrap());
            let found = versions(&headers, &clients).map(Iterator::collect::<Vec<_>>);
            assert_eq!(found, expected.then(|| vec![digest]), "{a_im} {user_agent}");
            assert!(versions(&headers, &[]).is_none());
        }
    }
}
