//! A client that is a crate reads the same entries from every format. Those that are programs are asked in
//! `.ci/clients`.

use std::path::Path;

use chrono::DateTime;
use serde_json::Value;

use super::support::{newswire, site};

/// An entry as readers know it: its id, title, moments of publication and change, and authors.
type Read = (String, String, i64, Option<i64>, Vec<String>);

/// The entries of a JSON feed, read by nobody's feed library.
fn truth(document: &[u8]) -> Vec<Read> {
    let feed: Value = serde_json::from_slice(document).unwrap();
    let moment = |value: &Value| Some(DateTime::parse_from_rfc3339(value.as_str()?).unwrap().timestamp());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = feed["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| {
            let authors = item["authors"].as_array().into_iter().flatten();
            (
                text(&item["id"]),
                text(&item["title"]),
                moment(&item["date_published"]).unwrap(),
                moment(&item["date_modified"]),
                authors.map(|author| text(&author["name"])).collect(),
            )
        })
        .collect()
}

fn by_feed_rs(document: &[u8]) -> Vec<Read> {
    let feed = feed_rs::parser::parse(document).unwrap();
    feed.entries
        .into_iter()
        .map(|entry| {
            let published = entry.published.unwrap().timestamp();
            (
                entry.id,
                entry.title.map(|title| title.content).unwrap_or_default(),
                published,
                // Atom always says when, the others only what differs.
                entry
                    .updated
                    .map(|updated| updated.timestamp())
                    .filter(|updated| *updated != published),
                entry
                    .authors
                    .into_iter()
                    .filter_map(|author| author.name.map(without_parentheses))
                    .collect(),
            )
        })
        .collect()
}

/// The crate takes the whole of what follows an address in RSS's “mail@host (Name)” for the name.
fn without_parentheses(name: String) -> String {
    match name.strip_prefix('(').and_then(|name| name.strip_suffix(')')) {
        Some(name) => name.to_owned(),
        None => name,
    }
}

#[test]
fn feed_rs_reads_the_same_entries_from_every_format() {
    let mut command = newswire();
    command
        .arg("--config")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds.toml"));
    let documents = site::build(command, tempfile::tempdir().unwrap().path());
    let (mut feeds, mut entries, mut changed) = (0, 0, 0);
    for (path, json) in documents.iter().filter(|(path, _)| path.ends_with("/feed.json")) {
        let truth = truth(json);
        for file in ["rss.xml", "atom.xml", "feed.json"] {
            let path = path.replace("feed.json", file);
            let mut read = by_feed_rs(&documents[&path]);
            for (read, truth) in read.iter_mut().zip(&truth) {
                if truth.1.is_empty() {
                    // Atom's entries must have a title (RFC 4287, 4.1.2), a note has its first words.
                    assert_eq!(read.1.is_empty(), file != "atom.xml", "{path}");
                    read.1.clear();
                }
            }
            assert_eq!(read, truth, "{path}");
        }
        feeds += 1;
        entries += truth.len();
        changed += truth
            .iter()
            .filter(|(_, _, _, updated, _)| updated.is_some())
            .count();
    }
    assert!(
        feeds >= 10 && entries > feeds && changed > 0,
        "{feeds}, {entries}, {changed}"
    );
}
