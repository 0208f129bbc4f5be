//! What sections hand down to the posts below them: a change of it reaches exactly those, in the step that
//! sees it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use crate::catalog::files::file::File;
use crate::catalog::files::reading::{CHANGING, LookAgain, Reading, read};
use crate::catalog::step::{Catalog, Step};
use crate::catalog::tree::Tree;
use crate::catalog::tree::diff::below;
use crate::content::fields::inherited::{HandedDown, Section, Sections, is_section_file};
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::parse;
use crate::content::{Fault, Parsed};
use crate::vocabulary::Finding;

/// A file below a section that hands down something else now.
enum Again {
    /// Nothing depends on it.
    Same,
    /// A post, parsed from the text it has.
    Parsed(Result<Parsed, Fault>),
    /// Its text is not known, or is not what it is known for.
    Unknown,
}

impl Catalog {
    /// Reads files: sections first, since what they hand down decides what posts mean.
    pub(in crate::catalog) fn read(
        &self,
        tree: &dyn Tree,
        paths: impl Iterator<Item = Arc<str>>,
    ) -> Vec<(Arc<str>, Reading)> {
        let (first, rest): (Vec<_>, Vec<_>) = paths.partition(|path| is_section_file(path));
        let content = &self.settings.content;
        let mut readings = read(tree, first, &self.files, content, &self.sections);
        let mut sections = self.sections.clone();
        for (path, reading) in &readings {
            let Reading::Read {
                outcome: Some(outcome),
                ..
            } = reading
            else {
                continue;
            };
            match outcome {
                Ok(Parsed::Section(section)) => sections.insert(section),
                Ok(_) => sections.remove(path),
                Err(_) => {}
            }
        }
        readings.extend(read(tree, rest, &self.files, content, &sections));
        readings
    }

    /// Takes in that a section's file is broken.
    pub(in crate::catalog) fn note_broken_section(
        &mut self,
        path: &Arc<str>,
        good: Option<&Parsed>,
        withdrawal: Withdrawal,
    ) {
        let last = match good {
            Some(Parsed::Section(section)) => Some(section.as_ref()),
            _ => None,
        };
        let section = Section::broken(path, last, withdrawal, &self.settings.content);
        self.sections.insert(&Arc::new(section));
    }

    /// Brings every post up to date to which something else is handed down than `before`.
    pub(in crate::catalog) fn hand_down(
        &mut self,
        tree: &dyn Tree,
        before: &Sections,
        moment: DateTime<Utc>,
        look_again: &mut LookAgain,
        step: &mut Step,
    ) {
        let changed = self.sections.changed_since(before);
        if changed.is_empty() {
            return;
        }
        let paths: BTreeSet<&Arc<str>> = changed
            .iter()
            .flat_map(|folder| below(&self.files, folder))
            .collect();
        let again: Vec<(Arc<str>, HandedDown, Again)> = paths
            .into_par_iter()
            .filter_map(|path| {
                let file = self.files.get(path)?;
                let handed_down = HandedDown::to(path, &self.settings.content, &self.sections);
                let is_other = handed_down.digest() != file.handed_down;
                is_other.then(|| {
                    let again = self.parse_again(path, file, &handed_down);
                    (Arc::clone(path), handed_down, again)
                })
            })
            .collect();
        let mut unknown = Vec::new();
        for (path, handed_down, again) in again {
            let mut withdrawal = self.broken.get(&path).copied();
            let Some(mut file) = self.take(&path) else {
                continue;
            };
            let known: Vec<Finding> = file.findings().cloned().collect();
            let is_broken = match (&file.good, file.digest) {
                (Some(Parsed::Post(post)), Some(digest)) => file.fault.is_some() && digest != post.content,
                _ => file.fault.is_some(),
            };
            file.handed_down = handed_down.digest();
            match again {
                Again::Same => {}
                Again::Unknown => unknown.push(Arc::clone(&path)),
                Again::Parsed(Ok(parsed)) => {
                    if !matches!(parsed, Parsed::Post(_)) {
                        self.remove_from_index(&path, file.good.as_ref());
                    }
                    self.put_in_index(&parsed);
                    file.good = Some(parsed);
                    if is_broken {
                        // What is wrong with it may be another thing now.
                        unknown.push(Arc::clone(&path));
                    } else if file.fault.take().is_some() {
                        withdrawal = None;
                        step.mended.push(Arc::clone(&path));
                    }
                }
                Again::Parsed(Err(fault)) => {
                    let of_text = withdrawal.filter(|_| is_broken).unwrap_or_default();
                    withdrawal = Some(of_text.or(fault.withdrawal));
                    file.fault.get_or_insert(Box::new(fault));
                }
            }
            // What its broken text says stands, and what is handed down to a post that can't be read with it.
            let is_any = |withdrawal: &Withdrawal| *withdrawal != Withdrawal::default();
            let is_shown = file.good.as_ref().is_some_and(Parsed::is_shown);
            if let Some(withdrawal) = withdrawal.filter(is_any).filter(|_| is_shown) {
                self.broken.insert(Arc::clone(&path), withdrawal);
            }
            self.counts.add(file.findings());
            let new = file.findings().filter(|finding| !known.contains(finding));
            step.new_findings.extend(new.cloned());
            self.put_quietly(path, file);
        }
        // What somebody is writing is read when it is complete.
        unknown.retain(|path| !step.left.contains(path));
        // Nobody changed these files, so nobody tells of it.
        let touched = step.touched.len();
        self.read_again(tree, unknown, moment, look_again, step);
        step.touched.truncate(touched);
    }

    /// What becomes of a file with what is handed down to it now.
    fn parse_again(&self, path: &Arc<str>, file: &File, handed_down: &HandedDown) -> Again {
        match &file.good {
            Some(Parsed::Section(_) | Parsed::Author(_)) => Again::Same,
            Some(Parsed::Post(post)) => match post.source.file() {
                Some(text) => Again::Parsed(parse(
                    path,
                    text.as_bytes(),
                    post.content,
                    &self.settings.content,
                    handed_down,
                )),
                None => Again::Unknown,
            },
            Some(Parsed::NotAPost(_)) | None => Again::Unknown,
        }
    }

    /// Reads files whose text is not kept. One that is gone or was changed meanwhile is for the next look to judge:
    /// somebody may be writing it.
    fn read_again(
        &mut self,
        tree: &dyn Tree,
        paths: Vec<Arc<str>>,
        moment: DateTime<Utc>,
        look_again: &mut LookAgain,
        step: &mut Step,
    ) {
        let mut known = HashMap::new();
        for path in &paths {
            if let Some(file) = self.files.get_mut(path) {
                known.insert(Arc::clone(path), file.stamp.take());
                file.digest = None;
            }
        }
        for (path, reading) in read(tree, paths, &self.files, &self.settings.content, &self.sections) {
            let is_other = match &reading {
                Reading::Read { stamp, .. } => known.get(&path).copied().flatten() != Some(*stamp),
                Reading::Gone => true,
                Reading::Changing | Reading::Failed(_) => false,
            };
            if is_other {
                look_again.add(&path, CHANGING);
            } else {
                self.take_in(path, reading, moment, look_again, step);
            }
        }
    }
}
