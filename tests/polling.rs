//! Polls that cost nothing.

use super::support::{Service, Site};

const PATHS: [&str; 6] = [
    "/rss.xml",
    "/atom.xml",
    "/feed.json",
    "/feeds.opml",
    "/categories/news/rss.xml",
    "/categories/news/atom.xml",
];
const CODINGS: [&str; 4] = ["identity", "gzip", "br", "zstd"];

fn site() -> Site {
    let site = Site::new();
    for number in 1..=20 {
        site.post(
            &format!("{number}.md"),
            &format!("Post {number}"),
            "2024-05-01",
            "categories: [news]",
        );
    }
    site
}

fn etag(service: &Service, path: &str, coding: &str) -> String {
    let answer = service.get_with(path, &[("accept-encoding", coding)]);
    assert_eq!(answer.status, 200);
    let named = answer.header("content-encoding").unwrap_or("identity");
    assert_eq!(named, coding, "{path}");
    answer.header("etag").unwrap().to_owned()
}

#[test]
fn every_coding_of_every_format_answers_304_also_after_a_restart_and_renders_nothing() {
    let site = site();
    let service = Service::start(&site);
    let mut tags = Vec::new();
    for path in PATHS {
        for coding in CODINGS {
            tags.push((path, coding, etag(&service, path, coding)));
        }
    }
    let distinct: std::collections::BTreeSet<_> = tags.iter().map(|(_, _, tag)| tag).collect();
    assert_eq!(
        distinct.len(),
        tags.len(),
        "each coding of each document has a tag of its own"
    );
    drop(service);

    let service = Service::start(&site);
    for (path, coding, tag) in &tags {
        let answer = service.get_with(path, &[("accept-encoding", coding), ("if-none-match", tag)]);
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{path} {coding}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        for name in ["date", "last-modified", "vary", "cache-control"] {
            assert!(answer.header(name).is_some(), "{name} on {path} {coding}");
        }
    }
    assert!(
        service.metric("newswire_renders_total").abs() < 0.5,
        "a 304 renders nothing"
    );
    service.get("/rss.xml");
    assert!(
        service.metric("newswire_renders_total") > 0.5,
        "and the counter does count"
    );
}

#[test]
fn if_modified_since_is_honoured_and_if_none_match_goes_first() {
    let site = site();
    let service = Service::start(&site);
    let poll = |headers: &[(&str, &str)]| service.get_with("/rss.xml", headers).status;
    let modified = || {
        service
            .get("/rss.xml")
            .header("last-modified")
            .unwrap()
            .to_owned()
    };
    // A change younger than two seconds could be followed by another within the same second, and a
    // header shows no more than the present.
    service.eventually("the change has settled", || {
        poll(&[("if-modified-since", &modified())]) == 304
    });
    let (answer, modified) = (service.get("/rss.xml"), &*modified());
    assert_eq!(
        poll(&[("if-modified-since", modified), ("if-none-match", "\"other\"")]),
        200
    );
    assert_eq!(
        poll(&[("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT")]),
        200
    );
    let tag = answer.header("etag").unwrap();
    assert_eq!(poll(&[("if-none-match", &format!("W/{tag}"))]), 304);
    assert_eq!(poll(&[("if-none-match", &format!("\"x\", {tag}"))]), 304);
}

#[test]
fn head_answers_what_get_would_without_the_body() {
    let site = site();
    let service = Service::start(&site);
    let (get, head) = (service.get("/atom.xml"), service.head("/atom.xml"));
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
    for name in [
        "etag",
        "last-modified",
        "content-type",
        "content-length",
        "vary",
        "cache-control",
        "link",
    ] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    assert_eq!(get.header("content-length").unwrap(), get.body.len().to_string());
}

#[test]
fn an_unknown_path_is_a_short_text_that_names_the_list_of_feeds() {
    let site = site();
    let service = Service::start(&site);
    let answer = service.get("/categories/nothing/rss.xml");
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains('/') && answer.body.len() < 500);
    let list = service.get("/");
    assert_eq!(list.status, 200);
    assert!(
        list.text()
            .contains("https://felix.example/categories/news/rss.xml"),
        "{}",
        list.text()
    );
    assert_eq!(service.get("/rss.xml?utm=1").status, 200);
}

#[test]
fn until_there_is_something_to_serve_feeds_answer_503() {
    let site = Site::new();
    let service = Service::start_with(&["--config", site.config().to_str().unwrap()]);
    for path in ["/rss.xml", "/readyz", "/no-such-feed"] {
        let answer = service.get(path);
        assert_eq!(answer.status, 503, "{path}");
        assert!(answer.header("retry-after").is_some());
    }
    assert_eq!(service.get("/healthz").status, 200);
    site.post("a.md", "A", "2024-05-01", "");
    service.eventually("the first post makes it ready", || {
        service.get("/rss.xml").status == 200
    });
    assert_eq!(service.get("/readyz").status, 200);
}

#[test]
fn where_a_site_lies_on_the_machine_is_no_part_of_its_entity_tags() {
    let tags = || {
        let site = Site::new();
        site.post("a.md", "A", "2024-05-01", "author: ada");
        let toml = std::fs::read_to_string(site.config()).unwrap();
        std::fs::write(
            site.config(),
            toml.replace("[watch]", "[content]\ndialect = \"jekyll\"\n[watch]"),
        )
        .unwrap();
        std::fs::write(site.path().join("_config.yml"), "title: A\n").unwrap();
        std::fs::create_dir_all(site.path().join("_data")).unwrap();
        std::fs::write(
            site.path().join("_data/authors.yml"),
            "ada: {name: Ada Lovelace}\n",
        )
        .unwrap();
        site.post("_posts/2024-05-31-a.md", "A", "2024-05-01", "author: ada");
        let service = Service::start(&site);
        let answer = service.get("/rss.xml");
        assert!(answer.text().contains("Ada Lovelace"), "{}", answer.text());
        answer.header("etag").unwrap().to_owned()
    };
    assert_eq!(tags(), tags());
}
