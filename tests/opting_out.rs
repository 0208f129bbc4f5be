//! Posts that opt out of feeds, by fields of front matter that are there, not there, or say no.

use std::fs;

use super::support::site::FEEDS_TOML;
use super::support::{Service, Site, xml};

/// A site with this in its feeds.toml besides the usual.
fn site(more: &str) -> Site {
    let site = Site::new();
    fs::write(site.config(), format!("{FEEDS_TOML}\n{more}")).unwrap();
    site
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_post_opts_out_in_any_words_for_no_and_one_that_says_nothing_does_not() {
    let site = site("[[feed]]\nname = 'main'\nexclude = { rss = false }\n");
    for (name, rss) in [
        ("bool", "rss: false"),
        ("capital", "rss: False"),
        ("no", "rss: no"),
        ("off", "rss: 'off'"),
        ("text", "rss: \"false\""),
        ("number", "rss: 0"),
    ] {
        site.post(&format!("{name}.md"), name, "2024-05-01", rss);
    }
    for (name, rss) in [
        ("absent", ""),
        ("null", "rss:"),
        ("yes", "rss: true"),
        ("list", "rss: []"),
        ("map", "rss: {a: 1}"),
    ] {
        site.post(&format!("{name}.md"), &format!("in-{name}"), "2024-05-01", rss);
    }
    let documents = site.build();
    let mut titles = xml::titles(text(&documents["/feeds/main/rss.xml"]));
    titles.sort();
    assert_eq!(titles, ["in-absent", "in-list", "in-map", "in-null", "in-yes"]);
}

/// What is excluded from all feeds, those of a kind, and single ones.
const EXCLUDES: &str = "
[feeds]
exclude = { feed = false }
limit = 1
[feeds.category]
exclude = { has = 'internal' }
[feeds.site]
exclude = { tag = 'quiet' }
[categories.news]
exclude = { tag = 'imported' }
[feeds.author]
exclude = { has = 'internal' }
[[feed]]
name = 'all'
";

#[test]
fn what_is_excluded_from_all_feeds_a_kind_or_one_is_in_none_of_their_documents_and_counts() {
    let site = site(EXCLUDES);
    let more = "categories: [news, other]\ntags: [t]\ncomments: [{message: hello}]";
    site.post("a.md", "Shown", "2024-05-01", more);
    site.post("b.md", "Nowhere", "2024-05-02", &format!("{more}\nfeed: no"));
    site.post(
        "c.md",
        "NoCategory",
        "2023-05-03",
        &format!("{more}\ninternal: memo"),
    );
    site.post(
        "d.md",
        "NoNews",
        "2022-05-04",
        "categories: [news, other]\ntags: [imported]",
    );
    site.post(
        "e.md",
        "NoSite",
        "2021-05-05",
        "categories: [news, other]\ntags: [quiet]",
    );
    let documents = site.build();
    for (path, document) in &documents {
        let has = |title: &str| text(document).contains(title);
        assert!(!has("Nowhere"), "{path}");
        assert!(!path.starts_with("/categories/") || !has("NoCategory"), "{path}");
        assert!(!path.starts_with("/categories/news/") || !has("NoNews"), "{path}");
        let is_site = path.matches('/').count() == 1;
        assert!(!is_site || !has("NoSite"), "{path}");
    }
    let output = site.run(&["list", "--json"]);
    let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let counts: Vec<String> = listing["feeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feed| {
            format!(
                "{}/{} {}",
                feed["kind"].as_str().unwrap(),
                feed["slug"].as_str().unwrap(),
                feed["posts"]
            )
        })
        .collect();
    for expected in [
        "site/ 3",
        "custom/all 4",
        "category/news 2",
        "category/other 3",
        "tag/t 2",
        "tag/quiet 1",
    ] {
        assert!(counts.iter().any(|own| own == expected), "{expected}: {counts:?}");
    }
    let titled = |title: &str| {
        let mut found: Vec<&str> = documents
            .iter()
            .filter(|(_, document)| xml::titles(text(document)).iter().any(|own| own == title))
            .map(|(path, _)| path.as_str())
            .filter(|path| path.ends_with("rss.xml"))
            .collect();
        found.sort_unstable();
        found
    };
    assert_eq!(titled("Nowhere"), [""; 0]);
}

#[test]
fn a_post_that_opts_in_and_out_comes_and_goes_as_in_a_fresh_process() {
    let site = site(EXCLUDES);
    let more = "categories: [news]\nauthors: [ada]\ncomments: [{message: hello}]";
    site.post("a.md", "A", "2024-05-01", more);
    site.write("authors/ada/_index.md", "---\ntitle: Ada\n---\n");
    let service = Service::start(&site);
    let titles = |path: &str| xml::titles(service.get(path).text());
    for (say, in_site, in_news) in [
        ("feed: no", 0, 0),
        ("feed: yes", 1, 1),
        ("internal: x", 1, 0),
        ("tags: [imported]", 1, 0),
        ("tags: [quiet]", 0, 1),
        ("internal: x\nlang: en", 1, 0),
    ] {
        site.post("a.md", "A", "2024-05-01", &format!("{more}\n{say}"));
        service.agrees_with_a_fresh_process(&site);
        assert_eq!(titles("/atom.xml").len(), in_site, "{say}");
        assert_eq!(titles("/categories/news/atom.xml").len(), in_news, "{say}");
    }
    // The author's own feed excludes the post, and its name changes in the others all the same.
    site.write("authors/ada/_index.md", "---\ntitle: Augusta\n---\n");
    service.agrees_with_a_fresh_process(&site);
    assert!(service.get("/atom.xml").text().contains("Augusta"));
}

#[test]
fn a_condition_that_holds_for_every_post_is_a_warning_and_one_for_none_a_note() {
    let site = site(
        "[feeds]\nexclude = { tag = 'gone' }\n[[feed]]\nname = 'all'\nmatch = { has = 'title' }\n\
                     [[feed]]\nname = 'none'\nexclude = { has_not = 'podcast' }\n",
    );
    site.post("a.md", "A", "2024-05-01", "");
    site.post("b.md", "B", "2024-05-02", "");
    let output = site.run(&["check"]);
    let said = text(&output.stdout);
    for expected in [
        "feeds.toml: warning: match of [[feed]] “all” holds for every post, so it chooses nothing [matches-all]",
        "feeds.toml: warning: exclude of [[feed]] “none” holds for every post, so nothing is left [matches-all]",
        "feeds.toml: note: exclude of [feeds] holds for no post, so nothing is left out [matches-none]",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    let service = Service::logged(site.path(), &[]);
    service.eventually("the log says so", || {
        let log = fs::read_to_string(site.path().join("log")).unwrap();
        log.contains("match of [[feed]] “all” holds for every post") && !log.contains("holds for no post")
    });
}

#[test]
fn a_field_that_the_owners_feeds_ask_for_means_what_they_say() {
    let site = site("[[feed]]\nname = \"main\"\nexclude = { rss = false }\n");
    site.post("in.md", "In", "2024-05-01", "");
    site.post("out.md", "Out", "2024-05-02", "rss: false");
    let service = Service::start(&site);
    let titles = |path: &str| xml::titles(service.get(path).text());
    assert_eq!(titles("/rss.xml"), ["Out", "In"], "it stands in every other feed");
    assert_eq!(titles("/feeds/main/rss.xml"), ["In"]);
}
