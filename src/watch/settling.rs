//! What to take in of what a look saw of files that somebody may be working on. Pure.
//!
//! A file that somebody is writing stays as it was known, and holds up no other. One that was written
//! moments ago, of which no event tells, has to be left alone for a moment; but nothing waits for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::stability::Stability;
use crate::catalog::tree::Stamp;
use crate::catalog::{Intake, Unsettled};

/// How long a file has to be missing, or left alone.
pub(super) const SETTLES: Duration = Duration::from_millis(200);
/// The same where events may have been lost, or none could come yet.
pub(super) const SETTLES_WITHOUT_EVENTS: Duration = Duration::from_millis(500);
/// A file that was not unsettled for so long has settled, and starts anew.
const FORGOTTEN: Duration = Duration::from_millis(700);

/// Stands for all looks that were disturbed. No file has this name.
const DISTURBED: &str = "";

/// Remembers what was unsettled, and since when.
#[derive(Debug)]
pub(super) struct Settling {
    most_delay: Duration,
    /// By path: when it was first and last seen unsettled.
    seen: BTreeMap<Arc<str>, (Duration, Duration)>,
    stability: Stability,
}

/// What is known of the files that a look saw.
pub(super) struct Knowledge<'a> {
    /// Since some start, and on the clock that stamps files.
    pub(super) at: (Duration, DateTime<Utc>),
    /// Files known to be written to their end.
    pub(super) complete: &'a BTreeSet<Arc<str>>,
    /// Whether somebody is known to be writing a file.
    pub(super) is_open: &'a dyn Fn(&str) -> bool,
    /// Whether only its stability tells that a file is complete.
    pub(super) must_be_stable: &'a dyn Fn(&str) -> bool,
    /// How long the other files have to have been left alone.
    pub(super) settles: Duration,
}

/// What to do after a look.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// What to take in.
    pub(super) intake: Intake,
    /// What to look at again, by how soon.
    pub(super) again: BTreeMap<Duration, Vec<Arc<str>>>,
}

impl Settling {
    /// Nothing waits much longer than `most_delay`, but for what has to be still.
    pub(super) fn new(most_delay: Duration, stability: Stability) -> Self {
        Settling {
            most_delay,
            seen: BTreeMap::new(),
            stability,
        }
    }

    /// What of the unsettled is to be taken for what it seems.
    pub(super) fn decide(&mut self, unsettled: &Unsettled<'_>, knowledge: &Knowledge<'_>) -> Decision {
        let (at, now) = knowledge.at;
        self.seen
            .retain(|_, (_, last)| at.saturating_sub(*last) < FORGOTTEN);
        self.stability.forget(at);
        let mut is_settled = true;
        let mut decision = Decision {
            intake: Intake::Nothing,
            again: BTreeMap::new(),
        };
        let mut look_again = |path: &Arc<str>, after| {
            let again: &mut Vec<_> = decision.again.entry(after).or_default();
            again.push(Arc::clone(path));
        };
        let mut left = BTreeSet::new();
        for changed in unsettled.changed {
            let path = &changed.path;
            if (knowledge.is_open)(path) {
                left.insert(Arc::clone(path));
            } else if knowledge.complete.contains(path) {
                // Many programs empty a file before they write it anew.
                let is_emptied = changed.stamp.size == 0 && is_young(changed.stamp, now, SETTLES);
                if is_emptied && self.age(path, at) < self.most_delay {
                    left.insert(Arc::clone(path));
                    look_again(path, SETTLES);
                }
            } else if (knowledge.must_be_stable)(path) {
                if !changed.is_moved && !self.stability.is_stable(path, changed.stamp, at) {
                    // What takes the place of something that went is published together with that.
                    let is_replacement = changed.is_new && unsettled.has_missing;
                    is_settled &= !is_replacement || self.age(path, at) >= self.most_delay;
                    left.insert(Arc::clone(path));
                    look_again(path, self.stability.interval());
                }
            } else if is_young(changed.stamp, now, knowledge.settles) {
                is_settled &= self.age(path, at) >= self.most_delay;
            }
        }
        let oldest = self.seen.values().map(|(first, _)| *first).min().unwrap_or(at);
        if is_settled || at.saturating_sub(oldest) >= self.most_delay {
            for changed in unsettled.changed {
                if !left.contains(&changed.path) {
                    self.seen.remove(&changed.path);
                }
            }
            decision.intake = Intake::AllBut(left);
        }
        decision
    }

    /// Whether a look that was disturbed by further changes, at a time, is to be taken in all the same.
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

/// Whether a file was written less than so long ago. A stamp from the future says nothing: then the clock
/// was set, or it is another machine's.
fn is_young(stamp: Stamp, now: DateTime<Utc>, within: Duration) -> bool {
    let now = now.timestamp_nanos_opt().map_or(0, i128::from);
    (now - stamp.modified).abs() < within.as_nanos().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Changed;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// What is left at a look, or nothing if the look is put off. Of the files named, those that begin with
    /// “done” are complete, “open” are open, “far” send no events; the others were written just now, but for
    /// those that begin with “old”.
    fn left(settling: &mut Settling, has_missing: bool, changed: &[&str], at: u64) -> Option<Vec<String>> {
        let now = DateTime::UNIX_EPOCH + MS(1_000_000 + at);
        let changed: Vec<Changed> = changed
            .iter()
            .map(|path| Changed {
                path: (*path).into(),
                stamp: Stamp {
                    size: u64::from(!path.ends_with("empty")),
                    modified: if path.starts_with("old") || path.starts_with("far") {
                        1
                    } else {
                        i128::from(now.timestamp_nanos_opt().unwrap())
                    },
                    ..Stamp::default()
                },
                is_new: true,
                is_moved: path.ends_with("moved"),
            })
            .collect();
        let unsettled = Unsettled {
            changed: &changed,
            is_new_root: false,
            has_missing,
        };
        let knowledge = Knowledge {
            at: (MS(at), now),
            complete: &BTreeSet::from(["done".into(), "done-empty".into()]),
            is_open: &|path| path.starts_with("open"),
            must_be_stable: &|path| path.starts_with("far"),
            settles: SETTLES,
        };
        match settling.decide(&unsettled, &knowledge).intake {
            Intake::AllBut(left) => Some(left.iter().map(ToString::to_string).collect()),
            Intake::Nothing => None,
        }
    }

    fn settling() -> Settling {
        Settling::new(MS(2_000), Stability::new(MS(1_000), MS(30_000)))
    }

    #[allow(clippy::unnecessary_wraps)] // as `left` gives it
    fn nothing() -> Option<Vec<String>> {
        Some(Vec::new())
    }

    #[allow(clippy::unnecessary_wraps)] // as `left` gives it
    fn only(path: &str) -> Option<Vec<String>> {
        Some(vec![path.to_owned()])
    }

    #[test]
    fn a_young_file_waits_unless_it_is_known_to_be_complete() {
        let mut settling = settling();
        assert_eq!(left(&mut settling, false, &["done", "old"], 0), nothing());
        assert_eq!(left(&mut settling, false, &["done", "a"], 0), None);
    }

    #[test]
    fn a_file_that_is_open_or_was_emptied_stays_as_it_was_and_holds_up_no_other() {
        let mut settling = settling();
        assert_eq!(left(&mut settling, false, &["done", "open"], 0), only("open"));
        assert_eq!(
            left(&mut settling, false, &["done", "done-empty"], 0),
            only("done-empty")
        );
    }

    #[test]
    fn where_no_events_come_a_file_counts_when_it_is_still_or_has_moved() {
        let mut settling = settling();
        assert_eq!(left(&mut settling, false, &["far", "old"], 0), only("far"));
        assert_eq!(left(&mut settling, false, &["far"], 1_000), nothing());
        assert_eq!(left(&mut settling, false, &["far-moved"], 1_000), nothing());
    }

    #[test]
    fn what_is_missing_waits_for_what_takes_its_place() {
        let mut settling = settling();
        for at in (0..1_000).step_by(200) {
            assert_eq!(left(&mut settling, true, &["far"], at), None);
        }
        assert_eq!(left(&mut settling, true, &["far"], 1_000), nothing());
    }

    #[test]
    fn nothing_waits_for_ever() {
        let mut settling = settling();
        for at in (0..2_000).step_by(100) {
            assert_eq!(left(&mut settling, false, &["log"], at), None);
        }
        assert_eq!(left(&mut settling, false, &["log"], 2_000), nothing());
    }
}
