//! Stamps × stamps → what has to be read, and what is gone. Pure.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::{Extent, Stamp, Survey, is_at_or_below};

/// What a survey says against what is known.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Difference {
    /// New files, files with another stamp, and files whose stamp can't be trusted.
    pub to_read: Vec<Arc<str>>,
    /// Known files that are no longer there.
    pub vanished: Vec<Arc<str>>,
}

/// What is known of a file.
pub trait Stamped {
    /// The stamp it had when it was read; `None` if that stamp can't vouch for its content.
    fn stamp(&self) -> Option<Stamp>;
}

/// Compares a survey of a extent with what is known.
pub fn difference<K: Stamped>(known: &BTreeMap<Arc<str>, K>, survey: &Survey, extent: &Extent) -> Difference {
    let to_read = survey
        .files
        .iter()
        .filter(|(path, stamp)| {
            known
                .get(*path)
                .is_none_or(|known| known.stamp() != Some(**stamp))
        })
        .map(|(path, _)| Arc::clone(path))
        .collect();
    let is_gone = |path: &&Arc<str>| {
        !survey.files.contains_key(*path) && !survey.unseen.iter().any(|unseen| is_at_or_below(path, unseen))
    };
    let vanished = match extent {
        Extent::Everything => known.keys().filter(is_gone).cloned().collect(),
        Extent::Paths(paths) => paths
            .iter()
            .flat_map(|extent| below(known, extent))
            .filter(is_gone)
            .cloned()
            .collect(),
    };
    Difference { to_read, vanished }
}

/// The known paths at or below a path; below an empty one are all. Between `a` and `a/x` others may sort (`a.md`, `a b`), so the
/// two are looked up apart.
pub(in crate::catalog) fn below<'a, K>(
    known: &'a BTreeMap<Arc<str>, K>,
    extent: &'a Arc<str>,
) -> impl Iterator<Item = &'a Arc<str>> {
    let folder: Arc<str> = if extent.is_empty() {
        "".into()
    } else {
        format!("{extent}/").into()
    };
    let inside = known
        .range::<str, _>((Bound::Included(folder.as_ref()), Bound::Unbounded))
        .map(|(path, _)| path)
        .take_while(move |path| extent.is_empty() || is_at_or_below(path, extent))
        .collect::<Vec<_>>();
    known
        .get_key_value(extent)
        .map(|(path, _)| path)
        .into_iter()
        .chain(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct File(u64);

    impl Stamped for File {
        fn stamp(&self) -> Option<Stamp> {
            (self.0 > 0).then(|| stamp(self.0))
        }
    }

    fn stamp(size: u64) -> Stamp {
        Stamp {
            size,
            ..Stamp::default()
        }
    }

    fn differ(known: &[(&str, u64)], found: &[(&str, u64)], extent: &Extent) -> (Vec<String>, Vec<String>) {
        let known = known
            .iter()
            .map(|(path, size)| (Arc::from(*path), File(*size)))
            .collect();
        let survey = Survey {
            files: found
                .iter()
                .map(|(path, size)| (Arc::from(*path), stamp(*size)))
                .collect(),
            ..Survey::default()
        };
        let Difference { to_read, vanished } = difference(&known, &survey, extent);
        let texts = |paths: Vec<Arc<str>>| paths.iter().map(ToString::to_string).collect();
        (texts(to_read), texts(vanished))
    }

    #[test]
    fn new_changed_and_untrusted_files_are_read_and_missing_ones_are_gone() {
        let (to_read, vanished) = differ(
            &[("same", 1), ("changed", 1), ("untrusted", 0), ("gone", 1)],
            &[("same", 1), ("changed", 2), ("untrusted", 7), ("new", 1)],
            &Extent::Everything,
        );
        assert_eq!(to_read, ["changed", "new", "untrusted"]);
        assert_eq!(vanished, ["gone"]);
    }

    #[test]
    fn what_could_not_be_looked_at_is_not_gone() {
        let known = [("a/x", 1), ("b/x", 1)]
            .map(|(path, size)| (Arc::from(path), File(size)))
            .into();
        let survey = Survey {
            unseen: vec!["a".into()],
            ..Survey::default()
        };
        assert_eq!(
            difference(&known, &survey, &Extent::Everything).vanished,
            ["b/x".into()]
        );
    }

    #[test]
    fn what_lies_outside_the_extent_is_not_gone() {
        let known = [
            ("a", 1),
            ("a b", 1),
            ("a.md", 1),
            ("a/x", 1),
            ("a/y/z", 1),
            ("b/x", 1),
        ];
        let (_, vanished) = differ(&known, &[("a/x", 1)], &Extent::paths(vec!["a".into()]));
        assert_eq!(vanished, ["a", "a/y/z"]);
        let (_, vanished) = differ(&known, &[], &Extent::paths(vec!["a.md".into(), "c".into()]));
        assert_eq!(vanished, ["a.md"]);
    }
}
