//! Feeds of the owner's own, and what feeds, kinds and scopes say of themselves.

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

/// Feeds by name, with what they say and the posts they hold of those of [`POSTS`].
const SELECTIONS: [(&str, &str, &str); 28] = [
    ("everything", "", "A B C D"),
    ("one-name", "match = { category = 'news' }", "A B D"),
    (
        "either-name",
        "match = { category = ['News', 'Opinión'] }",
        "A B C D",
    ),
    (
        "two-conditions",
        "match = { category = 'news', tag = 'sea' }",
        "A D",
    ),
    (
        "either-table",
        "match = [{ tag = 'sea' }, { category = 'opinion' }]",
        "A C D",
    ),
    ("author", "match = { author = 'Ada Lovelace' }", "B"),
    ("section", "match = { section = 'deep' }", "B C"),
    ("excluded", "exclude = { category = 'news' }", "C"),
    (
        "excluded-if-both",
        "exclude = { category = 'news', tag = 'sea' }",
        "B C",
    ),
    (
        "excluded-if-either",
        "exclude = [{ category = 'news' }, { tag = 'sky' }]",
        "C",
    ),
    ("flag", "match = { featured = true }", "A C"),
    ("no-flag", "match = { featured = false }", "B"),
    ("no-flag-out", "exclude = { featured = false }", "A C D"),
    ("has", "match = { has = 'rank' }", "C D"),
    ("has-either", "match = { has = ['Genre', 'extra.lead'] }", "B D"),
    ("has-not", "match = { has_not = ['genre', 'rank'] }", "A"),
    ("without", "exclude = { has_not = 'featured' }", "A B C"),
    ("text", "match = { Genre = 'Long Read' }", "B"),
    ("number", "match = { rank = 1 }", "C"),
    ("inner", "match = { extra.lead = true }", "D"),
    ("unknown-field", "match = { no-such-field = 'x' }", ""),
    ("after", "match = { after = 2024-05-02 }", "B C D"),
    ("before", "match = { before = '2024-05-02' }", "A"),
    (
        "day",
        "match = { after = 2024-05-02, before = 2024-05-03 }",
        "B C",
    ),
    ("german", "match = { language = 'de' }", "C D"),
    ("swiss", "match = { language = 'de-CH' }", "C"),
    (
        "german-news",
        "match = { language = 'de', category = 'news' }",
        "D",
    ),
    ("site-language", "match = { language = 'en' }", "A B"),
];

/// Posts by path, title, date and whatever else they say.
const POSTS: [(&str, &str, &str, &str); 4] = [
    (
        "a.md",
        "A",
        "2024-05-01",
        "categories: [news]\ntags: [sea]\nfeatured: true",
    ),
    (
        "deep/b.md",
        "B",
        "2024-05-02",
        "categories: [News]\nauthors: [ada-lovelace]\nfeatured: false\ngenre: [review, long read]",
    ),
    (
        "deep/in/c.md",
        "C",
        "2024-05-02T23:30:00+01:00",
        "categories: [opinion]\nlanguage: de-CH\nfeatured: yes\nrank: 1",
    ),
    (
        "d.md",
        "D",
        "2024-05-03",
        "categories: [news]\nlang: de\ntags: [Sea, sky]\nextra: {lead: true}\nrank: 10",
    ),
];

#[test]
fn a_feed_holds_what_matches_every_condition_and_is_not_excluded() {
    let mut config = FEEDS_TOML.replace("[site]", "[site]\nlanguage = 'en-GB'");
    for (name, conditions, _) in SELECTIONS {
        config.extend(["[[feed]]\nname = '", name, "'\n", conditions, "\n"]);
    }
    let site = Site::new();
    fs::write(site.config(), config).unwrap();
    for (path, title, date, more) in POSTS {
        site.post(path, title, date, more);
    }
    let documents = site.build();
    for (name, conditions, expected) in SELECTIONS {
        let mut titles = xml::titles(text(&documents[&format!("/feeds/{name}/rss.xml")]));
        titles.sort();
        assert_eq!(titles.join(" "), expected, "{name}: {conditions}");
    }
    assert!(text(&documents["/feeds/german/rss.xml"]).contains("<language>de</language>"));
    assert!(text(&documents["/feeds/flag/rss.xml"]).contains("<language>en-GB</language>"));
}

const FRONT_PAGE: &str = "
[[feed]]
name = 'front-page'
match = { featured = true }
exclude = { tag = 'imported' }
";

#[test]
fn a_post_that_starts_or_stops_matching_comes_and_goes_as_in_a_fresh_process() {
    let site = site(FRONT_PAGE);
    site.post("a.md", "A", "2024-05-01", "featured: true\ncategories: [news]");
    site.post("b.md", "B", "2024-05-02", "featured: false\ncategories: [news]");
    let service = Service::start(&site);
    let front = || xml::titles(service.get("/feeds/front-page/atom.xml").text());
    assert_eq!(front(), ["A"]);
    for (file, more, expected) in [
        ("b.md", "featured: true\ncategories: [news]", &["B", "A"][..]),
        ("b.md", "featured: true\ntags: [imported]", &["A"]),
        ("a.md", "categories: [news]", &[]),
        ("b.md", "featured: true", &["B"]),
        ("b.md", "featured: true\ndraft: true", &[]),
    ] {
        let (title, date) = if file == "a.md" {
            ("A", "2024-05-01")
        } else {
            ("B", "2024-05-02")
        };
        site.post(file, title, date, more);
        service.agrees_with_a_fresh_process(&site);
        assert_eq!(front(), expected, "{file}: {more}");
    }
}

#[test]
fn drafts_and_what_is_not_public_yet_are_in_no_feed_of_ones_own() {
    let site = site(FRONT_PAGE);
    site.post("a.md", "Secret", "2024-05-01", "featured: true\ndraft: true");
    site.post("b.md", "Secret", "2999-05-01", "featured: true");
    site.post(
        "c.md",
        "Secret",
        "2024-05-01",
        "featured: true\nexpiryDate: 2024-05-02",
    );
    let output = site.run(&["list", "--json"]);
    let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let front = &listing["feeds"][1];
    assert_eq!(
        (&front["kind"], &front["slug"]),
        (&"custom".into(), &"front-page".into())
    );
    assert_eq!(front["posts"], 0);
    let documents = site.build();
    assert!(xml::titles(text(&documents["/feeds/front-page/rss.xml"])).is_empty());
    assert!(
        documents
            .values()
            .all(|document| !text(document).contains("Secret"))
    );
}

#[test]
fn a_feed_of_ones_own_is_listed_and_counted_like_any_other() {
    let site = site(FRONT_PAGE);
    site.post("a.md", "A", "2024-05-01", "featured: true");
    let service = Service::start(&site);
    let index = service.get("/");
    assert!(
        index.text().contains("front-page (1 post)")
            && index
                .text()
                .contains("https://felix.example/feeds/front-page/rss.xml"),
        "{}",
        index.text()
    );
    let metrics = service.get("/metrics");
    assert!(
        !metrics.text().contains("front-page"),
        "a label is a kind, never a name"
    );
}

#[test]
fn titles_descriptions_images_and_paths_are_what_is_said_for_the_feed() {
    let site = site(
        r#"
        [feeds]
        title = "{title} | {site}"
        image = "/logo.png"
        [feeds.category]
        description = "Everything about {title}"
        [categories.news]
        title = "The News"
        path = "/news/{file}"
        formats = ["atom"]
        [categories.sport]
        title = "{site} {title}"
        description = "Goals & {site}"
        image = "https://cdn.example/sport.png"
        language = "fr"
        [categories.hidden]
        enabled = false
        [feeds.tag]
        enabled = false
        [tags.sea]
        enabled = true
        "#,
    );
    site.post(
        "a.md",
        "A",
        "2024-05-01",
        "categories: [news, sport, hidden]\ntags: [sea, sky]",
    );
    let documents = site.build();
    let paths: Vec<&str> = documents.keys().map(String::as_str).collect();
    for (path, is_there) in [
        ("/news/atom.xml", true),
        ("/news/rss.xml", false),
        ("/categories/news/atom.xml", false),
        ("/categories/hidden/rss.xml", false),
        ("/tags/sea/rss.xml", true),
        ("/tags/sky/rss.xml", false),
    ] {
        assert_eq!(paths.contains(&path), is_there, "{path} in {paths:?}");
    }
    let said = |path: &str, element: &str| {
        let document = xml::parse(text(&documents[path]));
        let found = document
            .descendants()
            .find(|node| node.tag_name().name() == element);
        found.and_then(|node| node.text()).map(str::to_owned)
    };
    for (path, element, expected) in [
        ("/rss.xml", "title", "Felix"),
        ("/rss.xml", "description", "The student newspaper"),
        ("/rss.xml", "url", "https://felix.example/logo.png"),
        ("/news/atom.xml", "title", "The News | Felix"),
        ("/news/atom.xml", "subtitle", "Everything about The News"),
        ("/news/atom.xml", "logo", "https://felix.example/logo.png"),
        ("/news/atom.xml", "icon", "https://felix.example/logo.png"),
        ("/categories/sport/rss.xml", "title", "Felix sport"),
        ("/categories/sport/rss.xml", "description", "Goals & Felix"),
        ("/categories/sport/rss.xml", "language", "fr"),
        (
            "/categories/sport/rss.xml",
            "url",
            "https://cdn.example/sport.png",
        ),
    ] {
        assert_eq!(
            said(path, element).as_deref(),
            Some(expected),
            "{element} in {path}"
        );
    }
    // The image has the title and the link of its channel.
    let document = xml::parse(text(&documents["/categories/sport/rss.xml"]));
    let channel = document.root_element().first_element_child().unwrap();
    let child = |node: roxmltree::Node<'_, '_>, name: &str| {
        let child = node.children().find(|child| child.has_tag_name(name)).unwrap();
        child.text().unwrap().to_owned()
    };
    let image = channel
        .children()
        .find(|node| node.has_tag_name("image"))
        .unwrap();
    for name in ["title", "link"] {
        assert_eq!(child(image, name), child(channel, name));
    }
}

#[test]
fn a_feed_in_the_order_of_changes_holds_what_changed_last() {
    let site = site(
        "[feeds.category]\norder = 'updated'\nlimit = 2\n\
         [[feed]]\nname = 'changes'\norder = 'updated'\nlimit = 2\n",
    );
    site.post(
        "a.md",
        "A",
        "2024-05-01",
        "categories: [news]\nlastmod: 2024-06-01",
    );
    site.post("b.md", "B", "2024-05-02", "categories: [news]");
    site.post("c.md", "C", "2024-05-03", "categories: [news]");
    let service = Service::start(&site);
    let titles = |path: &str| xml::titles(service.get(path).text());
    assert_eq!(titles("/rss.xml"), ["C", "B", "A"]);
    assert_eq!(titles("/feeds/changes/rss.xml"), ["A", "C"]);
    assert_eq!(titles("/categories/news/rss.xml"), ["A", "C"]);
    site.post(
        "b.md",
        "B",
        "2024-05-02",
        "categories: [news]\nlastmod: 2024-07-01",
    );
    service.agrees_with_a_fresh_process(&site);
    assert_eq!(titles("/categories/news/rss.xml"), ["B", "A"]);
    site.remove("b.md");
    service.agrees_with_a_fresh_process(&site);
    assert_eq!(titles("/feeds/changes/rss.xml"), ["A", "C"]);
}

#[test]
fn each_language_has_a_feed_where_they_are_asked_for() {
    let site = site("[feeds.language]\nenabled = true\n[languages.de]\ntitle = 'Deutsch'\n");
    site.post("a.md", "A", "2024-05-01", "language: de");
    site.post("b.md", "B", "2024-05-02", "language: fr");
    site.post("c.md", "C", "2024-05-03", "");
    let documents = site.build();
    let german = text(&documents["/languages/de/rss.xml"]);
    assert_eq!(xml::titles(german), ["A"]);
    assert!(german.contains("<title>Deutsch – Felix</title>"), "{german}");
    assert!(text(&documents["/languages/fr/rss.xml"]).contains("<language>fr</language>"));
    assert_eq!(
        documents
            .keys()
            .filter(|path| path.starts_with("/languages/"))
            .count(),
        6
    );
}

#[test]
fn an_author_without_a_feed_still_changes_their_name_everywhere() {
    let site = site("[feeds.author]\nenabled = false\n");
    site.post("a.md", "A", "2024-05-01", "authors: [ada]\ncategories: [news]");
    let service = Service::start(&site);
    site.write("authors/ada/_index.md", "---\nname: Ada Lovelace\n---\n");
    service.eventually("the name is there", || {
        service
            .get("/categories/news/atom.xml")
            .text()
            .contains("Ada Lovelace")
    });
    service.agrees_with_a_fresh_process(&site);
}
