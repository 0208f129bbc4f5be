//! Front matter that a site hands down to its posts counts as their own: at the start, when it changes, and
//! for exactly the posts that it is for.

use std::collections::BTreeMap;
use std::fs;

use super::support::{Service, Site, xml};

const CASCADE: &str = "---\ntitle: News\ncascade:\n  tags: [handed]\n---\n";

fn site(generator: &[(&str, &str)]) -> Site {
    let site = Site::new();
    for (path, text) in generator {
        let path = site.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    site
}

fn hugo() -> Site {
    let site = site(&[("hugo.toml", "baseURL = 'https://felix.example/'\n")]);
    site.post("news/a.md", "News A", "2024-05-01", "categories: [x]");
    site.post("news/deep/b.md", "News B", "2024-05-02", "categories: [x]");
    site.post("newsroom/c.md", "Newsroom", "2024-05-03", "categories: [y]");
    site.post("d.md", "Top", "2024-05-04", "categories: [y]");
    site
}

fn titles(service: &Service, path: &str) -> Vec<String> {
    let answer = service.get(path);
    if answer.status == 404 {
        return Vec::new();
    }
    xml::titles(answer.text())
}

fn built(site: &Site) -> Vec<String> {
    let mut titles = xml::titles(std::str::from_utf8(&site.build()["/rss.xml"]).unwrap());
    titles.sort();
    titles
}

/// The validators of the documents of some feeds.
fn validators(service: &Service) -> BTreeMap<&'static str, (String, String)> {
    ["/categories/x/rss.xml", "/categories/y/rss.xml", "/rss.xml"]
        .into_iter()
        .map(|path| {
            let answer = service.get(path);
            let header = |name| answer.header(name).unwrap().to_owned();
            (path, (header("etag"), header("last-modified")))
        })
        .collect()
}

#[test]
fn an_edit_of_a_section_changes_exactly_the_feeds_of_the_posts_below_it() {
    let site = hugo();
    site.write("news/_index.md", "---\ntitle: News\n---\n");
    let service = Service::start(&site);
    let before = validators(&service);
    // What a section says of itself concerns no post.
    site.write("news/_index.md", "---\ntitle: The news\ndraft: true\n---\n");
    service.agrees_with_a_fresh_process(&site);
    assert_eq!(validators(&service), before);

    site.write("news/_index.md", CASCADE);
    service.eventually("the tags are there", || {
        titles(&service, "/tags/handed/rss.xml") == ["News B", "News A"]
    });
    service.agrees_with_a_fresh_process(&site);
    let after = validators(&service);
    assert_ne!(after["/categories/x/rss.xml"], before["/categories/x/rss.xml"]);
    assert_eq!(after["/categories/y/rss.xml"], before["/categories/y/rss.xml"]);

    // The nearer section counts; the post itself most of all.
    site.write("news/deep/_index.md", "---\ncascade:\n  tags: [nearer]\n---\n");
    site.post(
        "news/a.md",
        "News A",
        "2024-05-01",
        "categories: [x]\ntags: [own]",
    );
    service.eventually("each has its own", || {
        titles(&service, "/tags/nearer/rss.xml") == ["News B"]
            && titles(&service, "/tags/own/rss.xml") == ["News A"]
    });
    service.agrees_with_a_fresh_process(&site);

    site.remove("news/_index.md");
    site.remove("news/deep/_index.md");
    service.eventually("the tags are gone", || {
        titles(&service, "/tags/nearer/rss.xml").is_empty()
    });
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn a_draft_that_is_handed_down_withdraws_at_once_broken_posts_and_those_yet_to_come_included() {
    let site = hugo();
    let service = Service::start(&site);
    site.write("news/a.md", "---\ntitle: News A: broken\ndate: 2024-05-01\n---\n");
    service.eventually("the post is broken", || {
        service.metric("newswire_findings") >= 1.0
    });
    assert_eq!(titles(&service, "/rss.xml").len(), 4);
    site.write("news/_index.md", "---\ncascade:\n  draft: true\n---\n");
    let left = || titles(&service, "/rss.xml") == ["Top", "Newsroom"];
    service.eventually("both are withdrawn", left);
    site.post("news/e.md", "News E", "2024-05-05", "");
    site.post("f.md", "F", "2024-05-05", "");
    service.eventually("the next is there", || {
        titles(&service, "/rss.xml") == ["F", "Top", "Newsroom"]
    });
    // A section that is broken now says what it said last, and one that is gone nothing.
    site.write("news/_index.md", "---\ntitle: a: b\n---\n");
    site.post("g.md", "G", "2024-05-06", "");
    service.eventually("the next is there", || titles(&service, "/rss.xml").len() == 4);
    site.remove("news/_index.md");
    service.eventually("all are there", || titles(&service, "/rss.xml").len() == 7);
    // Broken, it still says on one line that posts are drafts.
    site.write("news/_index.md", CASCADE);
    service.eventually("the tags are there", || {
        titles(&service, "/tags/handed/rss.xml").len() == 3
    });
    site.write(
        "news/_index.md",
        "---\ntitle: a: b\ncascade:\n  draft: true\n---\n",
    );
    service.eventually("they are withdrawn", || titles(&service, "/rss.xml").len() == 4);
    assert_eq!(built(&site), ["F", "G", "Newsroom", "Top"]);
    // So it does under another configuration.
    let config = fs::read_to_string(site.config()).unwrap();
    fs::write(site.config(), config.replace("Europe/London", "Asia/Tokyo")).unwrap();
    service.eventually("the zone is another", || {
        service.get("/rss.xml").text().contains("+0900")
    });
    assert_eq!(titles(&service, "/rss.xml").len(), 4);
    // Mended without front matter, it says nothing.
    site.write("news/_index.md", "The news.\n");
    service.eventually("all are there again", || titles(&service, "/rss.xml").len() == 7);
}

#[test]
fn a_file_that_only_what_is_handed_down_makes_a_post_comes_and_goes_with_it() {
    let site = hugo();
    site.write("news/undated.md", "---\ntitle: Undated\n---\nText.\n");
    let service = Service::start(&site);
    assert_eq!(titles(&service, "/rss.xml").len(), 4);
    site.write("news/_index.md", "---\ncascade:\n  date: 2024-05-07\n---\n");
    service.eventually("it has a date", || titles(&service, "/rss.xml").len() == 5);
    service.agrees_with_a_fresh_process(&site);
    site.write("news/_index.md", "---\ncascade:\n  date: soonish\n---\n");
    service.eventually("the fault is told", || service.metric("newswire_findings") >= 1.0);
    assert_eq!(titles(&service, "/rss.xml").len(), 5);
    let printed = String::from_utf8(site.run(&["check"]).stdout).unwrap();
    assert!(
        printed
            .contains("news/undated.md: error: can't read “date” (handed down by news/_index.md): “soonish”"),
        "{printed}"
    );
    site.remove("news/_index.md");
    service.eventually("it has none", || titles(&service, "/rss.xml").len() == 4);
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn an_expiry_that_is_handed_down_withdraws_a_post_that_can_not_be_read_with_it() {
    let site = hugo();
    site.post("news/own.md", "Own", "2024-05-03", "expiryDate: 2099-01-01");
    let service = Service::start(&site);
    assert_eq!(titles(&service, "/rss.xml").len(), 5);
    // The one is due, the other is not read.
    site.write(
        "news/_index.md",
        "---\ncascade:\n  expiryDate: 2020-01-01\n  publishDate: soonish\n---\n",
    );
    service.eventually("the expired are withdrawn", || {
        let mut left = titles(&service, "/rss.xml");
        left.sort();
        left == ["Newsroom", "Own", "Top"]
    });
    site.remove("news/_index.md");
    service.eventually("all are there", || titles(&service, "/rss.xml").len() == 5);
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn what_a_configuration_hands_down_changes_only_the_posts_it_is_for() {
    let site = hugo();
    let service = Service::start(&site);
    let before = validators(&service);
    let configure = |more: &str| {
        let beside = site.path().join("beside");
        fs::write(&beside, format!("baseURL = 'https://felix.example/'\n{more}")).unwrap();
        fs::rename(beside, site.path().join("hugo.toml")).unwrap();
    };
    configure("[[cascade]]\ntags = ['handed']\n[cascade.target]\npath = '/news/**'\n");
    service.eventually("the tags are there", || {
        titles(&service, "/tags/handed/rss.xml") == ["News B", "News A"]
    });
    service.agrees_with_a_fresh_process(&site);
    assert_eq!(
        validators(&service)["/categories/y/rss.xml"],
        before["/categories/y/rss.xml"]
    );
    configure("[cascade]\ndraft = true\n[cascade.target]\npath = '/news/*'\n");
    service.eventually("one is a draft", || {
        titles(&service, "/rss.xml") == ["Top", "Newsroom", "News B"]
    });
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn a_draft_section_of_zola_keeps_all_below_it_back() {
    let site = site(&[("config.toml", "base_url = 'https://felix.example'\n")]);
    site.post("a/sub/deep.md", "Deep", "2024-05-01", "draft: false");
    site.post("n.md", "N", "2024-05-02", "");
    site.write("a/_index.md", "+++\ndraft = true\n+++\n");
    let service = Service::start(&site);
    assert_eq!(titles(&service, "/rss.xml"), ["N"]);
    site.write("a/_index.md", "+++\ndraft = false\nrender = false\n+++\n");
    service.eventually("it is there", || titles(&service, "/rss.xml") == ["N", "Deep"]);
    service.agrees_with_a_fresh_process(&site);
    site.write("a/_index.md", "+++\ndraft = true\n+++\n");
    service.eventually("it is withdrawn", || titles(&service, "/rss.xml") == ["N"]);
    service.agrees_with_a_fresh_process(&site);
}
