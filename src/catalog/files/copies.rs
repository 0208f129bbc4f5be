//! Posts that may be copies of others: they have the title and the date of another, and a name as
//! file managers give to copies. Such a post is served, since it may be meant, and named.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::content::Post;
use crate::content::file::copy_names;
use crate::vocabulary::{Finding, Severity};

/// Every post by its title and date. Kept up to date with each file: asking costs what there is to say.
#[derive(Debug, Default)]
pub(super) struct Copies {
    groups: HashMap<u64, Group>,
    /// The groups with something to say.
    doubtful: BTreeSet<u64>,
    /// The copies that were reported.
    reported: BTreeSet<Arc<str>>,
    /// Whether there may be others by now.
    is_news: bool,
}

/// The posts of one title and date.
#[derive(Debug, Default)]
struct Group {
    paths: Vec<Arc<str>>,
    /// How many of them have the name of a copy.
    copies: usize,
}

impl Group {
    /// How many posts are copies of another: all that have such a name, but for the first if there is
    /// no other.
    fn count(&self) -> usize {
        self.copies.min(self.paths.len().saturating_sub(1))
    }

    /// The post that the others are copies of.
    fn original(&self) -> Option<&Arc<str>> {
        self.paths
            .iter()
            .min_by_key(|path| (copy_names::may_be_copy(path), *path))
    }

    fn findings(&self) -> impl Iterator<Item = Finding> {
        let original = self.original();
        self.paths
            .iter()
            .filter(move |path| copy_names::may_be_copy(path) && Some(*path) != original)
            .filter_map(move |path| {
                let message = format!(
                    "it has the title and the date of “{}”, and the name of a copy, so readers may get one post twice",
                    original?
                );
                Some(Finding::new(path, Severity::Warning, "copy", message).help(
                    "remove the one that is not meant, or move it out of the content directory; \
                     a post of its own needs another title or date",
                ))
            })
    }
}

/// What two copies have in common; `None` for a post without a title, which has too little of it.
fn key(post: &Post) -> Option<u64> {
    if post.title.is_empty() {
        return None;
    }
    // Within one process only, and a collision would have to be one of dates and names as well.
    let mut hasher = DefaultHasher::new();
    post.title.hash(&mut hasher);
    post.published.timestamp().hash(&mut hasher);
    Some(hasher.finish())
}

impl Copies {
    pub(super) fn insert(&mut self, post: &Post) {
        let Some(key) = key(post) else { return };
        self.change(key, |group| {
            group.copies += usize::from(copy_names::may_be_copy(&post.path));
            group.paths.reserve_exact(1);
            group.paths.push(Arc::clone(&post.path));
        });
    }

    pub(super) fn remove(&mut self, post: &Post) {
        let Some(key) = key(post) else { return };
        self.reported.remove(&post.path);
        self.change(key, |group| {
            if let Some(at) = group.paths.iter().position(|path| *path == post.path) {
                group.paths.swap_remove(at);
                group.copies -= usize::from(copy_names::may_be_copy(&post.path));
            }
        });
    }

    fn change(&mut self, key: u64, change: impl FnOnce(&mut Group)) {
        let group = self.groups.entry(key).or_default();
        let before = group.count();
        change(group);
        let after = group.count();
        self.is_news |= before + after > 0;
        if after > 0 {
            self.doubtful.insert(key);
        } else {
            self.doubtful.remove(&key);
        }
        if group.paths.is_empty() {
            self.groups.remove(&key);
        }
    }

    /// No posts, with what was reported of others: it is no news after a change of configuration.
    pub(super) fn after(other: &Copies) -> Self {
        Copies {
            reported: other.reported.clone(),
            ..Copies::default()
        }
    }

    /// How many findings there are.
    pub(super) fn count(&self) -> usize {
        let doubtful = self.doubtful.iter().filter_map(|key| self.groups.get(key));
        doubtful.map(Group::count).sum()
    }

    /// What there is to say about them.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> {
        self.doubtful
            .iter()
            .filter_map(|key| self.groups.get(key))
            .flat_map(Group::findings)
    }

    /// What there is to say since the last time.
    pub(super) fn news(&mut self) -> Vec<Finding> {
        // Nearly always there is nothing.
        if !std::mem::take(&mut self.is_news) {
            return Vec::new();
        }
        let findings: Vec<Finding> = self.findings().collect();
        let before = std::mem::take(&mut self.reported);
        self.reported = findings.iter().map(|finding| Arc::clone(&finding.path)).collect();
        findings
            .into_iter()
            .filter(|finding| !before.contains(&finding.path))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::catalog::tree::{Extent, ReadError, Stamp, Survey, Tree, TreeError};
    use crate::config::{Options, resolve};
    use crate::content::place::location;
    use std::collections::BTreeMap;

    #[derive(Default)]
    struct Files(BTreeMap<Arc<str>, (Stamp, String)>);

    impl Files {
        fn post(&mut self, path: &str, title: &str, date: &str) {
            assert!(location::is_content(path));
            let stamp = Stamp {
                inode: self.0.len() as u64 + 1,
                modified: 1,
                changed: 1,
                ..Stamp::default()
            };
            let text = format!("---\ntitle: {title}\ndate: {date}\n---\nText.\n");
            self.0.insert(path.into(), (stamp, text));
        }
    }

    impl Tree for Files {
        fn survey(&self, _: &Extent) -> Result<Survey, TreeError> {
            let files = self.0.iter();
            Ok(Survey {
                files: files
                    .map(|(path, (stamp, _))| (Arc::clone(path), *stamp))
                    .collect(),
                ..Survey::default()
            })
        }

        fn read(&self, path: &str) -> Result<(Stamp, Vec<u8>), ReadError> {
            let (stamp, text) = self.0.get(path).ok_or(ReadError::Gone)?;
            Ok((*stamp, text.clone().into_bytes()))
        }
    }

    fn look(catalog: &mut Catalog, files: &Files) -> Vec<String> {
        let moment = "2026-01-01T00:00:00Z".parse().unwrap();
        let step = catalog.step(files, &Extent::Everything, moment).unwrap();
        let copies = |findings: &[Finding]| -> Vec<String> {
            let findings = findings.iter().filter(|finding| finding.code == "copy");
            findings
                .map(|finding| format!("{}: {}", finding.path, finding.message))
                .collect()
        };
        assert_eq!(
            copies(&catalog.findings()).len(),
            catalog.finding_counts().warnings
        );
        copies(&step.new_findings)
    }

    #[test]
    fn a_copy_is_reported_of_once_whichever_came_first_and_no_longer_when_one_of_the_two_goes() {
        let config = resolve(None, &Options::default()).unwrap();
        let mut catalog = Catalog::new(
            crate::catalog::CatalogSettings::new(&config, crate::content::conventions::Rules::default()),
            "2026-01-01T00:00:00Z".parse().unwrap(),
            None,
        );
        let mut files = Files::default();
        files.post("a copy.md", "A", "2024-01-01");
        files.post("b.bak.md", "B", "2024-01-01");
        files.post("c (1).md", "C", "2024-01-01");
        files.post("c (2).md", "C", "2024-01-01");
        assert_eq!(look(&mut catalog, &files).len(), 1, "c (2) is one of c (1)");
        files.post("old/a.md", "A", "2024-01-01");
        files.post("b.md", "B", "2024-01-02");
        let reported = look(&mut catalog, &files);
        assert!(
            reported.len() == 1
                && reported[0].starts_with("a copy.md: ")
                && reported[0].contains("“old/a.md”"),
            "{reported:?}"
        );
        files.post("z.md", "Z", "2024-01-01");
        assert!(look(&mut catalog, &files).is_empty());
        files.0.remove("old/a.md");
        assert!(look(&mut catalog, &files).is_empty());
        assert_eq!(catalog.finding_counts().warnings, 1);
    }
}
