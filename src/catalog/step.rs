//! The step function: one look at the tree moves the catalog from one snapshot to the next.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::catalog::files::Files;
use crate::catalog::files::counts::FindingCounts;
use crate::catalog::files::file::KeptText;
use crate::catalog::index::Index;
use crate::catalog::kept::Kept;
use crate::catalog::lock_file::LockFile;
use crate::catalog::look::{Intake, Step, Unsettled};
use crate::catalog::loss::{Loss, Stale, Verdict};
use crate::catalog::reconfigure::Reparsed;
use crate::catalog::settings::CatalogSettings;
use crate::catalog::sight::Sight;
use crate::catalog::snapshot::Snapshot;
use crate::catalog::start::{self, Start};
use crate::catalog::tree::diff::Difference;
use crate::catalog::tree::{Extent, Tree, TreeError};
use crate::catalog::{report, too_old};
use crate::lock::{Lock, Pins};
use crate::vocabulary::Finding;

/// All posts, and everything that is known of their files. One writer owns it.
#[derive(Debug)]
pub struct Catalog {
    files: Files,
    index: Index,
    lock: LockFile,
    /// What is missing, and what of that is taken for gone.
    loss: Loss,
    /// What the first snapshot is held against, until it is published.
    start: Option<Start>,
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
            files: Files::new(Arc::clone(&settings.content)),
            index: Index::new(settings, moment, newest_outside),
            lock: LockFile::default(),
            loss: Loss::default(),
            start: None,
        }
    }

    /// A catalog that goes on from what was kept, and publishes nothing that looks like an accident until
    /// somebody accepts it: nothing at all, nothing but scheduled posts, or anything before `earliest`.
    pub fn starting(
        settings: impl Into<Arc<CatalogSettings>>,
        moment: DateTime<Utc>,
        newest_outside: Option<DateTime<Utc>>,
        kept: Kept,
        earliest: DateTime<Utc>,
    ) -> Self {
        let start = Start {
            kept,
            moment,
            newest_outside,
            earliest,
            doubt: None,
        };
        Catalog::at_start(settings.into(), start)
    }

    fn at_start(settings: Arc<CatalogSettings>, start: Start) -> Self {
        let mut catalog =
            Catalog::new(settings, start.moment, start.newest_outside).with_kept(start.kept.clone());
        catalog.start = Some(start);
        catalog
    }

    /// Goes on from what was kept. Only before the first look.
    #[must_use]
    pub fn with_kept(mut self, mut kept: Kept) -> Self {
        self.files.set_kept_texts(std::mem::take(&mut kept.texts));
        self.index.remember(kept);
        self
    }

    /// The same, not to publish anything for a reason that the files don't show.
    #[must_use]
    pub fn in_doubt(mut self, doubt: Option<String>) -> Self {
        if let Some(start) = &mut self.start {
            start.doubt = doubt;
        }
        self
    }

    /// Looks at a part of the tree, takes in what changed there, and moves the clock on. The very
    /// first look has to be at everything. After an error nothing has changed.
    ///
    /// # Errors
    /// When the root can't be seen.
    pub fn step(
        &mut self,
        tree: &dyn Tree,
        extent: &Extent,
        moment: DateTime<Utc>,
    ) -> Result<Step, TreeError> {
        self.look(tree, extent, moment, Duration::ZERO, &mut |_| {
            Intake::AllBut(BTreeSet::new())
        })
    }

    /// The same, for trees that somebody is working on, at a time since some start: `decide` says what of the
    /// unsettled is to be taken in.
    ///
    /// # Errors
    /// When the root can't be seen.
    pub fn look(
        &mut self,
        tree: &dyn Tree,
        extent: &Extent,
        moment: DateTime<Utc>,
        elapsed: Duration,
        decide: &mut dyn FnMut(&Unsettled<'_>) -> Intake,
    ) -> Result<Step, TreeError> {
        let start = self.start.as_ref();
        if let Some(withheld) =
            start.and_then(|start| start.withheld_unread(moment, self.loss.may_be_empty()))
        {
            return Ok(Step {
                withheld: Some(withheld),
                ..Step::default()
            });
        }
        // What was taken in before the first snapshot was forgotten.
        let extent = if self.start.is_some() {
            &Extent::Everything
        } else {
            extent
        };
        let accepts_absence = self.loss.accepts_absence(self.index.is_shown());
        let mut sight = Sight::of(tree, extent, &self.files, &self.loss, accepts_absence)
            .inspect_err(|_| self.loss.root_is_away())?;
        let posts = self.index.view().posts.len();
        if !sight.read(tree, &self.files, &self.loss, decide)
            || !sight.judge(&self.files, posts, &mut self.loss, elapsed)
        {
            return Ok(self.put_off(moment));
        }
        let step = self.take_in(tree, sight, moment);
        Ok(self.conclude_start(step))
    }

    /// Takes in what a look found.
    fn take_in(&mut self, tree: &dyn Tree, sight: Sight, moment: DateTime<Utc>) -> Step {
        // What is there at the start is no news, and what goes as something comes has moved.
        let is_news = self.index.is_shown() && sight.difference.vanished.is_empty();
        let arrived = if is_news {
            sight.new_files(&self.files)
        } else {
            Vec::new()
        };
        let Sight {
            extent,
            survey,
            difference: Difference { vanished: gone, .. },
            readings,
            left,
        } = sight;
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
        let sections_before = self.files.sections().clone();
        let news = self.lock.look(tree, moment, &mut step);
        self.index.note_outside(news.changed);
        if let Some(lock) = news.lock {
            self.index.set_lock(lock);
        }
        self.files.note_left_out(survey.left_out, &extent, &mut step);
        for path in &gone {
            let change = self.files.remove(path, &mut step);
            self.index.apply(&change);
        }
        for (path, reading) in readings {
            if let Some(change) = self.files.take_in(path, reading, moment, &mut step) {
                self.index.apply(&change);
            }
        }
        for change in self.files.hand_down(tree, &sections_before, moment, &mut step) {
            self.index.apply(&change);
        }
        self.publish(moment, survey.newest, &mut step);
        step.new_findings
            .extend(too_old::findings(&self.files, &self.index, &arrived));
        step.new_findings.extend(self.files.new_copies());
        step
    }

    /// Withdraws what broken files say must go by now. A clock that was set back changes nothing.
    fn withdraw(&mut self) {
        let moment = self.index.view().moment();
        for change in self.files.withdraw(moment) {
            self.index.apply(&change);
        }
    }

    /// Makes the next snapshot.
    fn publish(&mut self, moment: DateTime<Utc>, newest_file: Option<DateTime<Utc>>, step: &mut Step) {
        self.withdraw();
        let is_first = !self.index.is_shown();
        let stale = self.stale();
        let is_news = self.index.view().stale != stale;
        self.index.set_stale(stale);
        let scheduled = self.index.view().next_change();
        step.changed = self
            .index
            .refresh(moment, newest_file, self.files.next_withdrawal());
        step.new_findings.extend(self.index.news());
        let is_visible = !step.changed.is_empty() || self.index.view().next_change() != scheduled;
        if is_visible || is_news || step.read > 0 || step.gone > 0 || step.lock_changed || is_first {
            step.snapshot = Some(Arc::new(self.index.snapshot()));
        }
    }

    /// Ends the start, or begins it anew if what was taken in is no first snapshot.
    fn conclude_start(&mut self, step: Step) -> Step {
        let Some(start) = self.start.take() else {
            return step;
        };
        let withheld = start::withheld_read(self.index.view()).filter(|_| !self.loss.may_be_empty());
        if withheld.is_none() {
            return step;
        }
        // All that was taken in is forgotten.
        let loss = std::mem::take(&mut self.loss);
        let settings = Arc::clone(self.index.view().shared_settings());
        *self = Catalog {
            loss,
            ..Catalog::at_start(settings, start)
        };
        Step {
            withheld,
            found: step.found,
            read: step.read,
            new_findings: step.new_findings,
            ..Step::default()
        }
    }

    /// Takes nothing in. Time moves on, unless nothing was ever published.
    fn put_off(&mut self, moment: DateTime<Utc>) -> Step {
        let step = if self.index.is_shown() {
            self.tick(moment)
        } else {
            Step::default()
        };
        Step {
            is_put_off: true,
            ..step
        }
    }

    /// Moves the clock on without looking at the tree.
    pub fn tick(&mut self, moment: DateTime<Utc>) -> Step {
        let mut step = Step::default();
        if self.start.is_none() {
            self.index.advance(moment);
            self.publish(moment, None, &mut step);
        }
        step
    }

    /// What the known posts are under another configuration.
    pub fn reparse(&self, settings: CatalogSettings) -> Reparsed {
        Reparsed::new(&self.files, &self.index, settings)
    }

    /// Whether another configuration is to be taken up at a time since some start, as
    /// [`Catalog::look`] counts it. One that would drop most posts waits like a loss.
    pub fn accepts_configuration(&mut self, reparsed: &Reparsed, elapsed: Duration) -> bool {
        let lost = reparsed.lost.clone();
        self.loss.observe_configuration(elapsed, lost, reparsed.public) == Verdict::Gone
    }

    /// The same posts under another configuration. What can't be known without a look at the disk is
    /// read at the next. What was public stays, and its Last-Modified with it; a post that can't be
    /// parsed any more keeps its last good version.
    #[must_use]
    pub fn reconfigured(
        self,
        reparsed: Reparsed,
        moment: DateTime<Utc>,
        newest_outside: Option<DateTime<Utc>>,
    ) -> Self {
        if let Some(start) = self.start {
            let start = Start {
                moment,
                newest_outside,
                doubt: None,
                ..start
            };
            return Catalog {
                loss: self.loss,
                ..Catalog::at_start(Arc::new(reparsed.settings), start)
            };
        }
        let kept = reparsed.kept(&self.index);
        let finding = reparsed.finding();
        let settings = Arc::new(reparsed.settings);
        let (files, changes) = self
            .files
            .reconfigured(Arc::clone(&settings.content), reparsed.outcomes);
        let mut index = Index::new(settings, moment, newest_outside);
        index.remember(kept);
        index.set_lock(Lock::clone(self.index.pins().lock()));
        index.tell(finding);
        for change in changes {
            index.apply(&change);
        }
        Catalog {
            files,
            index,
            lock: self.lock,
            loss: self.loss,
            start: None,
        }
    }

    /// What is missing, and what of that is taken for gone.
    pub fn loss(&self) -> &Loss {
        &self.loss
    }

    /// The same, to be told how long losses wait and which are meant.
    pub fn loss_mut(&mut self) -> &mut Loss {
        &mut self.loss
    }

    /// Why the snapshot is behind the files, if it is.
    pub fn stale(&self) -> Option<Stale> {
        self.loss.stale(|path| self.files.post(path).is_some())
    }

    /// Whether nothing was published yet.
    pub fn is_starting(&self) -> bool {
        self.start.is_some()
    }

    /// When the passing of time alone will next change a feed.
    pub fn next_change(&self) -> Option<DateTime<Utc>> {
        self.index.view().next_change()
    }

    /// The catalog as readers may see it.
    pub fn snapshot(&self) -> Snapshot {
        self.index.snapshot()
    }

    /// The last good texts of the posts and sections whose files are broken.
    pub fn last_good_texts(&self) -> HashMap<Arc<str>, KeptText> {
        self.files.last_good_texts()
    }

    /// The ids that the lock file pins, and what is wrong with the file.
    pub fn pins(&self) -> (&Pins, &[Finding]) {
        (self.index.pins(), self.lock.findings())
    }

    /// Whether there is a lock file.
    pub fn has_lock(&self) -> bool {
        self.lock.is_present()
    }

    /// Whether there may be a post at a path which can't be read now.
    pub fn may_hide_a_post(&self, path: &str) -> bool {
        self.files.may_hide_a_post(path, self.index.view().moment())
    }

    /// Everything there is to say, by path and place.
    pub fn findings(&self) -> Vec<Finding> {
        report::findings(&self.files, &self.index, self.lock.findings())
    }

    /// How many findings there are in files.
    pub fn finding_counts(&self) -> FindingCounts {
        report::counts(&self.files, &self.index, self.lock.findings())
    }
}
