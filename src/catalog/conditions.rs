//! Conditions of the configuration that choose nothing: they hold for every post, or for none.

use std::sync::Arc;

use crate::catalog::settings::query::Alternatives;
use crate::catalog::snapshot::Snapshot;
use crate::catalog::snapshot::entries::is_public;
use crate::config::{Feeds, Query};
use crate::content::Post;
use crate::vocabulary::{Finding, ScopeKind, Severity};

/// What there is to say about them, given the posts that are public. `path` is the configuration file.
pub fn findings(snapshot: &Snapshot, path: &Arc<str>) -> Vec<Finding> {
    let settings = snapshot.settings();
    let written = queries(&settings.feeds);
    if written.is_empty() {
        return Vec::new();
    }
    let public: Vec<&Arc<Post>> = snapshot
        .posts()
        .filter(|post| is_public(post, snapshot.moment()))
        .collect();
    let mut findings = Vec::new();
    for (table, key, query) in written {
        let ready = Alternatives::new([query], settings);
        let count = public.iter().filter(|post| ready.hold(post, settings)).count();
        let finding = |severity, code, which, effect| {
            Finding::new(
                path,
                severity,
                code,
                format!("{key} of {table} holds for {which}, so {effect}"),
            )
        };
        match (key, count) {
            (_, 0) if !public.is_empty() => findings.push(
                finding(
                    Severity::Note,
                    "matches-none",
                    "no post",
                    match key {
                        "match" => "the feed is empty",
                        _ => "nothing is left out",
                    },
                )
                .help("compare the names and values with the posts' front matter"),
            ),
            // One post alone says nothing about a choice.
            ("match", count) if count == public.len() && count > 1 => findings.push(
                finding(
                    Severity::Warning,
                    "matches-all",
                    "every post",
                    "it chooses nothing",
                )
                .help("take it out to have every post, or ask for what only the wanted posts say"),
            ),
            ("exclude", count) if count == public.len() && count > 0 => findings.push(
                finding(Severity::Warning, "matches-all", "every post", "nothing is left")
                    .help("ask for what only the unwanted posts say; a field that is not there is not false"),
            ),
            _ => {}
        }
    }
    findings
}

/// Every query that is written, once, with its table and key.
fn queries(feeds: &Feeds) -> Vec<(String, &'static str, &Query)> {
    let own = feeds.own.iter().filter_map(|feed| {
        let includes = feed.includes.as_ref()?;
        Some((table(ScopeKind::Custom, &feed.name), "match", includes))
    });
    let mut all: Vec<_> = own.collect();
    let mut seen: Vec<&Query> = Vec::new();
    let mut add = |table: String, query| {
        if !seen.contains(&query) {
            seen.push(query);
            all.push((table, "exclude", query));
        }
    };
    for (kind, settings) in &feeds.kinds {
        for query in &settings.feed.excludes {
            // What is written for all feeds is handed down to every kind.
            let is_common = feeds
                .kinds
                .values()
                .all(|kind| kind.feed.excludes.contains(query));
            add(
                if is_common {
                    "[feeds]".to_owned()
                } else {
                    format!("[feeds.{}]", kind.name())
                },
                query,
            );
        }
    }
    for ((kind, name), settings) in &feeds.scopes {
        for query in &settings.feed.excludes {
            add(table(*kind, name), query);
        }
    }
    all
}

fn table(kind: ScopeKind, name: &str) -> String {
    match kind {
        ScopeKind::Custom => format!("[[feed]] “{name}”"),
        _ => format!("[{}.{name}]", kind.plural()),
    }
}
