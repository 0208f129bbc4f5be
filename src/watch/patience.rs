//! Whether to believe what a look saw of files that somebody may be working on. Pure.
//!
//! Some programs write for a while without closing. So a file that was written moments ago and is not
//! known to be complete has to be left alone for a moment; but nothing waits for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::Unsettled;

/// How long a file has to be missing, or left alone.
pub(super) const SETTLES: Duration = Duration::from_millis(200);
/// A file that was not unsettled for so long has settled, and starts anew.
const FORGOTTEN: Duration = Duration::from_millis(700);

/// Stands for all looks that were disturbed. No file has this name.
const DISTURBED: &str = "";

/// Remembers what was unsettled, and since when.
#[derive(Debug)]
pub(super) struct Patience {
    most_delay: Duration,
    /// By path: when it was first and last seen unsettled.
    seen: BTreeMap<Arc<str>, (Duration, Duration)>,
}

impl Patience {
    /// Nothing waits much longer than `most_delay`.
    pub(super) fn new(most_delay: Duration) -> Self {
        Patience {
            most_delay,
            seen: BTreeMap::new(),
        }
    }

    /// Whether what is unsettled at a time is to be taken for what it seems. Files known to be
    /// complete are.
    pub(super) fn believes(
        &mut self,
        unsettled: &Unsettled<'_>,
        complete: &BTreeSet<Arc<str>>,
        at: Duration,
    ) -> bool {
        self.seen
            .retain(|_, (_, last)| at.saturating_sub(*last) < FORGOTTEN);
        let mut settled = true;
        let young = unsettled.young.iter().filter(|path| !complete.contains(*path));
        for path in young.chain(unsettled.empty) {
            settled &= self.age(path, at) >= self.most_delay;
        }
        let oldest = self.seen.values().map(|(first, _)| *first).min().unwrap_or(at);
        let believes = settled || at.saturating_sub(oldest) >= self.most_delay;
        if believes {
            for path in unsettled.young.iter().chain(unsettled.empty) {
                self.seen.remove(path);
            }
        }
        believes
    }

    /// Whether a look that was disturbed by further changes, at a time, is to be believed all the same.
    pub(super) fn has_run_out(&mut self, at: Duration) -> bool {
        let path: Arc<str> = DISTURBED.into();
        self.age(&path, at) >= self.most_delay && self.seen.remove(&path).is_some()
    }

    fn age(&mut self, path: &Arc<str>, at: Duration) -> Duration {
        let (first, last) = self.seen.entry(Arc::clone(path)).or_insert((at, at));
        *last = at;
        at.saturating_sub(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn believes(patience: &mut Patience, young: &[&str], at: u64) -> bool {
        let young: Vec<Arc<str>> = young.iter().map(|path| Arc::from(*path)).collect();
        let unsettled = Unsettled {
            young: &young,
            empty: &[],
        };
        patience.believes(&unsettled, &BTreeSet::from(["done".into()]), MS(at))
    }

    #[test]
    fn a_young_file_waits_unless_it_is_known_to_be_complete() {
        let mut patience = Patience::new(MS(2000));
        assert!(believes(&mut patience, &["done"], 0));
        assert!(!believes(&mut patience, &["done", "a"], 0));
    }

    #[test]
    fn nothing_waits_for_ever() {
        let mut patience = Patience::new(MS(2000));
        for at in (0..2000).step_by(100) {
            assert!(!believes(&mut patience, &["log"], at));
        }
        assert!(believes(&mut patience, &["log"], 2000));
    }
}
