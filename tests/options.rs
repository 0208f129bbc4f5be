//! Flags, variables and the file, in their order.

use std::fs;

use super::support::Site;
use super::support::site::newswire;

/// The address of the site's RSS feed as `newswire list` gives it.
fn address(site: &Site, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = newswire()
        .args(["list", "--json"])
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(site.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    listing["feeds"][0]["urls"]["rss"].as_str().unwrap().to_owned()
}

#[test]
fn a_flag_beats_a_variable_beats_the_file_and_an_empty_variable_is_absent() {
    let site = Site::new();
    let flag = ["--site-url", "https://flag.example/"];
    let variable = [("NEWSWIRE_SITE_URL", "https://variable.example/")];
    for (arguments, variables, expected) in [
        (&flag[..], &variable[..], "https://flag.example/rss.xml"),
        (&[], &variable, "https://variable.example/rss.xml"),
        (&[], &[("NEWSWIRE_SITE_URL", "")], "https://felix.example/rss.xml"),
        (&[], &[], "https://felix.example/rss.xml"),
    ] {
        assert_eq!(address(&site, arguments, variables), expected);
    }
}

#[test]
fn paths_in_the_file_resolve_against_it_and_those_of_flags_against_the_working_directory() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    let elsewhere = site.path().join("elsewhere");
    fs::create_dir_all(elsewhere.join("content")).unwrap();
    let count = |arguments: &[&str]| {
        let output = newswire()
            .args(["list", "--json"])
            .args(arguments)
            .current_dir(&elsewhere)
            .output()
            .unwrap();
        let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        listing["posts"].as_u64().unwrap()
    };
    assert_eq!(count(&["--config", "../feeds.toml"]), 1);
    assert_eq!(count(&["--config", "../feeds.toml", "--content", "content"]), 0);
    assert_eq!(
        count(&["--content", "../content"]),
        1,
        "no file at all serves too"
    );
}
