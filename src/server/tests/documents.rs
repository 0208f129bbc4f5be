//! Documents over HTTP: headers, codings, conditions, addresses.

use chrono::{TimeDelta, Utc};

use super::harness::*;
use crate::catalog::ScopeKey;
use crate::feed::Coding;
use crate::server::validators::http_date;
use crate::vocabulary::Format;

#[test]
fn a_document_comes_with_all_its_headers() {
    let running = Running::new();
    for (path, format) in PATHS {
        let response = running.get(path, &[]);
        assert_eq!(response.status, 200, "{path}");
        assert_eq!(response.header("content-type"), Some(format.content_type()));
        assert_eq!(
            response.header("etag"),
            Some(&*running.etag(path, Coding::Identity))
        );
        assert_eq!(
            response.header("last-modified"),
            Some("Thu, 01 Dec 2011 22:17:59 GMT")
        );
        assert_eq!(
            response.header("cache-control"),
            Some("max-age=900, stale-while-revalidate=900, stale-if-error=86400")
        );
        assert_eq!(response.header("vary"), Some("Accept-Encoding"));
        assert_eq!(
            response.header("content-length"),
            Some(&*response.body.len().to_string())
        );
        assert_eq!(response.header("content-encoding"), None);
        assert_eq!(response.header("access-control-allow-origin"), Some("*"));
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert!(response.header("date").is_some());
        assert_eq!(response.header("server"), None);
        assert!(response.text().starts_with(&format!("<{} scope=", format.name())));
    }
    let link = running.get("/categories/news/atom.xml", &[]);
    assert_eq!(
        link.header("link"),
        Some(
            "<https://feeds.felix.example/sub/categories/news/atom.xml>; rel=\"self\"; \
             type=\"application/atom+xml\", \
             <https://feeds.felix.example/sub/categories/news/rss.xml>; rel=\"alternate\"; \
             type=\"application/rss+xml\", \
             <https://feeds.felix.example/sub/categories/news/feed.json>; rel=\"alternate\"; \
             type=\"application/feed+json\""
        )
    );
}

#[test]
fn each_coding_has_its_own_tag_and_its_own_length() {
    let running = Running::new();
    for coding in Coding::ALL {
        let response = running.get("/rss.xml", &[("Accept-Encoding", coding.token())]);
        let expected = coding.encode(&document(&ScopeKey::site(), Format::Rss)).unwrap();
        assert_eq!(response.body, expected, "{coding:?}");
        assert_eq!(
            response.header("content-length"),
            Some(&*expected.len().to_string())
        );
        assert_eq!(response.header("etag"), Some(&*running.etag("/rss.xml", coding)));
        let named = (coding != Coding::Identity).then_some(coding.token());
        assert_eq!(response.header("content-encoding"), named);
    }
    let lines = running.get(
        "/rss.xml",
        &[("Accept-Encoding", "gzip"), ("Accept-Encoding", "br")],
    );
    assert_eq!(lines.header("content-encoding"), Some("br"));
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let running = Running::new();
    for path in ["/rss.xml", "/", "/nothing", "/healthz"] {
        for headers in [&[][..], &[("Accept-Encoding", "gzip")], &[("If-None-Match", "*")]] {
            let get = running.get(path, headers);
            let head = send(running.public, "HEAD", path, headers);
            assert_eq!(head.status, get.status, "{path}");
            assert_eq!(head.stable_headers(), get.stable_headers(), "{path}");
            assert!(head.body.is_empty(), "{path}");
        }
    }
}

#[test]
fn a_304_renders_nothing_in_any_coding_and_carries_the_headers_of_the_200() {
    let running = Running::new();
    for (path, _) in PATHS {
        for coding in Coding::ALL {
            let tag = running.etag(path, coding);
            for headers in [
                &[("If-None-Match", &*tag)][..],
                &[("If-None-Match", &*tag), ("Accept-Encoding", "gzip, br")],
                &[
                    ("If-None-Match", &*tag),
                    ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
                ],
            ] {
                let response = running.get(path, headers);
                assert_eq!(response.status, 304, "{path} {headers:?}");
                assert!(response.body.is_empty());
                assert_eq!(response.header("etag"), Some(&*tag));
                for name in ["content-length", "content-type", "content-encoding"] {
                    assert_eq!(response.header(name), None, "{name}");
                }
            }
        }
        let response = running.get(path, &[("If-Modified-Since", "Thu, 01 Dec 2011 22:17:59 GMT")]);
        assert_eq!(response.status, 304, "{path}");
    }
    assert_eq!(running.metrics.renders(), 0);

    let tag = running.etag("/rss.xml", Coding::Identity);
    let not_modified = running.get("/rss.xml", &[("If-None-Match", &*tag)]);
    let full = running.get("/rss.xml", &[]);
    assert_eq!(running.metrics.renders(), 1);
    let mut expected = full.stable_headers();
    expected.retain(|(name, _)| !matches!(&**name, "content-type" | "content-length" | "accept-ranges"));
    assert_eq!(not_modified.stable_headers(), expected);
    assert!(not_modified.header("date").is_some());
}

#[test]
fn a_new_snapshot_gives_new_tags_and_the_old_ones_no_304() {
    let running = Running::new();
    let old = running.etag("/rss.xml", Coding::Identity);
    assert_eq!(running.get("/rss.xml", &[("If-None-Match", &*old)]).status, 304);
    running.publish(snapshot("2", Utc::now(), None));
    let response = running.get("/rss.xml", &[("If-None-Match", &*old)]);
    assert_eq!(response.status, 200);
    assert_ne!(response.header("etag"), Some(&*old));
}

#[test]
fn a_change_ahead_of_the_clock_is_shown_as_now_and_its_date_never_gives_a_304() {
    let running = Running::new();
    running.publish(snapshot("2", Utc::now() + TimeDelta::hours(1), None));
    let response = running.get("/rss.xml", &[]);
    let shown = response.header("last-modified").unwrap().to_owned();
    let shown_date = http_date::parse(shown.as_bytes(), Utc::now()).unwrap();
    // Not even by a fraction of a second: both are read from one clock, once.
    assert_eq!(response.header("date"), Some(&*shown));
    assert!(shown_date <= Utc::now(), "{shown}");
    assert_eq!(
        running.get("/rss.xml", &[("If-Modified-Since", &*shown)]).status,
        200
    );
}

#[test]
fn no_copy_outlives_the_next_scheduled_change() {
    let running = Running::new();
    running.publish(snapshot(
        "1",
        long_ago(),
        Some(Utc::now() + TimeDelta::seconds(30)),
    ));
    for path in ["/rss.xml", "/", "/nothing"] {
        let response = running.get(path, &[]);
        let value = response.header("cache-control").unwrap();
        let seconds: u64 = value.strip_prefix("max-age=").unwrap().parse().unwrap();
        assert!((20..=30).contains(&seconds), "{path}: {value}");
    }
}

#[test]
fn failed_conditions_are_412_and_refused_codings_406() {
    let running = Running::new();
    let tag = running.etag("/rss.xml", Coding::Identity);
    for (headers, expected) in [
        (&[("If-Match", "\"other\"")][..], 412),
        (&[("If-Match", &*tag)], 200),
        (&[("If-Match", &*tag), ("Accept-Encoding", "gzip")], 412),
        (&[("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")], 412),
        (&[("Accept-Encoding", "identity;q=0")], 406),
        (
            &[("Accept-Encoding", "identity;q=0"), ("If-None-Match", "*")],
            406,
        ),
        (&[("Accept-Encoding", "identity;q=0, *")], 200),
    ] {
        let response = running.get("/rss.xml", headers);
        assert_eq!(response.status, expected, "{headers:?}");
        assert_eq!(response.header("vary"), Some("Accept-Encoding"));
    }
}

#[test]
fn a_part_is_206_in_the_coding_that_the_whole_has_and_one_outside_is_416() {
    let running = Running::new();
    for coding in Coding::ALL {
        let accept = ("Accept-Encoding", coding.token());
        let whole = running.get("/rss.xml", &[accept]);
        assert_eq!(whole.header("accept-ranges"), Some("bytes"));
        let tag = running.etag("/rss.xml", coding);
        let length = whole.body.len();
        for headers in [
            &[accept, ("Range", "bytes=2-9")][..],
            &[accept, ("Range", "bytes=2-9"), ("If-Range", &*tag)],
            &[
                accept,
                ("Range", "bytes=2-9"),
                ("If-Range", "Thu, 01 Dec 2011 22:17:59 GMT"),
            ],
        ] {
            let part = running.get("/rss.xml", headers);
            assert_eq!(part.status, 206, "{headers:?}");
            assert_eq!(part.body, whole.body[2..10]);
            assert_eq!(
                part.header("content-range"),
                Some(&*format!("bytes 2-9/{length}"))
            );
            for name in [
                "etag",
                "last-modified",
                "cache-control",
                "vary",
                "content-encoding",
            ] {
                assert_eq!(part.header(name), whole.header(name), "{name}");
            }
        }
        for headers in [
            &[accept, ("Range", "bytes=2-9"), ("If-Range", "\"old\"")][..],
            &[accept, ("Range", "lines=2-9")],
            &[accept, ("Range", "bytes=0-1,3-4")],
        ] {
            let answer = running.get("/rss.xml", headers);
            assert_eq!((answer.status, answer.body.len()), (200, length), "{headers:?}");
        }
        let outside = running.get("/rss.xml", &[accept, ("Range", "bytes=99999-")]);
        assert_eq!(outside.status, 416);
        assert_eq!(
            outside.header("content-range"),
            Some(&*format!("bytes */{length}"))
        );
        let unchanged = running.get(
            "/rss.xml",
            &[accept, ("Range", "bytes=2-9"), ("If-None-Match", &*tag)],
        );
        assert_eq!(unchanged.status, 304, "conditions go first");
        let head = send(
            running.public,
            "HEAD",
            "/rss.xml",
            &[accept, ("Range", "bytes=2-9")],
        );
        assert_eq!(head.status, 200, "a range is for GET alone");
    }
}

#[test]
fn a_digest_of_the_representation_is_given_to_whoever_wants_one() {
    use sha2::Digest as _;
    let running = Running::new();
    assert_eq!(running.get("/rss.xml", &[]).header("repr-digest"), None);
    for coding in Coding::ALL {
        let wish = [
            ("Accept-Encoding", coding.token()),
            ("Want-Repr-Digest", "sha-256=10"),
        ];
        let whole = running.get("/rss.xml", &wish);
        let sum = crate::server::validators::repr_digest::value(&sha2::Sha256::digest(&whole.body));
        assert_eq!(whole.header("repr-digest"), Some(&*sum));
        let part = running.get("/rss.xml", &[wish[0], wish[1], ("Range", "bytes=0-1")]);
        assert_eq!(
            part.header("repr-digest"),
            Some(&*sum),
            "of the whole, not of the part"
        );
        let head = send(running.public, "HEAD", "/rss.xml", &wish);
        assert_eq!(head.header("repr-digest"), Some(&*sum));
    }
}

#[test]
fn a_query_is_ignored_and_a_path_is_decoded_once() {
    let running = Running::new();
    for (path, expected) in [
        ("/rss.xml?utm_source=felix", 200),
        ("/rss.xml?", 200),
        ("/%72ss.xml", 200),
        ("/categories/%C3%BCber%20uns/rss.xml", 200),
        ("/%2572ss.xml", 404),
        ("/%ff", 404),
        ("/%", 404),
        ("/rss.xml/", 301),
        ("//rss.xml", 404),
        ("/../rss.xml", 404),
        ("/drafts/rss.xml", 404),
    ] {
        assert_eq!(running.get(path, &[]).status, expected, "{path}");
    }
    let link = running.get("/categories/%C3%BCber%20uns/rss.xml", &[]);
    let link = link.header("link").unwrap();
    assert!(link.starts_with("<https://feeds.felix.example/sub/categories/%C3%BCber%20uns/rss.xml>"));
}

#[test]
fn a_404_is_short_text_that_names_the_list_and_is_cached_briefly() {
    let running = Running::new();
    let response = running.get("/wp-login.php", &[("Accept-Encoding", "gzip")]);
    assert_eq!(response.status, 404);
    assert_eq!(response.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(response.header("cache-control"), Some("max-age=60"));
    assert_eq!(response.header("vary"), Some("Accept-Encoding"));
    assert_eq!(
        response.text(),
        "There is no feed at this address. All feeds are listed at /\n"
    );
}
