//! What a post says in the end: its own front matter, completed by what is handed down.

use std::sync::Arc;

use super::defaults::{Doubt, Doubtful};
use super::merge::Merging;
use super::{Handed, HandedDown};
use crate::content::file::front_matter::{Map, Value};
use crate::vocabulary::Digest;

/// Where the values of a post come from that it does not say itself: keys, and the files that say so.
pub type Origins = Vec<(String, Arc<str>)>;

/// What became of a post's front matter.
#[derive(Debug, Default)]
pub struct Completed {
    /// Which values the post does not say itself.
    pub origins: Origins,
    /// The keys that decide whether it is public, and whose values only running the site's program would tell.
    pub doubts: Vec<String>,
    /// The digest of what was handed down.
    pub digest: Option<Digest>,
}

impl HandedDown {
    /// Completes what a post itself says.
    pub fn complete(&self, own: &mut Map) -> Completed {
        let mut completed = Completed {
            digest: self.digest(),
            ..Completed::default()
        };
        let mut replacing = Vec::new();
        for (key, _) in &mut own.0 {
            if let (bare, true) = self.merging.key(key) {
                let bare = bare.to_owned();
                key.clone_from(&bare);
                replacing.push(bare);
            }
        }
        self.complete_with(&self.values, own, &mut replacing, &mut completed.origins);
        for (doubt, origin) in &self.doubts {
            if concerns(doubt, own) && !completed.doubts.contains(&doubt.key) {
                if !completed.origins.iter().any(|(key, _)| *key == doubt.key) {
                    completed.origins.push((doubt.key.clone(), Arc::clone(origin)));
                }
                completed.doubts.push(doubt.key.clone());
            }
        }
        completed
    }

    fn complete_with(
        &self,
        values: &[Handed],
        own: &mut Map,
        replacing: &mut Vec<String>,
        origins: &mut Origins,
    ) {
        for handed in values {
            let replaces = replacing.iter().any(|key| key.eq_ignore_ascii_case(&handed.key));
            if handed.replaces && !replaces {
                replacing.push(handed.key.clone());
            }
            let at = own
                .0
                .iter()
                .position(|(key, _)| key.eq_ignore_ascii_case(&handed.key));
            let origin = || (handed.key.clone(), Arc::clone(&handed.origin));
            let Some(at) = at else {
                // Hugo takes what stands in `params` for a field of the post.
                if self.merging != Merging::Params || !is_param(own, &handed.key) {
                    own.0.push((handed.key.clone(), handed.value.clone()));
                    origins.push(origin());
                }
                continue;
            };
            let (key, value) = &mut own.0[at];
            if handed.is_final {
                value.clone_from(&handed.value);
                origins.push(origin());
            } else if !replaces {
                let own = std::mem::replace(value, Value::Null);
                let is_silent = own == Value::Null;
                *value = self.merging.merge(key, handed.value.clone(), own);
                if is_silent && *value != Value::Null {
                    origins.push(origin());
                }
            }
        }
    }
}

/// Whether a doubt is about a post that says something in the end.
fn concerns(doubt: &Doubt, own: &Map) -> bool {
    match doubt.posts {
        Doubtful::Silent => own.get(&doubt.key).is_none(),
        Doubtful::All => true,
    }
}

/// Whether a post says something under `params`.
fn is_param(own: &Map, key: &str) -> bool {
    match own.get("params") {
        Some(Value::Map(params)) => params.0.iter().any(|(own, _)| own.eq_ignore_ascii_case(key)),
        _ => false,
    }
}
