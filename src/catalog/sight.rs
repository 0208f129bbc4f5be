//! What one look at the tree sees, and how far it has to see.

use super::diff::{Difference, difference};
use super::step::{Belief, Catalog};
use super::tree::{Scope, Survey, Tree, TreeError};

/// What there is in a scope, and how that differs from what is known.
pub(super) struct Sight {
    /// What was looked at: what was asked for, or everything.
    pub(super) scope: Scope,
    pub(super) survey: Survey,
    pub(super) difference: Difference,
}

impl Catalog {
    /// Looks at a scope, and at everything where that scope alone may deceive.
    pub(super) fn see(&self, tree: &dyn Tree, scope: &Scope) -> Result<Sight, TreeError> {
        // A directory that is not there may be meant, at the start or by a signal; one that can't be read
        // for a moment, weeks later, is not what anybody agreed to.
        let accepts =
            self.belief == Belief::AcceptingOnce || self.belief == Belief::Accepting && !self.is_ready;
        let survey = match tree.survey(scope) {
            Err(_) if accepts => Survey::default(),
            survey => survey?,
        };
        let difference = difference(&self.files, &survey, scope);
        // Of another folder nothing is known yet, so a part of it says nothing. And a volume that is
        // gone may show as a single file that is missing: only the whole tells how much is.
        let deceives = survey.root != self.root || !difference.vanished.is_empty();
        if deceives && *scope != Scope::Everything {
            return self.see(tree, &Scope::Everything);
        }
        Ok(Sight {
            scope: scope.clone(),
            survey,
            difference,
        })
    }
}
