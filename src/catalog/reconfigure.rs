//! The same posts under another configuration, without a look at the disk.
//!
//! The posts are parsed again from the texts that are kept, before anybody decides whether the new
//! configuration is taken up: one under which most posts would stand in no feed is most likely a mistake.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use crate::catalog::files::file::File;
use crate::catalog::index::is_public;
use crate::catalog::index::published_ids::keeps_id;
use crate::catalog::kept::Kept;
use crate::catalog::loss::Verdict;
use crate::catalog::settings::CatalogSettings;
use crate::catalog::step::Catalog;
use crate::content::fields::inherited::{HandedDown, Section, is_section_file};
use crate::content::parse;
use crate::content::{ContentSettings, Fault, Parsed, parse_written};
use crate::vocabulary::{Digest, Finding, Severity};

/// What the known posts are under another configuration.
#[derive(Debug)]
pub struct Reparsed {
    settings: CatalogSettings,
    /// By path, what has changed. Empty where the configuration reads content as the one before did.
    outcomes: HashMap<Arc<str>, Outcome>,
    is_same: bool,
    /// How many posts are public.
    pub(super) public: usize,
    /// Those of them that would not be public.
    pub(super) lost: BTreeSet<Arc<str>>,
    /// Those that get other ids.
    moved: Vec<Arc<str>>,
}

/// What a file is, and the digest of what is handed down to it.
type Outcome = (Result<Parsed, Fault>, Option<Digest>);

impl Catalog {
    /// Whether another configuration is to be taken up at a time since some start, as
    /// [`Catalog::look`] counts it. One that would drop most posts waits like a loss.
    pub fn believes_configuration(&mut self, reparsed: &Reparsed, elapsed: Duration) -> bool {
        let verdict = self
            .loss
            .observe_configuration(elapsed, reparsed.lost.clone(), reparsed.public);
        verdict == Verdict::Gone
    }

    /// Parses the known posts under another configuration.
    pub fn reparse(&self, settings: CatalogSettings) -> Reparsed {
        let is_same = *settings.content == *self.settings.content;
        let outcomes = if is_same {
            HashMap::new()
        } else {
            self.outcomes_under(&settings.content)
        };
        let moment = self.index.view().moment();
        let posts = self.index.view().posts();
        let public: BTreeSet<&Arc<str>> = posts
            .filter(|post| is_public(post, moment))
            .map(|post| &post.path)
            .collect();
        let is_lost = |path: &&&Arc<str>| match outcomes.get(**path) {
            Some((Ok(Parsed::Post(post)), _)) => !is_public(post, moment),
            Some((Ok(_), _)) => true,
            Some((Err(fault), _)) => fault.withdrawal.applies(moment),
            None => false,
        };
        let lost = public
            .iter()
            .filter(is_lost)
            .map(|path| Arc::clone(path))
            .collect();
        Reparsed {
            moved: self.moved_by(&outcomes, &settings),
            settings,
            is_same,
            public: public.len(),
            lost,
            outcomes,
        }
    }

    /// Parses sections first, since what they hand down decides what posts mean.
    fn outcomes_under(&self, content: &ContentSettings) -> HashMap<Arc<str>, Outcome> {
        let mut sections = self.sections.clone();
        let mut outcomes: HashMap<Arc<str>, Outcome> = HashMap::new();
        for (path, file) in &self.files {
            let Some(Parsed::Section(section)) = &file.good else {
                if let Some(fault) = file.fault.as_ref().filter(|_| is_section_file(path)) {
                    let section = Section::broken(path, None, fault.withdrawal, content);
                    sections.insert(&Arc::new(section));
                }
                continue;
            };
            let none = HandedDown::default();
            let outcome = parse(path, section.text.as_bytes(), section.content, content, &none);
            match &outcome {
                Ok(Parsed::Section(section)) => match &file.fault {
                    // What its broken text says stands as well.
                    Some(fault) => {
                        let section = Section::broken(path, Some(section), fault.withdrawal, content);
                        sections.insert(&Arc::new(section));
                    }
                    None => sections.insert(section),
                },
                Ok(_) => sections.remove(path),
                Err(_) => {}
            }
            outcomes.insert(Arc::clone(path), (outcome, none.digest()));
        }
        outcomes.par_extend(self.files.par_iter().filter_map(|(path, file)| {
            let Some(Parsed::Post(post)) = &file.good else {
                return None;
            };
            let text = post.source.file()?;
            let handed_down = HandedDown::to(path, content, &sections);
            let modified = post.dated_by_file.then(|| post.published.to_utc());
            let outcome = parse_written(
                path,
                text.as_bytes(),
                post.content,
                modified,
                content,
                &handed_down,
            );
            Some((Arc::clone(path), (outcome, handed_down.digest())))
        }));
        outcomes
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
        let settings = Arc::new(reparsed.settings);
        if let Some(catalog) = self.restarted(Arc::clone(&settings), moment, newest_outside) {
            return catalog;
        }
        let mut kept = Kept::of(self.index.view(), self.texts.clone());
        // What this configuration has not come to yet, readers know from the one before.
        kept.scopes.retain(|_, scope| !scope.documents.is_empty());
        for (key, scope) in self.index.kept() {
            kept.scopes.entry(key.clone()).or_insert_with(|| scope.clone());
        }
        let mut outcomes = reparsed.outcomes;
        for path in &reparsed.moved {
            kept.ids.remove(path);
        }
        if !settings.keeps_ids {
            // Of what is no post now nobody could say whether it is the same when it is one again.
            let posts = &self.index.view().posts;
            let is_post = |(path, _): &(Arc<str>, Arc<str>)| posts.contains_key(path);
            kept.ids = kept.ids.into_iter().filter(is_post).collect();
        }
        let mut catalog = Catalog::new(settings, moment, newest_outside).with_kept(kept);
        catalog.go_on_from(&self);
        catalog.unreported.extend(moved(&reparsed.moved));
        for (path, mut file) in self.files {
            match outcomes.remove(&path) {
                _ if reparsed.is_same => {}
                Some((Ok(parsed), handed_down)) => {
                    if file.fault.is_some() {
                        // What is wrong with it may be another thing now.
                        file.be_read_again();
                    }
                    (file.good, file.handed_down) = (Some(parsed), handed_down);
                }
                // The last good version stands, and the next look says what is wrong.
                Some((Err(_), _)) => file.be_read_again(),
                // Stands until it is read again, which may not be possible now.
                // A broken section may keep posts back without ever having been good.
                None if file.good.is_some() || is_section_file(&path) => file.be_read_again(),
                None => continue,
            }
            catalog.restore(path, file);
        }
        catalog
    }
}

impl Catalog {
    /// The public posts whose ids are others under a new configuration, and are not kept.
    fn moved_by(&self, outcomes: &HashMap<Arc<str>, Outcome>, settings: &CatalogSettings) -> Vec<Arc<str>> {
        let view = self.index.view();
        let is_moved = |path: &&Arc<str>| match (view.posts.get(*path), outcomes.get(*path)) {
            (Some(before), Some((Ok(Parsed::Post(after)), _))) => {
                !after.has_own_id && !keeps_id(settings, before, after)
            }
            _ => false,
        };
        view.ids().keys().filter(is_moved).cloned().collect()
    }
}

/// What there is to say of posts whose ids a new configuration changes.
fn moved(paths: &[Arc<str>]) -> Option<Finding> {
    let first = paths.first()?;
    let who = match paths.len() {
        1 => "its id is".to_owned(),
        2 => "its id and that of another post are".to_owned(),
        more => format!("its id and those of {} other posts are", more - 1),
    };
    let message = format!("{who} another under the new configuration, and readers may see them twice");
    Some(Finding::new(first, Severity::Warning, "id-moved", message).help(
        "pin the ids with “newswire lock” before such a change, or set dir under [state]; \
         “newswire lock --adopt FEEDFILE” takes them over from the feeds as they were served",
    ))
}

impl File {
    /// Nothing vouches for what is known of it.
    fn be_read_again(&mut self) {
        (self.stamp, self.digest) = (None, None);
    }
}
