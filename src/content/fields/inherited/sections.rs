//! Every section's file that hands something down.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Section;

/// The sections of a site, by folder. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Sections(imbl::OrdMap<Arc<str>, Vec<Arc<Section>>>);

impl Sections {
    /// Whether none hands anything down.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes in a section's file, in place of the one at its path.
    pub fn insert(&mut self, section: &Arc<Section>) {
        self.remove(&section.path);
        if section.defaults.is_empty() {
            return;
        }
        let sections = self.0.entry(section.folder().into()).or_default();
        let at = sections.partition_point(|other| other.path < section.path);
        sections.insert(at, Arc::clone(section));
    }

    /// Forgets a section's file.
    pub fn remove(&mut self, path: &str) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(sections) = self.0.get_mut(folder) else {
            return;
        };
        sections.retain(|section| *section.path != *path);
        if sections.is_empty() {
            self.0.remove(folder);
        }
    }

    /// The sections that a path lies in, the outermost first.
    pub(super) fn above<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Arc<Section>> {
        let inner = path.match_indices('/').map(|(at, _)| &path[..at]);
        std::iter::once("")
            .chain(inner)
            .filter_map(|folder| self.0.get(folder))
            .flatten()
    }

    /// The folders whose sections hand down something else than in another state of them.
    pub fn changed_since(&self, before: &Sections) -> BTreeSet<Arc<str>> {
        if self.0.ptr_eq(&before.0) {
            return BTreeSet::new();
        }
        let is_like = |folder: &Arc<str>| match (self.0.get(folder), before.0.get(folder)) {
            (Some(now), Some(then)) => {
                now.len() == then.len() && now.iter().zip(then).all(|(now, then)| now.is_like(then))
            }
            (None, None) => true,
            _ => false,
        };
        let folders = self.0.keys().chain(before.0.keys());
        folders.filter(|folder| !is_like(folder)).cloned().collect()
    }
}
