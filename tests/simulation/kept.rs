//! What a process may remember of what it was shown: the last good text of every file, and the
//! latest moment it was told. Together with the present files this decides every document.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::sections::{self, Handed, is_section};
use super::text::{Mark, Meaning, Post, Text};

/// The ids that posts are known by, and those that would be made for them, by path.
pub(crate) struct KnownIds {
    pub(crate) kept: BTreeMap<String, String>,
    pub(crate) made: BTreeMap<String, String>,
}

impl KnownIds {
    /// What makes two posts one: their guid, else the id that they are known by, else what the id is made of,
    /// unless another post keeps that.
    fn identity(&self, path: &str, post: &Post) -> String {
        if let Some(guid) = &post.guid {
            return guid.clone();
        }
        if let Some(kept) = self.kept.get(path) {
            return kept.clone();
        }
        let made = self
            .made
            .get(path)
            .cloned()
            .unwrap_or_else(|| identity(path, post));
        let keeps = |(other, id): (&String, &String)| {
            other != path && *id == made && self.made.get(other).is_some_and(|own| *own != made)
        };
        if self.kept.iter().any(keeps) {
            return format!("{made} of {path}");
        }
        made
    }
}

/// What is remembered.
#[derive(Clone)]
pub(crate) struct Kept {
    /// The latest moment told: a clock that is set back un-publishes nothing.
    pub(crate) high_water: DateTime<Utc>,
    files: BTreeMap<String, File>,
    /// Last good texts from the process before, of files that were not met since.
    remembered: BTreeMap<String, Text>,
    /// The last good text of the lock file, or the first if none was good, and whether it was.
    lock: Option<(Vec<u8>, bool)>,
    /// Whether what some section hands down is the program's own affair.
    has_unclear_section: bool,
}

#[derive(Clone, Default)]
struct File {
    /// The text it was last seen with, if it could be read since.
    seen: Option<Text>,
    /// Its last good text.
    good: Option<Text>,
    /// What the last broken text said.
    mark: Option<Mark>,
    /// It was missing once. Whether that was believed is the program's own affair: it may have come
    /// and gone too quickly, or be held.
    doubtful: bool,
    /// It is a section's: what is broken of it keeps back other files, not itself.
    is_section: bool,
    /// It stands by a text that the running configuration can't read, and something may have been handed down
    /// since. What becomes of it is the program's own affair.
    is_unclear: bool,
}

impl Kept {
    pub(crate) fn new(moment: DateTime<Utc>) -> Self {
        Kept {
            high_water: moment,
            files: BTreeMap::new(),
            remembered: BTreeMap::new(),
            lock: None,
            has_unclear_section: false,
        }
    }

    /// The process ends at a moment, and another goes on with these last good texts. Those of files that are
    /// known to be broken have to be among them.
    pub(crate) fn restart(
        &mut self,
        moment: DateTime<Utc>,
        texts: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        for (path, file) in &self.files {
            let is_broken = file.mark.is_some() || file.seen.is_none();
            if is_broken
                && file.is_post(path)
                && !file.doubtful
                && !file.is_unclear
                && !texts.contains_key(path)
            {
                return Err(format!("the last good text of “{path}” is not kept"));
            }
        }
        let mut remembered = BTreeMap::new();
        for (path, kept) in texts {
            let known = self.files.get(path).and_then(|file| file.good.clone());
            let text = known.or_else(|| self.remembered.get(path).cloned());
            match text.filter(|text| text.bytes == kept.as_bytes()) {
                Some(text) => remembered.insert(path.clone(), text),
                None => return Err(format!("what is kept of “{path}” was not its last good text")),
            };
        }
        *self = Kept {
            remembered,
            ..Kept::new(moment)
        };
        Ok(())
    }

    /// A file, as it is met; if for the first time and not as a good one, with what is remembered of it.
    fn meet(&mut self, path: &str, is_good: bool, day_first: bool) -> &mut File {
        let remembered = self.remembered.remove(path);
        let remembered = remembered.filter(|text| !is_good && is_good_at(path, text, day_first));
        self.files.entry(path.to_owned()).or_insert_with(|| File {
            good: remembered,
            is_section: is_section(path),
            ..File::default()
        })
    }

    /// The program reads the lock file.
    pub(crate) fn read_lock(&mut self, text: &[u8], is_good: bool) {
        if is_good || self.lock.as_ref().is_none_or(|(_, was_good)| !was_good) {
            self.lock = Some((text.to_vec(), is_good));
        }
    }

    /// The text of the lock file that counts.
    pub(crate) fn lock(&self) -> Option<&[u8]> {
        self.lock.as_ref().map(|(text, _)| text.as_slice())
    }

    /// The program moves its clock on.
    pub(crate) fn tell_time(&mut self, moment: DateTime<Utc>) {
        self.high_water = self.high_water.max(moment);
        for file in self.files.values_mut() {
            file.withdraw(self.high_water);
        }
    }

    /// The program sees that files are missing.
    pub(crate) fn miss(&mut self, is_missing: impl Fn(&str) -> bool) {
        let missing = self.files.iter_mut().filter(|(path, _)| is_missing(path));
        missing.for_each(|(_, file)| file.doubtful = true);
    }

    /// The program sees that a good file is there: either it was held, or it is read now.
    pub(crate) fn find(&mut self, path: &str) {
        if let Some(file) = self.files.get_mut(path) {
            file.doubtful = false;
        }
    }

    /// Whether no post is left of those that were known: then all may be held.
    fn lost_everything(&self, is_there: impl Fn(&str) -> bool, is_kept: impl Fn(&str) -> bool) -> bool {
        let posts = || self.files.iter().filter(|(path, file)| file.is_post(path));
        // One that came back broken is a post only if its last good version was kept.
        let is_lost = |path: &str| !is_there(path) || !is_kept(path);
        posts().count() > 0 && posts().all(|(path, file)| file.doubtful && is_lost(path))
    }

    /// After a calm nothing is in doubt, unless every post was lost: then all may be held. The answer is
    /// whether what is kept is the program's own affair.
    pub(crate) fn settle(&mut self, is_there: impl Fn(&str) -> bool, is_kept: impl Fn(&str) -> bool) -> bool {
        if self.lost_everything(&is_there, &is_kept) && self.files.keys().any(|path| is_kept(path)) {
            // Some may have gone one by one before the rest went at once.
            self.files
                .retain(|path, file| is_kept(path) || is_there(path) || !file.is_post(path));
            let dropped = self.files.iter_mut().filter(|(path, _)| !is_kept(path));
            for (_, file) in dropped.filter(|(path, file)| file.is_post(path)) {
                file.good = None;
            }
            self.has_unclear_section |= self.files.values().any(|file| file.is_section && file.doubtful);
            return true;
        }
        self.files.retain(|path, file| !file.doubtful || is_there(path));
        // Of an author's several records only the first is ever seen, and a section's file never is: a broken one
        // may hand down what can still be made out.
        let is_unseen = |path: &str, file: &File| {
            let counts = file.good.is_some() || file.is_section && file.mark.is_some();
            path.ends_with("_index.md") && counts
        };
        let mut is_unclear = false;
        for (path, file) in self.files.iter_mut().filter(|(_, file)| file.doubtful) {
            if is_kept(path) {
                file.doubtful = false;
            } else if is_unseen(path, file) {
                is_unclear = true;
                self.has_unclear_section |= file.is_section;
            } else {
                (file.doubtful, file.good) = (false, None);
            }
        }
        is_unclear
    }

    /// The program reads a file.
    pub(crate) fn read(&mut self, path: &str, text: &Text, day_first: bool) {
        let high_water = self.high_water;
        let mark = mark_at(path, text, day_first);
        let file = self.meet(path, mark.is_none(), day_first);
        file.seen = Some(text.clone());
        match mark {
            Some(mark) => file.mark = Some(mark),
            None => {
                file.good = Some(text.clone());
                file.mark = None;
                file.doubtful = false;
                file.is_unclear = false;
            }
        }
        file.withdraw(high_water);
        self.note_unreadable(day_first);
    }

    /// The program fails to read a file. What it last said stands.
    pub(crate) fn could_not_read(&mut self, path: &str, day_first: bool) {
        self.meet(path, false, day_first).seen = None;
        self.note_unreadable(day_first);
    }

    fn note_unreadable(&mut self, day_first: bool) {
        if !self.files.values().any(|file| file.is_section) {
            return;
        }
        for (path, file) in &mut self.files {
            let good = file.good.as_ref();
            file.is_unclear |= good.is_some_and(|good| !is_good_at(path, good, day_first));
        }
    }

    /// Whether what is handed down to some post is the program's own affair.
    pub(crate) fn is_unclear(&self) -> bool {
        self.has_unclear_section || self.files.values().any(|file| file.is_unclear)
    }

    /// The program left a file as it had known it before a look.
    pub(crate) fn unread(&mut self, path: &str, before: &Kept) {
        match before.files.get(path) {
            Some(file) => {
                let mut file = file.clone();
                file.withdraw(self.high_water);
                self.files.insert(path.to_owned(), file);
            }
            None => {
                self.files.remove(path);
                let remembered = before.remembered.get_key_value(path);
                self.remembered
                    .extend(remembered.map(|(path, text)| (path.clone(), text.clone())));
            }
        }
    }

    /// Whether a file's last text was good.
    pub(crate) fn is_sound(&self, path: &str) -> bool {
        self.files
            .get(path)
            .is_some_and(|file| file.good.is_some() && file.mark.is_none() && !file.doubtful)
    }

    pub(crate) fn has_seen(&self, path: &str, text: &Text) -> bool {
        self.files
            .get(path)
            .is_some_and(|file| file.seen.as_ref() == Some(text))
    }

    /// The text of each file that counts.
    pub(crate) fn good(&self) -> impl Iterator<Item = (&str, Cow<'_, Text>)> {
        self.files.iter().filter_map(|(path, file)| {
            let text = match (file.mark, file.good.as_ref()) {
                (Some(mark), good) if file.is_section => Cow::Owned(sections::broken(good, mark)?),
                (_, good) => Cow::Borrowed(good?),
            };
            Some((path.as_str(), text))
        })
    }

    /// What the sections above a post hand down to it.
    pub(crate) fn handed_down(&self, path: &str) -> Handed {
        let sections: HashMap<&str, Handed> = self
            .good()
            .filter_map(|(path, text)| match &text.meaning {
                Meaning::Section(handed) if is_section(path) => Some((path, handed.clone())),
                _ => None,
            })
            .collect();
        let folders = path.match_indices('/').map(|(at, _)| &path[..=at]);
        std::iter::once("")
            .chain(folders)
            .filter_map(|folder| sections.get(format!("{folder}_index.md").as_str()))
            .fold(Handed::default(), |farther, nearer| nearer.or(&farther))
    }

    /// Whether every text that counts can be read by the running configuration: a fresh process has no
    /// other.
    pub(crate) fn is_readable(&self, day_first: bool) -> bool {
        self.good().all(|(path, text)| is_good_at(path, &text, day_first))
    }

    /// The posts that stand in the site's feed, newest first, by a reckoning of the test's own.
    pub(crate) fn titles(&self, known: &KnownIds) -> Vec<String> {
        let mut owners: HashMap<String, &str> = HashMap::new();
        let mut public: Vec<(&str, Post)> = Vec::new();
        for (path, text) in self.good() {
            let Meaning::Post(post) = &text.meaning else {
                continue;
            };
            if path.ends_with("_index.md") {
                continue;
            }
            let post = post.with(&self.handed_down(path));
            if !post.is_public(self.high_water) {
                continue;
            }
            // Paths come in order: of two posts with one id the earlier has it.
            if *owners.entry(known.identity(path, &post)).or_insert(path) == path {
                public.push((path, post));
            }
        }
        public.sort_by(|(path, post), (other_path, other)| {
            let newest_first = other.public_from().cmp(&post.public_from());
            newest_first.then(path.cmp(other_path))
        });
        public.into_iter().map(|(_, post)| post.title).collect()
    }

    /// When the passing of time alone next changes a feed, at the latest.
    pub(crate) fn next_withdrawal(&self) -> Option<DateTime<Utc>> {
        let due = self.files.iter().filter_map(|(path, file)| match file.mark {
            Some(Mark::Expires(at)) if file.is_shown(path) => Some(super::text::when(at)),
            _ => None,
        });
        due.min()
    }
}

impl File {
    /// Whether readers see something of it, a post's or an author's record.
    fn is_shown(&self, path: &str) -> bool {
        self.is_post(path) || path.ends_with("_index.md") && self.good.is_some() && !self.is_section
    }

    fn is_post(&self, path: &str) -> bool {
        let good = self.good.as_ref().map(|text| &text.meaning);
        matches!(good, Some(Meaning::Post(_))) && !path.ends_with("_index.md")
    }

    fn withdraw(&mut self, moment: DateTime<Utc>) {
        if !self.is_section && self.mark.is_some_and(|mark| mark.withdraws(moment)) {
            self.good = None;
        }
    }
}

/// What is wrong with a text at a path. The date of a section or an author's record is never read.
fn mark_at(path: &str, text: &Text, day_first: bool) -> Option<Mark> {
    match text.meaning {
        Meaning::Broken(mark) => Some(mark),
        _ if path.ends_with("_index.md") => None,
        _ => text.mark(day_first),
    }
}

/// Whether a text can be read at a path.
pub(crate) fn is_good_at(path: &str, text: &Text, day_first: bool) -> bool {
    mark_at(path, text, day_first).is_none()
}

/// What makes two posts one: their guid, else their first address.
fn identity(path: &str, post: &Post) -> String {
    if let Some(guid) = &post.guid {
        return guid.clone();
    }
    if let Some(alias) = &post.alias {
        return alias.clone();
    }
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (folders, name) = match file.rsplit_once('.') {
        Some(("index", _)) if !folders.is_empty() => folders.rsplit_once('/').unwrap_or(("", folders)),
        Some((name, _)) => (folders, name),
        None => (folders, file),
    };
    let section = folders.split('/').next().unwrap_or("");
    let address = if section.is_empty() {
        format!("/{name}/")
    } else {
        format!("/{section}/{name}/")
    };
    address.to_lowercase()
}
