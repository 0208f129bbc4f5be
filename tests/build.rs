//! `newswire build` and `newswire list`.

use std::fs;
use std::os::unix::fs::symlink;

use super::support::{Service, Site, xml};

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn every_document_is_written_at_its_path_and_only_when_it_changes() {
    let site = Site::new();
    site.post(
        "news/a.md",
        "A",
        "2024-05-01",
        "categories: [News]\ntags: [t]\nauthors: [ada]",
    );
    let documents = site.build();
    let paths: Vec<_> = documents.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "/atom.xml",
            "/authors/ada/atom.xml",
            "/authors/ada/feed.json",
            "/authors/ada/rss.xml",
            "/categories/news/atom.xml",
            "/categories/news/feed.json",
            "/categories/news/rss.xml",
            "/feed.json",
            "/feeds.opml",
            "/rss.xml",
            "/sections/news/atom.xml",
            "/sections/news/feed.json",
            "/sections/news/rss.xml",
            "/tags/t/atom.xml",
            "/tags/t/feed.json",
            "/tags/t/rss.xml",
        ]
    );
    for (path, document) in &documents {
        let feeds: &[&str] = &[
            "Felix",
            "news – Felix",
            "News – Felix",
            "ada – Felix",
            "t – Felix",
        ];
        let expected = if path == "/feeds.opml" { feeds } else { &["A"] };
        assert_eq!(xml::titles(text(document)), expected, "{path}");
    }
    let out = site.path().join("public");
    let run = || site.run(&["build", "--out", out.to_str().unwrap()]);
    assert!(text(&run().stdout).contains("16 documents written"));
    let time = || fs::metadata(out.join("rss.xml")).unwrap().modified().unwrap();
    let before = time();
    assert!(text(&run().stdout).contains("0 documents written"));
    assert_eq!(time(), before);
}

#[test]
fn a_preview_is_not_built() {
    let site = Site::new();
    fs::write(site.config(), "").unwrap();
    site.post("a.md", "A", "2024-05-01", "");
    let output = site.run(&["build", "--out", site.path().join("public").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("site.url"),
        "{}",
        text(&output.stderr)
    );
    assert!(!site.path().join("public").exists());
}

#[test]
fn the_moment_can_be_given() {
    let site = Site::new();
    site.post("old.md", "Old", "2024-05-01", "");
    site.post("new.md", "New", "2024-05-03T12:00:00Z", "");
    let count = |now: &str| {
        let output = site.run(&["list", "--json", "--now", now]);
        let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        listing["posts"].as_u64().unwrap()
    };
    assert_eq!(count("2024-05-03T11:59:59Z"), 1);
    assert_eq!(count("2024-05-03T12:00:00Z"), 2);
}

#[test]
fn the_list_counts_public_posts_and_feeds() {
    let site = Site::new();
    site.post(
        "news/a.md",
        "A",
        "2024-05-01",
        "categories: [News, Sport]\nauthors: [ada]",
    );
    site.post(
        "news/b.md",
        "B",
        "2024-05-01",
        "categories: [News]\ndraft: true\ntags: [secret]",
    );
    let output = site.run(&["list", "--json"]);
    let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listing["posts"], 1);
    assert_eq!(listing["counts"]["category"], 2);
    assert_eq!(
        listing["feeds"][0]["urls"]["rss"],
        "https://felix.example/rss.xml"
    );
    assert!(!text(&output.stdout).contains("secret"));
}

#[test]
fn the_list_says_of_each_feed_when_it_changed_and_the_digest_of_its_entity_tag() {
    let site = Site::new();
    site.post(
        "a.md",
        "A",
        "2024-05-01",
        "lastmod: 2024-05-03T10:00:00+01:00\ncategories: [News]",
    );
    let output = site.run(&["list", "--json"]);
    let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let service = Service::start(&site);
    for feed in listing["feeds"].as_array().unwrap() {
        assert_eq!(feed["updated"], "2024-05-03T09:00:00Z");
        assert_eq!(feed["digest"], feed["digests"]["rss"]);
        for (format, url) in feed["urls"].as_object().unwrap() {
            let path = url
                .as_str()
                .unwrap()
                .strip_prefix("https://felix.example")
                .unwrap();
            let etag = format!("\"{}\"", feed["digests"][format].as_str().unwrap());
            assert_eq!(service.get(path).header("etag"), Some(etag.as_str()), "{path}");
        }
    }
}

#[test]
fn a_name_too_long_for_a_file_costs_one_address_a_shorter_slug_and_nothing_else() {
    let site = Site::new();
    let long = |end: &str| format!("{}{end}", "word ".repeat(60));
    let ideographs = "北京".repeat(40);
    site.post(
        &format!("{ideographs}/a.md"),
        "A",
        "2024-05-01",
        &format!(
            "categories: [{:?}]\nauthors: [{:?}]\ntags: [{:?}, {:?}]",
            long("c"),
            long("d"),
            long("one"),
            long("two")
        ),
    );
    let config = fs::read_to_string(site.config()).unwrap();
    let own = format!(
        "{config}\n[[feed]]\nname = {:?}\nmatch = {{ category = {:?} }}\n",
        long("own"),
        long("c")
    );
    fs::write(site.config(), own).unwrap();
    let documents = site.build();
    let of = |prefix: &str| {
        documents
            .keys()
            .filter(|path| path.starts_with(prefix) && path.ends_with("/rss.xml"))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(of("/tags/").len(), 2, "two names stay two feeds");
    for prefix in ["/categories/", "/authors/", "/sections/", "/feeds/"] {
        assert_eq!(of(prefix).len(), 1, "{prefix}: {:?}", documents.keys());
    }
    let service = Service::start(&site);
    service.agrees_with_a_fresh_process(&site);
    let list = text(&documents["/feeds.opml"]);
    for path in of("/tags/") {
        assert!(list.contains(&path) && service.get(&path).status == 200, "{path}");
    }
}

#[test]
fn an_address_that_cannot_be_written_is_named_and_the_others_are_written() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [news, sport]");
    let config = fs::read_to_string(site.config()).unwrap();
    let long = "x".repeat(300);
    let more = format!("\n[categories.news]\npath = \"/{long}/{{file}}\"\n");
    fs::write(site.config(), config + &more).unwrap();
    let out = site.path().join("public");
    let output = site.run(&["build", "--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains(&format!("{long}/rss.xml: ")) && said.contains("3 files could not be written"),
        "{said}"
    );
    for path in ["rss.xml", "categories/sport/atom.xml", "feeds.opml"] {
        assert!(out.join(path).exists(), "{path}");
    }
}

#[test]
fn a_build_follows_no_link_in_its_directory() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [news]");
    let (out, mine) = (site.path().join("public"), site.path().join("mine"));
    let build = || site.run(&["build", "--out", out.to_str().unwrap()]);
    fs::create_dir(&out).unwrap();
    fs::write(&mine, "precious").unwrap();
    for name in ["rss.xml", ".rss.xml.newswire"] {
        symlink(&mine, out.join(name)).unwrap();
    }
    assert!(build().status.success());
    assert_eq!(fs::read_to_string(&mine).unwrap(), "precious");
    assert!(fs::symlink_metadata(out.join("rss.xml")).unwrap().is_file());

    let elsewhere = site.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::remove_dir_all(out.join("categories")).unwrap();
    symlink(&elsewhere, out.join("categories")).unwrap();
    let output = build();
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    assert!(
        told.contains("categories is a link") && told.contains("take it away"),
        "{told}"
    );
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    // The directory itself is the owner's to name.
    let link = site.path().join("link");
    symlink(&elsewhere, &link).unwrap();
    assert!(
        site.run(&["build", "--out", link.to_str().unwrap()])
            .status
            .success()
    );
    assert!(elsewhere.join("categories/news/rss.xml").exists());
}

#[test]
fn a_build_leaves_nothing_unfinished_and_says_when_another_is_at_work() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    let out = site.path().join("public");
    let left_over = out.join("categories/.newswire-0123456789abcdef.tmp");
    fs::create_dir_all(left_over.parent().unwrap()).unwrap();
    fs::write(&left_over, "half").unwrap();
    let build = || site.run(&["build", "--out", out.to_str().unwrap()]);
    let other = fs::File::open(&out).unwrap();
    other.lock().unwrap();
    let output = build();
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    assert!(
        told.contains("another build is at work") && told.contains("--out"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "{told}");
    drop(other);
    assert!(build().status.success());
    assert!(!left_over.exists());
    let hidden = fs::read_dir(&out).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with('.')
    });
    assert_eq!(hidden.count(), 0);
}
