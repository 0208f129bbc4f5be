//! All that is not a document: the list, health, metrics, errors, start and stop.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use chrono::Utc;

use super::harness::*;
use crate::feed::Coding;

#[test]
fn other_methods_are_405_with_allow_and_options_tells_them_too() {
    let running = Running::new();
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        let response = send(running.public, method, "/rss.xml", &[]);
        assert_eq!(response.status, 405, "{method}");
        assert_eq!(response.header("allow"), Some("GET, HEAD, OPTIONS"));
    }
    let preflight = [
        ("Origin", "https://reader.example"),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "if-none-match"),
    ];
    let response = send(running.public, "OPTIONS", "/rss.xml", &preflight);
    assert_eq!(response.status, 204);
    assert_eq!(response.header("allow"), Some("GET, HEAD, OPTIONS"));
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    let allowed = response.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("If-None-Match"), "{allowed}");
    assert_eq!(send(running.public, "OPTIONS", "*", &[]).status, 204);
}

#[test]
fn before_the_first_snapshot_feeds_are_503_and_never_404() {
    let running = Running::before_the_first_snapshot(None);
    for path in ["/", "/rss.xml", "/nothing"] {
        let response = running.get(path, &[("If-None-Match", "*")]);
        assert_eq!(response.status, 503, "{path}");
        assert_eq!(response.header("retry-after"), Some("5"));
        assert_eq!(response.header("cache-control"), Some("no-store"));
    }
    assert_eq!(running.get("/healthz", &[]).status, 200);
    let ready = running.get("/readyz", &[]);
    assert_eq!((ready.status, ready.header("retry-after")), (503, Some("5")));
    assert_eq!(ready.text(), "not ready: the posts are still being read\n");

    running.publish(snapshot("1", long_ago(), None));
    let ready = running.get("/readyz", &[]);
    assert_eq!((ready.status, ready.text()), (200, "ready\n"));
    assert_eq!(running.get("/rss.xml", &[]).status, 200);
    assert_eq!(running.get("/nothing", &[]).status, 404);
}

#[test]
fn a_request_that_comes_before_the_first_snapshot_waits_for_it() {
    let mut running = Running::opening();
    let address = running.public;
    let ask = move |path| thread::spawn(move || send(address, "GET", path, &[]).status);
    let asked = [("/rss.xml", 200), ("/", 200), ("/nothing", 404)].map(|(path, status)| (ask(path), status));
    // Those who ask how it is are told at once.
    assert_eq!(running.get("/readyz", &[]).status, 503);
    assert_eq!(running.get("/healthz", &[]).status, 200);
    assert!(asked.iter().all(|(asked, _)| !asked.is_finished()));
    running.publish(snapshot("1", long_ago(), None));
    for (asked, status) in asked {
        assert_eq!(asked.join().unwrap(), status);
    }
    running.stop().unwrap();

    // Nor does it hold up the end.
    let mut running = Running::opening();
    let address = running.public;
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    running.stop().unwrap();
    assert_eq!(read(&mut stream).status, 503);
}

#[test]
fn a_stop_first_says_that_it_is_not_ready_and_that_connections_end() {
    let mut running = Running::with(|config| config.http.linger = Duration::from_hours(1));
    let mut kept = TcpStream::connect(running.public).unwrap();
    let mut ask = || {
        kept.write_all(b"GET /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        read_next(&mut kept)
    };
    let before = ask();
    assert_eq!((before.status, before.header("connection")), (200, None));
    drop(running.stop.take());
    while running.get("/readyz", &[]).status == 200 {
        thread::yield_now();
    }
    // It still takes connections, and answers on those that are open; for the last time.
    for response in [ask(), running.get("/rss.xml", &[])] {
        assert_eq!(
            (response.status, response.header("connection")),
            (200, Some("close"))
        );
    }
    running.abandon();
}

#[test]
fn the_list_names_every_feed_and_is_revalidated_like_one() {
    let running = Running::new();
    let response = running.get("/", &[]);
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("text/plain; charset=utf-8"));
    insta::assert_snapshot!(response.text(), @r"
    Felix
    The student newspaper

    Everything

      Felix (0 posts)
        RSS 2.0        https://feeds.felix.example/sub/rss.xml
        Atom 1.0       https://feeds.felix.example/sub/atom.xml
        JSON Feed 1.1  https://feeds.felix.example/sub/feed.json

    Categories

      News (0 posts)
        RSS 2.0        https://feeds.felix.example/sub/categories/news/rss.xml
        Atom 1.0       https://feeds.felix.example/sub/categories/news/atom.xml
        JSON Feed 1.1  https://feeds.felix.example/sub/categories/news/feed.json

      Über uns (0 posts)
        RSS 2.0        https://feeds.felix.example/sub/categories/%C3%BCber%20uns/rss.xml
        Atom 1.0       https://feeds.felix.example/sub/categories/%C3%BCber%20uns/atom.xml
        JSON Feed 1.1  https://feeds.felix.example/sub/categories/%C3%BCber%20uns/feed.json

    Tags

      Broken (0 posts)
        RSS 2.0        https://feeds.felix.example/sub/tags/broken/rss.xml
        Atom 1.0       https://feeds.felix.example/sub/tags/broken/atom.xml
        JSON Feed 1.1  https://feeds.felix.example/sub/tags/broken/feed.json
    ");

    let tag = response.header("etag").unwrap();
    assert_eq!(running.get("/", &[("If-None-Match", tag)]).status, 304);
    let gzip = running.get("/", &[("Accept-Encoding", "gzip")]);
    assert_eq!(gzip.body, Coding::Gzip.encode(&response.body).unwrap());
    // The same list in the next snapshot has the same tag.
    running.publish(snapshot("2", Utc::now(), None));
    assert_eq!(running.get("/", &[("If-None-Match", tag)]).status, 304);
    // One that lists less has another, and needs no restart.
    running.publish(snapshot_of([site("3", Utc::now())], None));
    let shorter = running.get("/", &[("If-None-Match", tag)]);
    assert_eq!(shorter.status, 200);
    assert!(!shorter.text().contains("News"), "{}", shorter.text());
}

#[test]
fn a_document_that_can_not_be_rendered_is_500_and_all_others_go_on() {
    let running = Running::new();
    let response = running.get("/tags/broken/rss.xml", &[("Accept-Encoding", "gzip")]);
    assert_eq!(response.status, 500);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("etag"), None);
    assert_eq!(running.get("/rss.xml", &[]).status, 200);
    let tag = running.etag("/tags/broken/rss.xml", Coding::Gzip);
    let response = running.get("/tags/broken/rss.xml", &[("If-None-Match", &*tag)]);
    assert_eq!(response.status, 304, "a copy that a reader has is still good");
}

#[test]
fn a_poll_is_answered_while_a_render_is_stuck() {
    let (started, has_started) = channel();
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    let running = Running::with_render(
        None,
        Arc::new(move |_, key, format| {
            started.send(()).unwrap();
            released.lock().unwrap().recv().unwrap();
            Some(document(key, format))
        }),
    );
    running.publish(snapshot("1", long_ago(), None));
    let address = running.public;
    let slow = thread::spawn(move || send(address, "GET", "/rss.xml", &[]));
    has_started.recv().unwrap();
    let tag = running.etag("/rss.xml", Coding::Brotli);
    for _ in 0..8 {
        assert_eq!(running.get("/rss.xml", &[("If-None-Match", &*tag)]).status, 304);
    }
    release.send(()).unwrap();
    assert_eq!(slow.join().unwrap().status, 200);
    assert_eq!(running.metrics.renders(), 1);
}

#[test]
fn metrics_count_requests_by_kind_and_status_and_name_no_path() {
    let running = Running::new();
    running.get("/rss.xml", &[]);
    running.get("/rss.xml", &[("If-None-Match", "*")]);
    running.get("/drafts/secret/rss.xml", &[]);
    let response = running.get("/metrics", &[]);
    assert_eq!(response.status, 200);
    assert_eq!(
        response.header("content-type"),
        Some(crate::metrics::CONTENT_TYPE)
    );
    let text = response.text();
    for line in [
        "newswire_http_requests_total{route=\"feed\",status=\"200\"} 1",
        "newswire_http_requests_total{route=\"feed\",status=\"304\"} 1",
        "newswire_http_requests_total{route=\"other\",status=\"404\"} 1",
        "newswire_cache_documents 1",
        "newswire_cache_misses_total 1",
    ] {
        assert!(
            text.lines().any(|present| present == line),
            "{line} is missing in\n{text}"
        );
    }
    assert!(!text.contains("secret") && !text.contains(".xml"), "{text}");
}

#[test]
fn with_an_admin_address_health_and_metrics_move_there() {
    let running = Running::before_the_first_snapshot(Some(any_port()));
    let admin = running.admin.unwrap();
    assert_eq!(send(admin, "GET", "/readyz", &[]).status, 503);
    running.publish(snapshot("1", long_ago(), None));
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(running.get(path, &[]).status, 404, "{path}");
        assert_eq!(send(admin, "GET", path, &[]).status, 200, "{path}");
        assert_eq!(send(admin, "HEAD", path, &[]).status, 200, "{path}");
        assert_eq!(send(admin, "POST", path, &[]).status, 405, "{path}");
    }
    assert_eq!(send(admin, "GET", "/rss.xml", &[]).status, 404);
    assert_eq!(send(admin, "GET", "/", &[]).status, 404);
}

#[test]
fn a_stop_lets_the_request_under_way_finish() {
    let (started, has_started) = channel();
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    let mut running = Running::with_render(
        None,
        Arc::new(move |_, key, format| {
            started.send(()).unwrap();
            released.lock().unwrap().recv().unwrap();
            Some(document(key, format))
        }),
    );
    running.publish(snapshot("1", long_ago(), None));
    let address = running.public;
    let slow = thread::spawn(move || send(address, "GET", "/rss.xml", &[]));
    has_started.recv().unwrap();
    drop(running.stop.take());
    // The listener closes when the stop has begun.
    while TcpStream::connect(address).is_ok() {
        thread::sleep(Duration::from_millis(10));
    }
    release.send(()).unwrap();
    assert_eq!(slow.join().unwrap().status, 200);
    running.stop().unwrap();
}

#[test]
fn requests_in_a_row_on_one_connection_are_answered_in_order() {
    let running = Running::new();
    let mut stream = TcpStream::connect(running.public).unwrap();
    let requests = "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n\
                    HEAD /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n\
                    GET /atom.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(requests.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let statuses: Vec<_> = text
        .match_indices("HTTP/1.1 ")
        .map(|(at, _)| &text[at + 9..at + 12])
        .collect();
    assert_eq!(statuses, ["404", "200", "200"]);
    assert!(!text.contains("<rss") && text.contains("<atom"), "{text}");
}
