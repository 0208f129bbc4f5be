//! A replay of a site's true history: `git checkout` of commit after commit under a running service,
//! while clients poll. At every stop the service agrees with a fresh process; every answer a client
//! ever got is some commit's document; and no validator lied.
//!
//! `NEWSWIRE_REPLAY=/path/to/repository cargo test --release --test promises replay -- --nocapture`
//! runs it, over as many commits that touch `content` as `NEWSWIRE_REPLAY_COMMITS` says (300). Without
//! the first variable, a short history made here is replayed.

mod history;
mod poller;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use history::History;
use poller::{Answers, Habit, Poller};

use crate::support::{Service, Truth, xml};

/// What clients poll: whole, and single scopes of every kind that this history has.
const POLLED: [&str; 7] = [
    "/rss.xml",
    "/atom.xml",
    "/categories/news/rss.xml",
    "/categories/comment/atom.xml",
    "/sections/articles/rss.xml",
    "/authors/felix/atom.xml",
    "/tags/film/rss.xml",
];

const FEEDS_TOML: &str = r#"
[site]
title = "Felix"
url = "https://felixonline.co.uk/"
timezone = "Europe/London"
authority = "felixonline.co.uk,2007"

[content]
dir = "site/content"

[watch]
max_delay = "10s"
hold = "0s"
"#;

#[test]
fn a_history_of_checkouts_is_served_commit_by_commit_and_nobody_is_told_a_lie() {
    let directory = tempfile::tempdir().unwrap();
    let site = directory.path().join("site");
    let (history, commits) = match std::env::var("NEWSWIRE_REPLAY") {
        Ok(repository) => {
            let most = std::env::var("NEWSWIRE_REPLAY_COMMITS").ok();
            let most = most.and_then(|most| most.parse().ok()).unwrap_or(300);
            let history = History::of(Path::new(&repository), &site);
            let commits = history.commits(most);
            (history, commits)
        }
        Err(_) => {
            let history = History::made(&site);
            let commits = history.commits(20);
            (history, commits)
        }
    };
    let config = directory.path().join("feeds.toml");
    fs::write(&config, FEEDS_TOML).unwrap();
    history.check_out(&commits[0]);
    let start = Instant::now();
    let service = Service::start_with(&["--config", config.to_str().unwrap()]);
    service.eventually("the service is ready", || service.get("/readyz").status == 200);

    let (stop, mut truth) = (AtomicBool::new(false), Truth::new(&config));
    let mut documents = BTreeMap::new();
    let mut answers = Answers::default();
    std::thread::scope(|scope| {
        let polling: Vec<_> = Habit::ALL
            .iter()
            .map(|habit| {
                let (service, stop) = (&service, &stop);
                scope.spawn(move || Poller::new(*habit).poll(service, &POLLED, stop))
            })
            .collect();
        // However this ends, the pollers have to.
        let stopping = Stopping(&stop);
        let mut careful = Habit::ALL.map(Poller::new);
        for (number, commit) in commits.iter().enumerate() {
            let before = number.checked_sub(1).map(|before| commits[before].as_str());
            history.check_out(commit);
            truth.scan(&|path| history.file(before?, path));
            let compared = truth.is_served_by(&service, commit);
            for path in POLLED {
                let known: &mut Vec<u64> = documents.entry(path).or_default();
                let document = truth.document(path).or_else(|| emptied(&service, path, known));
                if let Some(bytes) = document {
                    known.push(poller::digest(&bytes));
                    for poller in &mut careful {
                        poller.has(&service, path, &bytes);
                    }
                }
            }
            if number % 50 == 49 || number + 1 == commits.len() {
                let built = truth.compare_with_build(&service, directory.path());
                println!(
                    "{} commits in {:.0} s: at the last {compared} validators and the bytes of {built} documents agree",
                    number + 1,
                    start.elapsed().as_secs_f64(),
                );
            }
        }
        drop(stopping);
        for poller in polling {
            answers.add(poller.join().unwrap());
        }
    });
    for (path, digest) in &answers.bodies {
        let known = documents
            .get(path.as_str())
            .is_some_and(|known| known.contains(digest));
        assert!(known, "{path}: a client got a document that is no commit's");
    }
    println!(
        "{} commits, {} of them broken for some file; {} answers with a document, {} different ones, {} 304s, in {:.0} s",
        commits.len(),
        truth.broken_scans,
        answers.full,
        answers.bodies.len(),
        answers.not_modified,
        start.elapsed().as_secs_f64()
    );
    assert!(answers.full > 0 && answers.not_modified > 0);
}

struct Stopping<'a>(&'a AtomicBool);

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A feed that was public and has no posts now stays, and is empty.
fn emptied(service: &Service, path: &str, known: &[u64]) -> Option<Vec<u8>> {
    let answer = service.get(path);
    assert_eq!(answer.status, if known.is_empty() { 404 } else { 200 }, "{path}");
    if known.is_empty() {
        return None;
    }
    assert!(xml::titles(answer.text()).is_empty(), "{path} should be empty");
    Some(answer.body)
}
