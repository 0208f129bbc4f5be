//! Losses: which of the missing files are believed to be gone.
//!
//! An unmounted volume, a half-finished copy and a folder that is being filled again look just like an
//! editor who deletes most posts. The accident is commoner, and an emptied feed is a lie that readers
//! keep. So a [`Loss`] is told what each look misses, and gives a [`Verdict`]. It is pure: time comes in
//! as the time since some start, and files as names and counts.
//!
//! The rules:
//!
//! - A file is gone when it has been missing for [`LossSettings::settles`]: editors move a file away
//!   before they write it anew. Any change of what is missing starts this time again.
//! - Losses that look like an accident wait for [`LossSettings::hold`] instead: most posts at once or
//!   within that time, or a root that is new or was away and holds less than half of the posts. While a
//!   folder is being filled, every file that arrives starts this time again.
//! - If no post is left at all, the last ones are kept until somebody accepts the loss.
//! - A configuration that would drop most posts waits for [`LossSettings::hold`] as well.
//! - A new root with at least half of the posts in it is believed at once, unless a loss waits already: a
//!   link was swapped.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::tree::RootIdentity;

mod stale;
#[cfg(test)]
mod tests;

pub use stale::Stale;

/// Fewer posts than this may vanish at once without anybody wondering.
pub(super) const FEW: usize = 10;

/// How long losses wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LossSettings {
    /// How long a file has to be missing.
    pub settles: Duration,
    /// How long nothing may change before a loss that looks like an accident is believed.
    pub hold: Duration,
    /// How long a look may be put off because of files that went moments ago.
    pub most_delay: Duration,
}

impl Default for LossSettings {
    /// For a single look: what is missing is gone, and an accident is never believed.
    fn default() -> Self {
        LossSettings {
            settles: Duration::ZERO,
            hold: Duration::MAX,
            most_delay: Duration::ZERO,
        }
    }
}

/// What a look at everything saw, as far as losses are concerned.
#[derive(Clone, Debug, Default)]
pub(super) struct Observed {
    /// Which folder the root is, where that can be told.
    pub(super) root: Option<RootIdentity>,
    /// The known files that are not there, moved ones left out.
    pub(super) missing: BTreeSet<Arc<str>>,
    /// How many posts are known, moved ones left out.
    pub(super) posts: usize,
    /// How many of them are missing.
    pub(super) missing_posts: usize,
    /// How many posts are new.
    pub(super) new_posts: usize,
    /// Whether files are there that were not known.
    pub(super) has_arrivals: bool,
}

/// What to make of what a look misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is gone.
    Gone,
    /// It is kept.
    Kept,
    /// Too early to tell: nothing of this look is to be taken in, so that what belongs together is
    /// published together.
    PutOff,
}

/// Why missing files look like an accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alarm {
    /// Most posts went.
    Most,
    /// The root is new or was away, and most posts are not in it.
    Refill,
}

/// What somebody said of losses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Acceptance {
    #[default]
    None,
    /// Whatever the next look at everything misses is meant to be gone.
    Once,
    /// Whatever any look misses is.
    Always,
}

/// Files that are missing and not yet believed to be gone.
#[derive(Clone, Debug)]
struct Missing {
    paths: BTreeSet<Arc<str>>,
    /// When the first of them was missed.
    first: Duration,
    /// When this last changed.
    since: Duration,
    alarm: Option<Alarm>,
    /// No post is left at all.
    is_everything: bool,
    /// The rest of a look was taken in, and these were kept.
    is_kept: bool,
}

/// What is missing, since when, and what of that is believed.
#[derive(Clone, Debug, Default)]
pub struct Loss {
    settings: LossSettings,
    root: Option<RootIdentity>,
    /// The root could not be seen at the last look.
    was_away: bool,
    missing: Option<Missing>,
    /// How many posts were believed gone when, within the time of a hold.
    recent: VecDeque<(Duration, usize)>,
    acceptance: Acceptance,
    may_be_empty: bool,
    /// What a configuration that was not taken up would drop, and since when.
    dropped: Option<(BTreeSet<Arc<str>>, Duration)>,
    /// Such a configuration is meant.
    is_configuration_accepted: bool,
}

impl Loss {
    /// How long losses wait from now on.
    pub fn configure(&mut self, settings: LossSettings) {
        self.settings = settings;
    }

    /// Says that whatever the next look at everything misses is meant to be gone, even if that is
    /// everything.
    pub fn accept(&mut self) {
        self.may_be_empty = true;
        self.is_configuration_accepted = self.dropped.is_some();
        if self.acceptance != Acceptance::Always {
            self.acceptance = Acceptance::Once;
        }
    }

    /// Says that whatever any look misses is meant to be gone.
    pub fn always_accept(&mut self) {
        self.may_be_empty = true;
        self.acceptance = Acceptance::Always;
    }

    /// Whether a site without posts is published even if there never was one.
    pub fn may_be_empty(&self) -> bool {
        self.may_be_empty
    }

    /// Whether a directory that can't be seen counts as an empty one. At the start, or by a signal, its
    /// absence may be meant; weeks later, for a moment, it is not what anybody agreed to.
    pub(super) fn accepts_absence(&self, is_ready: bool) -> bool {
        self.acceptance == Acceptance::Once || self.acceptance == Acceptance::Always && !is_ready
    }

    /// Whether the folder that a look found is another than at the look before.
    pub(super) fn is_other_root(&self, root: Option<RootIdentity>) -> bool {
        root != self.root
    }

    /// The root can't be seen: whatever is seen next is seen anew.
    pub(super) fn root_is_away(&mut self) {
        self.was_away = true;
    }

    /// A look at everything. A root of which nothing is known misses nothing.
    pub(super) fn observe(&mut self, at: Duration, look: Observed) -> Verdict {
        let is_other = self.root.is_some() && look.root.is_some() && self.root != look.root;
        let is_new_root = is_other || self.was_away;
        self.root = look.root.or(self.root);
        self.was_away = false;
        if self.acceptance != Acceptance::None {
            if self.acceptance == Acceptance::Once {
                self.acceptance = Acceptance::None;
            }
            return self.believe();
        }
        if look.missing.is_empty() {
            self.missing = None;
            return Verdict::Gone;
        }
        let stand = look.posts.saturating_sub(look.missing_posts);
        let is_everything = look.missing_posts > 0 && stand + look.new_posts == 0;
        let before = self.missing.take();
        let alarm = before.as_ref().and_then(|missing| missing.alarm);
        // A link was swapped. During an alarm another root may be one more step of the same accident.
        if is_new_root && alarm.is_none() && stand * 2 >= look.posts && !is_everything {
            return self.believe();
        }
        let alarm = alarm.or_else(|| {
            if is_new_root {
                Some(Alarm::Refill)
            } else {
                (is_everything || self.is_most(at, &look)).then_some(Alarm::Most)
            }
        });
        let has_changed = is_new_root || alarm.is_some() && look.has_arrivals;
        let missing = match before {
            Some(missing) if missing.paths == look.missing && !has_changed => missing,
            before => Missing {
                first: before.as_ref().map_or(at, |missing| missing.first),
                is_kept: before.is_some_and(|missing| missing.is_kept),
                paths: look.missing,
                since: at,
                alarm,
                is_everything,
            },
        };
        let missing = self.missing.insert(Missing {
            alarm,
            is_everything,
            ..missing
        });
        let (quiet, under_way) = (at.saturating_sub(missing.since), at.saturating_sub(missing.first));
        let settles = self.settings.settles;
        let wait = if alarm.is_some() {
            self.settings.hold.max(settles)
        } else {
            settles
        };
        if quiet >= wait && !is_everything {
            // A machine that is told no times sums nothing up.
            if alarm.is_none() && !settles.is_zero() {
                self.recent.push_back((at, look.missing_posts));
            }
            return self.believe();
        }
        let may_wait = quiet < settles && under_way < self.settings.most_delay;
        // Nobody saves a file in a folder that has just been put in place.
        if may_wait && !missing.is_kept && alarm != Some(Alarm::Refill) {
            return Verdict::PutOff;
        }
        missing.is_kept = true;
        Verdict::Kept
    }

    /// Another configuration would drop some of so many public posts.
    pub(super) fn observe_configuration(
        &mut self,
        at: Duration,
        dropped: BTreeSet<Arc<str>>,
        posts: usize,
    ) -> Verdict {
        let lost = dropped.len();
        let is_most = lost > 0 && (lost == posts || lost >= FEW && lost * 2 > posts);
        let is_accepted = self.is_configuration_accepted || self.acceptance == Acceptance::Always;
        self.is_configuration_accepted = false;
        let since = match self.dropped.take() {
            Some((before, since)) if before == dropped => since,
            _ => at,
        };
        if !is_most || is_accepted || at.saturating_sub(since) >= self.settings.hold {
            return Verdict::Gone;
        }
        self.dropped = Some((dropped, since));
        Verdict::Kept
    }

    /// The configuration that was not taken up is gone.
    pub fn keep_configuration(&mut self) {
        self.dropped = None;
    }

    /// When a configuration that was not taken up has to be considered again.
    pub fn next_configuration(&self) -> Option<Duration> {
        let (_, since) = self.dropped.as_ref()?;
        if self.is_configuration_accepted {
            return Some(Duration::ZERO);
        }
        since.checked_add(self.settings.hold)
    }

    /// A look at a part of the tree found some files, `has_arrivals` of which were not known.
    pub(super) fn found<'p>(
        &mut self,
        at: Duration,
        paths: impl Iterator<Item = &'p Arc<str>>,
        has_arrivals: bool,
    ) {
        let Some(missing) = &mut self.missing else {
            return;
        };
        let before = missing.paths.len();
        for path in paths {
            missing.paths.remove(path);
        }
        if missing.paths.is_empty() {
            self.missing = None;
        } else if missing.paths.len() < before || missing.alarm.is_some() && has_arrivals {
            missing.since = at;
            // The next look at everything counts what is left.
            missing.is_everything = false;
        }
    }

    /// When everything has to be looked at again because of what is missing.
    pub fn next(&self) -> Option<Duration> {
        let missing = self.missing.as_ref().filter(|missing| !missing.is_everything)?;
        if self.was_away {
            return None;
        }
        let settles = self.settings.settles;
        let wait = match missing.alarm {
            Some(_) if missing.is_kept => self.settings.hold.max(settles),
            _ => settles,
        };
        missing.since.checked_add(wait)
    }

    /// Why the snapshot is behind the files, if it is; `is_post` tells posts from other files.
    pub(super) fn stale(&self, is_post: impl Fn(&Arc<str>) -> bool) -> Option<Stale> {
        let configuration = self
            .dropped
            .as_ref()
            .map(|(dropped, _)| Stale::Configuration { posts: dropped.len() });
        let missing = self.missing.as_ref().filter(|missing| missing.is_kept);
        let Some((missing, alarm)) = missing.and_then(|missing| Some((missing, missing.alarm?))) else {
            return configuration;
        };
        let posts = missing.paths.iter().filter(|path| is_post(path)).count();
        Some(match alarm {
            _ if missing.is_everything => Stale::Empty { posts },
            Alarm::Most => Stale::Vanished { posts },
            Alarm::Refill => Stale::Refilling { posts },
        })
    }

    /// Whether most posts went, at once or one after the other within the time of a hold.
    fn is_most(&mut self, at: Duration, look: &Observed) -> bool {
        let hold = self.settings.hold;
        self.recent.retain(|(gone, _)| at.saturating_sub(*gone) < hold);
        let gone: usize = self.recent.iter().map(|(_, posts)| posts).sum();
        let lost = look.missing_posts + gone;
        look.missing_posts > 0 && lost >= FEW && lost * 2 > look.posts + gone
    }

    fn believe(&mut self) -> Verdict {
        if self.missing.take().is_some_and(|missing| missing.alarm.is_some()) {
            self.recent.clear();
        }
        Verdict::Gone
    }
}
