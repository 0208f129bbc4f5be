//! The sample site that comes with the program, and what the README says about it.

use std::path::Path;
use std::process::Output;

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
