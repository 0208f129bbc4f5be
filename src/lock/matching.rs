//! Matches lines of the lock file and posts: by path, then by address, then by content.
//!
//! The answer is a function of the lock and the posts alone; the order in which posts came and went
//! has no part in it, and a post that comes or goes can change it only for its few rivals.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::file::{LineNumber, Lock};
use crate::content::Post;

type Paths = BTreeSet<Arc<str>>;

/// The lock, and the posts that its lines are about.
#[derive(Debug, Default)]
pub struct Pins {
    lock: Arc<Lock>,
    /// Lines with a post at their path.
    occupied: HashSet<LineNumber>,
    /// Posts without a line at their path, with the lines that may be theirs.
    unplaced: HashMap<Arc<str>, Candidates>,
    /// For each line that may be an unplaced post's: those posts, by what matches.
    by_address: HashMap<LineNumber, Paths>,
    by_content: HashMap<LineNumber, Paths>,
}

/// The lines that may be a post's, most likely first.
#[derive(Debug, Default)]
struct Candidates {
    by_address: Vec<LineNumber>,
    by_content: Vec<LineNumber>,
}

/// The id of a post, as far as the lock has a say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity<'a> {
    /// The lock pins its id.
    Pinned(LineNumber, &'a Arc<str>),
    /// The lock does not know it, and the id that the rule makes is free.
    Free(&'a Arc<str>),
    /// The lock does not know it, and the id that the rule makes is another post's for ever.
    Taken(LineNumber),
}

/// By what a line matches a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    /// The line has the post's path.
    Path,
    /// The post says so: by its id, its permalink, or an alias.
    Address,
    /// The file has the same bytes as when the line was written.
    Content,
}

impl Pins {
    /// A lock, with no posts yet.
    pub fn new(lock: Arc<Lock>) -> Self {
        Pins {
            lock,
            ..Pins::default()
        }
    }

    /// The lock.
    pub fn lock(&self) -> &Arc<Lock> {
        &self.lock
    }

    /// Takes a post in, or one that replaces it at its path.
    pub fn insert(&mut self, post: &Post) {
        if self.lock.lines().is_empty() {
            return;
        }
        self.remove(&post.path);
        if let Some(line) = self.lock.at_path(&post.path) {
            self.occupied.insert(line);
            return;
        }
        let candidates = self.candidates(post);
        if candidates.by_address.is_empty() && candidates.by_content.is_empty() {
            return;
        }
        for line in &candidates.by_address {
            self.by_address
                .entry(*line)
                .or_default()
                .insert(Arc::clone(&post.path));
        }
        for line in &candidates.by_content {
            self.by_content
                .entry(*line)
                .or_default()
                .insert(Arc::clone(&post.path));
        }
        self.unplaced.insert(Arc::clone(&post.path), candidates);
    }

    /// Takes out the post at a path.
    pub fn remove(&mut self, path: &Arc<str>) {
        if let Some(line) = self.lock.at_path(path) {
            self.occupied.remove(&line);
        }
        let Some(candidates) = self.unplaced.remove(path) else {
            return;
        };
        for (claims, lines) in [
            (&mut self.by_address, candidates.by_address),
            (&mut self.by_content, candidates.by_content),
        ] {
            for line in lines {
                if let Some(paths) = claims.get_mut(&line) {
                    paths.remove(path);
                    if paths.is_empty() {
                        claims.remove(&line);
                    }
                }
            }
        }
    }

    /// The other posts whose id may change when this one comes or goes.
    pub fn rivals(&self, post: &Post) -> Vec<Arc<str>> {
        if self.lock.lines().is_empty() {
            return Vec::new();
        }
        let lines = match self.lock.at_path(&post.path) {
            Some(line) => vec![line],
            None => {
                let Candidates {
                    mut by_address,
                    by_content,
                } = self.candidates(post);
                by_address.extend(by_content);
                by_address
            }
        };
        let rivals: Paths = lines
            .iter()
            .flat_map(|line| [self.by_address.get(line), self.by_content.get(line)])
            .flatten()
            .flatten()
            .filter(|path| **path != post.path)
            .cloned()
            .collect();
        rivals.into_iter().collect()
    }

    /// The id of a post that was taken in.
    pub fn identity<'a>(&'a self, post: &'a Post) -> Identity<'a> {
        if let Some((line, _)) = self.line_of(&post.path) {
            return Identity::Pinned(line, &self.lock.line(line).id);
        }
        match self.lock.with_id(&post.id) {
            Some(line) => Identity::Taken(line),
            None => Identity::Free(&post.id),
        }
    }

    /// The line of the post at a path, and by what it matches.
    pub fn line_of(&self, path: &str) -> Option<(LineNumber, MatchedBy)> {
        if let Some(line) = self.lock.at_path(path) {
            return Some((line, MatchedBy::Path));
        }
        let candidates = self.unplaced.get(path)?;
        let is_first = |claims: &HashMap<LineNumber, Paths>, line| {
            claims
                .get(line)
                .and_then(BTreeSet::first)
                .is_some_and(|first| **first == *path)
        };
        let is_free = |line: &&LineNumber| !self.occupied.contains(*line);
        let by_address = candidates
            .by_address
            .iter()
            .filter(is_free)
            .find(|line| is_first(&self.by_address, line))
            .map(|line| (*line, MatchedBy::Address));
        by_address.or_else(|| {
            candidates
                .by_content
                .iter()
                .filter(is_free)
                .find(|line| !self.by_address.contains_key(line) && is_first(&self.by_content, line))
                .map(|line| (*line, MatchedBy::Content))
        })
    }

    /// The path of the post that has a line, if there is one.
    pub fn holder(&self, line: LineNumber) -> Option<&Arc<str>> {
        if self.occupied.contains(&line) {
            return Some(&self.lock.line(line).path);
        }
        [&self.by_address, &self.by_content]
            .into_iter()
            .filter_map(|claims| claims.get(&line)?.first())
            .find(|path| self.line_of(path).is_some_and(|(own, _)| own == line))
    }

    fn candidates(&self, post: &Post) -> Candidates {
        // A new post may come to have the id or the address of one that was withdrawn long ago, and
        // is another all the same: of such a line only an alias makes it the post.
        let own = self
            .lock
            .with_id(&post.id)
            .into_iter()
            .chain(self.lock.with_address(&post.permalink))
            .filter(|line| !self.lock.line(*line).is_withdrawn());
        let aliases = post.aliases.iter();
        let mut by_address: Vec<LineNumber> = Vec::new();
        for line in own.chain(aliases.flat_map(|alias| self.lock.with_address(alias))) {
            if !by_address.contains(&line) {
                by_address.push(line);
            }
        }
        Candidates {
            by_address,
            by_content: self.lock.with_content(post.content).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::content::conventions::Rules;
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::line::Line;
    use super::*;
    use crate::content::fields::inherited::HandedDown;
    use crate::content::{ContentSettings, Parsed};
    use crate::content::{SourceFile, parse};

    fn settings() -> ContentSettings {
        ContentSettings::for_tests(Rules::default())
    }

    fn post(path: &str, text: &str, alias: &str) -> Arc<Post> {
        let text = format!("---\ntitle: {text}\ndate: 2024-05-01\naliases: [{alias}]\n---\n{text}\n");
        match parse(
            SourceFile::new(&path.into(), text.as_bytes()),
            &settings(),
            &HandedDown::default(),
        ) {
            Ok(Parsed::Post(post)) => post,
            other => panic!("{other:?}"),
        }
    }

    fn lock(posts: &[Arc<Post>]) -> Arc<Lock> {
        let line = |post: &Arc<Post>| Line {
            path: Arc::clone(&post.path),
            id: Arc::clone(&post.id),
            permalink: post.permalink.clone(),
            content: post.content,
            withdrawn: (&*post.path < "a/2.md").then_some(chrono::DateTime::UNIX_EPOCH),
            scopes: "".into(),
        };
        Arc::new(Lock::new(posts.iter().map(line).collect(), None))
    }

    /// Who has which line, of some posts in any order.
    fn matched(pins: &Pins, posts: &BTreeMap<Arc<str>, Arc<Post>>) -> Vec<(Arc<str>, Option<LineNumber>)> {
        posts
            .values()
            .map(|post| {
                (
                    Arc::clone(&post.path),
                    pins.line_of(&post.path).map(|(line, _)| line),
                )
            })
            .collect()
    }

    fn any_post() -> impl Strategy<Value = Arc<Post>> {
        let path = prop::sample::select(vec![
            "a/1.md",
            "a/1/index.md",
            "a/2.md",
            "b/1.md",
            "b/2.md",
            "c.md",
        ]);
        let text = prop::sample::select(vec!["one", "two"]);
        let alias = prop::sample::select(vec!["", "/a/1", "/a/2/", "/b/1/"]);
        (path, text, alias).prop_map(|(path, text, alias)| post(path, text, alias))
    }

    proptest! {
        #[test]
        fn whose_line_is_whose_depends_on_the_posts_alone_and_changes_only_for_rivals(
            locked in prop::collection::vec(any_post(), 0..4),
            steps in prop::collection::vec((any_post(), any::<bool>()), 0..12),
        ) {
            let lock = lock(&locked);
            let mut pins = Pins::new(Arc::clone(&lock));
            let mut posts = BTreeMap::new();
            for (post, comes) in steps {
                let before = matched(&pins, &posts);
                let mut may_change = pins.rivals(&post);
                if comes {
                    if let Some(old) = posts.insert(Arc::clone(&post.path), Arc::clone(&post)) {
                        may_change.extend(pins.rivals(&old));
                    }
                    pins.insert(&post);
                } else if let Some(old) = posts.remove(&post.path) {
                    may_change.extend(pins.rivals(&old));
                    pins.remove(&post.path);
                }
                let mut fresh = Pins::new(Arc::clone(&lock));
                for post in posts.values() {
                    fresh.insert(post);
                }
                let now = matched(&pins, &posts);
                prop_assert_eq!(&now, &matched(&fresh, &posts));
                let mut taken = BTreeSet::new();
                for (path, line) in now {
                    if let Some(line) = line {
                        prop_assert_eq!(pins.holder(line), Some(&path));
                    }
                    prop_assert!(line.is_none_or(|line| taken.insert(line)), "two posts have one line");
                    let others = path != post.path && !may_change.contains(&path);
                    let same = before.iter().any(|(own, had)| *own == path && *had == line);
                    prop_assert!(!others || same, "{path} changed, and was no rival");
                }
            }
        }
    }
}
