use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Waker};
use std::thread;

use super::*;

fn documents(capacity: u64) -> Arc<Documents> {
    Documents::new(capacity, Arc::default()).unwrap()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

/// A render that says it has begun and then waits for leave to end.
fn held(text: &'static str) -> (impl FnOnce() -> Option<Vec<u8>> + Send, Receiver<()>, Sender<()>) {
    let (started, has_started) = channel();
    let (release, released) = channel();
    let render = move || {
        started.send(()).unwrap();
        released.recv().unwrap();
        Some(text.into())
    };
    (render, has_started, release)
}

#[test]
fn a_document_is_rendered_once_for_all_codings() {
    let documents = documents(1 << 20);
    let digest = Digest::of(b"news");
    let renders = Arc::new(AtomicUsize::new(0));
    for _ in 0..2 {
        for coding in Coding::ALL {
            let count = Arc::clone(&renders);
            let render = move || {
                count.fetch_add(1, Ordering::SeqCst);
                Some(b"<rss/>".to_vec())
            };
            let bytes = wait(documents.get(digest, coding, "/rss.xml", render)).unwrap();
            assert_eq!(bytes, coding.encode(b"<rss/>").unwrap(), "{coding:?}");
        }
    }
    assert_eq!(renders.load(Ordering::SeqCst), 1);
    assert_eq!(documents.metrics.renders(), 1);
    assert_eq!(documents.figures().documents, 4);
}

#[test]
fn many_who_ask_at_once_share_one_render() {
    let documents = documents(1 << 20);
    let digest = Digest::of(b"news");
    let (render, has_started, release) = held("<rss/>");
    let first = {
        let documents = Arc::clone(&documents);
        thread::spawn(move || wait(documents.get(digest, Coding::Gzip, "/rss.xml", render)))
    };
    has_started.recv().unwrap();
    // More than may wait for a thread: they wait for the document, not for a thread.
    let others: Vec<_> = (0..2 * WAITING_RENDERS)
        .map(|_| {
            documents
                .join((digest, Coding::Gzip), "/rss.xml", || unreachable!())
                .unwrap()
        })
        .collect();
    release.send(()).unwrap();
    let expected = first.join().unwrap();
    for mut other in others {
        let outcome = wait(async { other.wait_for(Option::is_some).await.unwrap().clone() });
        assert_eq!(outcome, Some(expected.clone()));
    }
    assert_eq!(documents.metrics.renders(), 1);
    assert!(documents.in_flight().is_empty());
}

#[test]
fn a_client_that_leaves_does_not_take_the_render_with_it() {
    let documents = documents(1 << 20);
    let digest = Digest::of(b"news");
    let (render, has_started, release) = held("<rss/>");
    {
        let asked = pin!(documents.get(digest, Coding::Identity, "/rss.xml", render));
        let poll = asked.poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(poll, Poll::Pending));
        has_started.recv().unwrap();
    }
    let mut waiting = documents
        .join((digest, Coding::Identity), "/rss.xml", || unreachable!())
        .unwrap();
    release.send(()).unwrap();
    let outcome = wait(async { waiting.wait_for(Option::is_some).await.unwrap().clone() });
    assert_eq!(outcome, Some(Ok(Bytes::from_static(b"<rss/>"))));
    assert_eq!(documents.metrics.renders(), 1);
}

#[test]
fn beyond_the_queue_a_new_document_is_refused_and_one_at_hand_is_not() {
    let pool = Pool::new(1, 1).unwrap();
    let documents = Documents::with_pool(1 << 20, Arc::default(), pool).unwrap();
    let at_hand = Digest::of(b"at hand");
    let get = |digest| documents.get(digest, Coding::Identity, "/rss.xml", || Some(b"<rss/>".to_vec()));
    wait(get(at_hand)).unwrap();

    let (render, has_started, release) = held("slow");
    let running = documents.join((Digest::of(b"running"), Coding::Identity), "/", render);
    has_started.recv().unwrap();
    let queued = documents.join((Digest::of(b"queued"), Coding::Identity), "/", || Some(vec![]));
    assert!(running.is_ok() && queued.is_ok());

    assert_eq!(wait(get(Digest::of(b"one too many"))), Err(Unavailable::Busy));
    assert!(wait(get(at_hand)).is_ok());
    assert!(
        documents
            .metrics
            .encode()
            .contains("newswire_renders_refused_total 1")
    );

    release.send(()).unwrap();
    let mut queued = queued.unwrap();
    wait(async { queued.wait_for(Option::is_some).await.unwrap().clone() });
    assert!(
        wait(get(Digest::of(b"one too many"))).is_ok(),
        "and later it is made"
    );
}

#[test]
fn a_render_that_panics_fails_alone_and_may_be_tried_again() {
    let documents = documents(1 << 20);
    let digest = Digest::of(b"news");
    for coding in [Coding::Gzip, Coding::Identity] {
        let outcome = wait(documents.get(digest, coding, "/rss.xml", || panic!("a bug of ours")));
        assert_eq!(outcome, Err(Unavailable::Failed));
    }
    assert!(
        documents
            .metrics
            .encode()
            .contains("newswire_render_failures_total 2")
    );
    let other = wait(documents.get(Digest::of(b"x"), Coding::Gzip, "/", || Some(vec![])));
    assert!(other.is_ok());
    let again = wait(documents.get(digest, Coding::Gzip, "/rss.xml", || Some(vec![])));
    assert!(again.is_ok());
}

#[test]
fn the_cache_stays_within_its_bytes() {
    let capacity = 1 << 20;
    let documents = documents(capacity);
    for number in 0..200_u32 {
        let digest = Digest::of(&number.to_le_bytes());
        let render = || Some(vec![b'x'; 30_000]);
        wait(documents.get(digest, Coding::Identity, "/", render)).unwrap();
    }
    let figures = documents.figures();
    assert!(figures.bytes <= capacity, "{figures:?}");
    assert!(figures.documents >= 20, "{figures:?}");
}

#[test]
fn a_document_larger_than_the_cache_is_served_all_the_same() {
    let documents = documents(10_000);
    let render = || Some(vec![b'x'; 30_000]);
    let bytes = wait(documents.get(Digest::of(b"large"), Coding::Identity, "/", render)).unwrap();
    assert_eq!(bytes.len(), 30_000);
    let gzip = wait(documents.get(Digest::of(b"large"), Coding::Gzip, "/", render)).unwrap();
    assert!(gzip.len() < 1000);
}
