//! What the documents say.

use serde_json::Value;

use super::support::{Service, Site, xml};

fn text(documents: &std::collections::BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(documents[path].clone()).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A post with everything a post can say.
const RICH: &str = r#"---
title: Rich
date: 2024-05-01 10:00
lastmod: 2024-05-02 10:00
summary: In short.
lang: fr
authors:
  - {name: Ada, url: "https://ada.example/", email: ada@felix.example}
  - bo
translator: Cy
editor: {name: Di}
rights: © Ada
canonical_url: https://elsewhere.example/rich/
categories: [News]
image: {url: "/a b.jpg", alt: A bridge, caption: At dawn, credit: Bo, width: 640, height: 480}
gallery: ["/2.jpg"]
audio: {url: /talk.mp3, length: 1234, duration: "1:00"}
comments: [{value: "First<br>one <script>x</script>"}, {value: Second, name: Eve}]
---

Text. ![In the text](/3.png)
"#;

fn rich() -> Site {
    let site = Site::new();
    site.write("rich.md", RICH);
    site
}

#[test]
fn a_json_feed_says_what_rss_and_atom_say() {
    let site = rich();
    let documents = site.build();
    let feed = json(&text(&documents, "/categories/news/feed.json"));
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["title"], "News – Felix");
    assert_eq!(
        feed["feed_url"],
        "https://felix.example/categories/news/feed.json"
    );
    let item = &feed["items"][0];
    let atom = text(&documents, "/atom.xml");
    let atom = xml::parse(&atom);
    let entry = xml::entries(&atom)[0];
    assert_eq!(item["id"], xml::child(&entry, "id").unwrap());
    assert_eq!(item["url"], "https://felix.example/rich/");
    assert_eq!(item["content_html"], xml::child(&entry, "content").unwrap());
    assert_eq!(item["summary"], "In short.");
    assert_eq!(item["image"], "https://felix.example/a%20b.jpg");
    assert_eq!(item["date_published"], "2024-05-01T10:00:00+01:00");
    assert_eq!(item["date_modified"], "2024-05-02T10:00:00+01:00");
    assert_eq!(item["authors"][0]["url"], "https://ada.example/");
    assert_eq!(item["authors"][1]["name"], "bo");
    assert_eq!(item["tags"][0], "News");
    assert_eq!(item["language"], "fr");
    assert_eq!(item["attachments"][0]["mime_type"], "audio/mpeg");
    assert_eq!(item["attachments"][0]["duration_in_seconds"], 60);
}

#[test]
fn an_entry_names_everybody_its_rights_its_source_and_its_language() {
    let documents = rich().build();
    let (rss, atom) = (text(&documents, "/rss.xml"), text(&documents, "/atom.xml"));
    let (rss, atom) = (xml::parse(&rss), xml::parse(&atom));
    let (item, entry) = (xml::entries(&rss)[0], xml::entries(&atom)[0]);
    let all = |node: &roxmltree::Node<'_, '_>, name: &str| -> Vec<String> {
        node.children()
            .filter(|child| child.tag_name().name() == name)
            .map(|child| child.text().unwrap_or("").to_owned())
            .collect()
    };
    assert_eq!(all(&item, "creator"), ["Ada", "bo"]);
    assert_eq!(all(&item, "contributor"), ["Cy", "Di"]);
    assert_eq!(all(&item, "rights"), ["© Ada"]);
    assert_eq!(all(&item, "language"), ["fr"]);
    assert_eq!(all(&item, "updated"), ["2024-05-02T10:00:00+01:00"]);
    assert_eq!(all(&entry, "rights"), ["© Ada"]);
    assert_eq!(all(&entry, "contributor").len(), 2);
    for node in [&item, &entry] {
        let href = |rel: &str| {
            node.children()
                .find(|child| child.attribute("rel") == Some(rel))
                .and_then(|child| child.attribute("href"))
        };
        assert_eq!(href("via"), Some("https://elsewhere.example/rich/"));
        assert_eq!(
            href("replies"),
            Some("https://felix.example/comments/rich/atom.xml")
        );
        assert_eq!(xml::child(node, "total"), Some("2"));
    }
    let title = entry
        .children()
        .find(|child| child.has_tag_name(("http://www.w3.org/2005/Atom", "title")));
    let language = title
        .unwrap()
        .attribute(("http://www.w3.org/XML/1998/namespace", "lang"));
    assert_eq!(language, Some("fr"));
}

#[test]
fn every_file_of_a_post_is_media_and_the_sound_is_its_one_enclosure() {
    let documents = rich().build();
    for path in ["/rss.xml", "/atom.xml"] {
        let document = text(&documents, path);
        let document = xml::parse(&document);
        let entry = xml::entries(&document)[0];
        let media = |name: &'static str| {
            entry
                .children()
                .filter(move |child| child.has_tag_name(("http://search.yahoo.com/mrss/", name)))
        };
        let urls: Vec<_> = media("content")
            .map(|file| file.attribute("url").unwrap())
            .collect();
        let expected =
            ["a%20b.jpg", "2.jpg", "talk.mp3", "3.png"].map(|file| format!("https://felix.example/{file}"));
        assert_eq!(urls, expected, "{path}");
        let first = media("content").next().unwrap();
        assert_eq!(first.attribute("width"), Some("640"));
        assert_eq!(xml::child(&first, "description"), Some("A bridge"));
        assert_eq!(xml::child(&first, "title"), Some("At dawn"));
        assert_eq!(xml::child(&first, "credit"), Some("Bo"));
        assert_eq!(media("thumbnail").count(), 1);
        let enclosures: Vec<_> = entry
            .children()
            .filter(|child| child.has_tag_name("enclosure") || child.attribute("rel") == Some("enclosure"))
            .collect();
        assert_eq!(enclosures.len(), 1);
        assert_eq!(enclosures[0].attribute("type"), Some("audio/mpeg"));
        assert_eq!(enclosures[0].attribute("length"), Some("1234"));
    }
}

#[test]
fn comments_have_a_feed_of_their_own_that_is_served_polled_and_gone_with_its_post() {
    let site = rich();
    let service = Service::start(&site);
    let answer = service.get("/comments/rich/atom.xml");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("application/atom+xml; charset=utf-8")
    );
    assert_eq!(xml::titles(answer.text()), ["Second", "First one"]);
    assert!(!answer.text().contains("script"));
    let document = xml::parse(answer.text());
    let entry = xml::entries(&document)[0];
    assert_eq!(
        xml::child(&entry, "id"),
        Some("tag:felix.example,2007:/rich/#comment-2")
    );
    let reply = entry
        .children()
        .find(|child| child.tag_name().name() == "in-reply-to")
        .unwrap();
    assert_eq!(reply.attribute("ref"), Some("tag:felix.example,2007:/rich/"));
    let tag = answer.header("etag").unwrap();
    let again = service.get_with("/comments/rich/atom.xml", &[("if-none-match", tag)]);
    assert_eq!(again.status, 304);
    service.agrees_with_a_fresh_process(&site);
    site.write("rich.md", RICH.replace("Second", "Third"));
    service.agrees_with_a_fresh_process(&site);
    // An empty directory would be held for an accident.
    site.post("other.md", "Other", "2024-05-01", "");
    site.remove("rich.md");
    service.eventually("the comments are gone with their post", || {
        service.get("/comments/rich/atom.xml").status == 404
    });
}

#[test]
fn all_feeds_are_in_one_list_and_an_emptied_one_leaves_it() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [news]");
    site.post("b.md", "B", "2024-05-01", "categories: [sport]");
    let service = Service::start(&site);
    let list = || service.get("/feeds.opml");
    assert_eq!(list().header("content-type"), Some("text/x-opml; charset=utf-8"));
    assert_eq!(
        xml::titles(list().text()),
        ["Felix", "news – Felix", "sport – Felix"]
    );
    let before = list();
    site.post("c.md", "C", "2024-05-02", "categories: [news]");
    service.eventually("the post is there", || {
        xml::titles(service.get("/rss.xml").text()).len() == 3
    });
    assert_eq!(
        list().header("etag"),
        before.header("etag"),
        "a post changes nothing in it"
    );
    site.post("b.md", "B", "2024-05-01", "categories: [sport]\ndraft: true");
    service.eventually("the emptied feed has left", || {
        xml::titles(list().text()) == ["Felix", "news – Felix"]
    });
    assert_ne!(list().header("etag"), before.header("etag"));
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn readers_are_told_one_period_everywhere() {
    let site = Site::new();
    for day in 1..=9 {
        site.post(&format!("{day}.md"), "A", &format!("2024-05-01 0{day}:00"), "");
    }
    let service = Service::start(&site);
    let rss = || service.get("/rss.xml");
    let told = |answer: &super::support::service::Answer| {
        let document = xml::parse(answer.text());
        let channel = document.root_element().first_element_child().unwrap();
        let child = |name| xml::child(&channel, name).unwrap().to_owned();
        (child("ttl"), child("updatePeriod"), child("updateFrequency"))
    };
    let words = |one: &str, two: &str, three: &str| (one.to_owned(), two.to_owned(), three.to_owned());
    assert_eq!(told(&rss()), words("30", "hourly", "2"));
    drop(service);
    let toml = std::fs::read_to_string(site.config()).unwrap();
    std::fs::write(site.config(), format!("{toml}\n[feeds]\npoll = \"5m\"\n")).unwrap();
    let service = Service::start(&site);
    let answer = service.get("/rss.xml");
    assert_eq!(told(&answer), words("5", "hourly", "12"));
    let cache = answer.header("cache-control").unwrap();
    assert!(cache.contains("max-age=300"), "{cache}");
}

#[test]
fn a_podcast_says_what_apps_ask_for() {
    let site = rich();
    let toml = std::fs::read_to_string(site.config()).unwrap();
    let podcast = "[categories.news]\npodcast = true\n[podcast]\ncategory = \"News > Politics\"\nemail = \"a@felix.example\"\nimage = \"/cover.jpg\"\n";
    std::fs::write(site.config(), format!("{toml}\n{podcast}")).unwrap();
    let documents = site.build();
    assert!(!text(&documents, "/rss.xml").contains("itunes"));
    let rss = text(&documents, "/categories/news/rss.xml");
    for told in [
        "<itunes:category text=\"News\"><itunes:category text=\"Politics\">",
        "<itunes:image href=\"https://felix.example/cover.jpg\">",
        "<itunes:email>a@felix.example</itunes:email>",
        "<itunes:duration>60</itunes:duration>",
        "<podcast:person href=\"https://ada.example/\">Ada</podcast:person>",
    ] {
        assert!(rss.contains(told), "{told}\n{rss}");
    }
    xml::parse(&rss);
}

#[test]
fn an_item_without_a_summary_carries_its_whole_in_the_description() {
    let site = Site::new();
    site.write(
        "film.md",
        "---\ntitle: Film\ndate: 2024-05-01\n---\n\n<video src=\"/film.mp4\"></video>\n",
    );
    site.write(
        "note.md",
        "---\ntitle: Note\ndate: 2024-04-01\n---\n\nIt isn&8217;t long.\n",
    );
    let rss = text(&site.build(), "/rss.xml");
    let rss = xml::parse(&rss);
    let items = xml::entries(&rss);
    let texts = |item| {
        (
            xml::child(item, "description").unwrap(),
            xml::child(item, "encoded"),
        )
    };
    let (whole, content) = texts(&items[0]);
    assert!(whole.contains("film.mp4\""), "{whole}");
    assert_eq!(content, None);
    let (summary, content) = texts(&items[1]);
    assert_eq!(summary, "It isn’t long.");
    assert_eq!(content.unwrap().trim(), "<p>It isn&amp;8217;t long.</p>");
}
