//! Incremental equals from scratch: whatever happens to the files under a running service, it serves
//! what a fresh process makes of them, byte for byte.

use super::support::{Service, Site, xml};

#[test]
fn edited_added_renamed_and_deleted_posts_show_as_in_a_fresh_process() {
    let site = Site::new();
    for number in 1..=60 {
        let more = format!(
            "categories: [c{}]\nauthors: [a{}]\ntags: [t{}]",
            number % 3,
            number % 5,
            number % 7
        );
        site.post(
            &format!("news/{number}.md"),
            &format!("Post {number}"),
            "2024-05-01",
            &more,
        );
    }
    site.write("authors/a1/_index.md", "---\nname: Ada\n---\n");
    let service = Service::start(&site);
    service.agrees_with_a_fresh_process(&site);

    site.post("news/1.md", "Edited", "2024-05-03", "categories: [c2, other]");
    service.agrees_with_a_fresh_process(&site);
    site.post(
        "culture/new.md",
        "Added",
        "2024-05-02",
        "categories: [c1]\nauthors: [a1, nobody]",
    );
    service.agrees_with_a_fresh_process(&site);
    site.rename("news/2.md", "culture/2.md");
    service.agrees_with_a_fresh_process(&site);
    site.rename("news", "archive");
    service.agrees_with_a_fresh_process(&site);
    site.remove("archive/3.md");
    service.agrees_with_a_fresh_process(&site);
    site.write("authors/a1/_index.md", "---\nname: Ada Lovelace\n---\n");
    service.agrees_with_a_fresh_process(&site);
    site.remove("authors/a1/_index.md");
    service.agrees_with_a_fresh_process(&site);
    std::fs::remove_dir_all(site.content().join("culture")).unwrap();
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn a_saved_draft_leaves_every_feed_and_a_broken_post_none() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [news]");
    site.post("b.md", "B", "2024-05-02", "categories: [news]");
    let service = Service::start(&site);
    let titles = |path: &str| xml::titles(service.get(path).text());
    assert_eq!(titles("/rss.xml"), ["B", "A"]);

    site.post("b.md", "B", "2024-05-02", "categories: [news]\ndraft: true");
    service.eventually("the draft is withdrawn", || {
        titles("/categories/news/atom.xml") == ["A"]
    });
    site.write("a.md", "---\ntitle: A: broken\n---\n");
    site.post("c.md", "C", "2024-05-03", "");
    service.eventually("the good post is there", || {
        titles("/rss.xml").contains(&"C".to_owned())
    });
    assert_eq!(titles("/rss.xml"), ["C", "A"]);
    service.eventually("the fault is counted", || {
        service.metric("newswire_findings") >= 1.0
    });
}

#[test]
fn a_scope_whose_last_post_goes_stays_and_is_empty() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [news]");
    site.post("b.md", "B", "2024-05-01", "");
    let service = Service::start(&site);
    site.remove("a.md");
    service.eventually("the feed is empty", || {
        let answer = service.get("/categories/news/rss.xml");
        answer.status == 200 && xml::titles(answer.text()).is_empty()
    });
}

#[test]
fn a_post_whose_feed_did_not_change_leaves_its_validators_alone() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [news]");
    site.post("b.md", "B", "2024-05-02", "categories: [sport]");
    let service = Service::start(&site);
    // A header shows no more than the present: wait until the present has caught up with the start.
    service.eventually("the start has settled", || {
        let modified = service
            .get("/categories/news/rss.xml")
            .header("last-modified")
            .unwrap()
            .to_owned();
        service
            .get_with("/categories/news/rss.xml", &[("if-modified-since", &modified)])
            .status
            == 304
    });
    let validators = |path: &str| {
        let answer = service.get(path);
        let header = |name| answer.header(name).map(str::to_owned);
        (header("etag"), header("last-modified"))
    };
    let (news, sport) = (
        validators("/categories/news/rss.xml"),
        validators("/categories/sport/rss.xml"),
    );
    site.post("b.md", "B again", "2024-05-02", "categories: [sport]");
    service.eventually("the changed feed has new validators", || {
        let now = validators("/categories/sport/rss.xml");
        now.0 != sport.0 && now.1 != sport.1
    });
    assert_eq!(validators("/categories/news/rss.xml"), news);
}
