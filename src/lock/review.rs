//! What the present lock file lacks: the posts that readers would see twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::next::Posts;
use super::{Line, MatchedBy};
use crate::content::Post;
use crate::vocabulary::{Finding, Severity};

/// What keeps the ids that readers know from being safe. `before` are the ids that the rule gave
/// when the lock file was written, by path, where that rule was another; `differences` say how.
pub fn review(
    posts: &Posts<'_>,
    before: &BTreeMap<Arc<str>, Arc<str>>,
    differences: &[String],
) -> Vec<Finding> {
    let lock = posts.pins.lock();
    let mut findings = Vec::new();
    let mut held = vec![false; lock.lines().len()];
    let mut unpinned: Vec<&Post> = Vec::new();
    for listed in posts.listed.values() {
        match posts.pins.line_of(&listed.post.path) {
            None => unpinned.push(listed.post),
            Some((number, matched_by)) => {
                held[number as usize] = true;
                if matched_by != MatchedBy::Path {
                    findings.push(renamed(listed.post, lock.line(number), matched_by));
                }
            }
        }
    }
    for post in &posts.unlisted {
        if let Some((number, _)) = posts.pins.line_of(&post.path) {
            held[number as usize] = true;
        }
    }
    for (line, _) in lock.lines().iter().zip(held).filter(|(_, held)| !held) {
        if !line.is_withdrawn() && !(posts.may_hide)(&line.path) {
            findings.push(vanished(line, &unpinned));
        }
    }
    let why = differences.join(", ");
    for post in &unpinned {
        let Some(id) = before.get(&post.path).filter(|id| **id != post.id) else {
            continue;
        };
        let message = format!(
            "its id would change from “{id}” to “{}”, and readers would see it twice: {why}",
            post.id
        );
        findings.push(
            Finding::new(&post.path, Severity::Error, "id-moves", message)
                .help("take that change back, pin the ids with “newswire lock”, then change it again"),
        );
    }
    findings.sort();
    findings
}

fn renamed(post: &Post, line: &Line, matched_by: MatchedBy) -> Finding {
    let message = if matched_by == MatchedBy::Content {
        format!(
            "it was {} and keeps its id only until its text changes; then readers would see it twice",
            line.path
        )
    } else {
        format!(
            "it was {} and keeps its id only by its address or alias; without that readers would see it twice",
            line.path
        )
    };
    Finding::new(&post.path, Severity::Error, "renamed", message)
        .help("run “newswire lock”, and commit feeds.lock with the file")
}

fn vanished(line: &Line, unpinned: &[&Post]) -> Finding {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let segment = |permalink: &str| name(permalink.trim_end_matches('/'));
    let likely = unpinned.iter().find(|post| {
        name(&post.path) == name(&line.path) || segment(&post.permalink) == segment(&line.permalink)
    });
    let guess = likely.map_or_else(String::new, |post| format!(" (is it {}?)", post.path));
    let message = format!(
        "feeds.lock pins it, but there is no such post; if it was renamed{guess}, readers would see it twice"
    );
    Finding::new(&line.path, Severity::Error, "pinned-post-gone", message).help(format!(
        "if it was renamed, add “{}” to the aliases of the new file; if it was deleted, run “newswire lock”",
        line.permalink
    ))
}
