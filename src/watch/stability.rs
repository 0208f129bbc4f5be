//! Whether a file has been left alone, where no event tells when it is complete. Pure: time comes in as
//! the time since some start.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::tree::Stamp;

/// Remembers the stamps of files that were seen changed and not taken in.
#[derive(Debug)]
pub(super) struct Stability {
    interval: Duration,
    bound: Duration,
    seen: BTreeMap<Arc<str>, Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    stamp: Stamp,
    /// When it was first seen with this stamp.
    since: Duration,
    /// When it was first seen changed, and when it was last.
    first: Duration,
    last: Duration,
    was_stable: bool,
}

impl Stability {
    /// A file is still if it has the same stamp at two looks that are at least `interval` apart; and one
    /// that has changed for `bound` counts as if it were.
    pub(super) fn new(interval: Duration, bound: Duration) -> Self {
        Stability {
            interval,
            bound,
            seen: BTreeMap::new(),
        }
    }

    /// How far apart the two looks have to be.
    pub(super) fn interval(&self) -> Duration {
        self.interval
    }

    /// Takes in the stamp of a changed file; whether the file is still.
    pub(super) fn is_stable(&mut self, path: &Arc<str>, stamp: Stamp, at: Duration) -> bool {
        let anew = Seen {
            stamp,
            since: at,
            first: at,
            last: at,
            was_stable: false,
        };
        let seen = self.seen.entry(Arc::clone(path)).or_insert(anew);
        if seen.stamp != stamp {
            // What was still has been taken in meanwhile.
            let first = if seen.was_stable { at } else { seen.first };
            *seen = Seen { first, ..anew };
        }
        let (still, under_way) = (at.saturating_sub(seen.since), at.saturating_sub(seen.first));
        seen.last = at;
        seen.was_stable = still >= self.interval || under_way >= self.bound;
        seen.was_stable
    }

    /// Forgets what was not seen changed for long: it was taken in, or is gone.
    pub(super) fn forget(&mut self, at: Duration) {
        let long = self.bound.max(self.interval * 4);
        self.seen.retain(|_, seen| at.saturating_sub(seen.last) < long);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn is_stable(stability: &mut Stability, size: u64, at: u64) -> bool {
        let stamp = Stamp {
            size,
            ..Stamp::default()
        };
        stability.is_stable(&"a.md".into(), stamp, MS(at))
    }

    #[test]
    fn a_file_is_still_when_two_looks_an_interval_apart_find_the_same_stamp() {
        let stability = &mut Stability::new(MS(2_000), MS(30_000));
        assert!(!is_stable(stability, 1, 0));
        assert!(!is_stable(stability, 1, 200), "too soon");
        assert!(!is_stable(stability, 2, 2_000), "it has changed");
        assert!(!is_stable(stability, 2, 3_999));
        assert!(is_stable(stability, 2, 4_000));
        assert!(!is_stable(stability, 3, 6_000), "another change waits anew");
    }

    #[test]
    fn a_file_that_never_rests_is_taken_in_once_in_a_while() {
        let stability = &mut Stability::new(MS(2_000), MS(30_000));
        let taken: Vec<u64> = (0..70)
            .filter(|second| is_stable(stability, *second, second * 1_000))
            .collect();
        assert_eq!(taken, [30, 61]);
    }
}
