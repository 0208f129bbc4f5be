//! Documents whose bytes change get other validators. The program's rendering has a version, and every document's
//! digest holds it; `golden.txt` holds the version with the digests of the bytes of many documents. Bytes that change
//! under the same version fail here, so that nobody can forget to raise it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use newswire::feed::Coding;
use newswire::feed::version::renderer_digest;
use newswire::vocabulary::Digest;

use super::support::Site;
use super::support::site::{collect, newswire};

/// The presence of this variable records the present bytes.
const RECORD: &str = "GOLDEN_RECORD";
const MOMENT: &str = "2026-06-01T00:00:00Z";
const FIXTURES: [&str; 7] = [
    "astro",
    "docusaurus",
    "eleventy",
    "hugo",
    "jekyll",
    "pelican",
    "zola",
];

/// The configuration of a site whose documents have all that a document can have.
const FEEDS_TOML: &str = r#"
[site]
title = "Felix & <Co>"
url = "https://felix.example/"
description = "The student “newspaper”"
language = "en-GB"
timezone = "Europe/London"
authority = "felix.example,2007"
copyright = "© Felix"

[feeds]
image = "/logo.png"
limit = 2
podcast = true
image_enclosure = true
hubs = ["https://hub.example/"]

[feeds.category]
body = "summary"

[podcast]
author = "Felix"
email = "felix@felix.example"
category = "News > Daily News"
image = "https://felix.example/cover.jpg"
guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
medium = "podcast"
funding = "https://felix.example/give?a=1&b=2"
"#;

const FULL: &str = r#"---
title: "A & B <i>"
date: 2024-05-03T10:00:00+01:00
lastmod: 2024-05-04
language: de
authors: [{name: Ada & Co, email: ada@felix.example, url: "https://ada.example/"}, Eve]
translator: Bob
categories: [News & Views]
tags: ["C++", 日本語]
image: {url: /a.jpg, width: 800, height: 600, alt: "An “a”", caption: A & b}
audio: /a.mp3
rights: © Ada
original_url: https://elsewhere.example/a?b=1&c=2
comments: [{message: "First <b>one</b>", name: Eve, date: 2024-05-05}, {message: Second}]
---
Text with *emphasis*, a [link](/news/?a=1&b=2), `code`, a footnote[^1] and an ![image](b.png "B").

<video src="/c.mp4" width="640"></video>

    <item> & <entry>

[^1]: A note.
"#;

fn full_site() -> Site {
    let site = Site::new();
    fs::write(site.config(), FEEDS_TOML).unwrap();
    site.write("news/full.md", FULL);
    for day in 1..=9 {
        let date = format!("2024-0{day}-01");
        site.post(
            &format!("news/{day}.md"),
            &format!("Post {day}"),
            &date,
            "categories: [News & Views]",
        );
    }
    site.run(&["lock", "--now", MOMENT]);
    // What leaves the site has a tombstone.
    site.remove("news/9.md");
    site.run(&["lock", "--now", MOMENT]);
    site
}

fn built(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let mut command = newswire();
    command
        .current_dir(root)
        .args(["build", "--now", MOMENT, "--out"])
        .arg(out.path());
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut documents = BTreeMap::new();
    collect(out.path(), "", &mut documents);
    documents
}

/// A line for each document: its name, and the digest of its bytes in every coding.
fn lines() -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let full = full_site();
    let fixtures = FIXTURES.map(|dialect| (dialect, built(&root.join("tests/fixtures").join(dialect))));
    let sites = [("sample", built(&root)), ("full", built(full.path()))];
    let mut lines = Vec::new();
    for (site, documents) in sites.into_iter().chain(fixtures) {
        for (path, bytes) in documents {
            let encoded = Coding::ALL.map(|coding| Digest::of(&coding.encode(&bytes).unwrap()));
            let digest = Digest::of(encoded.map(|digest| digest.to_string()).concat().as_bytes());
            lines.push(format!("{digest} {site}{path}"));
        }
    }
    lines
}

#[test]
fn bytes_that_change_have_another_version_of_the_renderer() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.txt");
    let recorded = fs::read_to_string(&file).unwrap_or_default();
    let (version, recorded) = recorded.split_once('\n').unwrap_or_default();
    let present = renderer_digest().to_string();
    let lines = lines();
    let differing: Vec<_> = recorded
        .lines()
        .filter(|line| !lines.iter().any(|own| own == line))
        .collect();
    assert!(
        differing.is_empty() || version != present,
        "the bytes of these documents are others than before: raise RENDERER in src/feed/version.rs (or name there \
         the crate that changed), then run this test once with {RECORD}=1: {differing:#?}"
    );
    let text = format!("{present}\n{}\n", lines.join("\n"));
    if env::var_os(RECORD).is_some() {
        fs::write(&file, text).unwrap();
        return;
    }
    assert!(
        fs::read_to_string(&file).is_ok_and(|recorded| recorded == text),
        "the documents or the version are others than those in {}: run this test once with {RECORD}=1, and commit \
         that file with the change",
        file.display()
    );
}
