//! What has to be looked at again, and how soon.

use std::sync::Arc;
use std::time::Duration;

use super::Extent;

/// From so many paths on, looking everywhere costs less than looking at each.
const MANY: usize = 1_000;

/// Paths that have to be looked at again.
#[derive(Clone, Debug, Default)]
pub struct LookAgain {
    paths: Vec<Arc<str>>,
    soonest: Option<Duration>,
}

impl LookAgain {
    /// Adds a path that has to be looked at again after some time.
    pub fn add(&mut self, path: &Arc<str>, after: Duration) {
        self.paths.push(Arc::clone(path));
        self.soonest = Some(self.soonest.map_or(after, |soonest| soonest.min(after)));
    }

    /// Where to look, and how soon; `None` if nothing has to be looked at.
    pub fn extent(&self) -> Option<(Extent, Duration)> {
        let soonest = self.soonest?;
        let extent = if self.paths.len() < MANY {
            Extent::paths(self.paths.clone())
        } else {
            Extent::Everything
        };
        Some((extent, soonest))
    }
}
