//! A tree of files, a clock and a file system's stamps, none of them real. It keeps a record of what
//! the program was shown, which is all that it may ever remember.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::{DateTime, Utc};
use newswire::catalog::clock::Clock;
use newswire::catalog::tree::{
    Extent, LockReading, ReadError, Stamp, Survey, Tree, TreeError, is_at_or_below,
};
use newswire::content::place::location::is_content;
use newswire::vocabulary::Digest;
use newswire::watch::Hint;

use super::files::{Node, State, is_dark};
use super::kept::{Kept, is_good_at};
use super::operation::Operation;
use super::text::{self, Meaning};

/// Posts that went with a volume.
pub(crate) struct Loss {
    /// When they went.
    pub(crate) since: Duration,
    /// When what is missing last changed.
    pub(crate) changed: Duration,
    /// Whether another folder is in the place of the root.
    pub(crate) is_new_root: bool,
    /// Whether the program has seen it.
    pub(crate) was_seen: bool,
    pub(crate) posts: Vec<String>,
}

/// The world as the program sees it.
pub(crate) struct World(Mutex<State>);

impl World {
    pub(crate) fn new(coarse: bool) -> Self {
        World(Mutex::new(State {
            wall: text::start(),
            elapsed: Duration::ZERO,
            files: BTreeMap::new(),
            dark: BTreeSet::new(),
            disturbed: BTreeSet::new(),
            missing: false,
            slow: None,
            unclosed: BTreeSet::new(),
            unmounted: None,
            last_unmount: None,
            root: 1,
            sees_everything: false,
            day_first: false,
            pins: None,
            locked: false,
            coarse,
            inodes: 0,
            kept: Kept::new(text::start()),
            before: None,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Lets time pass, up to a time since the start.
    pub(crate) fn pass(&self, until: Duration) {
        let mut state = self.state();
        let passed = until.saturating_sub(state.elapsed);
        state.elapsed += passed;
        state.wall += passed;
    }

    /// What the program may remember.
    pub(crate) fn kept(&self) -> Kept {
        self.state().kept.clone()
    }

    /// The same, after a long calm, with every doubt resolved: what is still missing is gone, and
    /// whether the text of a file that came back broken was kept, `is_kept` knows. And whether the
    /// loss of everything is held back.
    pub(crate) fn settled(&self, is_kept: impl Fn(&str) -> bool) -> (Kept, bool) {
        let state = &mut *self.state();
        // Nobody can tell that something is missing where nobody can look.
        let is_there = |path: &str| state.files.contains_key(path) || is_dark(&state.dark, path);
        let is_held = state.kept.settle(is_there, is_kept);
        (state.kept.clone(), is_held)
    }

    /// The program has moved its clock on.
    pub(crate) fn tell_time(&self) {
        let state = &mut *self.state();
        state.kept.tell_time(state.wall);
    }

    /// What went with a volume and did not come back.
    pub(crate) fn unmounted(&self) -> Option<Loss> {
        let state = self.state();
        let unmounted = state.unmounted.as_ref()?;
        let is_post =
            |node: &Node| matches!(node.text.meaning, Meaning::Post(_)) && node.text.is_good(state.day_first);
        let is_missing = |path: &String| {
            !state.files.contains_key(path) && !state.is_dark(path) && !unmounted.unsure.contains(path)
        };
        // Of what was never read nobody knows that it is missing; what had its path may have moved.
        let is_known = |path: &str, node: &Node| state.kept.has_seen(path, &node.text);
        let files = unmounted.files.iter();
        let posts = files.filter(|(path, node)| is_post(node) && is_missing(path) && is_known(path, node));
        Some(Loss {
            since: unmounted.since?,
            changed: unmounted.changed,
            is_new_root: unmounted.is_new_root,
            was_seen: unmounted.was_seen,
            posts: posts.map(|(path, _)| path.clone()).collect(),
        })
    }

    /// The configuration that runs from now on reads dates of digits so.
    pub(crate) fn read_day_first(&self, day_first: bool) {
        self.state().day_first = day_first;
    }

    /// A look has ended; when it began by the wall clock, which may have been set since. What one that was
    /// put off was shown is not remembered, nor what was left.
    pub(crate) fn looked(&self, is_put_off: bool, left: &BTreeSet<Arc<str>>) -> DateTime<Utc> {
        let state = &mut *self.state();
        let saw_everything = std::mem::take(&mut state.sees_everything) && !is_put_off;
        if let Some(unmounted) = &mut state.unmounted {
            unmounted.was_seen |= saw_everything;
        }
        let Some((began, before)) = state.before.take() else {
            return state.wall;
        };
        if is_put_off {
            state.kept = before;
        } else {
            for path in left {
                state.kept.unread(path, &before);
            }
        }
        began
    }

    /// The file that is being written, if it is to be left alone, and its texts cut short.
    pub(crate) fn cut_short(&self) -> Option<(String, BTreeSet<Digest>)> {
        let state = &mut *self.state();
        let elapsed = state.elapsed;
        let slow = state.slow.as_mut()?;
        let texts = slow.cut_short(elapsed);
        (!texts.is_empty()).then(|| (slow.path.clone(), texts))
    }

    /// Events come late, or not at all: of these paths nobody can know whether they are open. Without a
    /// path, some of which nobody knows whose they were.
    pub(crate) fn events_fail(&self, of: Option<&str>) {
        let state = &mut *self.state();
        if let Some(path) = of {
            // A close may be among them.
            state.unclosed.insert(path.to_owned());
        }
        if let Some(slow) = &mut state.slow {
            match of {
                Some(path) if path.is_empty() || is_at_or_below(&slow.path, path) => slow.is_unheard(),
                Some(_) => {}
                None => slow.lose_events(),
            }
        }
    }

    /// The process ends: what it remembered is lost.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.kept = Kept::new(state.wall);
        if let Some(slow) = &mut state.slow {
            slow.is_unheard();
        }
    }

    /// The process ends, and another goes on at a moment with what was written down.
    pub(crate) fn restart(
        &self,
        moment: DateTime<Utc>,
        texts: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        let state = &mut *self.state();
        let moment = moment.max(state.wall);
        state.kept.restart(moment, texts)
    }

    /// A post that is there, and public already.
    pub(crate) fn any_public_post(&self) -> Option<String> {
        let state = self.state();
        // What was seen before the first snapshot was forgotten, the sections' files too.
        let mut kept = state.kept.clone();
        let visible = |path: &str| is_content(path) && !state.is_dark(path);
        for (path, node) in state.files.iter().filter(|(path, _)| visible(path)) {
            if node.readable {
                kept.read(path, &node.text, state.day_first);
            } else {
                kept.could_not_read(path, state.day_first);
            }
        }
        let is_public = |path: &str, node: &Node| match &node.text.meaning {
            Meaning::Post(post) => {
                let post = post.with(&kept.handed_down(path));
                node.readable
                    && node.text.is_good(state.day_first)
                    && !state.is_dark(path)
                    && is_content(path)
                    && !path.ends_with("_index.md")
                    && post.public_from() <= state.wall
                    && !post.draft
            }
            _ => false,
        };
        let mut files = state.files.iter();
        files
            .find(|(path, node)| is_public(path, node))
            .map(|(path, _)| path.clone())
    }

    /// Makes everything visible that has to be for a scan to succeed.
    pub(crate) fn settle(&self) {
        let mut state = self.state();
        state.missing = false;
        state.locked = false;
    }

    /// After a scan of everything: what the program was shown of each file is what there is.
    pub(crate) fn everything_was_seen(&self) -> Result<(), String> {
        let state = self.state();
        for (path, node) in state.files.iter().filter(|(path, _)| is_content(path)) {
            let is_visible = node.readable && !state.is_dark(path);
            if is_visible && !state.kept.has_seen(path, &node.text) {
                return Err(format!("“{path}” was changed and never read"));
            }
        }
        Ok(())
    }

    /// Does an operation, and returns the events a kernel would have for it. One that makes no sense
    /// here does nothing.
    pub(crate) fn operate(&self, operation: &Operation) -> Vec<Hint> {
        let state = &mut *self.state();
        let hints = state.operate(operation);
        state.orphan_slow_writer();
        if let Some(unmounted) = &mut state.unmounted {
            // What was written anew since then is not missing, whatever becomes of it.
            unmounted.files.retain(|path, _| !state.files.contains_key(path));
        }
        hints
    }
}

impl Clock for World {
    fn now(&self) -> DateTime<Utc> {
        self.state().wall
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }
}

impl Tree for World {
    fn survey(&self, scope: &Extent) -> Result<Survey, TreeError> {
        let state = &mut *self.state();
        if state.missing {
            return Err(TreeError("is missing".into()));
        }
        state
            .before
            .get_or_insert_with(|| (state.wall, state.kept.clone()));
        state.kept.tell_time(state.wall);
        let is_within = |path: &str| match scope {
            Extent::Everything => true,
            Extent::Paths(paths) => paths.iter().any(|scope| is_at_or_below(path, scope)),
        };
        state.sees_everything |= *scope == Extent::Everything;
        let mut survey = Survey {
            root: Some((1, state.root)),
            ..Survey::default()
        };
        // What is asked for below a dark folder can't be seen either.
        if let Extent::Paths(paths) = scope {
            let unseen = paths.iter().filter(|path| state.is_dark(path));
            survey.unseen.extend(unseen.cloned());
        }
        let dark = state.dark.iter().filter(|folder| is_within(folder));
        survey
            .unseen
            .extend(dark.map(|folder| Arc::from(folder.as_str())));
        for (path, node) in &state.files {
            if is_content(path) && is_within(path) && !state.is_dark(path) {
                survey.files.insert(path.as_str().into(), node.stamp);
                let is_good = is_good_at(path, &node.text, state.day_first);
                if node.readable && is_good && !state.disturbed.contains(path) {
                    state.kept.find(path);
                }
            }
        }
        let is_gone = |path: &str| {
            let unseen = survey.unseen.iter().any(|unseen| is_at_or_below(path, unseen));
            is_within(path) && !survey.files.contains_key(path) && !unseen
        };
        state.kept.miss(is_gone);
        Ok(survey)
    }

    fn read(&self, path: &str) -> Result<(Stamp, Vec<u8>), ReadError> {
        let state = &mut *self.state();
        if state.is_dark(path) {
            return Err(ReadError::Failed("permission denied".into()));
        }
        let Some(node) = state.files.get(path) else {
            state.kept.miss(|known| known == path);
            return Err(ReadError::Gone);
        };
        if !node.readable {
            state.kept.could_not_read(path, state.day_first);
            return Err(ReadError::Failed("permission denied".into()));
        }
        if state.disturbed.remove(path) {
            return Err(ReadError::Changing);
        }
        state.kept.read(path, &node.text, state.day_first);
        Ok((node.stamp, node.text.bytes.clone()))
    }

    fn lock(&self, known: Option<Stamp>) -> LockReading {
        let state = &mut *self.state();
        let Some((stamp, text, is_good)) = &state.pins else {
            return LockReading::Absent;
        };
        if known == Some(*stamp) {
            return LockReading::Known;
        }
        state.kept.read_lock(text, *is_good);
        LockReading::Read(*stamp, text.clone())
    }

    fn is_being_changed(&self) -> bool {
        self.state().locked
    }
}
