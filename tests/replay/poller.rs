//! Clients that poll, each by its habit, and believe what they are told.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::support::Service;
use crate::support::service::Answer;

/// How a client asks again for what it has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Habit {
    /// For all of it.
    Whole,
    /// With the entity tag.
    Tag,
    /// With the date alone, as some do.
    Date,
    /// With both.
    Both,
}

impl Habit {
    pub(crate) const ALL: [Habit; 4] = [Habit::Whole, Habit::Tag, Habit::Date, Habit::Both];
}

/// What clients were answered.
#[derive(Default)]
pub(crate) struct Answers {
    /// By path, the digests of the documents.
    pub(crate) bodies: BTreeSet<(String, u64)>,
    pub(crate) full: usize,
    pub(crate) not_modified: usize,
}

impl Answers {
    pub(crate) fn add(&mut self, other: Answers) {
        self.bodies.extend(other.bodies);
        self.full += other.full;
        self.not_modified += other.not_modified;
    }
}

/// A copy that a client keeps.
struct Copy {
    body: Vec<u8>,
    etag: String,
    last_modified: String,
}

/// A client.
pub(crate) struct Poller {
    habit: Habit,
    copies: BTreeMap<String, Copy>,
    /// What each tag stands for, by path.
    tags: HashMap<(String, String), u64>,
    answers: Answers,
}

impl Poller {
    pub(crate) fn new(habit: Habit) -> Self {
        Poller {
            habit,
            copies: BTreeMap::new(),
            tags: HashMap::new(),
            answers: Answers::default(),
        }
    }

    /// Polls until it is told to stop.
    pub(crate) fn poll(mut self, service: &Service, paths: &[&str], stop: &AtomicBool) -> Answers {
        while !stop.load(Ordering::Relaxed) {
            for path in paths {
                self.ask(service, path);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.answers
    }

    /// Polls once; what it has then must be these bytes.
    pub(crate) fn has(&mut self, service: &Service, path: &str, bytes: &[u8]) {
        self.ask(service, path);
        let copy = self.copies.get(path).map(|copy| copy.body.as_slice());
        assert!(
            copy == Some(bytes),
            "{path}: a client that asks by {:?} has an old copy",
            self.habit
        );
    }

    fn ask(&mut self, service: &Service, path: &str) {
        let copy = self.copies.get(path);
        let mut headers = Vec::new();
        if let (Habit::Tag | Habit::Both, Some(copy)) = (self.habit, copy) {
            headers.push(("If-None-Match", copy.etag.as_str()));
        }
        if let (Habit::Date | Habit::Both, Some(copy)) = (self.habit, copy) {
            headers.push(("If-Modified-Since", copy.last_modified.as_str()));
        }
        let answer = service.get_with(path, &headers);
        match answer.status {
            200 => self.keep(path, answer),
            304 => {
                self.answers.not_modified += 1;
                let copy = copy.expect("a 304 answers only a condition");
                if self.habit != Habit::Date {
                    assert_eq!(answer.header("etag"), Some(copy.etag.as_str()), "{path}");
                }
            }
            // There may be no such feed yet.
            404 => assert!(copy.is_none(), "{path} was public and is gone"),
            other => panic!("{path}: {other}"),
        }
    }

    fn keep(&mut self, path: &str, answer: Answer) {
        let header = |name| answer.header(name).unwrap().to_owned();
        let (etag, last_modified) = (header("etag"), header("last-modified"));
        let (at, shown) = (moment(&header("date")), moment(&last_modified));
        assert!(
            shown <= at,
            "{path}: Last-Modified {shown} is in the future at {at}"
        );
        let body = digest(&answer.body);
        let stands_for = *self.tags.entry((path.to_owned(), etag.clone())).or_insert(body);
        assert_eq!(stands_for, body, "{path}: one tag stands for two documents");
        if let Some(before) = self.copies.get(path) {
            let was = moment(&before.last_modified);
            assert!(
                was <= shown,
                "{path}: Last-Modified goes back from {was} to {shown}"
            );
            let is_told = before.body == answer.body || before.etag != etag;
            assert!(is_told, "{path}: its bytes changed and its tag did not");
        }
        self.answers.full += 1;
        self.answers.bodies.insert((path.to_owned(), body));
        let copy = Copy {
            body: answer.body,
            etag,
            last_modified,
        };
        self.copies.insert(path.to_owned(), copy);
    }
}

fn moment(header: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc2822(header).unwrap().to_utc()
}

/// Enough of a digest to tell documents apart.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
