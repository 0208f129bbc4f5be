//! The state as it is written. Pure.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::files::file::KeptText;
use crate::catalog::kept::KeptScope;
use crate::catalog::snapshot::scope::OtherState;
use crate::catalog::{Kept, KeptSite, ScopeKey};
use crate::vocabulary::{Digest, ScopeKind};

/// The first words of the file. The number changes with the format.
const MAGIC: &str = "newswire state 1";
/// What every version starts with.
const ANY_VERSION: &str = "newswire state ";

#[derive(Serialize, Deserialize)]
struct Written {
    moment: i64,
    scopes: Vec<Scope>,
    /// Versions before did not keep them.
    #[serde(default)]
    others: Vec<Other>,
    texts: Vec<Text>,
    /// Earlier versions have none, and pass it over.
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
    documents: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct Other {
    path: String,
    digest: String,
    last_modified: i64,
}

#[derive(Serialize, Deserialize)]
struct Text {
    path: String,
    digest: String,
    content: String,
}

/// The bytes of the file. The same state always gives the same bytes.
pub(super) fn encode(kept: &Kept) -> Vec<u8> {
    let mut scopes: Vec<Scope> = kept
        .scopes
        .iter()
        .map(|(key, scope)| Scope {
            kind: key.kind.name().to_owned(),
            slug: key.slug.to_string(),
            last_modified: scope.last_modified.timestamp(),
            documents: scope
                .documents
                .iter()
                .map(|(path, digest)| (path.to_string(), hex(*digest)))
                .collect(),
        })
        .collect();
    scopes.sort_by(|one, other| (&one.kind, &one.slug).cmp(&(&other.kind, &other.slug)));
    let mut others: Vec<Other> = kept
        .others
        .iter()
        .map(|(path, state)| Other {
            path: path.to_string(),
            digest: hex(state.digest),
            last_modified: state.last_modified.timestamp(),
        })
        .collect();
    others.sort_by(|one, other| one.path.cmp(&other.path));
    let mut texts: Vec<Text> = kept
        .texts
        .iter()
        .map(|(path, kept)| Text {
            path: path.to_string(),
            digest: hex(kept.digest),
            content: kept.text.to_string(),
        })
        .collect();
    texts.sort_by(|one, other| one.path.cmp(&other.path));
    let written = Written {
        moment: kept.moment.timestamp_millis(),
        scopes,
        others,
        texts,
        site: kept.site.as_ref().map(|site| Site {
            public: site.is_public,
            generator: site.generator.clone(),
        }),
    };
    // Strings and numbers always become JSON.
    let json = serde_json::to_vec(&written).unwrap_or_default();
    let mut bytes = format!("{MAGIC} {}\n", hex(Digest::of(&json))).into_bytes();
    bytes.extend(json);
    bytes
}

/// What the bytes of a file say; else what is wrong with them.
pub(super) fn decode(bytes: &[u8]) -> Result<Kept, &'static str> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or("it has no first line")?;
    let (line, json) = (&bytes[..end], &bytes[end + 1..]);
    let line = str::from_utf8(line).map_err(|_| "its first line is not text")?;
    let digest = line.strip_prefix(MAGIC).ok_or_else(|| {
        if line.starts_with(ANY_VERSION) {
            "another version of this program wrote it"
        } else {
            "it is no state at all"
        }
    })?;
    if Digest::parse(digest.trim()) != Some(Digest::of(json)) {
        return Err("it is damaged");
    }
    let written: Written = serde_json::from_slice(json).map_err(|_| "it can't be understood")?;
    let broken = "it can't be understood";
    let mut kept = Kept {
        moment: DateTime::<Utc>::from_timestamp_millis(written.moment).ok_or(broken)?,
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
        let documents = scope
            .documents
            .iter()
            .map(|(path, digest)| Some((Arc::from(path.as_str()), Digest::parse(digest)?)))
            .collect::<Option<Vec<_>>>()
            .ok_or(broken)?;
        let key = ScopeKey {
            kind,
            slug: scope.slug.into(),
        };
        let last_modified = DateTime::from_timestamp(scope.last_modified, 0).ok_or(broken)?;
        let scope = KeptScope {
            last_modified,
            documents,
        };
        kept.scopes.insert(key, scope);
    }
    for other in written.others {
        let state = OtherState {
            digest: Digest::parse(&other.digest).ok_or(broken)?,
            last_modified: DateTime::from_timestamp(other.last_modified, 0).ok_or(broken)?,
        };
        kept.others.insert(other.path.into(), state);
    }
    for text in written.texts {
        let digest = Digest::parse(&text.digest).ok_or(broken)?;
        let kept_text = KeptText {
            digest,
            text: text.content.into(),
        };
        kept.texts.insert(text.path.into(), kept_text);
    }
    Ok(kept)
}

fn hex(digest: Digest) -> String {
    String::from_utf8_lossy(&digest.hex()).into_owned()
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
