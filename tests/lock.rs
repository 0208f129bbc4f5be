//! An id is for ever: with the lock file also through a moved file and a new permalink pattern, and for
//! posts that another program published.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use newswire::catalog::{Catalog, CatalogSettings, Extent};
use newswire::config::{Options, resolve};
use newswire::content::conventions::Rules;

use super::support::site::FEEDS_TOML;
use super::support::{MemoryTree, Service, Site, xml};

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// Runs `newswire lock` with arguments; its exit code, and what it printed.
fn lock(site: &Site, arguments: &[&str]) -> (i32, String) {
    let output = site.run(&[&["lock"], arguments].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    (
        output.status.code().unwrap(),
        format!("{}{stderr}", stdout(&output)),
    )
}

fn lock_file(site: &Site) -> std::path::PathBuf {
    site.path().join("feeds.lock")
}

/// The ids in the Atom feed of the site, by title.
fn ids(text: &str) -> BTreeMap<String, String> {
    let document = xml::parse(text);
    xml::entries(&document)
        .iter()
        .map(|entry| {
            let text = |name| xml::child(entry, name).unwrap().to_owned();
            (text("title"), text("id"))
        })
        .collect()
}

fn built_ids(site: &Site) -> BTreeMap<String, String> {
    ids(std::str::from_utf8(&site.build()["/atom.xml"]).unwrap())
}

fn two_posts() -> Site {
    let site = Site::new();
    site.post("news/a.md", "A", "2024-05-01", "categories: [x]");
    site.post("news/b.md", "B", "2024-05-02", "categories: [x]");
    site
}

fn configure(site: &Site, from: &str, to: &str) {
    let text = fs::read_to_string(site.config()).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(site.config(), text.replace(from, to)).unwrap();
}

#[test]
fn the_lock_has_one_line_a_post_by_path_and_is_written_only_when_it_changes() {
    let site = two_posts();
    site.post("a b.md", "Spaces", "2024-05-03", "");
    site.post("draft.md", "Draft", "2024-05-03", "draft: true");
    let (code, printed) = lock(&site, &[]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("3 posts pinned for the first time"), "{printed}");
    let text = fs::read_to_string(lock_file(&site)).unwrap();
    let starts: Vec<_> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("rule:"))
        .map(|line| line.split(" tag:").next().unwrap())
        .collect();
    assert_eq!(starts, ["\"a b.md\"", "news/a.md", "news/b.md"]);
    assert!(
        text.contains("news/a.md tag:felix.example,2007:/news/a/ /news/a/ "),
        "{text}"
    );
    assert!(!text.contains("draft"), "{text}");
    let (code, printed) = lock(&site, &[]);
    assert!(
        code == 0 && printed.contains("3 ids pinned") && printed.contains("as before"),
        "{printed}"
    );
    assert_eq!(lock(&site, &["--check"]).0, 0);
}

#[test]
fn a_pinned_id_survives_a_renamed_file_a_new_pattern_and_a_new_authority() {
    let site = two_posts();
    lock(&site, &[]);
    let before = built_ids(&site);
    // By content.
    site.rename("news/a.md", "culture/first.md");
    assert_eq!(built_ids(&site), before);
    // By alias, with another text.
    site.remove("news/b.md");
    site.post("culture/second.md", "B", "2024-05-09", "aliases: [/news/b]");
    assert_eq!(built_ids(&site), before);
    // By address: the same post as a page bundle.
    site.remove("culture/second.md");
    site.post("news/b/index.md", "B", "2024-05-10", "");
    assert_eq!(built_ids(&site), before);
    let (code, printed) = lock(&site, &[]);
    assert!(
        code == 0 && printed.contains("culture/first.md: was news/a.md"),
        "{printed}"
    );
    assert_eq!(built_ids(&site), before);
    site.post("culture/first.md", "A", "2024-05-12", "");
    configure(
        &site,
        "[watch]",
        "[content]\npermalink = \"/{year}/{slug}/\"\n[watch]",
    );
    configure(&site, "felix.example,2007", "other.example,2020");
    assert_eq!(built_ids(&site), before);
    assert_eq!(lock(&site, &["--check"]).0, 0);
}

#[test]
fn check_catches_a_renamed_file_and_says_which_post_readers_would_see_twice() {
    let site = two_posts();
    lock(&site, &[]);
    site.rename("news/a.md", "news/c.md");
    let (code, printed) = lock(&site, &["--check"]);
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains("news/c.md: error: it was news/a.md and keeps its id only until its text changes"),
        "{printed}"
    );
    // Renamed and rewritten: nothing tells any more that it is the same post, but its name.
    site.remove("news/c.md");
    site.post("culture/a.md", "A, again", "2024-05-03", "");
    let (code, printed) = lock(&site, &["--check"]);
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains(
            "news/a.md: error: feeds.lock pins it, but there is no such post; if it was renamed (is it culture/a.md?), \
             readers would see it twice"
        ),
        "{printed}"
    );
    site.post("culture/a.md", "A, again", "2024-05-03", "aliases: [/news/a/]");
    lock(&site, &[]);
    assert_eq!(lock(&site, &["--check"]).0, 0);
}

#[test]
fn check_catches_a_changed_pattern_and_a_changed_authority_with_unpinned_posts() {
    for (from, to, says) in [
        (
            "[watch]",
            "[content]\npermalink = \"/{year}/{slug}/\"\n[watch]",
            "content.permalink was “/{section}/{slug}/” and is “/{year}/{slug}/”",
        ),
        (
            "felix.example,2007",
            "felix.example,2020",
            "site.authority was “felix.example,2007” and is “felix.example,2020”",
        ),
    ] {
        let site = two_posts();
        lock(&site, &[]);
        site.post("news/new.md", "New", "2024-05-03", "");
        let (code, printed) = lock(&site, &["--check"]);
        assert!(
            code == 0 && printed.contains("1 posts not pinned yet"),
            "{printed}"
        );
        configure(&site, from, to);
        let (code, printed) = lock(&site, &["--check"]);
        assert_eq!(code, 1, "{printed}");
        assert!(
            printed
                .contains("news/new.md: error: its id would change from “tag:felix.example,2007:/news/new/”")
                && printed.contains(says)
                && !printed.contains("news/a.md"),
            "{printed}"
        );
    }
}

#[test]
fn check_fails_where_two_posts_claim_one_id_and_where_there_is_no_lock() {
    let site = two_posts();
    assert_eq!(lock(&site, &["--check"]).0, 1);
    lock(&site, &[]);
    site.post(
        "z.md",
        "Z",
        "2024-05-03",
        "guid: 'tag:felix.example,2007:/news/a/'",
    );
    let (code, printed) = lock(&site, &["--check"]);
    assert_eq!(code, 1);
    assert!(
        printed.contains(
            "z.md: error: its id “tag:felix.example,2007:/news/a/” belongs to news/a.md by feeds.lock"
        ),
        "{printed}"
    );
    assert_eq!(built_ids(&site).len(), 2);
}

#[test]
fn a_broken_lock_is_named_with_its_line_and_left_as_it_is() {
    let site = two_posts();
    lock(&site, &[]);
    let good = fs::read_to_string(lock_file(&site)).unwrap();
    let broken = format!("{good}<<<<<<< ours\nnews/c.md\n");
    fs::write(lock_file(&site), &broken).unwrap();
    for (arguments, code) in [(&["lock"][..], 2), (&["lock", "--check"], 1), (&["check"], 1)] {
        let output = site.run(arguments);
        let printed = format!("{}{}", stdout(&output), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{printed}");
        assert!(
            printed.contains("feeds.lock:6:1: error: a merge was left unfinished here"),
            "{printed}"
        );
    }
    assert_eq!(fs::read_to_string(lock_file(&site)).unwrap(), broken);
}

#[test]
fn a_running_service_takes_in_the_lock_and_keeps_the_last_good_one() {
    let site = two_posts();
    let service = Service::start(&site);
    let served = || ids(service.get("/atom.xml").text());
    let by_rule = served();
    let etag = service.get("/atom.xml").header("etag").unwrap().to_owned();
    lock(&site, &[]);
    let text = fs::read_to_string(lock_file(&site)).unwrap();
    let pinned = text.replace("tag:felix.example,2007:/news/a/", "urn:x:1");
    // Beside its place, then into it, as editors do.
    let put = |text: &str| {
        fs::write(site.path().join(".lock"), text).unwrap();
        fs::rename(site.path().join(".lock"), lock_file(&site)).unwrap();
    };
    put(&pinned);
    service.eventually("the pinned id is served", || served()["A"] == "urn:x:1");
    assert_ne!(service.get("/atom.xml").header("etag").unwrap(), etag);
    assert_eq!(served()["B"], by_rule["B"]);
    service.agrees_with_a_fresh_process(&site);
    put("what is this?\n");
    service.eventually("the fault is counted", || {
        service.metric("newswire_findings") >= 1.0
    });
    assert_eq!(served()["A"], "urn:x:1");
    fs::remove_file(lock_file(&site)).unwrap();
    site.post("news/c.md", "C", "2024-05-03", "");
    service.eventually("the new post is served", || served().contains_key("C"));
    assert_eq!(served()["A"], "urn:x:1");
    put(&text);
    service.eventually("the mended lock counts", || served()["A"] == by_rule["A"]);
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn a_service_serves_what_a_fresh_process_makes_of_posts_that_move_under_a_lock() {
    let site = two_posts();
    site.post("news/same.md", "Same", "2024-05-01", "");
    site.post("news/same too.md", "Same", "2024-05-01", "");
    lock(&site, &[]);
    let service = Service::start(&site);
    site.rename("news/a.md", "other/a.md");
    service.agrees_with_a_fresh_process(&site);
    site.rename("news/same.md", "z/same.md");
    service.agrees_with_a_fresh_process(&site);
    site.rename("news/same too.md", "y/same.md");
    service.agrees_with_a_fresh_process(&site);
    site.post("news/a.md", "Another", "2024-05-05", "");
    service.agrees_with_a_fresh_process(&site);
    site.post("k.md", "K", "2024-05-05", "url: /news/a/");
    service.agrees_with_a_fresh_process(&site);
    site.remove("news/a.md");
    service.agrees_with_a_fresh_process(&site);
    site.remove("other/a.md");
    service.agrees_with_a_fresh_process(&site);
    lock(&site, &[]);
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn the_ids_of_another_programs_feeds_are_adopted_by_link() {
    let site = Site::new();
    let text = FEEDS_TOML.replace("https://felix.example/", "https://new.felix.example/");
    fs::write(site.config(), text).unwrap();
    for name in ["one", "two", "three", "four"] {
        site.post(&format!("news/{name}.md"), name, "2024-05-01", "");
    }
    site.post("moved.md", "moved", "2024-05-01", "aliases: [/2009/old-name]");
    let fixture = |name: &str| format!("{}/tests/fixtures/adopt/{name}", env!("CARGO_MANIFEST_DIR"));
    let (code, printed) = lock(
        &site,
        &[
            "--adopt",
            &fixture("rss.xml"),
            &fixture("atom.xml"),
            &fixture("feed.json"),
        ],
    );
    assert_eq!(code, 0, "{printed}");
    assert!(
        printed.contains("4 ids adopted, 1 entries unmatched")
            && printed.contains(
                "no post has the link http://felix.example/about/ (id “http://felix.example/about/”)"
            ),
        "{printed}"
    );
    let ids = built_ids(&site);
    let owned = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect()
    };
    assert_eq!(
        ids,
        owned(&[
            ("one", "http://felix.example/news/one/"),
            ("two", "felix 2"),
            ("three", "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6"),
            ("four", "tag:felix.example,2007:/news/four/"),
            ("moved", "https://felix.example/?p=9"),
        ])
    );
    assert_eq!(lock(&site, &["--check"]).0, 0);
    assert!(lock(&site, &[]).1.contains("as before"));
}

#[test]
fn an_empty_content_directory_withdraws_nothing() {
    let site = two_posts();
    lock(&site, &[]);
    let before = fs::read_to_string(lock_file(&site)).unwrap();
    site.rename("news", "../away");
    let (code, printed) = lock(&site, &[]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("there are no posts in"), "{printed}");
    assert_eq!(fs::read_to_string(lock_file(&site)).unwrap(), before);
}

#[test]
fn a_damaged_lock_is_counted_for_as_long_as_it_is_damaged() {
    let text = "[site]\nurl = 'https://felix.example/'\n";
    let config = resolve(Some((text, Path::new("feeds.toml"))), &Options::default()).unwrap();
    let now = "2024-07-01T00:00:00Z".parse().unwrap();
    let mut catalog = Catalog::new(CatalogSettings::new(&config, Rules::default()), now, None);
    let tree = MemoryTree::default();
    tree.write("a.md", "---\ntitle: A\ndate: 2024-05-01\n---\n");
    let mut codes = |change: &dyn Fn(&MemoryTree)| {
        change(&tree);
        catalog.step(&tree, &Extent::Everything, now).unwrap();
        let (_, findings) = catalog.pins();
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        (codes, catalog.finding_counts().errors)
    };
    let damaged = |tree: &MemoryTree| tree.write_lock(b"this is no line\n");
    let gone = |tree: &MemoryTree| tree.remove_lock();
    assert_eq!(codes(&damaged), (vec!["bad-lock"], 1));
    for _ in 0..2 {
        assert_eq!(codes(&gone), (vec!["lock-gone"], 1));
        assert_eq!(codes(&damaged), (vec!["bad-lock"], 1), "back as it was");
        assert_eq!(codes(&damaged), (vec!["bad-lock"], 1));
    }
    assert_eq!(codes(&|tree| tree.write_lock(b"")), (vec![], 0));
    assert_eq!(codes(&gone), (vec!["lock-gone"], 1));
    assert_eq!(codes(&|tree| tree.write_lock(b"")), (vec![], 0));
}
