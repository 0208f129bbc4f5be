//! The sample site that comes with the program, and what the README says about it.

use std::path::Path;
use std::process::Output;

use super::support::Service;
use super::support::site::newswire;

fn run(arguments: &[&str]) -> Output {
    newswire()
        .args(arguments)
        .arg("--config")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds.toml"))
        .output()
        .unwrap()
}

#[test]
fn the_sample_site_is_without_errors_and_shows_what_the_service_can_do() {
    let output = run(&["check", "--now", "2026-06-01T00:00:00Z"]);
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{out}");
    assert!(out.contains("unknown-shortcode"), "{out}");
    let output = run(&["list", "--json", "--now", "2026-06-01T00:00:00Z"]);
    let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listing["posts"], 9);
    assert_eq!(listing["counts"]["category"], 4);
    let feeds = listing["feeds"].as_array().unwrap();
    let front = feeds.iter().find(|feed| feed["slug"] == "front-page").unwrap();
    assert_eq!(
        (&front["kind"], &front["title"], &front["posts"]),
        (&"custom".into(), &"Front page".into(), &3.into())
    );
}

/// The lines that the README shows below a command, up to the next paragraph.
fn shown_below(command: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let lines = readme.lines().skip_while(|line| !line.contains(command)).skip(1);
    let is_shown = |line: &&str| line.is_empty() || line.starts_with("    ") && !line.starts_with("    $ ");
    let shown = lines.take_while(is_shown);
    let shown = shown.map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned());
    let mut shown: Vec<String> = shown.collect();
    shown.truncate(
        shown
            .iter()
            .rposition(|line| !line.is_empty())
            .map_or(0, |last| last + 1),
    );
    assert!(!shown.is_empty(), "the README shows nothing below {command}");
    shown
}

#[test]
fn check_says_of_the_sample_what_the_readme_shows() {
    let output = run(&["check", "--now", "2026-06-01T00:00:00Z"]);
    let out = String::from_utf8(output.stdout).unwrap();
    let mut lines = out.lines();
    for shown in shown_below("$ cargo run --release -- check")
        .iter()
        .filter(|line| *line != "…")
    {
        assert!(
            lines.any(|line| line == shown),
            "“{shown}” is not in, or not in this order:\n{out}"
        );
    }
}

#[test]
fn the_sample_is_served_as_the_readme_shows() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds.toml");
    let service = Service::start_with(&["--config", sample.to_str().unwrap()]);
    service.eventually("it is ready", || service.get("/readyz").status == 200);
    let list = service.get("/").text().to_owned();
    let shown = shown_below("$ curl -s http://127.0.0.1:8080/ | head -8");
    assert_eq!(list.lines().take(shown.len()).collect::<Vec<_>>(), shown);
    let head = service.get("/categories/news/rss.xml");
    for shown in shown_below("$ curl -si http://127.0.0.1:8080/categories/news/rss.xml")
        .iter()
        .skip(1)
    {
        let (name, value) = shown.split_once(": ").unwrap();
        let is = head.header(name).unwrap();
        assert!(
            is == value || name == "etag" && is.starts_with('"'),
            "{name}: {is}"
        );
    }
    let readme = include_str!("../README.md");
    let tour = readme.split("## A first tour").nth(1).unwrap();
    let tour = tour.split("\n## ").next().unwrap();
    let paths: Vec<&str> = tour.split('`').filter(|code| code.starts_with('/')).collect();
    assert!(paths.len() > 4, "{paths:?}");
    for path in paths {
        assert_eq!(service.get(path).status, 200, "{path}");
    }
}
