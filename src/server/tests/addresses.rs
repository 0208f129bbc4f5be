//! Where feeds are, were, and are guessed at.

use chrono::{TimeDelta, Utc};

use super::harness::*;
use crate::config::{Move, Moved};
use crate::server::validators::http_date;

fn moved() -> Moved {
    let day = TimeDelta::days(1);
    let leaving = |to: Option<&str>, sunset| Move {
        to: to.map(str::to_owned),
        deprecated: Some(Utc::now() - day),
        sunset,
    };
    Moved::from([
        ("/old.xml".into(), leaving(Some("/categories/news/rss.xml"), None)),
        (
            "/away.xml".into(),
            leaving(Some("https://other.example/feed"), None),
        ),
        ("/ended.xml".into(), leaving(None, None)),
        ("/lost.xml".into(), leaving(Some("/nowhere.xml"), None)),
        ("/categories/news/feed".into(), leaving(Some("/atom.xml"), None)),
        (
            "/categories/news/atom.xml".into(),
            leaving(Some("/atom.xml"), Some(Utc::now() + TimeDelta::minutes(5))),
        ),
        (
            "/never.xml".into(),
            leaving(None, Some(Utc::now() + TimeDelta::minutes(5))),
        ),
    ])
}

#[test]
fn a_common_guess_is_sent_on_to_the_one_true_feed_for_a_day() {
    let running = Running::new();
    for (path, expected) in [
        ("/feed", "/sub/rss.xml"),
        ("/feed/", "/sub/rss.xml"),
        ("/rss", "/sub/rss.xml"),
        ("/atom", "/sub/atom.xml"),
        ("/feed.xml", "/sub/rss.xml"),
        ("/feed.atom", "/sub/atom.xml"),
        ("/feed.rss", "/sub/rss.xml"),
        ("/index.xml", "/sub/rss.xml"),
        ("/feed/atom/", "/sub/atom.xml"),
        ("/rss.xml/", "/sub/rss.xml"),
        ("/RSS.XML", "/sub/rss.xml"),
        ("/Feed?utm_source=felix", "/sub/rss.xml"),
        ("/categories/news/feed", "/sub/categories/news/rss.xml"),
        ("/categories/news/feed/", "/sub/categories/news/rss.xml"),
        ("/categories/news/index.xml", "/sub/categories/news/rss.xml"),
        ("/categories/news/atom", "/sub/categories/news/atom.xml"),
        ("/categories/News/Atom.xml", "/sub/categories/news/atom.xml"),
        ("/category/news/feed/", "/sub/categories/news/rss.xml"),
        (
            "/categories/%C3%BCber%20uns/feed",
            "/sub/categories/%C3%BCber%20uns/rss.xml",
        ),
    ] {
        let answer = running.get(path, &[]);
        assert_eq!(answer.status, 301, "{path}");
        assert_eq!(answer.header("location"), Some(expected), "{path}");
        assert_eq!(answer.header("cache-control"), Some("max-age=86400"));
    }
}

#[test]
fn what_nobody_meant_stays_404() {
    let running = Running::new();
    for path in [
        "/categories/nothing/feed",
        "/drafts/feed",
        "/a/b/c/feed",
        "/feed/feed/feed",
        "/newsfeed",
        "/feeds",
        "//",
        "/wp-login.php",
    ] {
        assert_eq!(running.get(path, &[]).status, 404, "{path}");
    }
    let long = format!("/{}/feed", "a".repeat(5000));
    assert_eq!(running.get(&long, &[]).status, 404);
}

#[test]
fn what_is_configured_goes_before_the_catalog_and_that_before_a_guess() {
    let running = Running::with(|config| config.moved = moved());
    for (path, status, location) in [
        ("/old.xml", 301, Some("/sub/categories/news/rss.xml")),
        ("/OLD.xml/", 301, Some("/sub/categories/news/rss.xml")),
        ("/away.xml", 301, Some("https://other.example/feed")),
        ("/ended.xml", 410, None),
        ("/never.xml", 410, None),
        // Better a 404 that heals than a 301 to one.
        ("/lost.xml", 404, None),
        // A guess, but for what is configured.
        ("/categories/news/feed", 301, Some("/sub/atom.xml")),
        ("/categories/news/rss.xml", 200, None),
    ] {
        let answer = running.get(path, &[]);
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("location"), location, "{path}");
    }
}

#[test]
fn a_feed_that_is_about_to_leave_says_so_and_is_kept_no_longer_than_it_stays() {
    let running = Running::with(|config| config.moved = moved());
    let answer = running.get("/categories/news/atom.xml", &[]);
    assert_eq!(answer.status, 200);
    assert!(answer.header("deprecation").unwrap().starts_with('@'));
    let sunset = answer.header("sunset").unwrap();
    assert!(http_date::parse(sunset.as_bytes(), Utc::now()).unwrap() > Utc::now());
    let link = answer.header("link").unwrap();
    assert!(
        link.ends_with("<https://feeds.felix.example/sub/atom.xml>; rel=\"successor-version\""),
        "{link}"
    );
    let value = answer.header("cache-control").unwrap();
    let seconds = value.strip_prefix("max-age=").unwrap();
    let seconds: u64 = seconds.split(',').next().unwrap().parse().unwrap();
    assert!(seconds <= 300, "{value}");
    let tag = answer.header("etag").unwrap();
    let unchanged = running.get("/categories/news/atom.xml", &[("If-None-Match", tag)]);
    assert_eq!(unchanged.status, 304);
    assert!(unchanged.header("sunset").is_some());
    assert_eq!(running.get("/atom.xml", &[]).header("sunset"), None);
}

#[test]
fn what_stands_at_a_path_stands_below_that_of_the_public_address_too() {
    let running = Running::with(|config| config.moved = moved());
    for path in [
        "/rss.xml",
        "/categories/news/atom.xml",
        "/categories/%C3%BCber%20uns/rss.xml",
        "/",
    ] {
        let (own, public) = (running.get(path, &[]), running.get(&format!("/sub{path}"), &[]));
        assert_eq!((own.status, public.status), (200, 200), "{path}");
        assert_eq!(own.body, public.body, "{path}");
        assert_eq!(own.stable_headers(), public.stable_headers(), "{path}");
    }
    for (path, status, location) in [
        ("/sub", 301, Some("/sub/")),
        ("/sub/feed", 301, Some("/sub/rss.xml")),
        (
            "/sub/categories/News/Atom.xml",
            301,
            Some("/sub/categories/news/atom.xml"),
        ),
        ("/sub/old.xml", 301, Some("/sub/categories/news/rss.xml")),
        ("/sub/ended.xml", 410, None),
        ("/sub/nothing", 404, None),
        ("/subrss.xml", 404, None),
        ("/sub/sub/rss.xml", 404, None),
    ] {
        let answer = running.get(path, &[]);
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("location"), location, "{path}");
    }
}
