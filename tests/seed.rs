//! An article of the newspaper that Newswire began with, as it stood there.

use super::support::{Service, Site, xml};

/// In the shape of a real article of 2011: folded titles that end in a newline, keys without values,
/// curly quotes, a zone in the date, an author who has no record here.
const ARTICLE: &str = r#"---
title: >
  New academic health science partnership
subtitle: >
  Hospitals and institutions set to improve local healthcare
date: "2011-12-01 22:17:59 +0000"
image: "http://felixonline.example/img/upload/201112012217-felix-imperial medicine.jpg"
image_caption: "Professor Darzi is a key figure in the partnership’s development "
headline: true
featured: true
imported: true
aliases:
 - /news/1901/new-academic-health-science-partnership
comments:
categories:
 - news
tags:
 - imported
 - image
authors:
 - skd09
highlights:
---

The college is establishing ties with [eleven trusts](/trusts/).

He said, “The partners face many common challenges but have one unifying goal.”
"#;

fn serve() -> (Site, Service) {
    let site = Site::new();
    site.write("2011-12-01-new-academic-health-science-partnership.md", ARTICLE);
    let service = Service::start(&site);
    (site, service)
}

#[test]
fn the_article_is_in_the_rss_of_site_and_author_with_every_field_intact() {
    let (_site, service) = serve();
    for path in [
        "/rss.xml",
        "/categories/news/rss.xml",
        "/authors/skd09/rss.xml",
        "/tags/imported/rss.xml",
    ] {
        let answer = service.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/rss+xml; charset=utf-8")
        );
        let document = xml::parse(answer.text());
        let items = xml::entries(&document);
        assert_eq!(items.len(), 1);
        let child = |name| xml::child(&items[0], name).unwrap();
        assert_eq!(child("title"), "New academic health science partnership");
        assert_eq!(child("pubDate"), "Thu, 01 Dec 2011 22:17:59 +0000");
        assert_eq!(
            child("guid"),
            "tag:felix.example,2007:/news/1901/new-academic-health-science-partnership"
        );
        assert_eq!(child("creator"), "skd09");
        assert_eq!(
            child("description"),
            "Hospitals and institutions set to improve local healthcare"
        );
        assert!(child("encoded").contains("He said, “The partners face"));
        assert!(child("encoded").contains("<a href=\"https://felix.example/trusts/\">eleven trusts</a>"));
        let media = items[0]
            .children()
            .find(|node| node.tag_name().name() == "content")
            .unwrap();
        assert_eq!(
            media.attribute("url"),
            Some("http://felixonline.example/img/upload/201112012217-felix-imperial%20medicine.jpg")
        );
        assert_eq!(media.attribute("type"), Some("image/jpeg"));
        assert_eq!(
            xml::child(&media, "title"),
            Some("Professor Darzi is a key figure in the partnership’s development")
        );
    }
}

#[test]
fn the_article_is_in_the_atom_of_its_category() {
    let (_site, service) = serve();
    let answer = service.get("/categories/news/atom.xml");
    assert_eq!(
        answer.header("content-type"),
        Some("application/atom+xml; charset=utf-8")
    );
    let document = xml::parse(answer.text());
    let entry = xml::entries(&document)[0];
    let child = |name| xml::child(&entry, name).unwrap();
    assert_eq!(child("title"), "New academic health science partnership");
    assert_eq!(
        child("id"),
        "tag:felix.example,2007:/news/1901/new-academic-health-science-partnership"
    );
    assert_eq!(child("published"), "2011-12-01T22:17:59+00:00");
    assert_eq!(child("updated"), "2011-12-01T22:17:59+00:00");
    let link = entry
        .children()
        .find(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "link")))
        .unwrap();
    assert_eq!(
        link.attribute("href"),
        Some("https://felix.example/2011-12-01-new-academic-health-science-partnership/")
    );
    let own = document
        .root_element()
        .children()
        .find(|node| node.attribute("rel") == Some("self"))
        .and_then(|node| node.attribute("href"));
    assert_eq!(own, Some("https://felix.example/categories/news/atom.xml"));
}
