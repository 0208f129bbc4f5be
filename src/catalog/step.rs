//! The step function: one look at the tree moves the catalog from one snapshot to the next.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::diff::{Difference, difference};
use super::file::{File, FindingCounts, contested, refused};
use super::index::Index;
use super::lock_state::LockState;
use super::scope::ScopeKey;
use super::settings::CatalogSettings;
use super::snapshot::Snapshot;
use super::tree::{ReadError, Scope, Stamp, Tree, TreeError, is_at_or_below};
use crate::content::withdrawal::Withdrawal;
use crate::content::{Fault, Parsed, Post, parse};
use crate::digest::Digest;
use crate::finding::{Finding, Severity};
use crate::lock::{FILE_NAME, Pins};

/// A file this much younger than the clock may be rewritten without its stamp changing: kernels
/// stamp files by a clock that ticks every few milliseconds.
const GRANULE: Duration = Duration::from_millis(20);
/// The same where stamps have whole seconds only.
const COARSE_GRANULE: Duration = Duration::from_secs(2);
/// How soon a file that was being written is looked at again.
pub(super) const CHANGING: Duration = Duration::from_millis(50);

/// All posts, and everything that is known of their files. One writer owns it.
#[derive(Debug)]
pub struct Catalog {
    settings: Arc<CatalogSettings>,
    index: Index,
    files: BTreeMap<Arc<str>, File>,
    /// What the last survey of its path left out, and why.
    left_out: BTreeMap<Arc<str>, Finding>,
    /// Files whose last good version goes when a moment comes that only their broken text names.
    broken: BTreeMap<Arc<str>, Withdrawal>,
    counts: FindingCounts,
    lock: LockState,
    /// The newest change of anything that documents depend on besides the content tree.
    newest_outside: Option<DateTime<Utc>>,
    is_ready: bool,
}

/// What one step did.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// The new snapshot, if anything that readers or the clock could see changed.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The scopes whose documents changed.
    pub changed: Vec<ScopeKey>,
    /// What has to be looked at again, and how soon.
    pub look_again: Option<(Scope, Duration)>,
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
}

enum Reading {
    Read {
        stamp: Stamp,
        digest: Digest,
        /// `None` if the bytes are those that are known already.
        outcome: Option<Result<Parsed, Fault>>,
    },
    Gone,
    Changing,
    Failed(Fault),
}

impl Catalog {
    /// An empty catalog at a moment. `newest_outside` is when the configuration and the program
    /// were last changed.
    pub fn new(
        settings: CatalogSettings,
        moment: DateTime<Utc>,
        newest_outside: Option<DateTime<Utc>>,
    ) -> Self {
        let settings = Arc::new(settings);
        Catalog {
            index: Index::new(Arc::clone(&settings), moment),
            settings,
            files: BTreeMap::new(),
            left_out: BTreeMap::new(),
            broken: BTreeMap::new(),
            counts: FindingCounts::default(),
            lock: LockState::default(),
            newest_outside,
            is_ready: false,
        }
    }

    /// Looks at a part of the tree, takes in what changed there, and moves the clock on. The very
    /// first look has to be at everything. After an error nothing has changed.
    pub fn step(&mut self, tree: &dyn Tree, scope: &Scope, moment: DateTime<Utc>) -> Result<Step, TreeError> {
        let survey = tree.survey(scope)?;
        let Difference { to_read, vanished } = difference(&self.files, &survey, scope);
        let mut step = Step {
            found: survey.files.len(),
            read: to_read.len(),
            gone: vanished.len(),
            ..Step::default()
        };
        self.index.advance(moment);
        // Time moves before files do: what expired in the meantime is not revived by a newer text.
        self.withdraw();
        let mut look_again = LookAgain::default();
        self.look_at_lock(tree, moment, &mut look_again, &mut step);
        self.note_left_out(survey.left_out, scope, &mut step);
        let readings = self.read(tree, to_read);
        for path in &vanished {
            self.forget(path, &mut step);
        }
        for (path, reading) in readings {
            self.take_in(path, reading, moment, &mut look_again, &mut step);
        }
        step.look_again = look_again.into_scope();
        let newest = survey.newest.max(self.newest_outside);
        self.publish(moment, newest, &mut step);
        Ok(step)
    }

    /// Moves the clock on without looking at the tree.
    pub fn tick(&mut self, moment: DateTime<Utc>) -> Step {
        let mut step = Step::default();
        self.index.advance(moment);
        self.publish(moment, None, &mut step);
        step
    }

    /// Everything there is to say, by path and place.
    pub fn findings(&self) -> Vec<Finding> {
        let files = self.files.values().flat_map(File::findings).cloned();
        let contested = self
            .index
            .contested_ids()
            .flat_map(|(id, paths)| contested(id, paths));
        let merged = self.index.merged_scopes().map(|scope| {
            let names: Vec<_> = scope.spellings.keys().map(|name| format!("“{name}”")).collect();
            let path = scope
                .entries
                .iter()
                .next()
                .map_or_else(|| "".into(), |entry| Arc::clone(&entry.post.path));
            Finding::new(
                &path,
                Severity::Note,
                "names-merged",
                format!(
                    "{} are one {}: “{}”",
                    names.join(" and "),
                    scope.key.kind.name(),
                    scope.title
                ),
            )
            .help("spell it one way in every post, or give one of them a “slug” of its own in feeds.toml")
        });
        let refused = self
            .index
            .refused()
            .map(|(post, line)| refused(post, self.index.pins().lock().line(line)));
        let mut findings: Vec<Finding> = files
            .chain(self.lock.findings().iter().cloned())
            .chain(refused)
            .chain(self.left_out.values().cloned())
            .chain(contested)
            .chain(merged)
            .collect();
        findings.sort();
        findings
    }

    /// How many findings there are in files.
    pub fn finding_counts(&self) -> FindingCounts {
        let mut counts = self.counts;
        counts.errors += self.index.conflicts();
        counts.add(self.left_out.values());
        counts.add(self.lock.findings().iter());
        counts
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

    fn read(&self, tree: &dyn Tree, paths: Vec<Arc<str>>) -> Vec<(Arc<str>, Reading)> {
        let read = |path: Arc<str>| {
            let reading = match tree.read(&path) {
                Ok((stamp, bytes)) => {
                    let digest = Digest::of(&bytes);
                    let is_known = self
                        .files
                        .get(&path)
                        .is_some_and(|file| file.digest == Some(digest));
                    let outcome = (!is_known).then(|| parse(&path, &bytes, digest, &self.settings.content));
                    Reading::Read {
                        stamp,
                        digest,
                        outcome,
                    }
                }
                Err(ReadError::Gone) => Reading::Gone,
                Err(ReadError::Changing) => Reading::Changing,
                Err(ReadError::Failed(why)) => Reading::Failed(Fault {
                    finding: Finding::new(
                        &path,
                        Severity::Error,
                        "unreadable",
                        format!("can't read the file: {why}"),
                    )
                    .help("make it readable for the user that Newswire runs as"),
                    withdrawal: Withdrawal::default(),
                }),
            };
            (path, reading)
        };
        // One saved file is the common case, and not worth waking other threads for.
        if paths.len() < 4 {
            paths.into_iter().map(read).collect()
        } else {
            paths.into_par_iter().map(read).collect()
        }
    }

    fn take_in(
        &mut self,
        path: Arc<str>,
        reading: Reading,
        moment: DateTime<Utc>,
        look_again: &mut LookAgain,
        step: &mut Step,
    ) {
        match reading {
            Reading::Gone => self.forget(&path, step),
            Reading::Changing => look_again.add(&path, CHANGING),
            Reading::Failed(fault) => self.keep_last_good(path, None, None, fault, step),
            Reading::Read {
                stamp,
                digest,
                outcome,
            } => {
                let granule = granule(&stamp);
                let age = moment.timestamp_nanos_opt().map_or(0, i128::from) - stamp.changed;
                let is_settled = age >= granule.as_nanos() as i128;
                // A stamp from the future never settles; the timed scan reads such a file each time.
                if !is_settled && age > -(granule.as_nanos() as i128) {
                    look_again.add(&path, granule);
                }
                let trusted = is_settled.then_some(stamp);
                match outcome {
                    None => {
                        if let Some(file) = self.files.get_mut(&path) {
                            file.stamp = trusted;
                        }
                    }
                    Some(Ok(parsed)) => self.replace(path, trusted, digest, parsed, step),
                    Some(Err(fault)) => self.keep_last_good(path, trusted, Some(digest), fault, step),
                }
            }
        }
    }

    /// Takes in a good version of a file.
    fn replace(
        &mut self,
        path: Arc<str>,
        stamp: Option<Stamp>,
        digest: Digest,
        parsed: Parsed,
        step: &mut Step,
    ) {
        let before = self.take(&path);
        if let Some(before) = &before {
            if before.fault.is_some() {
                step.mended.push(Arc::clone(&path));
            }
            // A post in place of a post is replaced within the index.
            if !matches!((&before.good, &parsed), (Some(Parsed::Post(_)), Parsed::Post(_))) {
                self.remove_from_index(&path, before.good.as_ref());
            }
        }
        match &parsed {
            Parsed::Post(post) => self.index.insert_post(post),
            Parsed::Author(record) => self.index.insert_author(record),
            Parsed::NotAPost(_) => {}
        }
        let file = File {
            stamp,
            digest: Some(digest),
            good: Some(parsed),
            fault: None,
        };
        self.put(path, file, step);
    }

    /// Takes in that a file is broken: what it was stays, unless its text says that it must not.
    fn keep_last_good(
        &mut self,
        path: Arc<str>,
        stamp: Option<Stamp>,
        digest: Option<Digest>,
        fault: Fault,
        step: &mut Step,
    ) {
        let withdrawal_before = self.broken.get(&path).copied();
        let before = self.take(&path);
        let withdrawal = if digest.is_some() {
            fault.withdrawal
        } else {
            // It can't be read, so what it said last stands.
            withdrawal_before.unwrap_or_default()
        };
        let good = before.and_then(|before| before.good);
        if good.is_some() && withdrawal != Withdrawal::default() {
            self.broken.insert(Arc::clone(&path), withdrawal);
        }
        let file = File {
            stamp,
            digest,
            good,
            fault: Some(Box::new(fault)),
        };
        self.put(path, file, step);
    }

    fn forget(&mut self, path: &Arc<str>, step: &mut Step) {
        if let Some(file) = self.take(path) {
            if file.fault.is_some() {
                step.mended.push(Arc::clone(path));
            }
            self.remove_from_index(path, file.good.as_ref());
        }
    }

    fn take(&mut self, path: &Arc<str>) -> Option<File> {
        self.broken.remove(path);
        let file = self.files.remove(path)?;
        self.counts.remove(file.findings());
        Some(file)
    }

    fn put(&mut self, path: Arc<str>, file: File, step: &mut Step) {
        self.counts.add(file.findings());
        step.new_findings.extend(file.findings().cloned());
        self.files.insert(path, file);
    }

    fn remove_from_index(&mut self, path: &Arc<str>, good: Option<&Parsed>) {
        match good {
            Some(Parsed::Post(_)) => self.index.remove_post(path),
            Some(Parsed::Author(record)) => self.index.remove_author(record),
            Some(Parsed::NotAPost(_)) | None => {}
        }
    }

    fn note_left_out(&mut self, found: Vec<Finding>, scope: &Scope, step: &mut Step) {
        let is_within = |path: &str| match scope {
            Scope::Everything => true,
            Scope::Paths(paths) => paths.iter().any(|scope| is_at_or_below(path, scope)),
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
                self.remove_from_index(&path, Some(&good));
            }
        }
    }

    /// Makes the next snapshot.
    fn publish(&mut self, moment: DateTime<Utc>, newest: Option<DateTime<Utc>>, step: &mut Step) {
        self.withdraw();
        let scheduled = self.index.view().next_change();
        let withdrawal = self.broken.values().filter_map(|broken| broken.expires).min();
        step.changed = self.index.refresh(moment, newest, withdrawal);
        let is_visible = !step.changed.is_empty() || self.index.view().next_change() != scheduled;
        if is_visible || step.read > 0 || step.gone > 0 || step.lock_changed || !self.is_ready {
            self.is_ready = true;
            step.snapshot = Some(Arc::new(self.index.snapshot()));
        }
    }
}

/// What has to be looked at again.
#[derive(Default)]
struct LookAgain {
    paths: Vec<Arc<str>>,
    soonest: Option<Duration>,
}

impl LookAgain {
    fn add(&mut self, path: &Arc<str>, after: Duration) {
        self.paths.push(Arc::clone(path));
        self.soonest = Some(self.soonest.map_or(after, |soonest| soonest.min(after)));
    }

    fn into_scope(self) -> Option<(Scope, Duration)> {
        self.soonest.map(|soonest| (Scope::paths(self.paths), soonest))
    }
}

pub(super) fn granule(stamp: &Stamp) -> Duration {
    if stamp.changed % 1_000_000_000 == 0 {
        COARSE_GRANULE
    } else {
        GRANULE
    }
}
