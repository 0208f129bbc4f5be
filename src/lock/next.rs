//! The next lock file, from the present one and the posts.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Line, Lock, MatchedBy, Pins, Rule};
use crate::content::Post;

/// A post that stands in the feeds.
#[derive(Clone, Debug)]
pub struct Listed<'a> {
    /// The post.
    pub post: &'a Post,
    /// The id that readers know it by.
    pub id: &'a Arc<str>,
    /// The scopes it stands in, by [`Line::scope_words`].
    pub scopes: Box<str>,
}

/// The posts, and what is known of their ids.
pub struct Posts<'a> {
    /// Those in the feeds, by path.
    pub listed: BTreeMap<&'a str, Listed<'a>>,
    /// Those that could be read and stand in no feed: drafts, scheduled ones, expired ones.
    pub unlisted: Vec<&'a Post>,
    /// Whether there may be a post at a path which can't be read now.
    pub may_hide: &'a dyn Fn(&str) -> bool,
    /// The present lock, and whose its lines are.
    pub pins: &'a Pins,
    /// How ids are made now.
    pub rule: Rule,
    /// The present moment.
    pub moment: DateTime<Utc>,
}

/// The next lock file, and what is new in it.
#[derive(Debug, Default)]
pub struct Next {
    /// What the file will say.
    pub lock: Lock,
    /// How many posts it pins for the first time.
    pub added: usize,
    /// Posts whose file has moved: from where, and to where.
    pub moved: Vec<(Arc<str>, Arc<str>)>,
    /// Posts that have left the site.
    pub withdrawn: Vec<Arc<str>>,
    /// Posts that have come back.
    pub returned: Vec<Arc<str>>,
    /// Posts that were pinned, and whose id is another from now on: the path, the id before, and the one
    /// adopted.
    pub changed: Vec<(Arc<str>, Arc<str>, Arc<str>)>,
    /// Adopted ids that were another post's already: the path that does not get it, and the id.
    pub refused: Vec<(Arc<str>, Arc<str>)>,
}

/// Makes the next lock file. `adopted` are ids that other programs' feeds have published, by path.
pub fn next(posts: &Posts<'_>, adopted: &BTreeMap<Arc<str>, Arc<str>>) -> Next {
    let mut next = Next::default();
    let before = posts.pins.lock();
    let mut lines = Vec::with_capacity(before.lines().len() + posts.listed.len());
    let mut kept = HashSet::new();
    for listed in posts.listed.values() {
        let path = &listed.post.path;
        match posts.pins.line_of(path) {
            None => next.added += 1,
            Some((number, matched_by)) => {
                kept.insert(number);
                let line = before.line(number);
                if matched_by != MatchedBy::Path {
                    next.moved.push((Arc::clone(&line.path), Arc::clone(path)));
                }
                if line.is_withdrawn() {
                    next.returned.push(Arc::clone(path));
                }
            }
        }
        lines.push(Line {
            path: Arc::clone(path),
            id: Arc::clone(listed.id),
            permalink: listed.post.permalink.clone(),
            content: listed.post.content,
            withdrawn: None,
            scopes: listed.scopes.clone(),
        });
    }
    for post in &posts.unlisted {
        let Some((number, _)) = posts.pins.line_of(&post.path) else {
            continue;
        };
        kept.insert(number);
        let mut line = before.line(number).clone();
        let expired = post.public_until.filter(|until| *until <= posts.moment);
        if !line.is_withdrawn() {
            next.withdrawn.push(Arc::clone(&post.path));
        }
        line.withdrawn = line.withdrawn.or(expired).or(Some(posts.moment));
        line.path = Arc::clone(&post.path);
        line.content = post.content;
        lines.push(line);
    }
    for (number, line) in (0..).zip(before.lines()) {
        if kept.contains(&number) {
            continue;
        }
        let mut line = line.clone();
        if !line.is_withdrawn() && !(posts.may_hide)(&line.path) {
            line.withdrawn = Some(posts.moment);
            next.withdrawn.push(Arc::clone(&line.path));
        }
        lines.push(line);
    }
    let is_known = |path: &str| posts.pins.line_of(path).is_some();
    adopt(&mut lines, adopted, &is_known, &mut next);
    next.lock = Lock::new(lines, Some(posts.rule.clone()));
    next
}

/// Gives posts the ids under which another program published them, where these are free.
fn adopt(
    lines: &mut [Line],
    adopted: &BTreeMap<Arc<str>, Arc<str>>,
    is_known: &dyn Fn(&str) -> bool,
    next: &mut Next,
) {
    if adopted.is_empty() {
        return;
    }
    let mut owners: HashMap<Arc<str>, Arc<str>> = HashMap::new();
    for (path, id) in adopted {
        owners.entry(Arc::clone(id)).or_insert_with(|| Arc::clone(path));
    }
    // An id is free unless a post has it that is not about to get another one.
    for line in lines.iter().filter(|line| !adopted.contains_key(&line.path)) {
        owners.insert(Arc::clone(&line.id), Arc::clone(&line.path));
    }
    for line in lines.iter_mut() {
        let Some(id) = adopted.get(&line.path) else {
            continue;
        };
        if owners.get(id) != Some(&line.path) {
            next.refused.push((Arc::clone(&line.path), Arc::clone(id)));
        } else if line.id != *id {
            let before = std::mem::replace(&mut line.id, Arc::clone(id));
            // One that was never pinned has no id yet that readers could miss.
            if is_known(&line.path) {
                next.changed
                    .push((Arc::clone(&line.path), before, Arc::clone(id)));
            }
        }
    }
}
