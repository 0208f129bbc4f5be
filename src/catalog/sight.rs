//! What a look at the tree finds, and what of it is to be taken in.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::files::reading::Reading;
use crate::catalog::files::{Files, missing};
use crate::catalog::look::{Intake, Unsettled};
use crate::catalog::loss::{Loss, Observed, Verdict};
use crate::catalog::tree::diff::Difference;
use crate::catalog::tree::{Extent, Survey, Tree, TreeError};
use crate::content::fields::inherited::is_section_file;

/// What there is in an extent, and how that differs from what is known.
pub(super) struct Sight {
    /// What was looked at: what was asked for, or everything.
    pub(super) extent: Extent,
    pub(super) survey: Survey,
    pub(super) difference: Difference,
    /// What was read of the files that are new or have another stamp.
    pub(super) readings: Vec<(Arc<str>, Reading)>,
    /// Files that stay as they were known.
    pub(super) left: BTreeSet<Arc<str>>,
}

impl Sight {
    /// Looks at an extent, and at everything where that extent alone may deceive. If `accepts_absence`, a root that
    /// can't be seen is an empty one.
    pub(super) fn of(
        tree: &dyn Tree,
        extent: &Extent,
        files: &Files,
        loss: &Loss,
        accepts_absence: bool,
    ) -> Result<Self, TreeError> {
        let survey = match tree.survey(extent) {
            Err(_) if accepts_absence => Survey::default(),
            survey => survey?,
        };
        let difference = files.difference(&survey, extent);
        // Of another folder nothing is known yet, so a part of it says nothing. And a volume that is
        // gone may show as a single file that is missing: only the whole tells how much is.
        let deceives = loss.is_other_root(survey.root) || !difference.vanished.is_empty();
        if deceives && *extent != Extent::Everything {
            return Sight::of(tree, &Extent::Everything, files, loss, accepts_absence);
        }
        Ok(Sight {
            extent: extent.clone(),
            survey,
            difference,
            readings: Vec::new(),
            left: BTreeSet::new(),
        })
    }

    /// Reads what is new or has another stamp; whether any of the look is to be taken in.
    pub(super) fn read(
        &mut self,
        tree: &dyn Tree,
        files: &Files,
        loss: &Loss,
        decide: &mut dyn FnMut(&Unsettled<'_>) -> Intake,
    ) -> bool {
        let Difference { to_read, vanished } = &self.difference;
        let mut is_settled = to_read.is_empty() && vanished.is_empty();
        while !is_settled {
            let paths = to_read.iter().filter(|path| !self.left.contains(*path));
            self.readings = files.read(tree, paths.cloned());
            let changed = missing::changed(vanished, &self.readings, &self.survey, files.known());
            let paths = match decide(&Unsettled {
                changed: &changed,
                is_new_root: loss.is_other_root(self.survey.root),
                has_missing: !vanished.is_empty(),
            }) {
                Intake::AllBut(paths) => paths,
                Intake::Nothing => return false,
            };
            // What a section hands down decided what the others mean, so they are read without it.
            is_settled = !paths.iter().any(|path| is_section_file(path));
            self.readings.retain(|(path, _)| !paths.contains(path));
            self.left.extend(paths);
        }
        true
    }

    /// Leaves those files among the vanished that are gone, of so many posts; whether any of the look is to be
    /// taken in.
    pub(super) fn judge(&mut self, files: &Files, posts: usize, loss: &mut Loss, elapsed: Duration) -> bool {
        let has_arrivals = !self.new_files(files).is_empty();
        let (readings, vanished) = (&self.readings, &mut self.difference.vanished);
        let known = files.known();
        if self.extent != Extent::Everything {
            loss.found(elapsed, self.survey.files.keys(), has_arrivals);
            return true;
        }
        let missing = missing::without_moved(vanished, readings, known);
        let counts = missing::count(vanished, &missing, readings, known);
        let observed = Observed {
            root: self.survey.root,
            missing: missing.clone(),
            posts: posts - counts.moved,
            missing_posts: counts.missing,
            new_posts: counts.new,
            has_arrivals,
        };
        match loss.observe(elapsed, observed) {
            Verdict::PutOff => return false,
            Verdict::Gone => {}
            Verdict::Kept => vanished.retain(|path| !missing.contains(path)),
        }
        true
    }

    /// The files that were not known.
    pub(super) fn new_files(&self, files: &Files) -> Vec<Arc<str>> {
        let paths = self.readings.iter().map(|(path, _)| path);
        paths
            .filter(|path| !files.known().contains_key(*path))
            .cloned()
            .collect()
    }
}
