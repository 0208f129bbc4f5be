//! A site of each dialect, as its own generator has it, is served without a line of configuration.

use std::collections::BTreeMap;
use std::path::Path;

use super::support::{newswire, xml};

struct Built {
    documents: BTreeMap<String, Vec<u8>>,
    findings: Vec<String>,
}

fn built(dialect: &str) -> Built {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(dialect);
    let out = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| newswire().current_dir(&root).args(arguments).output().unwrap();
    let output = run(&["build", "--out", out.path().to_str().unwrap()]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut documents = BTreeMap::new();
    collect(out.path(), "", &mut documents);
    let check = run(&["check", "--json"]);
    let findings = String::from_utf8(check.stdout).unwrap();
    Built {
        documents,
        findings: findings.lines().map(str::to_owned).collect(),
    }
}

fn collect(folder: &Path, path: &str, documents: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &path, documents);
        } else {
            documents.insert(path, std::fs::read(entry.path()).unwrap());
        }
    }
}

impl Built {
    fn text(&self, path: &str) -> &str {
        std::str::from_utf8(&self.documents[path]).unwrap()
    }

    /// Title, link and authors of each entry of the site's Atom feed.
    fn entries(&self) -> Vec<(String, String, Vec<String>)> {
        let document = xml::parse(self.text("/atom.xml"));
        xml::entries(&document)
            .iter()
            .map(|entry| {
                let link = entry
                    .children()
                    .find(|node| {
                        node.tag_name().name() == "link" && node.attribute("rel") != Some("enclosure")
                    })
                    .and_then(|node| node.attribute("href"));
                let authors = entry.children().filter(|node| node.tag_name().name() == "author");
                (
                    xml::child(entry, "title").unwrap().to_owned(),
                    link.unwrap().to_owned(),
                    authors
                        .map(|author| xml::child(&author, "name").unwrap().to_owned())
                        .collect(),
                )
            })
            .collect()
    }

    fn assert_entries(&self, expected: &[(&str, &str, &[&str])]) {
        let entries = self.entries();
        let found: Vec<(&str, &str, Vec<&str>)> = entries
            .iter()
            .map(|(title, link, authors)| {
                (
                    title.as_str(),
                    link.as_str(),
                    authors.iter().map(String::as_str).collect(),
                )
            })
            .collect();
        let expected: Vec<(&str, &str, Vec<&str>)> = expected
            .iter()
            .map(|(title, link, authors)| (*title, *link, authors.to_vec()))
            .collect();
        assert_eq!(found, expected, "{:#?}", self.findings);
        for (path, document) in &self.documents {
            assert!(!String::from_utf8_lossy(document).contains("Secret"), "{path}");
        }
    }

    fn has_finding(&self, code: &str) -> bool {
        self.findings
            .iter()
            .any(|line| line.contains(&format!("\"{code}\"")))
    }
}

#[test]
fn a_hugo_site_is_served_as_it_is() {
    let site = built("hugo");
    site.assert_entries(&[
        (
            "The Boat Comes In",
            "https://lantern.example/2024/07/the-boat-comes-in/",
            &["Ada Marsh"],
        ),
        ("A Bridge", "https://lantern.example/stories/bridge/", &[]),
        ("El puerto", "https://lantern.example/es/stories/harbour/", &[]),
        ("The Harbour", "https://lantern.example/stories/harbour/", &[]),
    ]);
    let text = site.text("/atom.xml");
    assert!(
        text.contains("https://lantern.example/stories/bridge/#plans"),
        "{text}"
    );
    assert!(
        text.contains("https://lantern.example/stories/harbour/pier.jpg"),
        "{text}"
    );
    assert!(text.contains("2024-07-05T09:00:00+01:00"), "{text}");
}

#[test]
fn a_jekyll_site_is_served_as_it_is() {
    let site = built("jekyll");
    let at = "https://lantern.example/paper";
    site.assert_entries(&[
        (
            "The Race",
            &format!("{at}/sport/2024/07/05/the-race.html"),
            &["The Lantern Staff"],
        ),
        (
            "A Bridge",
            &format!("{at}/river/town/2024/06/01/a-bridge.html"),
            &["Ada Marsh"],
        ),
        ("Old Page", &format!("{at}/old/old/"), &["The Lantern Staff"]),
    ]);
    let text = site.text("/atom.xml");
    assert!(
        text.contains("puts \"{{ not.code }}\"") || text.contains("{{ not.code }}"),
        "{text}"
    );
    assert!(text.contains("https://lantern.example/paper/plan.png"), "{text}");
    assert!(text.contains("river/town/2024/06/01/a-bridge.html"), "{text}");
    assert!(text.contains("{{ kept }}"), "{text}");
    assert!(
        !text.contains(".wide") && !text.contains("&lt;pre&gt;&lt;code&gt;&amp;lt;b"),
        "{text}"
    );
    assert!(site.documents.contains_key("/categories/town/atom.xml"));
    assert!(site.documents.contains_key("/tags/race/atom.xml"));
    assert!(site.has_finding("not-a-post"), "{:?}", site.findings);
}

#[test]
fn a_zola_site_is_served_as_it_is() {
    let site = built("zola");
    site.assert_entries(&[
        (
            "The Race",
            "https://lantern.example/2024/07/05/the-race/",
            &["Ada Marsh", "Ben Cole"],
        ),
        (
            "A Bridge",
            "https://lantern.example/blog/a-bridge/",
            &["Ada Marsh"],
        ),
        ("The Harbour", "https://lantern.example/blog/bundle/", &[]),
    ]);
    let text = site.text("/atom.xml");
    assert!(
        text.contains("https://lantern.example/blog/bundle/#top"),
        "{text}"
    );
    assert!(site.documents.contains_key("/categories/river/atom.xml"));
    assert!(site.documents.contains_key("/tags/town/atom.xml"));
}

#[test]
fn a_pelican_site_is_served_as_it_is() {
    let site = built("pelican");
    site.assert_entries(&[
        (
            "The Race",
            "https://lantern.example/posts/2024/Jul/race-day/",
            &["The Lantern Staff"],
        ),
        (
            "A Bridge: Plans & Costs",
            "https://lantern.example/posts/2024/Jun/a-bridge-plans-costs/",
            &["Marsh, Ada", "Ben Cole"],
        ),
    ]);
    let text = site.text("/atom.xml");
    assert!(text.contains("https://lantern.example/images/plan.png"), "{text}");
    assert!(
        text.matches("https://lantern.example/posts/2024/Jul/race-day/")
            .count()
            > 1,
        "{text}"
    );
    assert!(site.documents.contains_key("/tags/town-hall/atom.xml"));
    assert!(site.documents.contains_key("/categories/river/atom.xml"));
    assert!(site.has_finding("unsupported-markup"), "{:?}", site.findings);
}

#[test]
fn an_eleventy_site_is_served_as_it_is() {
    let site = built("eleventy");
    site.assert_entries(&[
        ("The Race", "https://lantern.example/notes/race/", &[]),
        (
            "A Bridge",
            "https://lantern.example/writing/bridge/",
            &["Ada Marsh"],
        ),
    ]);
    assert!(
        site.has_finding("template-code") && site.has_finding("no-date"),
        "{:?}",
        site.findings
    );
}

#[test]
fn an_astro_site_is_served_as_it_is() {
    let site = built("astro");
    site.assert_entries(&[
        ("The Race", "https://lantern.example/writing/2024/the-race/", &[]),
        (
            "A Bridge",
            "https://lantern.example/writing/a-bridge/",
            &["Ada Marsh"],
        ),
    ]);
    let text = site.text("/atom.xml");
    assert!(text.contains("chart") && !text.contains("import Chart"), "{text}");
    assert!(text.contains("Chart /"), "{text}");
    assert!(site.has_finding("component"), "{:?}", site.findings);
}

#[test]
fn a_docusaurus_site_is_served_as_it_is() {
    let site = built("docusaurus");
    site.assert_entries(&[
        (
            "The Race",
            "https://lantern.example/news/the-race",
            &["Cole, Ben"],
        ),
        (
            "A Bridge",
            "https://lantern.example/news/2024/06/01/bridge",
            &["Ada Marsh", "Ben Cole"],
        ),
    ]);
    let text = site.text("/atom.xml");
    assert!(
        text.matches("https://lantern.example/news/the-race").count() > 1,
        "{text}"
    );
    assert!(text.contains("Kept") && !text.contains(":::"), "{text}");
    assert!(site.has_finding("byline-in-doubt"), "{:?}", site.findings);
}
