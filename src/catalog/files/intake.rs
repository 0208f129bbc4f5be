//! Taking in what was read: good versions replace others, broken ones leave the last good one.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::catalog::files::file::File;
use crate::catalog::files::reading::{CHANGING, LookAgain, Reading, granule};
use crate::catalog::step::{Catalog, Step};
use crate::catalog::tree::Stamp;
use crate::content::fields::inherited::is_section_file;
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::{Fault, Parsed};
use crate::vocabulary::Digest;

impl Catalog {
    pub(in crate::catalog) fn take_in(
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
                handed_down,
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
                    Some(Ok(parsed)) => {
                        let file = File {
                            stamp: trusted,
                            digest: Some(digest),
                            handed_down,
                            good: Some(parsed),
                            fault: None,
                        };
                        self.replace(path, file, step);
                    }
                    Some(Err(fault)) => {
                        let read = Some((digest, handed_down));
                        self.keep_last_good(path, trusted, read, fault, step);
                    }
                }
            }
        }
    }

    /// Takes in a good version of a file.
    fn replace(&mut self, path: Arc<str>, file: File, step: &mut Step) {
        self.texts.remove(&path);
        let before = self.take(&path);
        if let Some(before) = &before {
            if before.fault.is_some() {
                step.mended.push(Arc::clone(&path));
            }
            // A post in place of a post is replaced within the index.
            if !matches!(
                (&before.good, &file.good),
                (Some(Parsed::Post(_)), Some(Parsed::Post(_)))
            ) {
                self.remove_from_index(&path, before.good.as_ref());
            }
        }
        // A section that was broken may have said something without ever having been good.
        self.sections.remove(&path);
        if let Some(good) = &file.good {
            self.put_in_index(good);
        }
        self.put(path, file, step);
    }

    /// Takes in that a file is broken: what it was stays, unless its text says that it must not.
    fn keep_last_good(
        &mut self,
        path: Arc<str>,
        stamp: Option<Stamp>,
        read: Option<(Digest, Option<Digest>)>,
        fault: Fault,
        step: &mut Step,
    ) {
        if read.is_none() && self.is_known_to_be_unreadable(&path, &fault) {
            return;
        }
        let before = self.take(&path);
        let withdrawal = match &before {
            // It can't be read, so what it said last stands, also over a changed configuration.
            Some(before) if read.is_none() => before.fault.as_ref().map(|fault| fault.withdrawal),
            _ => Some(fault.withdrawal),
        };
        let withdrawal = withdrawal.unwrap_or_default();
        let fault = Fault { withdrawal, ..fault };
        let (good, of_good) = match before {
            Some(before) => (before.good, before.handed_down),
            None => match self.remembered(&path) {
                Some((good, handed_down)) => {
                    self.put_in_index(&good);
                    (Some(good), handed_down)
                }
                None => (None, None),
            },
        };
        let (digest, of_bytes) = read.unzip();
        let handed_down = match (&good, of_bytes) {
            (Some(Parsed::Post(_)), _) | (_, None) => of_good,
            (_, Some(of_bytes)) => of_bytes,
        };
        if is_section_file(&path) {
            if digest.is_some() {
                self.note_broken_section(&path, good.as_ref(), withdrawal);
            }
        } else if good.as_ref().is_some_and(Parsed::is_shown) && withdrawal != Withdrawal::default() {
            self.broken.insert(Arc::clone(&path), withdrawal);
        }
        let file = File {
            stamp,
            digest,
            handed_down,
            good,
            fault: Some(Box::new(fault)),
        };
        self.put(path, file, step);
    }

    /// Whether a file could not be read before, for the same reason: then it is no news.
    fn is_known_to_be_unreadable(&self, path: &Arc<str>, fault: &Fault) -> bool {
        self.files.get(path).is_some_and(|file| {
            let known = file.fault.as_ref().filter(|_| file.digest.is_none());
            known.is_some_and(|known| known.finding == fault.finding)
        })
    }

    pub(in crate::catalog) fn forget(&mut self, path: &Arc<str>, step: &mut Step) {
        if let Some(file) = self.take(path) {
            step.touched.push(Arc::clone(path));
            if file.fault.is_some() {
                step.mended.push(Arc::clone(path));
            }
            self.remove_from_index(path, file.good.as_ref());
            self.sections.remove(path);
        }
        self.index.forget_id(path);
    }

    pub(in crate::catalog) fn take(&mut self, path: &Arc<str>) -> Option<File> {
        self.broken.remove(path);
        self.faulty.remove(path);
        let file = self.files.remove(path)?;
        if let Some(Parsed::Post(post)) = &file.good {
            self.copies.remove(post);
        }
        self.counts.remove(file.findings());
        Some(file)
    }

    fn put(&mut self, path: Arc<str>, file: File, step: &mut Step) {
        self.counts.add(file.findings());
        step.new_findings.extend(file.findings().cloned());
        step.touched.push(Arc::clone(&path));
        self.put_quietly(path, file);
    }

    /// Takes over a file as another catalog knew it.
    pub(in crate::catalog) fn restore(&mut self, path: Arc<str>, file: File) {
        if let Some(good) = &file.good {
            self.put_in_index(good);
        }
        if let Some(fault) = &file.fault {
            if is_section_file(&path) {
                self.note_broken_section(&path, file.good.as_ref(), fault.withdrawal);
            } else if file.good.as_ref().is_some_and(Parsed::is_shown)
                && fault.withdrawal != Withdrawal::default()
            {
                self.broken.insert(Arc::clone(&path), fault.withdrawal);
            }
        }
        self.counts.add(file.findings());
        self.put_quietly(path, file);
    }

    pub(in crate::catalog) fn put_quietly(&mut self, path: Arc<str>, file: File) {
        if file.fault.is_some() {
            self.faulty.insert(Arc::clone(&path));
        }
        if let Some(Parsed::Post(post)) = &file.good {
            self.copies.insert(post);
        }
        self.files.insert(path, file);
    }

    pub(in crate::catalog) fn put_in_index(&mut self, parsed: &Parsed) {
        match parsed {
            Parsed::Post(post) => self.index.insert_post(post),
            Parsed::Author(record) => self.index.insert_author(record),
            Parsed::Section(section) => self.sections.insert(section),
            Parsed::NotAPost(_) => {}
        }
    }

    pub(in crate::catalog) fn remove_from_index(&mut self, path: &Arc<str>, good: Option<&Parsed>) {
        match good {
            Some(Parsed::Post(_)) => self.index.remove_post(path),
            Some(Parsed::Author(record)) => self.index.remove_author(record),
            Some(Parsed::Section(section)) => self.sections.remove(&section.path),
            Some(Parsed::NotAPost(_)) | None => {}
        }
    }
}
