//! Snapshots change under the server: each answer is of one of them, whole.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use super::harness::*;
use crate::catalog::{ScopeKey, Snapshot};
use crate::feed::Coding;
use crate::feed::document::etag;
use crate::vocabulary::Format;

/// What a snapshot's documents say: the digest that it has for them, which differs with its version.
fn text(snapshot: &Snapshot, key: &ScopeKey, format: Format) -> Option<Vec<u8>> {
    let scope = snapshot.scope(key)?;
    let document = scope
        .documents
        .iter()
        .find(|document| document.format == format)?;
    Some(etag(document.digest, Coding::Identity).into_bytes())
}

fn publish(running: &Running, version: usize) {
    // Later by more than the two seconds in which a change counts as too new for dates.
    let moment = long_ago() + chrono::TimeDelta::minutes(version as i64);
    running.publish(snapshot(&version.to_string(), moment, None));
}

/// A server whose renders say that they have begun, and wait for leave to go on.
fn halting() -> (Running, Receiver<()>, Sender<()>) {
    let (begun, has_begun) = channel();
    let (go_on, may_go_on) = channel();
    let may_go_on = Mutex::new(may_go_on);
    let running = Running::with_render(
        None,
        Arc::new(move |snapshot, key, format| {
            begun.send(()).ok()?;
            may_go_on.lock().ok()?.recv().ok()?;
            text(snapshot, key, format)
        }),
    );
    (running, has_begun, go_on)
}

#[test]
fn wherever_snapshots_are_published_in_the_course_of_an_answer_it_is_of_one() {
    // So many before the request, and so many while its document is rendered; the rest after it.
    for before in 0..=2 {
        for during in 0..=(2 - before) {
            let (running, has_begun, go_on) = halting();
            publish(&running, 0);
            (1..=before).for_each(|version| publish(&running, version));
            let tag = running.etag("/rss.xml", Coding::Identity);
            let address = running.public;
            let asking = thread::spawn(move || send(address, "GET", "/rss.xml", &[]));
            has_begun.recv().unwrap();
            (before + 1..=before + during).for_each(|version| publish(&running, version));
            go_on.send(()).unwrap();
            let response = asking.join().unwrap();
            assert_eq!(
                response.header("etag"),
                Some(&*tag),
                "{before} before, {during} during"
            );
            assert_eq!(response.text(), tag);
            // And whoever comes then gets the one that stands.
            let now = running.etag("/rss.xml", Coding::Identity);
            go_on.send(()).unwrap();
            assert_eq!(running.get("/rss.xml", &[]).text(), now);
        }
    }
}

#[test]
fn under_a_stream_of_snapshots_no_answer_mixes_two_and_no_client_sees_time_go_back() {
    let running = Running::with_render(None, Arc::new(text));
    publish(&running, 0);
    let address = running.public;
    let clients: Vec<_> = (0..3)
        .map(|_| {
            thread::spawn(move || {
                let mut seen = Vec::new();
                for _ in 0..150 {
                    for (path, _) in PATHS {
                        let response = send(address, "GET", path, &[]);
                        assert_eq!(response.header("etag"), Some(response.text()), "{path}");
                        seen.push(response.header("last-modified").unwrap().to_owned());
                    }
                }
                seen
            })
        })
        .collect();
    let mut version = 0;
    while clients.iter().any(|client| !client.is_finished()) {
        version += 1;
        publish(&running, version);
        thread::yield_now();
    }
    for client in clients {
        let seen = client.join().unwrap();
        let moments: Vec<_> = seen
            .iter()
            .map(|shown| {
                crate::server::validators::http_date::parse(shown.as_bytes(), chrono::Utc::now()).unwrap()
            })
            .collect();
        assert!(moments.is_sorted());
    }
    assert!(version > 3);
}
