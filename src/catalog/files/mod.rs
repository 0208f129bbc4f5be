//! The files of content as they were last read: their owner. A good version replaces the one before; a broken one
//! leaves the last good one in place. What that means for the index is returned as a [`Change`].
//!
//! Long because all that may become of a known file is decided here.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::change::Change;
use self::file::{File, KeptText};
use self::handing_down::{outdated, update};
use self::known::Known;
use self::reading::{Reading, read, read_sections_first};
use self::reparse::{Outcomes, reparse};
use crate::catalog::look::Step;
use crate::catalog::tree::diff::{Difference, difference};
use crate::catalog::tree::{CHANGING, Extent, Stamp, Survey, Tree, is_at_or_below};
use crate::content::fields::inherited::{HandedDown, Section, Sections, is_section_file};
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::{ContentSettings, Fault, Parsed, Post, SourceFile, parse};
use crate::vocabulary::{Digest, Finding};

pub mod change;
mod copies;
pub mod counts;
pub mod file;
mod handing_down;
mod known;
pub(super) mod missing;
pub(super) mod reading;
pub(super) mod reparse;

/// The files.
#[derive(Debug)]
pub struct Files {
    content: Arc<ContentSettings>,
    known: Known,
    /// What the last survey of its path left out, and why.
    left_out: BTreeMap<Arc<str>, Finding>,
    /// What hands front matter down to the posts below it.
    sections: Sections,
    /// Last good texts from the process before, of files that were broken then.
    texts: HashMap<Arc<str>, KeptText>,
}

impl Files {
    /// No files, to be read with these settings.
    pub fn new(content: Arc<ContentSettings>) -> Self {
        Files {
            content,
            known: Known::default(),
            left_out: BTreeMap::new(),
            sections: Sections::default(),
            texts: HashMap::new(),
        }
    }

    /// Goes on with last good texts from before.
    pub fn set_kept_texts(&mut self, texts: HashMap<Arc<str>, KeptText>) {
        self.texts = texts;
    }

    /// The last good texts of the posts and sections whose files are broken.
    pub fn last_good_texts(&self) -> HashMap<Arc<str>, KeptText> {
        let mut texts = self.texts.clone();
        let faulty = self.known.faulty();
        texts.extend(faulty.filter_map(|(path, file)| Some((Arc::clone(path), file.good_text()?))));
        texts
    }

    /// Every file by path.
    pub(super) fn known(&self) -> &BTreeMap<Arc<str>, File> {
        self.known.files()
    }

    /// The post at a path.
    pub fn post(&self, path: &str) -> Option<&Arc<Post>> {
        self.known.get(path)?.post()
    }

    /// Whether there may be a post at a path which can't be read now: its file is broken and does not say at a
    /// moment that it must go, or lies in a folder that can't be looked into.
    pub fn may_hide_a_post(&self, path: &str, moment: DateTime<Utc>) -> bool {
        let withdrawal = self.known.get(path).filter(|file| file.good.is_none());
        let withdrawal = withdrawal.and_then(File::text_withdrawal);
        withdrawal.is_some_and(|withdrawal| !withdrawal.applies(moment))
            || self.left_out.keys().any(|folder| is_at_or_below(path, folder))
    }

    /// What there is to say about them.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        self.known.findings().chain(self.left_out.values().cloned())
    }

    /// How many findings there are.
    pub fn counts(&self) -> counts::FindingCounts {
        let mut counts = self.known.counts();
        counts.add(self.left_out.values());
        counts
    }

    /// Copies that were not reported yet.
    pub fn new_copies(&mut self) -> Vec<Finding> {
        self.known.new_copies()
    }

    /// What a survey of an extent says against what is known.
    pub fn difference(&self, survey: &Survey, extent: &Extent) -> Difference {
        difference(self.known.files(), survey, extent)
    }

    /// Reads files: sections first, since what they hand down decides what posts mean.
    pub(super) fn read(
        &self,
        tree: &dyn Tree,
        paths: impl Iterator<Item = Arc<str>>,
    ) -> Vec<(Arc<str>, Reading)> {
        read_sections_first(tree, paths, self.known.files(), &self.content, &self.sections)
    }

    /// Takes in what was read of a file.
    pub(super) fn take_in(
        &mut self,
        path: Arc<str>,
        reading: Reading,
        moment: DateTime<Utc>,
        step: &mut Step,
    ) -> Option<Change> {
        let (stamp, digest, handed_down, outcome) = match reading {
            Reading::Gone => return Some(self.remove(&path, step)),
            Reading::Changing => {
                step.look_again.add(&path, CHANGING);
                return None;
            }
            Reading::Failed(fault) => return self.keep_last_good(path, None, None, fault, step),
            Reading::Read {
                stamp,
                digest,
                handed_down,
                outcome,
            } => (stamp, digest, handed_down, outcome),
        };
        if let Some(after) = stamp.settles_in(moment) {
            step.look_again.add(&path, after);
        }
        let stamp = stamp.is_settled(moment).then_some(stamp);
        match outcome {
            None => {
                self.known.set_stamp(&path, stamp);
                None
            }
            Some(Ok(parsed)) => {
                let file = File {
                    stamp,
                    digest: Some(digest),
                    handed_down,
                    good: Some(parsed),
                    fault: None,
                    withdrawal: None,
                };
                Some(self.replace(path, file, step))
            }
            Some(Err(fault)) => self.keep_last_good(path, stamp, Some((digest, handed_down)), fault, step),
        }
    }

    /// Takes in a good version of a file.
    fn replace(&mut self, path: Arc<str>, file: File, step: &mut Step) -> Change {
        self.texts.remove(&path);
        let before = self.known.remove(&path);
        if before.as_ref().is_some_and(|before| before.fault.is_some()) {
            step.mended.push(Arc::clone(&path));
        }
        // A section that was broken may have said something without ever having been good.
        self.sections.remove(&path);
        if let Some(Parsed::Section(section)) = &file.good {
            self.sections.insert(section);
        }
        let change = Change::new(&path, before.and_then(|before| before.good), file.good.clone());
        self.put(path, file, step);
        change
    }

    /// Takes in that a file is broken: what it was stays, unless its text says that it must not.
    fn keep_last_good(
        &mut self,
        path: Arc<str>,
        stamp: Option<Stamp>,
        read: Option<(Digest, Option<Digest>)>,
        fault: Fault,
        step: &mut Step,
    ) -> Option<Change> {
        if read.is_none()
            && self
                .known
                .get(&path)
                .is_some_and(|file| file.is_unreadable_for(&fault))
        {
            return None;
        }
        let before = self.known.remove(&path);
        let withdrawal = match &before {
            // It can't be read, so what it said last stands, also over a changed configuration.
            Some(before) if read.is_none() => before.text_withdrawal().unwrap_or_default(),
            _ => fault.withdrawal,
        };
        let mut change = None;
        let (good, of_good) = match before {
            Some(before) => (before.good, before.handed_down),
            None => {
                let remembered = self.remembered(&path);
                let good = remembered.as_ref().map(|(good, _)| good.clone());
                change = good.clone().map(|good| Change::new(&path, None, Some(good)));
                (good, remembered.and_then(|(_, handed_down)| handed_down))
            }
        };
        let (digest, of_bytes) = read.unzip();
        let handed_down = match (&good, of_bytes) {
            (Some(Parsed::Post(_)), _) | (_, None) => of_good,
            (_, Some(of_bytes)) => of_bytes,
        };
        if is_section_file(&path) && digest.is_some() {
            self.note_broken_section(&path, good.as_ref(), withdrawal);
        }
        let mut file = File {
            stamp,
            digest,
            handed_down,
            good,
            fault: Some(Box::new(Fault { withdrawal, ..fault })),
            withdrawal: None,
        };
        file.set_withdrawal(Some(withdrawal).filter(|_| !is_section_file(&path)));
        self.put(path, file, step);
        change
    }

    /// A post's or a section's last good version from the process before, if its file was broken already
    /// then, with the digest of what is handed down to it now.
    fn remembered(&mut self, path: &Arc<str>) -> Option<(Parsed, Option<Digest>)> {
        let kept = self.texts.remove(path)?;
        let handed_down = HandedDown::to(path, &self.content, &self.sections);
        let file = SourceFile {
            path,
            bytes: kept.text.as_bytes(),
            digest: kept.digest,
            modified: None,
        };
        let parsed = parse(file, &self.content, &handed_down).ok()?;
        if let Parsed::Section(section) = &parsed {
            self.sections.insert(section);
        }
        matches!(parsed, Parsed::Post(_) | Parsed::Section(_)).then(|| (parsed, handed_down.digest()))
    }

    fn note_broken_section(&mut self, path: &Arc<str>, good: Option<&Parsed>, withdrawal: Withdrawal) {
        let last = match good {
            Some(Parsed::Section(section)) => Some(section.as_ref()),
            _ => None,
        };
        let section = Section::broken(path, last, withdrawal, &self.content);
        self.sections.insert(&Arc::new(section));
    }

    /// Takes in that there is no file any more.
    pub fn remove(&mut self, path: &Arc<str>, step: &mut Step) -> Change {
        let file = self.known.remove(path);
        if let Some(file) = &file {
            step.touched.push(Arc::clone(path));
            if file.fault.is_some() {
                step.mended.push(Arc::clone(path));
            }
            self.sections.remove(path);
        }
        Change::removed(path, file.and_then(|file| file.good))
    }

    fn put(&mut self, path: Arc<str>, file: File, step: &mut Step) {
        step.new_findings.extend(file.findings().cloned());
        step.touched.push(Arc::clone(&path));
        self.known.insert(path, file);
    }

    /// Broken files whose last good version goes, and when.
    fn broken(&self) -> impl Iterator<Item = (&Arc<str>, Withdrawal)> {
        let faulty = self.known.faulty().filter(|(_, file)| file.good.is_some());
        faulty.filter_map(|(path, file)| Some((path, file.withdrawal?)))
    }

    /// When the last good version of a broken file goes next.
    pub fn next_withdrawal(&self) -> Option<DateTime<Utc>> {
        self.broken()
            .filter_map(|(_, withdrawal)| withdrawal.expires)
            .min()
    }

    /// Withdraws the last good versions of broken files whose text says that they must go by a moment.
    pub fn withdraw(&mut self, moment: DateTime<Utc>) -> Vec<Change> {
        let due = self.broken().filter(|(_, withdrawal)| withdrawal.applies(moment));
        let due: Vec<Arc<str>> = due.map(|(path, _)| Arc::clone(path)).collect();
        let withdraw = |path| Change::new(&path, self.known.remove_good(&path), None);
        due.into_iter().map(withdraw).collect()
    }

    /// Notes what a survey of an extent left out.
    pub fn note_left_out(&mut self, found: Vec<Finding>, extent: &Extent, step: &mut Step) {
        let before: BTreeMap<_, _> = self
            .left_out
            .extract_if(.., |path, _| extent.contains(path))
            .collect();
        for finding in found {
            if before.get(&finding.path) != Some(&finding) {
                step.new_findings.push(finding.clone());
            }
            self.left_out.insert(Arc::clone(&finding.path), finding);
        }
    }

    /// What hands front matter down now.
    pub fn sections(&self) -> &Sections {
        &self.sections
    }

    /// Brings every post up to date to which something else is handed down than `before`.
    pub fn hand_down(
        &mut self,
        tree: &dyn Tree,
        before: &Sections,
        moment: DateTime<Utc>,
        step: &mut Step,
    ) -> Vec<Change> {
        let outdated = outdated(&self.known, &self.content, &self.sections, before);
        let (mut changes, mut unknown) = (Vec::new(), BTreeMap::new());
        for outdated in outdated {
            let path = Arc::clone(&outdated.path);
            let (change, has_to_be_read) = update(&mut self.known, outdated, step);
            changes.extend(change);
            // What somebody is writing is read when it is complete.
            if has_to_be_read && !step.left.contains(&path) {
                let stamp = self.known.be_read_again(&path);
                unknown.insert(path, stamp);
            }
        }
        // Nobody changed these files, so they are not touched.
        let touched = step.touched.len();
        let paths = unknown.keys().cloned().collect();
        for (path, reading) in read(tree, paths, self.known.files(), &self.content, &self.sections) {
            let is_other = match &reading {
                Reading::Read { stamp, .. } => unknown.get(&path) != Some(&Some(*stamp)),
                Reading::Gone => true,
                Reading::Changing | Reading::Failed(_) => false,
            };
            if is_other {
                // The next look judges it: it may be gone, or somebody may be writing it.
                step.look_again.add(&path, CHANGING);
                step.left.insert(path);
            } else {
                changes.extend(self.take_in(path, reading, moment, step));
            }
        }
        step.touched.truncate(touched);
        changes
    }

    /// What the files are under other settings.
    pub(super) fn reparse(&self, content: &ContentSettings) -> Outcomes {
        reparse(&self.known, self.sections.clone(), content)
    }

    /// The same files under other settings, with what they are under these; `None` if it is what they were. What
    /// can't be known without a look at the disk is read at the next.
    pub(super) fn reconfigured(
        self,
        content: Arc<ContentSettings>,
        mut outcomes: Option<Outcomes>,
    ) -> (Self, Vec<Change>) {
        let mut files = Files {
            known: Known::after(&self.known),
            left_out: self.left_out,
            texts: self.texts,
            ..Files::new(content)
        };
        let mut changes = Vec::new();
        for (path, mut file) in self.known.into_files() {
            if let Some(outcomes) = &mut outcomes
                && !file.become_outcome(&path, outcomes.remove(&path))
            {
                continue;
            }
            if let Some(Parsed::Section(section)) = &file.good {
                files.sections.insert(section);
            }
            let withdrawal = file.text_withdrawal();
            if is_section_file(&path) {
                if let Some(withdrawal) = withdrawal {
                    files.note_broken_section(&path, file.good.as_ref(), withdrawal);
                }
            } else {
                file.set_withdrawal(withdrawal);
            }
            changes.push(Change::new(&path, None, file.good.clone()));
            files.known.insert(path, file);
        }
        (files, changes)
    }
}
