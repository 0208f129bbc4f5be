//! A post that leaves the site is withdrawn: its id is never another's, and Atom says that it is gone.

use std::fs;

use super::support::{Service, Site, xml};

const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

fn lock(site: &Site, arguments: &[&str]) -> String {
    let output = site.run(&[&["lock"], arguments].concat());
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// The ids and moments of the tombstones in a document, which have to stand before its entries.
fn tombstones(text: &str) -> Vec<(String, String)> {
    let document = xml::parse(text);
    let root = document.root_element();
    let kinds: Vec<_> = root
        .children()
        .filter(roxmltree::Node::is_element)
        .filter(|node| ["entry", "deleted-entry"].contains(&node.tag_name().name()))
        .map(|node| node.tag_name().name() == "entry")
        .collect();
    assert!(kinds.is_sorted(), "a tombstone stands after an entry: {text}");
    root.children()
        .filter(|node| node.has_tag_name((TOMBSTONES, "deleted-entry")))
        .map(|node| {
            let attribute = |name| node.attribute(name).unwrap().to_owned();
            (attribute("ref"), attribute("when"))
        })
        .collect()
}

fn built(site: &Site, path: &str) -> Vec<(String, String)> {
    tombstones(std::str::from_utf8(&site.build()[path]).unwrap())
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect()
}

fn four_posts() -> Site {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [x]");
    site.post("b.md", "B", "2024-05-02", "categories: [x, y]");
    site.post("c.md", "C", "2024-05-03", "categories: [y]");
    site.post("d.md", "D", "2024-05-04", "categories: [x, y]");
    lock(&site, &["--now", "2024-06-01T00:00:00Z"]);
    site
}

#[test]
fn a_deleted_a_drafted_and_an_expired_post_are_withdrawn_from_the_feeds_they_stood_in() {
    let site = four_posts();
    site.remove("a.md");
    site.post("b.md", "B", "2024-05-02", "categories: [x, y]\ndraft: true");
    site.post(
        "c.md",
        "C",
        "2024-05-03",
        "categories: [y]\nexpiryDate: 2024-06-15T12:00:00Z",
    );
    let printed = lock(&site, &["--now", "2024-07-01T00:00:00Z"]);
    assert_eq!(
        printed.matches("withdrawn; its id is never used again").count(),
        3,
        "{printed}"
    );
    let a = ("tag:felix.example,2007:/a/", "2024-07-01T00:00:00Z");
    let b = ("tag:felix.example,2007:/b/", "2024-07-01T00:00:00Z");
    let c = ("tag:felix.example,2007:/c/", "2024-06-15T12:00:00Z");
    assert_eq!(built(&site, "/atom.xml"), owned(&[a, b, c]));
    assert_eq!(built(&site, "/categories/x/atom.xml"), owned(&[a, b]));
    assert_eq!(built(&site, "/categories/y/atom.xml"), owned(&[b, c]));
    // Once recorded, the moment stays.
    assert!(lock(&site, &["--now", "2024-08-01T00:00:00Z"]).contains("as before"));
    let text = String::from_utf8(site.build()["/atom.xml"].clone()).unwrap();
    let document = xml::parse(&text);
    assert_eq!(
        xml::child(&document.root_element(), "updated"),
        Some("2024-07-01T00:00:00+00:00")
    );
}

#[test]
fn leaving_a_category_is_no_withdrawal_and_a_broken_post_is_not_gone() {
    let site = four_posts();
    site.post("b.md", "B", "2024-05-02", "categories: [y]");
    site.write("c.md", "---\ntitle: C: broken\ndate: 2024-05-03\n---\n");
    let printed = lock(&site, &[]);
    assert!(!printed.contains("withdrawn"), "{printed}");
    assert!(
        fs::read_to_string(site.path().join("feeds.lock"))
            .unwrap()
            .contains("\nc.md ")
    );
    for path in ["/atom.xml", "/categories/x/atom.xml", "/categories/y/atom.xml"] {
        assert_eq!(built(&site, path), [], "{path}");
    }
    // A broken file that says draft is.
    site.write("c.md", "---\ntitle: C: broken\ndraft: true\n---\n");
    assert!(lock(&site, &[]).contains("c.md: withdrawn"));
}

#[test]
fn the_same_post_takes_its_id_back_and_no_other_post_ever_gets_it() {
    let site = four_posts();
    let text = fs::read(site.content().join("b.md")).unwrap();
    site.remove("b.md");
    lock(&site, &[]);
    site.post(
        "guid.md",
        "Other",
        "2024-05-06",
        "guid: 'tag:felix.example,2007:/b/'",
    );
    site.post("address.md", "Another", "2024-05-06", "url: /b/");
    let output = site.run(&["check"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    for path in ["guid.md", "address.md"] {
        let fault = format!(
            "{path}: error: its id “tag:felix.example,2007:/b/” belonged to b.md, which was withdrawn on"
        );
        assert!(printed.contains(&fault), "{printed}");
    }
    lock(&site, &[]);
    assert_eq!(built(&site, "/categories/y/atom.xml").len(), 1);
    site.remove("guid.md");
    site.remove("address.md");
    // Back under another name, found by its content; then under its own.
    site.write("back.md", &text);
    assert_eq!(built(&site, "/categories/y/atom.xml"), []);
    let document = String::from_utf8(site.build()["/categories/y/atom.xml"].clone()).unwrap();
    assert!(
        document.contains("<id>tag:felix.example,2007:/b/</id>"),
        "{document}"
    );
    let printed = lock(&site, &[]);
    assert!(printed.contains("back.md: is back, under its id"), "{printed}");
    site.remove("back.md");
    lock(&site, &["--now", "2024-09-01T00:00:00Z"]);
    assert_eq!(
        built(&site, "/categories/y/atom.xml"),
        owned(&[("tag:felix.example,2007:/b/", "2024-09-01T00:00:00Z")])
    );
}

#[test]
fn a_tombstone_goes_when_the_feed_has_moved_on() {
    let site = four_posts();
    let config = fs::read_to_string(site.config()).unwrap();
    fs::write(site.config(), format!("{config}\n[feeds]\nlimit = 2\n")).unwrap();
    site.remove("b.md");
    lock(&site, &["--now", "2024-06-01T00:00:00Z"]);
    assert_eq!(built(&site, "/atom.xml").len(), 1);
    site.post("e.md", "E", "2024-06-02", "");
    assert_eq!(built(&site, "/atom.xml").len(), 1);
    site.post("f.md", "F", "2024-06-03", "");
    assert_eq!(built(&site, "/atom.xml").len(), 0);
}

#[test]
fn a_running_service_shows_withdrawals_as_a_fresh_process_does() {
    let site = four_posts();
    let service = Service::start(&site);
    let served = || tombstones(service.get("/atom.xml").text()).len();
    site.remove("b.md");
    lock(&site, &[]);
    service.eventually("the tombstone is there", || served() == 1);
    service.agrees_with_a_fresh_process(&site);
    site.post("b.md", "B is back", "2024-05-02", "categories: [x]");
    service.eventually("the tombstone is gone", || served() == 0);
    service.agrees_with_a_fresh_process(&site);
    site.remove("b.md");
    service.eventually("the tombstone is there again", || served() == 1);
    service.agrees_with_a_fresh_process(&site);
    lock(&site, &[]);
    site.rename("a.md", "new/a.md");
    service.agrees_with_a_fresh_process(&site);
    let config = fs::read_to_string(site.path().join("feeds.lock")).unwrap();
    fs::write(
        site.path().join("feeds.lock"),
        config.replace("withdrawn:", "withdrawn: "),
    )
    .unwrap();
    service.eventually("the fault is counted", || {
        service.metric("newswire_findings") >= 1.0
    });
    assert_eq!(served(), 1);
}
