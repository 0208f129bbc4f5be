//! Front matter that a post has from elsewhere: from a section's file above it or from the generator's
//! configuration. Computed once, before any field is read.

use std::sync::Arc;

use super::withdrawal::Said;
use crate::content::file::front_matter::{Map, Value};
use crate::content::place::location::{self, Location};
use crate::content::settings::ContentSettings;
use crate::vocabulary::{Digest, Hasher, nfc};

mod complete;
mod defaults;
mod groups;
mod merge;
mod section;
mod sections;
mod target;

pub use complete::{Completed, Origins};
pub use defaults::{Defaults, Doubt, Doubtful};
pub use groups::{Groups, PathPart};
use merge::Merging;
pub use section::{Section, cascade, is_section_file};
pub use sections::Sections;
pub use target::{PageTarget, Target};

use target::Candidate;

/// A value that is handed down.
#[derive(Clone, Debug)]
struct Handed {
    key: String,
    value: Value,
    origin: Arc<str>,
    is_final: bool,
    /// Whether it replaces what is said farther away.
    replaces: bool,
}

/// All that is handed down to one post.
#[derive(Clone, Debug, Default)]
pub struct HandedDown {
    values: Vec<Handed>,
    doubts: Vec<(Doubt, Arc<str>)>,
    merging: Merging,
    digest: Option<Digest>,
}

impl HandedDown {
    /// What is handed down to the file at a path.
    pub fn to(path: &str, settings: &ContentSettings, sections: &Sections) -> Self {
        let rules = settings.conventions.rules();
        if rules.defaults.is_empty() && sections.is_empty()
            || is_section_file(path)
            || location::author_id(path).is_some()
        {
            return HandedDown::default();
        }
        let composed_path = nfc::compose(path);
        let location = Location::of(&composed_path, &rules.languages);
        let language = location
            .language
            .or_else(|| rules.languages.first().map(String::as_str));
        let below = |path: &str| match rules.inside.as_str() {
            "" => path.to_owned(),
            inside => format!("{inside}/{path}"),
        };
        let as_it_is = below(path);
        let subject = Candidate {
            path: &as_it_is,
            location: &location,
            language,
        };
        // A configuration names a file in the composed form, or as it is.
        let composed = nfc::compose(&as_it_is);
        let in_composed_form = Candidate {
            path: &composed,
            ..subject
        };
        let is_meant =
            |target: &Target| target.is(&subject) || *composed != *as_it_is && target.is(&in_composed_form);
        let mut handed = HandedDown {
            merging: Merging::of(rules),
            ..HandedDown::default()
        };
        let mut highest = None;
        for defaults in rules
            .defaults
            .iter()
            .filter(|defaults| is_meant(&defaults.target))
        {
            let is_above = highest.is_none_or(|highest| defaults.rank >= highest);
            if is_above {
                highest = Some(defaults.rank);
            }
            handed.add(defaults, is_above);
            if let Some(groups) = &defaults.groups {
                let values = groups.find(&composed);
                handed.add_values(&values, defaults, is_above);
            }
        }
        let subject = Candidate { path, ..subject };
        for section in sections.above(path) {
            if section.is_for(language) {
                // In one file the first that speaks of a post counts.
                let matching = section.defaults.iter().rev();
                for defaults in matching.filter(|defaults| defaults.target.is(&subject)) {
                    handed.add(defaults, true);
                }
            }
        }
        if !handed.values.is_empty() || !handed.doubts.is_empty() {
            // Whoever says what, and in which order, is no part of what is said.
            handed
                .values
                .sort_by_cached_key(|handed| handed.key.to_ascii_lowercase());
            let mut hasher = Hasher::new("handed down");
            hasher.list(handed.values.iter(), |hasher, handed| {
                hasher.text(&handed.key);
                hasher.text(&format!("{:?}", handed.value));
                hasher.number(i64::from(handed.is_final));
            });
            if !handed.doubts.is_empty() {
                hasher.text(&format!("{:?}", handed.doubts));
            }
            handed.digest = Some(hasher.finish());
        }
        handed
    }

    /// The digest of the values, wherever they are from; `None` if there are none.
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// What it says, for a file that can't be read as a whole.
    pub fn said(&self) -> Vec<Said<'_>> {
        self.values
            .iter()
            .map(|handed| (handed.key.as_str(), &handed.value, handed.is_final))
            .collect()
    }

    /// Takes in what another place says: above what is there already, or below it.
    fn add(&mut self, defaults: &Defaults, is_above: bool) {
        self.add_values(&defaults.values, defaults, is_above);
        for doubt in &defaults.doubts {
            let is_said = || {
                self.values
                    .iter()
                    .any(|known| known.key.eq_ignore_ascii_case(&doubt.key))
            };
            if is_above || doubt.posts != Doubtful::Silent || !is_said() {
                self.doubts.push((doubt.clone(), Arc::clone(&defaults.origin)));
            }
            if is_above && doubt.posts == Doubtful::Silent {
                self.values
                    .retain(|known| !known.key.eq_ignore_ascii_case(&doubt.key));
            }
        }
    }

    /// A pair of what a place says, as it is handed down.
    fn handed(&self, (key, value): &(String, Value), defaults: &Defaults) -> Handed {
        let (key, replaces) = self.merging.key(key);
        Handed {
            key: key.to_owned(),
            value: value.clone(),
            origin: Arc::clone(&defaults.origin),
            is_final: defaults.is_final,
            replaces,
        }
    }

    fn add_values(&mut self, values: &Map, defaults: &Defaults, is_above: bool) {
        for pair in &values.0 {
            let new = self.handed(pair, defaults);
            let (key, replaces) = (new.key.clone(), new.replaces);
            let is_settled = |(doubt, _): &(Doubt, Arc<str>)| {
                is_above && doubt.posts == Doubtful::Silent && doubt.key.eq_ignore_ascii_case(&key)
            };
            self.doubts.retain(|doubt| !is_settled(doubt));
            let known = (self.values.iter_mut()).find(|known| known.key.eq_ignore_ascii_case(&key));
            let Some(known) = known else {
                self.values.push(new);
                continue;
            };
            if known.is_final && !new.is_final {
                continue;
            }
            let (lower, upper) = if is_above {
                (known.value.clone(), new.value)
            } else {
                (new.value, known.value.clone())
            };
            known.value = if replaces {
                upper
            } else {
                self.merging.merge(&key, lower, upper)
            };
            known.is_final |= new.is_final;
            known.replaces |= new.replaces;
            if is_above {
                known.origin = new.origin;
            }
        }
    }
}

#[cfg(test)]
mod tests;
