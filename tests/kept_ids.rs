//! A post that was public keeps its id: over another configuration, an edited slug and, with a state directory, a
//! restart.

use std::collections::BTreeMap;
use std::fs;

use super::support::site::{FEEDS_TOML, post};
use super::support::{Service, Site, xml};

/// The ids in the Atom feed of the site, by title.
fn ids(service: &Service) -> BTreeMap<String, String> {
    let answer = service.get("/atom.xml");
    let document = xml::parse(answer.text());
    xml::entries(&document)
        .iter()
        .map(|entry| {
            let text = |name| xml::child(entry, name).unwrap().to_owned();
            (text("title"), text("id"))
        })
        .collect()
}

fn links_to(service: &Service, path: &str) -> bool {
    let link = format!("https://felix.example{path}\"");
    service.get("/atom.xml").text().contains(&link)
}

fn id(path: &str) -> String {
    format!("tag:felix.example,2007:{path}")
}

fn configure(site: &Site, text: &str) {
    let beside = site.path().join("beside");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, site.config()).unwrap();
}

#[test]
fn with_a_state_directory_another_pattern_of_addresses_moves_no_id() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    site.post("b.md", "B", "2024-05-02", "");
    let state = site.path().join("state");
    let service = Service::start_with(&[
        "--config",
        site.config().to_str().unwrap(),
        "--state-dir",
        state.to_str().unwrap(),
    ]);
    service.eventually("it is ready", || service.get("/readyz").status == 200);
    let before = ids(&service);
    configure(
        &site,
        &format!("{FEEDS_TOML}[content]\npermalink = \"/{{year}}/{{slug}}/\"\n"),
    );
    service.eventually("posts have moved", || links_to(&service, "/2024/a/"));
    assert_eq!(ids(&service), before);
    configure(
        &site,
        &FEEDS_TOML.replace("felix.example,2007", "other.example,2020"),
    );
    service.eventually("and moved back", || links_to(&service, "/a/"));
    assert_eq!(ids(&service), before);
    site.post("c.md", "C", "2024-05-03", "");
    service.eventually("a new post goes by the new rule", || {
        ids(&service)
            .get("C")
            .is_some_and(|id| id == "tag:other.example,2020:/c/")
    });
}

#[test]
fn without_kept_state_a_pattern_that_is_declared_anew_means_what_it_means_to_a_fresh_process() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    let service = Service::logged(site.path(), &["--config", site.config().to_str().unwrap()]);
    service.eventually("it is ready", || service.get("/readyz").status == 200);
    configure(
        &site,
        &format!("{FEEDS_TOML}[content]\npermalink = \"/{{year}}/{{slug}}/\"\n"),
    );
    service.eventually("the post has moved", || links_to(&service, "/2024/a/"));
    service.agrees_with_a_fresh_process(&site);
    let log = || fs::read_to_string(site.path().join("log")).unwrap();
    service.eventually("it is said once, with the way out", || {
        let said: Vec<String> = log()
            .lines()
            .filter(|line| line.contains("id-moved"))
            .map(str::to_owned)
            .collect();
        said.len() == 1 && said[0].contains("newswire lock")
    });
}

#[test]
fn another_post_in_a_file_that_had_one_has_an_id_of_its_own() {
    let site = Site::new();
    site.post("a.md", "This week", "2024-05-01", "slug: first");
    let service = Service::start(&site);
    assert_eq!(ids(&service)["This week"], id("/first/"));
    site.post("a.md", "Next week", "2024-05-08", "slug: second");
    service.eventually("the other post is served", || {
        ids(&service).contains_key("Next week")
    });
    assert_eq!(ids(&service)["Next week"], id("/second/"));
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn an_edited_slug_moves_no_id_and_an_id_of_the_posts_own_counts() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    let service = Service::start(&site);
    for more in ["slug: other", "slug: third\naliases: [/old/]"] {
        site.post("a.md", "A", "2024-05-01", more);
        let slug = if more.contains("other") {
            "/other/"
        } else {
            "/third/"
        };
        service.eventually("it has moved", || links_to(&service, slug));
        assert_eq!(ids(&service)["A"], id("/a/"));
    }
    // Over being a draft as well.
    site.post("b.md", "B", "2024-05-02", "");
    service.eventually("there is another", || ids(&service).len() == 2);
    site.post("a.md", "A", "2024-05-01", "slug: fourth\ndraft: true");
    service.eventually("it is a draft", || ids(&service).len() == 1);
    site.post("a.md", "A", "2024-05-01", "slug: fifth");
    service.eventually("it is back", || links_to(&service, "/fifth/"));
    assert_eq!(ids(&service)["A"], id("/a/"));

    site.post(
        "a.md",
        "A",
        "2024-05-01",
        "slug: fifth\nguid: 'urn:isbn:0451450523'",
    );
    service.eventually("its own id counts", || {
        ids(&service)["A"] == "urn:isbn:0451450523"
    });
}

#[test]
fn a_new_post_at_the_address_that_another_had_is_shown_with_an_id_of_its_own() {
    let site = Site::new();
    site.post("b.md", "B", "2024-05-02", "slug: x");
    let service = Service::start(&site);
    site.post("b.md", "B", "2024-05-02", "slug: y");
    service.eventually("it has moved", || links_to(&service, "/y/"));
    // Earlier by path, so it would have the id if they had to share it.
    site.post("a.md", "A", "2024-05-01", "slug: x");
    service.eventually("both are there", || ids(&service).len() == 2);
    let both = ids(&service);
    assert_eq!(both["B"], id("/x/"));
    assert!(both["A"].starts_with(&format!("{}#", id("/x/"))), "{both:?}");
    // Nor does that change when the other goes.
    site.remove("b.md");
    service.eventually("one is left", || ids(&service).len() == 1);
    assert_eq!(ids(&service)["A"], both["A"]);
}

#[test]
fn a_post_that_was_deleted_is_another_when_its_path_is_used_again() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "slug: x");
    site.post("b.md", "B", "2024-05-02", "");
    let service = Service::start(&site);
    site.remove("a.md");
    service.eventually("it is gone", || ids(&service).len() == 1);
    site.post("a.md", "Another", "2024-05-01", "slug: y");
    service.eventually("the other is there", || {
        ids(&service).get("Another").is_some_and(|own| *own == id("/y/"))
    });
}

#[test]
fn with_a_state_directory_ids_are_kept_over_a_restart_and_pinned_by_the_command() {
    let site = Site::new();
    let with_state = format!("{FEEDS_TOML}[state]\ndir = \"state\"\n");
    fs::write(site.config(), &with_state).unwrap();
    site.post("a.md", "A", "2024-05-01", "");
    site.post("b.md", "B", "2024-05-02", "");
    let mut service = Service::start(&site);
    let before = ids(&service);
    service.stop();
    // What happens meanwhile moves none either.
    site.post("a.md", "A", "2024-05-01", "slug: other");
    let moved = with_state.replace("2007", "2020");
    fs::write(site.config(), &moved).unwrap();
    let mut service = Service::start(&site);
    assert_eq!(ids(&service), before);
    service.agrees_with_a_fresh_process(&site);
    service.stop();
    assert!(site.run(&["lock"]).status.success());
    fs::remove_dir_all(site.path().join("state")).unwrap();
    let service = Service::start(&site);
    assert_eq!(ids(&service), before, "the lock has the ids that readers know");
}

#[test]
fn the_ids_of_a_preview_are_not_kept() {
    let site = Site::new();
    fs::write(site.config(), "[watch]\nfull_scan = \"1s\"\n").unwrap();
    site.post("a.md", "A", "2024-05-01", "");
    let service = Service::start(&site);
    assert!(ids(&service)["A"].contains("localhost"), "{:?}", ids(&service));
    configure(&site, FEEDS_TOML);
    service.eventually("it is public", || links_to(&service, "/a/"));
    assert_eq!(ids(&service)["A"], id("/a/"));
}

#[test]
fn what_would_have_moved_is_one_warning_that_names_the_lock() {
    let site = Site::new();
    for number in 0..20 {
        site.post(&format!("{number}.md"), &format!("{number}"), "2024-05-01", "");
    }
    let service = Service::logged(site.path(), &["--config", site.config().to_str().unwrap()]);
    service.eventually("it is ready", || service.get("/readyz").status == 200);
    configure(
        &site,
        &FEEDS_TOML.replace("felix.example,2007", "other.example,2020"),
    );
    let warnings = || {
        let log = fs::read_to_string(site.path().join("log")).unwrap();
        log.lines()
            .filter(|line| line.contains("id-kept"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    service.eventually("it is said", || !warnings().is_empty());
    // A later save says nothing again.
    site.write("0.md", post("Zero", "2024-05-01", ""));
    service.eventually("it is served", || ids(&service).contains_key("Zero"));
    let warnings = warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].contains("newswire lock") && warnings[0].contains("19 others"),
        "{warnings:?}"
    );
}
