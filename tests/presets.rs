//! A site moves from another program without one reader noticing.

use std::fs;

use super::support::{Service, Site, xml};

/// A site with one post, whose feeds are where a program has them.
fn site(preset: &str) -> Site {
    let site = Site::new();
    let toml = fs::read_to_string(site.config()).unwrap();
    fs::write(
        site.config(),
        format!("{toml}\n[feeds]\npreset = \"{preset}\"\n[feeds.language]\nenabled = true\n"),
    )
    .unwrap();
    site.write(
        "news/a.md",
        "---\ntitle: A\ndate: 2024-05-31\ncategories: [river]\ntags: [town]\nauthors: [ada]\nlang: es\n---\n\nText.\n",
    );
    site
}

#[test]
fn every_default_feed_address_of_a_program_answers() {
    for (preset, addresses, former) in [
        (
            "hugo",
            &[
                "/index.xml",
                "/news/index.xml",
                "/categories/river/index.xml",
                "/tags/town/index.xml",
                "/authors/ada/index.xml",
            ][..],
            &["/es/index.xml", "/categories/index.xml", "/tags/index.xml"][..],
        ),
        (
            "jekyll",
            &["/feed.xml", "/feed/river.xml", "/feed/by_tag/town.xml"],
            &[],
        ),
        (
            "wordpress",
            &[
                "/feed/",
                "/feed/atom/",
                "/category/river/feed/",
                "/category/river/feed/atom/",
                "/tag/town/feed/",
                "/tag/town/feed/atom/",
                "/author/ada/feed/",
                "/author/ada/feed/atom/",
                "/feed/?withoutcomments=1",
            ],
            &[
                "/feed",
                "/category/river/feed",
                "/feed/rss/",
                "/feed/rss2/",
                "/feed/rdf/",
                "/category/river/feed/rss/",
                "/category/river/feed/rss2/",
                "/category/river/feed/rdf/",
                "/tag/town/feed/rss2/",
                "/author/ada/feed/rss2/",
            ],
        ),
        (
            "ghost",
            &["/rss/", "/tag/town/rss/", "/author/ada/rss/"],
            &["/rss", "/feed/", "/tag/town/rss"],
        ),
        (
            "pelican",
            &[
                "/feeds/all.atom.xml",
                "/feeds/all.rss.xml",
                "/feeds/river.atom.xml",
                "/feeds/river.rss.xml",
            ],
            &["/feeds/ada.atom.xml", "/feeds/all-es.atom.xml"],
        ),
        (
            "zola",
            &[
                "/atom.xml",
                "/rss.xml",
                "/news/atom.xml",
                "/categories/river/rss.xml",
                "/tags/town/atom.xml",
                "/authors/ada/atom.xml",
            ],
            &["/es/atom.xml"],
        ),
        ("eleventy", &["/feed.xml"], &["/feed/feed.xml"]),
        ("astro", &["/rss.xml"], &[]),
        (
            "docusaurus",
            &["/blog/rss.xml", "/blog/atom.xml", "/blog/feed.json"],
            &[],
        ),
    ] {
        let site = site(preset);
        let service = Service::start(&site);
        for address in addresses {
            let answer = service.get(address);
            assert_eq!(answer.status, 200, "{preset}: {address}");
            if address.contains("feed.json") {
                let feed: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                assert_eq!(feed["items"][0]["title"], "A");
            } else {
                assert_eq!(xml::titles(answer.text()), ["A"], "{preset}: {address}");
            }
        }
        for address in former {
            let answer = service.get(address);
            assert_eq!(answer.status, 301, "{preset}: {address}");
            let location = answer.header("location").unwrap();
            let path = location.strip_prefix("https://felix.example").unwrap_or(location);
            assert_eq!(service.get(path).status, 200, "{preset}: {address} to {location}");
        }
    }
}

#[test]
fn entries_keep_the_ids_that_the_program_gave_them() {
    for (preset, feed, id) in [
        ("hugo", "/index.xml", "https://felix.example/news/a/"),
        ("jekyll", "/feed.xml", "https://felix.example/news/a"),
        (
            "pelican",
            "/feeds/all.atom.xml",
            "tag:felix.example,2024-05-31:/news/a/",
        ),
    ] {
        let documents = site(preset).build();
        let text = String::from_utf8(documents[feed].clone()).unwrap();
        let document = xml::parse(&text);
        let entries = xml::entries(&document);
        let own = xml::child(&entries[0], "id").or_else(|| xml::child(&entries[0], "guid"));
        assert_eq!(own, Some(id), "{preset}");
    }
}

#[test]
fn a_feed_at_a_folder_is_a_file_that_a_static_host_serves() {
    let documents = site("wordpress").build();
    for file in [
        "/feed/index.html",
        "/feed/index.xml",
        "/category/river/feed/index.html",
    ] {
        assert!(documents.contains_key(file), "{file} in {:?}", documents.keys());
    }
}
