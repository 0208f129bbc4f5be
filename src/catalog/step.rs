//! The step function: one look at the tree moves the catalog from one snapshot to the next.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::catalog::files::copies::Copies;
use crate::catalog::files::file::{File, FindingCounts};
use crate::catalog::files::missing;
use crate::catalog::files::reading::{LookAgain, Reading};
use crate::catalog::index::Index;
use crate::catalog::kept::KeptText;
use crate::catalog::lock_file::LockFile;
use crate::catalog::loss::{self, Loss, LossSettings, Stale, Verdict};
use crate::catalog::settings::CatalogSettings;
use crate::catalog::snapshot::Snapshot;
use crate::catalog::snapshot::scope::ScopeKey;
use crate::catalog::start::{Start, Withheld};
use crate::catalog::tree::diff::{Difference, difference};
use crate::catalog::tree::{Extent, Stamp, Survey, Tree, TreeError, is_at_or_below};
use crate::content::fields::inherited::{Sections, is_section_file};
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::{Parsed, Post};
use crate::lock::{FILE_NAME, Lock, Pins};
use crate::vocabulary::Finding;

/// All posts, and everything that is known of their files. One writer owns it.
#[derive(Debug)]
pub struct Catalog {
    pub(super) settings: Arc<CatalogSettings>,
    pub(super) index: Index,
    pub(super) files: BTreeMap<Arc<str>, File>,
    /// What the last survey of its path left out, and why.
    pub(super) left_out: BTreeMap<Arc<str>, Finding>,
    /// Files whose last good version goes when a moment comes that only their broken text names.
    pub(super) broken: BTreeMap<Arc<str>, Withdrawal>,
    pub(super) counts: FindingCounts,
    pub(super) copies: Copies,
    /// What hands front matter down to the posts below it.
    pub(super) sections: Sections,
    pub(super) lock: LockFile,
    /// The newest change of anything that documents depend on besides the content tree.
    newest_outside: Option<DateTime<Utc>>,
    pub(super) is_ready: bool,
    /// What is missing, and what of that is believed.
    pub(super) loss: Loss,
    /// Files that are broken.
    pub(super) faulty: BTreeSet<Arc<str>>,
    /// Last good texts from the process before, of files that were broken then.
    pub(super) texts: HashMap<Arc<str>, KeptText>,
    /// What the first snapshot is held against, until it is published.
    pub(super) start: Option<Start>,
    /// Findings of no file, which the next step tells.
    pub(super) unreported: Vec<Finding>,
}

/// What a look saw that may be on the way to become something else.
#[derive(Clone, Copy, Debug)]
pub struct Unsettled<'a> {
    /// Files that are new, or have another stamp.
    pub changed: &'a [Changed],
    /// Whether the root is another folder than at the last look. Nobody saves a file in a folder that has
    /// just been put in place.
    pub is_new_root: bool,
    /// Whether a known file is missing.
    pub has_missing: bool,
}

/// A file that a look found new or changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Its path.
    pub path: Arc<str>,
    /// Its stamp at the look.
    pub stamp: Stamp,
    /// Whether no file was known at this path.
    pub is_new: bool,
    /// Whether it has the text of a file that is missing.
    pub is_moved: bool,
}

/// What of a look is to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intake {
    /// All but these files, which stay as they were known: somebody may still be writing them.
    AllBut(BTreeSet<Arc<str>>),
    /// Nothing, so that what belongs together is published together.
    Nothing,
}

/// What there is in a scope, and how that differs from what is known.
struct Sight {
    /// What was looked at: what was asked for, or everything.
    scope: Extent,
    survey: Survey,
    difference: Difference,
}

/// What one step did.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// The new snapshot, if anything that readers or the clock could see changed.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The scopes whose documents changed.
    pub changed: Vec<ScopeKey>,
    /// What has to be looked at again, and how soon.
    pub look_again: Option<(Extent, Duration)>,
    /// Findings that were not there before.
    pub new_findings: Vec<Finding>,
    /// Files that were broken before and no longer are.
    pub mended: Vec<Arc<str>>,
    /// Whether the lock file, or what is wrong with it, is new.
    pub lock_changed: bool,
    /// How many files were found.
    pub found: usize,
    /// How many of them were read.
    pub read: usize,
    /// How many known files were gone.
    pub gone: usize,
    /// The files whose content changed, came or went.
    pub touched: Vec<Arc<str>>,
    /// Nothing was taken in: what the look saw was unsettled. It has to be taken again.
    pub is_put_off: bool,
    /// Nothing was taken in: what there is can't be the first snapshot.
    pub withheld: Option<Withheld>,
    /// Files that were not taken in, and stay as they were known.
    pub left: BTreeSet<Arc<str>>,
}

impl Catalog {
    /// An empty catalog at a moment. `newest_outside` is when the configuration and the program
    /// were last changed.
    pub fn new(
        settings: impl Into<Arc<CatalogSettings>>,
        moment: DateTime<Utc>,
        newest_outside: Option<DateTime<Utc>>,
    ) -> Self {
        let settings = settings.into();
        Catalog {
            index: Index::new(Arc::clone(&settings), moment),
            settings,
            files: BTreeMap::new(),
            left_out: BTreeMap::new(),
            broken: BTreeMap::new(),
            counts: FindingCounts::default(),
            copies: Copies::default(),
            sections: Sections::default(),
            lock: LockFile::default(),
            newest_outside,
            is_ready: false,
            loss: Loss::default(),
            faulty: BTreeSet::new(),
            texts: HashMap::new(),
            start: None,
            unreported: Vec::new(),
        }
    }

    /// Looks at a part of the tree, takes in what changed there, and moves the clock on. The very
    /// first look has to be at everything. After an error nothing has changed.
    pub fn step(
        &mut self,
        tree: &dyn Tree,
        scope: &Extent,
        moment: DateTime<Utc>,
    ) -> Result<Step, TreeError> {
        self.look(tree, scope, moment, Duration::ZERO, &mut |_| {
            Intake::AllBut(BTreeSet::new())
        })
    }

    /// The same, for trees that somebody is working on, at a time since some start: `decide` says what of the
    /// unsettled is to be taken in.
    pub fn look(
        &mut self,
        tree: &dyn Tree,
        scope: &Extent,
        moment: DateTime<Utc>,
        elapsed: Duration,
        decide: &mut dyn FnMut(&Unsettled<'_>) -> Intake,
    ) -> Result<Step, TreeError> {
        if let Some(withheld) = self.withheld_unread(moment) {
            return Ok(Step {
                withheld: Some(withheld),
                ..Step::default()
            });
        }
        // What was taken in before the first snapshot was forgotten.
        let scope = if self.start.is_some() {
            &Extent::Everything
        } else {
            scope
        };
        let sight = self.see(tree, scope).inspect_err(|_| self.loss.root_is_away())?;
        let Sight {
            scope,
            survey,
            difference: Difference { to_read, vanished },
        } = sight;
        let has_missing = !vanished.is_empty();
        let mut left = BTreeSet::new();
        let mut readings = Vec::new();
        let mut is_settled = to_read.is_empty() && !has_missing;
        while !is_settled {
            readings = self.read(tree, to_read.iter().filter(|path| !left.contains(*path)).cloned());
            let changed = self.changed(&readings, &survey, &vanished);
            let paths = match decide(&Unsettled {
                changed: &changed,
                is_new_root: self.loss.is_other_root(survey.root),
                has_missing,
            }) {
                Intake::AllBut(paths) => paths,
                Intake::Nothing => return Ok(self.put_off(moment)),
            };
            // What a section hands down decided what the others mean, so they are read without it.
            is_settled = !paths.iter().any(|path| is_section_file(path));
            readings.retain(|(path, _)| !paths.contains(path));
            left.extend(paths);
        }
        let is_unknown = |(path, _): &&(Arc<str>, Reading)| !self.files.contains_key(path);
        let new_files: Vec<Arc<str>> = readings
            .iter()
            .filter(is_unknown)
            .map(|(path, _)| Arc::clone(path))
            .collect();
        let gone = if scope == Extent::Everything {
            let missing = missing::without_moved(&vanished, &readings, &self.files);
            let counts = missing::count(&vanished, &missing, &readings, &self.files);
            let verdict = self.loss.observe(
                elapsed,
                loss::Look {
                    root: survey.root,
                    missing: missing.clone(),
                    posts: self.index.view().posts.len() - counts.moved,
                    missing_posts: counts.missing,
                    new_posts: counts.new,
                    has_arrivals: !new_files.is_empty(),
                },
            );
            match verdict {
                Verdict::PutOff => return Ok(self.put_off(moment)),
                Verdict::Gone => vanished,
                Verdict::Kept => vanished
                    .into_iter()
                    .filter(|path| !missing.contains(path))
                    .collect(),
            }
        } else {
            self.loss
                .found(elapsed, survey.files.keys(), !new_files.is_empty());
            vanished
        };
        let mut step = Step {
            found: survey.files.len(),
            read: readings.len(),
            gone: gone.len(),
            left,
            ..Step::default()
        };
        self.index.advance(moment);
        // Time moves before files do: what expired in the meantime is not revived by a newer text.
        self.withdraw();
        let mut look_again = LookAgain::default();
        let handed_down_before = self.sections.clone();
        self.look_at_lock(tree, moment, &mut look_again, &mut step);
        self.note_left_out(survey.left_out, &scope, &mut step);
        for path in &gone {
            self.forget(path, &mut step);
        }
        // What is there at the start is no news, and what goes as something comes has moved.
        let arrived = if self.is_ready && gone.is_empty() {
            new_files
        } else {
            Vec::new()
        };
        for (path, reading) in readings {
            self.take_in(path, reading, moment, &mut look_again, &mut step);
        }
        self.hand_down(tree, &handed_down_before, moment, &mut look_again, &mut step);
        step.look_again = look_again.into_scope();
        let newest = survey.newest.max(self.newest_outside);
        self.publish(moment, newest, &mut step);
        step.new_findings.extend(self.below_the_window(&arrived));
        step.new_findings.extend(self.copies.news());
        Ok(self.conclude_start(step))
    }

    /// Looks at a scope, and at everything where that scope alone may deceive.
    fn see(&self, tree: &dyn Tree, scope: &Extent) -> Result<Sight, TreeError> {
        let survey = match tree.survey(scope) {
            Err(_) if self.loss.accepts_absence(self.is_ready) => Survey::default(),
            survey => survey?,
        };
        let difference = difference(&self.files, &survey, scope);
        // Of another folder nothing is known yet, so a part of it says nothing. And a volume that is
        // gone may show as a single file that is missing: only the whole tells how much is.
        let deceives = self.loss.is_other_root(survey.root) || !difference.vanished.is_empty();
        if deceives && *scope != Extent::Everything {
            return self.see(tree, &Extent::Everything);
        }
        Ok(Sight {
            scope: scope.clone(),
            survey,
            difference,
        })
    }

    /// Takes nothing in. Time moves on, unless nothing was ever published.
    fn put_off(&mut self, moment: DateTime<Utc>) -> Step {
        let mut step = if self.is_ready {
            self.tick(moment)
        } else {
            Step::default()
        };
        step.is_put_off = true;
        step
    }

    /// How long losses wait from now on.
    pub fn configure_losses(&mut self, settings: LossSettings) {
        self.loss.configure(settings);
    }

    /// Says that whatever the next look misses is meant to be gone, even if that is everything.
    pub fn accept_loss(&mut self) {
        self.loss.accept();
    }

    /// Says that whatever any look misses is meant to be gone.
    pub fn always_accept_loss(&mut self) {
        self.loss.always_accept();
    }

    /// Whether a site without posts is published even if there never was one.
    pub fn may_be_empty(&self) -> bool {
        self.loss.may_be_empty()
    }

    /// When everything has to be looked at again because of what is missing, by the time of
    /// [`Catalog::look`].
    pub fn next_look(&self) -> Option<Duration> {
        self.loss.next()
    }

    /// When a configuration that was not taken up has to be considered again, by the time of
    /// [`Catalog::look`].
    pub fn next_configuration(&self) -> Option<Duration> {
        self.loss.next_configuration()
    }

    /// The running configuration is the one that is meant.
    pub fn keep_configuration(&mut self) {
        self.loss.keep_configuration();
    }

    /// Why the snapshot is behind the files, if it is.
    pub fn stale(&self) -> Option<Stale> {
        self.loss.stale(|path| self.is_post(path))
    }

    /// The files that a look found new or changed.
    fn changed(
        &self,
        readings: &[(Arc<str>, Reading)],
        survey: &Survey,
        vanished: &[Arc<str>],
    ) -> Vec<Changed> {
        let missing = vanished.iter().filter_map(|path| self.files.get(path)?.digest);
        let missing: BTreeSet<_> = missing.collect();
        let changed = |(path, reading): &(Arc<str>, Reading)| {
            let stamp = *survey.files.get(path)?;
            Some(Changed {
                path: Arc::clone(path),
                stamp,
                is_new: !self.files.contains_key(path),
                // Empty files are alike and need not have been one.
                is_moved: stamp.size > 0 && reading.digest().is_some_and(|digest| missing.contains(&digest)),
            })
        };
        readings.iter().filter_map(changed).collect()
    }

    /// Takes over all that does not depend on the configuration, files aside.
    pub(super) fn go_on_from(&mut self, other: &Catalog) {
        self.lock = other.lock.clone();
        self.index.set_lock(Lock::clone(other.index.pins().lock()));
        self.left_out.clone_from(&other.left_out);
        self.copies.go_on_from(&other.copies);
        self.loss.clone_from(&other.loss);
    }

    /// Accepts what another catalog was told to accept.
    pub(super) fn accept_like(&mut self, other: &Catalog) {
        self.loss.clone_from(&other.loss);
    }

    pub(super) fn is_post(&self, path: &Arc<str>) -> bool {
        self.files
            .get(path)
            .is_some_and(|file| matches!(file.good, Some(Parsed::Post(_))))
    }

    /// Moves the clock on without looking at the tree.
    pub fn tick(&mut self, moment: DateTime<Utc>) -> Step {
        let mut step = Step::default();
        if self.start.is_some() {
            return step;
        }
        self.index.advance(moment);
        self.publish(moment, None, &mut step);
        step
    }

    /// When the passing of time alone will next change a feed.
    pub fn next_change(&self) -> Option<DateTime<Utc>> {
        self.index.view().next_change()
    }

    /// The catalog as readers may see it.
    pub fn snapshot(&self) -> Snapshot {
        self.index.snapshot()
    }

    /// How many posts there are that could be read, public or not.
    pub fn post_count(&self) -> usize {
        self.index.view().posts.len()
    }

    /// The ids that the lock file pins, and what is wrong with the file.
    pub fn pins(&self) -> (&Pins, &[Finding]) {
        (self.index.pins(), self.lock.findings())
    }

    /// Whether there is a lock file.
    pub fn has_lock(&self) -> bool {
        self.lock.is_present()
    }

    /// Whether a post stands in the feeds.
    pub fn is_listed(&self, post: &Post) -> bool {
        self.index.is_listed(post)
    }

    /// Whether there may be a post at a path which can't be read now: its file is broken, or lies in
    /// a folder that can't be looked into.
    pub fn may_hide_a_post(&self, path: &str) -> bool {
        self.files
            .get(path)
            .is_some_and(|file| file.good.is_none() && file.fault.is_some() && !self.is_withdrawn(path))
            || self.left_out.keys().any(|folder| is_at_or_below(path, folder))
    }

    /// What the catalog was made with.
    pub fn settings(&self) -> &CatalogSettings {
        &self.settings
    }

    /// Whether a broken file says that its post must go.
    fn is_withdrawn(&self, path: &str) -> bool {
        let fault = self.files.get(path).and_then(|file| file.fault.as_ref());
        fault.is_some_and(|fault| fault.withdrawal.applies(self.index.view().moment()))
    }

    /// Takes in the lock file, if it is new.
    fn look_at_lock(
        &mut self,
        tree: &dyn Tree,
        moment: DateTime<Utc>,
        look_again: &mut LookAgain,
        step: &mut Step,
    ) {
        let before = self.lock.findings().to_vec();
        let look = self.lock.look(tree, moment);
        step.lock_changed = look.lock.is_some() || self.lock.findings() != before;
        let findings = self.lock.findings().iter();
        step.new_findings
            .extend(findings.filter(|finding| !before.contains(finding)).cloned());
        if let Some(again) = look.again {
            look_again.add(&FILE_NAME.into(), again);
        }
        self.newest_outside = self.newest_outside.max(look.changed);
        if let Some(lock) = look.lock {
            self.index.set_lock(lock);
        }
    }

    fn note_left_out(&mut self, found: Vec<Finding>, scope: &Extent, step: &mut Step) {
        let is_within = |path: &str| match scope {
            Extent::Everything => true,
            Extent::Paths(paths) => paths.iter().any(|scope| is_at_or_below(path, scope)),
        };
        let before: BTreeMap<_, _> = self.left_out.extract_if(.., |path, _| is_within(path)).collect();
        for finding in found {
            if before.get(&finding.path) != Some(&finding) {
                step.new_findings.push(finding.clone());
            }
            self.left_out.insert(Arc::clone(&finding.path), finding);
        }
    }

    /// Withdraws what broken files say must go by now. A clock that was set back changes nothing.
    fn withdraw(&mut self) {
        let moment = self.index.view().moment();
        let due: Vec<Arc<str>> = self
            .broken
            .iter()
            .filter(|(_, withdrawal)| withdrawal.applies(moment))
            .map(|(path, _)| Arc::clone(path))
            .collect();
        for path in due {
            self.broken.remove(&path);
            if let Some(good) = self.files.get_mut(&path).and_then(|file| file.good.take()) {
                if let Parsed::Post(post) = &good {
                    self.copies.remove(post);
                }
                self.remove_from_index(&path, Some(&good));
            }
        }
    }

    /// Makes the next snapshot.
    fn publish(&mut self, moment: DateTime<Utc>, newest: Option<DateTime<Utc>>, step: &mut Step) {
        self.withdraw();
        let stale = self.stale();
        let is_news = self.index.view().stale != stale;
        self.index.set_stale(stale);
        let scheduled = self.index.view().next_change();
        let withdrawal = self.broken.values().filter_map(|broken| broken.expires).min();
        step.changed = self.index.refresh(moment, newest, withdrawal);
        step.new_findings.extend(self.index.newly_retained_ids());
        step.new_findings.append(&mut self.unreported);
        let is_visible = !step.changed.is_empty() || self.index.view().next_change() != scheduled;
        if is_visible || is_news || step.read > 0 || step.gone > 0 || step.lock_changed || !self.is_ready {
            self.is_ready = true;
            step.snapshot = Some(Arc::new(self.index.snapshot()));
        }
    }
}
