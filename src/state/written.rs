//! The state as it is written. Pure.

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::envelope;
use crate::catalog::files::file::KeptText;
use crate::catalog::kept::KeptScope;
use crate::catalog::snapshot::scope::OtherState;
use crate::catalog::{Kept, KeptSite, ScopeKey};
use crate::vocabulary::{Digest, ScopeKind};

const KIND: &str = "state";

#[derive(Serialize, Deserialize)]
struct Written {
    /// In milliseconds of Unix time; every other moment is in seconds.
    moment: i64,
    scopes: Vec<Scope>,
    /// The first versions did not keep them.
    #[serde(default)]
    others: Vec<Other>,
    texts: Vec<Text>,
    /// The first versions have none, and ignore it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    site: Option<Site>,
}

#[derive(Serialize, Deserialize)]
struct Site {
    public: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generator: Option<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct Scope {
    kind: String,
    slug: String,
    last_modified: i64,
    documents: Vec<(String, Digest)>,
}

#[derive(Serialize, Deserialize)]
struct Other {
    path: String,
    digest: Digest,
    last_modified: i64,
}

#[derive(Serialize, Deserialize)]
struct Text {
    path: String,
    digest: Digest,
    content: String,
}

/// The bytes of the file. The same state always gives the same bytes.
pub(super) fn encode(kept: &Kept) -> Vec<u8> {
    let scopes = kept.scopes.iter().map(|(key, scope)| Scope {
        kind: key.kind.name().to_owned(),
        slug: key.slug.to_string(),
        last_modified: scope.last_modified.timestamp(),
        documents: scope
            .documents
            .iter()
            .map(|(path, digest)| (path.to_string(), *digest))
            .collect(),
    });
    let others = kept.others.iter().map(|(path, state)| Other {
        path: path.to_string(),
        digest: state.digest,
        last_modified: state.last_modified.timestamp(),
    });
    let texts = kept.texts.iter().map(|(path, kept)| Text {
        path: path.to_string(),
        digest: kept.digest,
        content: kept.text.to_string(),
    });
    let written = Written {
        moment: kept.moment.timestamp_millis(),
        scopes: sorted(scopes, |scope| (scope.kind.clone(), scope.slug.clone())),
        others: sorted(others, |other| other.path.clone()),
        texts: sorted(texts, |text| text.path.clone()),
        site: kept.site.as_ref().map(|site| Site {
            public: site.is_public,
            generator: site.generator.clone(),
        }),
    };
    envelope::seal(KIND, &written)
}

fn sorted<T, K: Ord>(items: impl Iterator<Item = T>, key: fn(&T) -> K) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_by_cached_key(key);
    items
}

/// What the bytes of a file say; else what is wrong with them.
pub(super) fn decode(bytes: &[u8]) -> Result<Kept, &'static str> {
    let written: Written = envelope::open(KIND, bytes)?;
    kept(written).ok_or("it can't be understood")
}

/// `None` if a moment is out of range.
fn kept(written: Written) -> Option<Kept> {
    let mut kept = Kept {
        moment: DateTime::from_timestamp_millis(written.moment)?,
        site: written.site.map(|site| KeptSite {
            is_public: site.public,
            generator: site.generator,
        }),
        ..Kept::default()
    };
    for scope in written.scopes {
        // A kind that this version does not know has no feeds.
        let Some(kind) = ScopeKind::ALL.into_iter().find(|kind| kind.name() == scope.kind) else {
            continue;
        };
        let key = ScopeKey {
            kind,
            slug: scope.slug.into(),
        };
        let scope = KeptScope {
            last_modified: DateTime::from_timestamp(scope.last_modified, 0)?,
            documents: scope
                .documents
                .into_iter()
                .map(|(path, digest)| (path.into(), digest))
                .collect(),
        };
        kept.scopes.insert(key, scope);
    }
    for other in written.others {
        let state = OtherState {
            digest: other.digest,
            last_modified: DateTime::from_timestamp(other.last_modified, 0)?,
        };
        kept.others.insert(other.path.into(), state);
    }
    for text in written.texts {
        let kept_text = KeptText {
            digest: text.digest,
            text: text.content.into(),
        };
        kept.texts.insert(text.path.into(), kept_text);
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept() -> Kept {
        let documents = vec![("/rss.xml".into(), Digest::of(b"1"))];
        let last_modified = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let scope = KeptScope {
            last_modified,
            documents,
        };
        let other = OtherState {
            digest: Digest::of(b"3"),
            last_modified,
        };
        let text = KeptText {
            digest: Digest::of(b"2"),
            text: "---\ntitle: “A”\n---\n".into(),
        };
        Kept {
            moment: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            scopes: [(ScopeKey::site(), scope)].into(),
            others: [("/feeds.opml".into(), other)].into(),
            texts: [("a.md".into(), text)].into(),
            site: Some(KeptSite {
                is_public: true,
                generator: Some(("hugo.toml".into(), "hugo".into())),
            }),
            ids: imbl::OrdMap::new(),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(decode(&encode(&kept())), Ok(kept()));
        assert_eq!(decode(&encode(&Kept::default())), Ok(Kept::default()));
    }

    proptest! {
        #[test]
        fn a_damaged_file_is_never_believed(at in 0_usize..10_000, bit in 0..8_u32, cut in any::<bool>()) {
            let mut bytes = encode(&kept());
            let at = at % bytes.len();
            if cut {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 1_u8 << bit;
            }
            // The case of the digest's letters is all that may differ.
            prop_assert!(decode(&bytes).is_err() || decode(&bytes) == Ok(kept()), "{}", at);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(decode(&bytes).is_err());
        }
    }
}
