//! Which room may use which, and which crate is named where.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;

/// Each room, from the ground up, with those it may use, itself aside. A file directly in src/ is a room.
const ROOMS: &[(&str, &[&str])] = &[
    ("vocabulary", &[]),
    ("config", &["vocabulary"]),
    // Takes from the configuration what decides how posts are read.
    ("content", &["config", "vocabulary"]),
    // Reads generators' files with the reader of front matter, into the settings of content.
    ("site", &["content", "vocabulary"]),
    ("feed", &["content", "vocabulary"]),
    ("pages", &["feed", "content", "vocabulary"]),
    ("setup", &["site", "content", "config", "vocabulary"]),
    ("lock", &["content", "vocabulary"]),
    (
        "catalog",
        &["lock", "feed", "pages", "content", "site", "config", "vocabulary"],
    ),
    ("render", &["catalog", "feed", "content", "vocabulary"]),
    // What survives a restart is of the catalog.
    ("state", &["catalog", "vocabulary"]),
    // What the watch publishes and the server reads.
    ("current_snapshot", &["catalog"]),
    ("status", &["vocabulary"]),
    ("metrics", &["vocabulary"]),
    ("telemetry", &["vocabulary"]),
    (
        "watch",
        &[
            "metrics",
            "status",
            "current_snapshot",
            "catalog",
            "lock",
            "feed",
            "content",
            "site",
            "config",
            "vocabulary",
        ],
    ),
    (
        "server",
        &[
            "telemetry",
            "metrics",
            "status",
            "current_snapshot",
            "render",
            "catalog",
            "pages",
            "feed",
            "content",
            "config",
            "vocabulary",
        ],
    ),
    ("main", &["cli"]),
];

/// Crates, and where they may be named: beginnings of files' paths.
const FENCES: &[(&[&str], &[&str])] = &[
    (&["notify"], &["watch/events/"]),
    (&["serde_yaml"], &["content/file/front_matter"]),
    (&["rss", "atom_syndication"], &["feed/", "lock/adopt.rs"]),
    (&["pulldown_cmark", "ammonia"], &["content/body/"]),
    (
        &[
            "actix_web",
            "actix_http",
            "actix_server",
            "actix_service",
            "actix_rt",
        ],
        // The command runs the system of which the server is a part, and takes its signals.
        &["server/", "cli/serve.rs"],
    ),
];

/// What does no I/O, and what it must not name.
const PURE: &[&str] = &["content", "feed", "pages"];
const IMPURE: &[&str] = &[
    "tokio",
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "std::time::SystemTime",
    "std::time::Instant",
    "chrono::Utc::now",
    "chrono::Local",
];

/// The room of a file.
pub(super) fn room(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    match first.strip_suffix(".rs").unwrap_or(first) {
        "digest" | "finding" => "vocabulary",
        room => room,
    }
}

/// Uses that no rule allows: the two rooms, and the two files. Commands use what they like, and nobody uses them.
pub(super) fn arrows_up(graph: &Graph) -> Vec<(String, String)> {
    let wrong = graph.uses.keys().filter_map(|(from, to)| {
        let (from, to) = (&graph.sources[*from].file, &graph.sources[*to].file);
        let (below, above) = (room(from), room(to));
        let allowed = ROOMS
            .iter()
            .find(|(name, _)| *name == below)
            .is_some_and(|(_, may)| may.contains(&above));
        let allowed = allowed || below == above || (below == "cli" && above != "main");
        (!allowed).then(|| (format!("{below} -> {above}"), format!("{from} -> {to}")))
    });
    wrong.collect()
}

/// Crates that are named where they must not be: the room, and the file with the path.
pub(super) fn over_the_fence(graph: &Graph) -> Vec<(String, String)> {
    let mut wrong = BTreeSet::new();
    for (at, _, path) in &graph.foreign {
        let file = &graph.sources[*at].file;
        let first = path.split("::").next().unwrap_or(path);
        let fence = FENCES.iter().find(|(crates, _)| crates.contains(&first));
        let outside = fence.is_some_and(|(_, places)| !places.iter().any(|place| file.starts_with(place)));
        let begins = |impure: &&str| {
            path.strip_prefix(*impure)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        if outside || (PURE.contains(&room(file)) && IMPURE.iter().any(begins)) {
            wrong.insert((room(file).to_owned(), format!("{file}: {path}")));
        }
    }
    wrong.into_iter().collect()
}

/// Blocks of methods outside of the file of their type: the room, and the file with the type.
pub(super) fn astray(graph: &Graph) -> Vec<(String, String)> {
    let astray = graph.astray.iter().map(|(at, line, name, home)| {
        let (file, home) = (&graph.sources[*at].file, &graph.sources[*home].file);
        (
            room(file).to_owned(),
            format!("{file}:{line} impl {name} of {home}"),
        )
    });
    astray.collect()
}

/// Files of more than 400 lines, tests included, that don't say why.
pub(super) fn long(graph: &Graph) -> Vec<(String, String)> {
    let long = graph
        .sources
        .iter()
        .filter(|source| source.lines > 400 && !source.reason);
    long.map(|source| {
        (
            room(&source.file).to_owned(),
            format!("{}: {}", source.file, source.lines),
        )
    })
    .collect()
}

/// How often each room uses each.
pub(super) fn between_rooms(graph: &Graph) -> String {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for ((from, to), what) in &graph.uses {
        let pair = (room(&graph.sources[*from].file), room(&graph.sources[*to].file));
        if pair.0 != pair.1 {
            *counts.entry(pair).or_default() += what.len();
        }
    }
    let lines = counts
        .into_iter()
        .map(|((from, to), count)| format!("{from} -> {to}: {count}"));
    lines.collect::<Vec<_>>().join("\n")
}
