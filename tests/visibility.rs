//! What a site keeps back stays back, by the rules of its generator, and shows in nothing that leaves the
//! program.

use std::fs;
use std::path::PathBuf;

use super::support::{Service, Site, xml};

/// A word in the title, the text and the names of whatever is kept back.
const SECRET: &str = "Verschlusssache";

/// A site of a generator, with its configuration.
fn site(generator: &[(&str, &str)]) -> Site {
    let site = Site::new();
    for (path, text) in generator {
        fs::write(site.path().join(path), text).unwrap();
    }
    site
}

fn dialect(name: &str) -> Site {
    let site = Site::new();
    let config = fs::read_to_string(site.config()).unwrap();
    fs::write(
        site.config(),
        format!("{config}\n[content]\ndialect = \"{name}\"\n"),
    )
    .unwrap();
    site
}

fn titles(site: &Site) -> Vec<String> {
    let mut titles = xml::titles(std::str::from_utf8(&site.build()["/rss.xml"]).unwrap());
    titles.sort();
    titles
}

fn check(site: &Site) -> String {
    String::from_utf8(site.run(&["check"]).stdout).unwrap()
}

/// A service, and the file that its log is in.
fn logged(site: &Site) -> (Service, PathBuf) {
    let log = site.path().join("log");
    let script = format!(
        "exec \"$0\" serve --listen 127.0.0.1:0 --config '{}' > >(tee '{}') 2>&1",
        site.config().display(),
        log.display()
    );
    let service = Service::start_in(&["bash", "-c", &script]);
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    (service, log)
}

/// Posts of which none is for the public, on a site of a dialect.
fn keep_back(site: &Site, marks: &[&str]) {
    for (number, mark) in marks.iter().enumerate() {
        site.write(
            &format!("{number}.md"),
            format!(
                "---\ntitle: {SECRET} {number}\ndate: 2024-05-0{}\ntags: [{SECRET}, open]\ncategories: [{SECRET}]\n\
                 authors: [{SECRET}]\n{mark}\n---\n\n{SECRET} in the text.\n",
                number % 9 + 1
            ),
        );
    }
}

#[test]
fn what_is_kept_back_stands_in_no_document_page_metric_log_or_list() {
    let cases: [(&str, &[&str]); 6] = [
        (
            "hugo",
            &[
                "draft: true",
                "published: false",
                "headless: true",
                "build: {list: never}",
                "_build: {list: local}",
                "publishDate: 2999-01-01",
                "pubDate: 2999-01-01",
                "unpublishdate: 2020-01-01",
                "draft: perhaps",
                "exclude_from_feed: true",
            ],
        ),
        (
            "zola",
            &[
                "draft: true",
                "render: false",
                "include_in_feeds: false",
                "Draft: true",
            ],
        ),
        (
            "pelican",
            &[
                "status: draft",
                "status: hidden",
                "status: skip",
                "status: unknown",
            ],
        ),
        (
            "eleventy",
            &[
                "draft: true",
                "permalink: false",
                "eleventyExcludeFromCollections: true",
                "private: true",
            ],
        ),
        (
            "astro",
            &["draft: true", "pubDate: 2999-01-01", "expires: 2020-01-01"],
        ),
        ("docusaurus", &["draft: true", "unlisted: true"]),
    ];
    for (name, marks) in cases {
        let site = dialect(name);
        site.post("open.md", "Open", "2024-05-01", "tags: [open]");
        keep_back(&site, marks);
        assert_eq!(titles(&site), ["Open"], "{name}");
        for (path, document) in site.build() {
            let text = String::from_utf8_lossy(&document).to_lowercase();
            let secret = SECRET.to_lowercase();
            assert!(
                !path.contains(&secret) && !text.contains(&secret),
                "{name}: {path}"
            );
        }
        let mut printed = check(&site);
        for arguments in [
            &["list"][..],
            &["list", "--json"],
            &["list", "--posts"],
            &["list", "--posts", "--json"],
        ] {
            printed += &String::from_utf8(site.run(arguments).stdout).unwrap();
        }
        let (service, log) = logged(&site);
        for path in [
            "/metrics",
            "/",
            "/feeds.opml",
            "/atom.xml",
            "/feed.json",
            "/readyz",
            "/tags/open/rss.xml",
        ] {
            printed += service.get(path).text();
        }
        // Addresses that would be there if it were public.
        for path in [
            "/tags/verschlusssache/rss.xml",
            "/categories/verschlusssache/rss.xml",
            "/authors/verschlusssache/rss.xml",
        ] {
            assert_eq!(service.get(path).status, 404, "{name}: {path}");
        }
        drop(service);
        printed += &fs::read_to_string(log).unwrap();
        assert!(printed.contains("newswire::watch::publisher: ready"), "{printed}");
        assert!(!printed.contains(SECRET), "{name}: {printed}");
    }
}

#[test]
fn the_dates_of_hugo_are_read_by_its_names_and_the_sites_own() {
    let hugo = site(&[("hugo.toml", "title = 'H'\n")]);
    for (file, title, fields) in [
        (
            "a.md",
            "shown from 10 February",
            "date: 2024-02-02\npublishDate: 2024-02-10T08:00:00+01:00",
        ),
        (
            "b.md",
            "shown though dated ahead",
            "date: 2999-01-01\npublishDate: 2024-02-09",
        ),
        ("c.md", "lastmod alone", "lastmod: 2024-01-02"),
        ("d.md", "modified alone", "modified: 2024-01-03"),
        (
            "e.md",
            "published is a date",
            "date: 2024-01-01\npublished: 2024-01-04",
        ),
        ("f.md", "pubdate ahead", "date: 2024-01-01\nPubDate: 2999-01-01"),
        (
            "g.md",
            "published ahead",
            "date: 2024-01-01\npublished: 2999-01-01",
        ),
        (
            "h.md",
            "unpublished by date",
            "date: 2024-01-01\nunpublishDate: 2020-01-01",
        ),
        ("i.md", "no date in an alias", "date: 2024-01-01\npubdate: soon"),
        ("j.md", "lastmod ahead alone", "lastmod: 2999-01-01"),
    ] {
        hugo.write(file, format!("---\ntitle: {title}\n{fields}\n---\n\nText.\n"));
    }
    assert_eq!(
        titles(&hugo),
        [
            "lastmod alone",
            "modified alone",
            "no date in an alias",
            "published is a date",
            "shown from 10 February",
            "shown though dated ahead",
        ]
    );
    let built = hugo.build();
    let rss = std::str::from_utf8(&built["/rss.xml"]).unwrap();
    for date in [
        "Sat, 10 Feb 2024 08:00:00 +0100",
        "Fri, 09 Feb 2024",
        "Thu, 04 Jan 2024",
    ] {
        assert!(rss.contains(date), "{rss}");
    }

    let own = site(&[(
        "hugo.toml",
        "[frontmatter]\ndate = ['written', ':filename', ':default']\npublishDate = ['embargo', ':default']\n\
         expiryDate = ['gone', ':fileModTime']\n",
    )]);
    for (file, title, fields) in [
        ("a.md", "own date", "written: 2024-01-01"),
        ("b.md", "embargo ahead", "date: 2024-01-01\nembargo: 2999-01-01"),
        ("c.md", "gone by", "date: 2024-01-01\ngone: 2020-01-01"),
        (
            "d.md",
            "expiryDate is not asked",
            "date: 2024-01-01\nexpiryDate: 2020-01-01",
        ),
        ("2024-05-06-of-the-file.md", "date of the name", ""),
    ] {
        own.write(file, format!("---\ntitle: {title}\n{fields}\n---\n\nText.\n"));
    }
    assert_eq!(
        titles(&own),
        ["date of the name", "expiryDate is not asked", "own date"]
    );
    let built = own.build();
    let rss = std::str::from_utf8(&built["/rss.xml"]).unwrap();
    assert!(
        rss.contains("<link>https://felix.example/of-the-file/</link>"),
        "{rss}"
    );
    assert!(
        check(&own).contains("“:filemodtime” is not in the posts"),
        "{}",
        check(&own)
    );
}

#[test]
fn a_date_ahead_waits_and_an_expired_one_goes_in_every_dialect() {
    for name in ["hugo", "zola", "pelican", "eleventy", "astro", "docusaurus"] {
        let site = dialect(name);
        site.post("a.md", "open", "2024-01-01", "");
        site.post("b.md", "ahead", "2999-01-01", "");
        site.post("c.md", "published later", "2024-01-01", "publishDate: 2999-01-01");
        site.post("d.md", "gone by", "2024-01-01", "expiryDate: 2020-01-01");
        assert_eq!(titles(&site), ["open"], "{name}");
        let is_own = ["hugo", "eleventy", "astro"].contains(&name);
        assert_eq!(
            check(&site).matches("is no key of").count(),
            if is_own { 0 } else { 2 },
            "{name}"
        );
    }
}

#[test]
fn what_a_configuration_builds_all_the_same_is_named_and_kept_back() {
    let hugo = site(&[(
        "hugo.toml",
        "title = 'H'\nbuildDrafts = true\nbuildFuture = true\nbuildExpired = true\n",
    )]);
    let jekyll = site(&[(
        "_config.yml",
        "title: J\nsource: content\nshow_drafts: true\nfuture: true\nunpublished: true\n",
    )]);
    for (site, folder) in [(&hugo, ""), (&jekyll, "_posts/2024-01-0")] {
        site.post(&format!("{folder}1-a.md"), "open", "2024-01-01", "");
        site.post(&format!("{folder}2-b.md"), "draft", "2024-01-02", "draft: true");
        site.post(
            &format!("{folder}3-c.md"),
            "unpublished",
            "2024-01-03",
            "published: false",
        );
        site.post(&format!("{folder}4-d.md"), "ahead", "2999-01-04", "");
        assert_eq!(titles(site), ["open"]);
    }
    for (site, keys) in [
        (&hugo, ["buildDrafts", "buildFuture", "buildExpired"]),
        (&jekyll, ["show_drafts", "future", "unpublished"]),
    ] {
        let printed = check(site);
        for key in keys {
            assert!(printed.contains(&format!("{key}: ")), "{printed}");
        }
    }
}

#[test]
fn folders_of_drafts_and_hidden_files_are_no_posts() {
    for (name, hides) in [
        ("hugo", false),
        ("zola", false),
        ("jekyll", true),
        ("astro", true),
        ("docusaurus", true),
        ("eleventy", false),
    ] {
        let site = dialect(name);
        let folder = if name == "jekyll" { "_posts/" } else { "" };
        site.post(&format!("{folder}2024-01-01-open.md"), "open", "2024-01-01", "");
        site.post("_drafts/2024-01-02-a.md", "in drafts", "2024-01-02", "");
        site.post(
            &format!("{folder}_parts/2024-01-03-b.md"),
            "in a part",
            "2024-01-03",
            "",
        );
        site.post(&format!("{folder}_c.md"), "a part", "2024-01-04", "");
        let expected: &[&str] = if hides {
            &["open"]
        } else {
            &["a part", "in a part", "open"]
        };
        assert_eq!(titles(&site), expected, "{name}");
    }
}
#[test]
fn a_key_in_doubt_is_a_line_in_the_log_and_its_post_goes_when_the_file_breaks() {
    let site = dialect("zola");
    site.post("a.md", "Open", "2024-05-01", "");
    site.post("b.md", "Other", "2024-05-02", "drfat: true");
    assert_eq!(titles(&site), ["Open", "Other"]);
    assert!(
        check(&site).contains("b.md:4:1: warning: “drfat” is nearly “draft”"),
        "{}",
        check(&site)
    );
    let (service, log) = logged(&site);
    service.eventually("the slip is in the log", || {
        fs::read_to_string(&log)
            .unwrap()
            .contains("“drfat” is nearly “draft”")
    });
    let shown = || xml::titles(service.get("/rss.xml").text());
    assert_eq!(shown(), ["Other", "Open"]);
    site.write("b.md", "---\ntitle: Other: broken\ndate: 2024-05-02\n---\n");
    site.write(
        "a.md",
        "---\ntitle: Open: broken\ndate: 2024-05-01\nrender: false\n---\n",
    );
    service.eventually("the hidden one is gone", || shown() == ["Other"]);
}
