//! Archives (RFC 5005): whoever walks back from the newest document finds every post, and what was
//! archived stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use chrono::{DateTime, Duration, Utc};
use newswire::catalog::select;
use newswire::catalog::{Catalog, CatalogSettings, Extent, ScopeKey};
use newswire::config::{Options, resolve};
use newswire::content::conventions::Rules;

use super::support::site::{FEEDS_TOML, post};
use super::support::{MemoryTree, Service, Site, xml};

const HISTORY: &str = "http://purl.org/syndication/history/1.0";

/// What a document says of its feed's history.
#[derive(Debug, Default, PartialEq)]
struct Said {
    ids: Vec<String>,
    previous: Option<String>,
    current: Option<String>,
    own: Option<String>,
    is_archive: bool,
    is_complete: bool,
}

fn path_of(url: &str) -> String {
    url.strip_prefix("https://felix.example").unwrap().to_owned()
}

fn said(text: &str) -> Said {
    if text.starts_with('{') {
        let feed: serde_json::Value = serde_json::from_str(text).unwrap();
        let url = |name: &str| feed[name].as_str().map(path_of);
        let items = feed["items"].as_array().unwrap();
        return Said {
            ids: items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned())
                .collect(),
            previous: url("next_url"),
            own: url("feed_url"),
            ..Said::default()
        };
    }
    let document = xml::parse(text);
    let root = document.root_element();
    let holder = root
        .children()
        .find(|node| node.has_tag_name("channel"))
        .unwrap_or(root);
    let link = |rel: &str| {
        let links = holder.children().filter(|node| node.tag_name().name() == "link");
        let mut found = links.filter(|node| node.attribute("rel") == Some(rel));
        let href = found.next().map(|node| path_of(node.attribute("href").unwrap()));
        assert!(found.next().is_none(), "{rel} stands there twice: {text}");
        href
    };
    let has = |name| holder.children().any(|node| node.has_tag_name((HISTORY, name)));
    let entries = xml::entries(&document);
    let id = |entry| {
        xml::child(entry, "id")
            .or(xml::child(entry, "guid"))
            .unwrap()
            .to_owned()
    };
    assert_eq!(link("next-archive"), None);
    Said {
        ids: entries.iter().map(id).collect(),
        previous: link("prev-archive"),
        current: link("current"),
        own: link("self"),
        is_archive: has("archive"),
        is_complete: has("complete"),
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Walks from a document back to the oldest page; the documents on the way, the first one first.
fn walk(start: &str, get: &dyn Fn(&str) -> String) -> Vec<(String, Said)> {
    let mut walked = Vec::new();
    let mut next = Some(start.to_owned());
    while let Some(path) = next {
        assert!(walked.iter().all(|(own, _)| *own != path), "a circle: {path}");
        let said = said(&get(&path));
        let previous = said.previous.clone();
        walked.push((path, said));
        next = previous;
    }
    walked
}

fn walk_built(documents: &BTreeMap<String, Vec<u8>>, start: &str) -> Vec<(String, Said)> {
    walk(start, &|path| {
        let document = documents
            .get(path)
            .unwrap_or_else(|| panic!("{path} was not built"));
        text(document).to_owned()
    })
}

fn all_ids(walked: &[(String, Said)]) -> BTreeSet<String> {
    walked.iter().flat_map(|(_, said)| said.ids.clone()).collect()
}

/// A site whose feeds hold five entries: 2015 has three posts, 2017 one in each month, 2018 twenty in
/// May, nine of them on one day, and this year eight, today's included.
fn site() -> Site {
    let site = Site::new();
    let config = fs::read_to_string(site.config()).unwrap();
    let config = config.replace("Europe/London", "UTC");
    fs::write(site.config(), format!("{config}\n[feeds]\nlimit = 5\n")).unwrap();
    let put = |name: String, date: String| {
        site.post(&format!("{name}.md"), &name, &date, "categories: [x]");
    };
    for day in 1..=3 {
        put(format!("a{day}"), format!("2015-06-0{day}"));
    }
    for month in 1..=12 {
        put(format!("b{month}"), format!("2017-{month:02}-15"));
    }
    for day in 1..=11 {
        put(format!("c{day}"), format!("2018-05-{day:02}"));
    }
    for hour in 10..19 {
        put(format!("d{hour}"), format!("2018-05-20T{hour}:00:00Z"));
    }
    for ago in 0..8 {
        let date = Utc::now() - Duration::hours(1) - Duration::days(ago);
        put(format!("e{ago}"), date.to_rfc3339());
    }
    site
}

const POSTS: usize = 3 + 12 + 11 + 9 + 8;

#[test]
fn walking_back_from_the_newest_document_finds_every_post_in_every_format() {
    let site = site();
    let documents = site.build();
    let starts: Vec<_> = documents
        .keys()
        .filter(|path| {
            path.ends_with("/rss.xml") || path.ends_with("/atom.xml") || path.ends_with("/feed.json")
        })
        .collect();
    assert!(starts.len() >= 4, "{starts:?}");
    for start in starts {
        let is_json = start.ends_with("/feed.json");
        let walked = walk_built(&documents, start);
        assert_eq!(all_ids(&walked).len(), POSTS, "{start}");
        for (path, said) in &walked[1..] {
            assert!(!said.is_complete && said.is_archive != is_json, "{path}");
            assert!(is_json || said.current.as_ref() == Some(start), "{path}");
            assert!(!said.ids.is_empty() && said.ids.len() <= 9, "{path}");
        }
        let pages: Vec<_> = walked.iter().map(|(path, _)| path.as_str()).collect();
        let (stem, extension) = start.rsplit_once('.').unwrap();
        let page = |unit: &str| format!("{stem}-{unit}.{extension}");
        // 2018 and its May are divided, and answer with the newest of their parts.
        assert!(pages.contains(&page("2018").as_str()), "{pages:?}");
        assert!(pages.contains(&page("2018-05-11").as_str()), "{pages:?}");
        assert!(pages.contains(&page("2017-01").as_str()), "{pages:?}");
        assert_eq!(pages.last(), Some(&page("2015").as_str()));
        for unit in ["2018", "2018-05", "2018-05-20"] {
            let said = said(text(&documents[&page(unit)]));
            assert_eq!(said.ids.len(), 9);
            assert_eq!(said.own, Some(page(unit)), "a page names its own address");
            assert_eq!(said.previous, Some(page("2018-05-11")));
        }
    }
}

#[test]
fn a_post_of_a_leap_second_stands_on_the_page_of_the_year_that_it_ends() {
    let site = Site::new();
    let config = fs::read_to_string(site.config()).unwrap();
    fs::write(site.config(), format!("{config}\n[feeds]\nlimit = 1\n")).unwrap();
    site.post(
        "leap.md",
        "Leap",
        "2016-12-31T23:59:60Z",
        "lastmod: 2017-06-30T23:59:60Z",
    );
    site.post("b.md", "B", "2018-05-01", "");
    site.post("c.md", "C", "2019-05-01", "");
    let documents = site.build();
    for start in ["/rss.xml", "/atom.xml", "/feed.json"] {
        let walked = walk_built(&documents, start);
        assert_eq!(all_ids(&walked).len(), 3, "{start}");
        assert!(
            walked
                .iter()
                .any(|(path, said)| path.contains("-2016") && said.ids.len() == 1)
        );
    }
    assert!(
        documents
            .values()
            .all(|document| !text(document).contains("23:59:60"))
    );
}

#[test]
fn a_feed_that_is_whole_says_so_and_has_no_pages() {
    let site = Site::new();
    site.post("a.md", "A", "2015-05-01", "categories: [x]");
    for (path, document) in site.build() {
        if path.ends_with("rss.xml") || path.ends_with("atom.xml") {
            let said = said(text(&document));
            assert!(
                said.is_complete && !said.is_archive && said.previous.is_none(),
                "{path}"
            );
        }
        assert!(!path.contains("2015"), "{path}");
    }
}

#[test]
fn newer_posts_leave_every_page_as_it_was_and_a_backdated_one_changes_its_own_and_at_most_one_more() {
    let site = site();
    let before = site.build();
    let pages: Vec<String> = walk_built(&before, "/atom.xml")
        .into_iter()
        .skip(1)
        .map(|(path, _)| path)
        .collect();
    assert!(pages.len() > 20);
    let changed = |after: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
        let is_other = |path: &&String| after.get(*path) != before.get(*path);
        pages.iter().filter(is_other).cloned().collect()
    };
    for number in 0..200 {
        let date = (Utc::now() - Duration::seconds(1)).to_rfc3339();
        site.post(&format!("new/{number}.md"), "New", &date, "categories: [x]");
    }
    let after = site.build();
    assert_eq!(changed(&after), [""; 0]);
    assert_eq!(all_ids(&walk_built(&after, "/atom.xml")).len(), POSTS + 200);
    for (date, page) in [
        // To a page that stands, between two that stand, and to two that are days.
        ("2015-03-01", "/atom-2015.xml"),
        ("2016-03-01", "/atom-2017-01.xml"),
        ("2017-03-01", "/atom-2017-03.xml"),
        ("2018-05-20", "/atom-2018.xml"),
        ("2018-05-11", "/atom-2018-05-11.xml"),
        ("2018-05-15", "/atom-2018.xml"),
    ] {
        site.post("backdated.md", "Backdated", date, "");
        let after = site.build();
        assert_eq!(changed(&after), [page], "{date}");
        assert_eq!(
            all_ids(&walk_built(&after, "/atom.xml")).len(),
            POSTS + 201,
            "{date}"
        );
        site.remove("backdated.md");
    }
}

#[test]
fn a_service_answers_for_every_unit_that_is_over_as_a_fresh_process_does() {
    let site = site();
    let service = Service::start(&site);
    service.agrees_with_a_fresh_process(&site);
    for path in ["/atom.xml", "/rss.xml", "/feed.json"] {
        let newest = service.get(path);
        let previous = said(newest.text()).previous.unwrap();
        let link = newest.header("link").unwrap();
        assert!(
            link.contains(&format!(
                "<https://felix.example{previous}>; rel=\"prev-archive\""
            )),
            "{link}"
        );
    }
    let page = service.get("/atom-2015.xml");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("application/atom+xml; charset=utf-8")
    );
    let cache_control = page.header("cache-control").unwrap();
    assert!(
        cache_control.contains("max-age=86400") && !cache_control.contains("immutable"),
        "{cache_control}"
    );
    let link = page.header("link").unwrap();
    assert!(
        link.contains("<https://felix.example/atom-2015.xml>; rel=\"self\"")
            && link.contains("<https://felix.example/atom.xml>; rel=\"current\""),
        "{link}"
    );
    let link = service
        .get("/atom-2017-01.xml")
        .header("link")
        .unwrap()
        .to_owned();
    assert!(
        link.contains("<https://felix.example/atom-2015.xml>; rel=\"prev-archive\""),
        "{link}"
    );
    let etag = page.header("etag").unwrap();
    assert_eq!(
        service
            .get_with("/atom-2015.xml", &[("If-None-Match", etag)])
            .status,
        304
    );
    // What no link leads to, but may have been a page before, or become one.
    for (path, entries) in [
        ("/atom-2015-06.xml", 3),
        ("/atom-2015-06-02.xml", 1),
        ("/atom-2016.xml", 0),
        ("/categories/x/rss-1999-12-31.xml", 0),
    ] {
        let answer = service.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(said(answer.text()).ids.len(), entries, "{path}");
        assert!(said(answer.text()).is_archive);
    }
    let this_year = Utc::now().format("/atom-%Y.xml").to_string();
    for path in [
        &this_year,
        "/atom-2018-5.xml",
        "/atom-2018-02-30.xml",
        "/none-2015.xml",
        "/atom-9999.xml",
    ] {
        assert_eq!(service.get(path).status, 404, "{path}");
    }
    // A takedown takes.
    site.remove("a2.md");
    service.eventually("the page has changed", || {
        said(service.get("/atom-2015.xml").text()).ids.len() == 2
    });
    assert_eq!(
        service
            .get_with("/atom-2015.xml", &[("If-None-Match", etag)])
            .status,
        200
    );
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn a_page_is_closed_by_the_passing_of_time_at_its_moment() {
    let tree = MemoryTree::default();
    for day in 1..=9 {
        tree.write(
            &format!("{day}.md"),
            post("A", &format!("2024-12-0{day}T12:00:00Z"), ""),
        );
    }
    let config = format!("{FEEDS_TOML}\n[feeds]\nlimit = 5\n");
    let config = resolve(
        Some((&config, std::path::Path::new("feeds.toml"))),
        &Options::default(),
    )
    .unwrap();
    let start: DateTime<Utc> = "2024-12-10T00:00:00Z".parse().unwrap();
    let mut catalog = Catalog::new(CatalogSettings::new(&config, Rules::default()), start, None);
    catalog.step(&tree, &Extent::Everything, start).unwrap();
    let previous = |catalog: &Catalog| {
        let feed = select::feed_of(&catalog.snapshot(), &ScopeKey::site()).unwrap();
        let previous = feed.history.previous.first().map(|(_, url)| path_of(url));
        (feed.entries.len(), previous)
    };
    // The month is divided, the ninth is over, and today has no posts: the next change is the month's end.
    assert_eq!(previous(&catalog), (5, Some("/rss-2024-12-09.xml".into())));
    let year_end: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(catalog.next_change(), Some(year_end));
    let step = catalog.tick(year_end);
    assert!(step.changed.contains(&ScopeKey::site()));
    assert_eq!(previous(&catalog), (5, Some("/rss-2024.xml".into())));
    assert_eq!(catalog.next_change(), None);
    let mut fresh = Catalog::new(CatalogSettings::new(&config, Rules::default()), year_end, None);
    fresh.step(&tree, &Extent::Everything, year_end).unwrap();
    let documents = |catalog: &Catalog| {
        catalog
            .snapshot()
            .scope(&ScopeKey::site())
            .unwrap()
            .documents
            .clone()
    };
    assert_eq!(documents(&catalog), documents(&fresh));
}

#[test]
fn a_post_that_is_too_long_for_any_page_stands_everywhere_as_its_summary() {
    let site = Site::new();
    let paragraph = "Words and words and words. ".repeat(40) + "\n\n";
    site.write(
        "long.md",
        format!(
            "---\ntitle: Long\ndate: 2024-05-01\n---\nThe beginning.\n\n{}",
            paragraph.repeat(1000)
        ),
    );
    let documents = site.build();
    for path in ["/rss.xml", "/atom.xml"] {
        let document = text(&documents[path]);
        assert!(
            document.contains("The beginning.") && document.len() < 10_000,
            "{path}"
        );
    }
}
