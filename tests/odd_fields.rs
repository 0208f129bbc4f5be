//! A field that is there and is not what it means to be is named at its line, with what was taken instead.

use std::fs;
use std::process::Output;

use super::support::Site;

fn check(site: &Site) -> String {
    let Output { stdout, .. } = site.run(&["check", "--all"]);
    String::from_utf8(stdout).unwrap()
}

fn atom(site: &Site) -> String {
    String::from_utf8(site.build()["/atom.xml"].clone()).unwrap()
}

#[test]
fn a_malformed_id_is_a_warning_at_its_line_and_says_what_became_of_it() {
    for (field, fault, id) in [
        ("guid: \"urn:uuid:not-a-uuid\"", "no UUID", "urn:uuid:not-a-uuid"),
        ("guid: \"tag:x\"", "no tag", "tag:x"),
        ("id: \"urn:x:a\"", "no URN", "urn:x:a"),
        (
            "guid: https:felix.example/a",
            "without a host",
            "https:felix.example/a",
        ),
        (
            "guid: f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "a UUID without “urn:uuid:”",
            "tag:felix.example,2007:/a/",
        ),
        (
            "id: f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "a UUID without “urn:uuid:”",
            "tag:felix.example,2007:/a/",
        ),
        ("guid: 1901", "no URI", "tag:felix.example,2007:/a/"),
        (
            "guid: \"https://\"",
            "without a host",
            "tag:felix.example,2007:/a/",
        ),
        ("guid: [a, b]", "no text", "tag:felix.example,2007:/a/"),
    ] {
        let site = Site::new();
        site.post("a.md", "A", "2024-05-01", field);
        let out = check(&site);
        assert!(
            out.contains("a.md:4:1: warning:") && out.contains("[malformed-id]") && out.contains(fault),
            "{field}: {out}"
        );
        assert!(atom(&site).contains(&format!("<id>{id}</id>")), "{field}");
    }
}

#[test]
fn numbers_of_posts_and_good_ids_are_no_warnings() {
    for field in [
        "id: 1901",
        "id: a-story",
        "guid: urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "guid: https://old.example/?p=7",
        "id: tag:felix.example,2007:/x/",
    ] {
        let site = Site::new();
        site.post("a.md", "A", "2024-05-01", field);
        let out = check(&site);
        assert_eq!(out, "1 post: 0 errors, 0 warnings, 0 notes\n", "{field}");
    }
}

#[test]
fn a_list_or_mapping_as_a_title_is_a_warning_that_says_what_was_taken() {
    for (title, kind) in [
        ("[Video] ", "a list"),
        ("[One, two]", "a list"),
        ("{en: One}", "a mapping"),
    ] {
        let site = Site::new();
        site.write(
            "a.md",
            format!("---\ndate: 2024-05-01\ntitle: {title}\n---\n\nText.\n"),
        );
        let out = check(&site);
        assert!(
            out.contains("a.md:3:1: warning:") && out.contains("[bad-title]") && out.contains(kind),
            "{title}: {out}"
        );
        assert!(out.contains("the post has no headline"), "{title}: {out}");
        assert!(atom(&site).contains("Text."), "{title}");
    }
    let site = Site::new();
    fs::write(site.path().join("_config.yml"), "url: https://felix.example\n").unwrap();
    site.write(
        "_posts/2024-05-01-a-story.md",
        "---\ntitle: [One, two]\n---\n\nText.\n",
    );
    let out = check(&site);
    assert!(out.contains("[bad-title]") && out.contains("“A Story”"), "{out}");
    let site = Site::new();
    site.write("a.md", "---\ntitle: [One]\ndate: 2024-05-01\n---\n");
    assert!(check(&site).contains("[bad-title]"));
}

#[test]
fn an_address_on_another_host_is_a_warning_and_the_link_stays_on_the_site() {
    for url in [
        "https://other.example/news/a/",
        "//other.example/news/a/",
        "http://www.felix.example/a/",
    ] {
        let site = Site::new();
        site.post("a.md", "A", "2024-05-01", &format!("url: {url}"));
        let out = check(&site);
        assert!(
            out.contains("a.md:4:1: warning:") && out.contains("[address-elsewhere]"),
            "{url}: {out}"
        );
        let link = out.split("the post's link is ").nth(1).unwrap();
        let link = link.split_whitespace().next().unwrap();
        assert!(link.starts_with("https://felix.example/"), "{url}: {link}");
        assert!(atom(&site).contains(&format!("href=\"{link}\"")), "{url}: {link}");
    }
    for url in ["https://felix.example/a/", "/news/a/", "news/a/"] {
        let site = Site::new();
        site.post("a.md", "A", "2024-05-01", &format!("url: {url}"));
        assert!(!check(&site).contains("address-elsewhere"), "{url}");
    }
}
