//! A generator's configuration that breaks, or is away for a moment, changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::owner::copy_of;
use super::support::{Service, newswire};

/// The configuration of each fixture, a title in it, and a file beside it that counts too.
const SITES: [(&str, &str, &str); 7] = [
    ("hugo", "hugo.toml", "/atom.xml"),
    ("jekyll", "_config.yml", "/atom.xml"),
    ("zola", "config.toml", "/atom.xml"),
    ("pelican", "pelicanconf.py", "/atom.xml"),
    ("eleventy", ".eleventy.js", "/atom.xml"),
    ("astro", "astro.config.mjs", "/atom.xml"),
    ("docusaurus", "docusaurus.config.js", "/atom.xml"),
];

fn start(directory: &Path, arguments: &[&str]) -> Service {
    let service = Service::logged(directory, arguments);
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    service
}

fn readiness(service: &Service) -> String {
    let answer = service.get("/readyz");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_owned()
}

/// Every document that the list of feeds leads to.
fn documents(service: &Service) -> BTreeMap<String, Vec<u8>> {
    let paths = ["/atom.xml", "/rss.xml", "/feed.json", "/feeds.opml"];
    let get = |path: &str| (path.to_owned(), service.get(path).body);
    paths.into_iter().map(get).collect()
}

fn replace(file: &Path, bytes: impl AsRef<[u8]>) {
    let beside = file.with_file_name(".beside");
    fs::write(&beside, bytes).unwrap();
    fs::rename(beside, file).unwrap();
}

#[test]
fn what_a_generator_is_told_stands_while_its_configuration_is_broken_or_away() {
    for (dialect, name, feed) in SITES {
        let site = copy_of(dialect);
        let file = site.path().join(name);
        let text = fs::read(&file).unwrap();
        let service = start(site.path(), &[]);
        let before = documents(&service);
        let stays = |what: &str| {
            service.eventually(&format!("{dialect}: {what} is told"), || {
                readiness(&service).starts_with("stale: ")
            });
            assert!(readiness(&service).contains(name), "{}", readiness(&service));
            assert!(service.metric("newswire_configuration_stale") > 0.5);
            assert!(documents(&service) == before, "{dialect}: {what}");
            replace(&file, &text);
            service.eventually(&format!("{dialect}: it is back after {what}"), || {
                readiness(&service) == "ready\n"
            });
            assert!(documents(&service) == before, "{dialect}: back after {what}");
        };
        fs::remove_file(&file).unwrap();
        stays("gone");
        replace(&file, "");
        stays("empty");
        replace(&file, b"\xff\xfe");
        stays("no text");
        replace(&file, &text[..text.len() * 2 / 3]);
        stays("half written");
        replace(&file, [&text[..], b"\n"].concat());
        let posts = service.get(feed).body;
        service.eventually("it is taken up again", || service.get(feed).body == posts);
    }
}

#[test]
fn a_configuration_that_nobody_may_read_and_one_in_a_folder_that_goes_are_kept() {
    let site = copy_of("hugo");
    let folder = site.path().join("config/_default");
    fs::create_dir_all(&folder).unwrap();
    fs::rename(site.path().join("hugo.toml"), folder.join("hugo.toml")).unwrap();
    let service = start(site.path(), &[]);
    let before = documents(&service);
    let away = site.path().join("away");
    fs::rename(site.path().join("config"), &away).unwrap();
    service.eventually("it is away", || readiness(&service).starts_with("stale: "));
    assert!(documents(&service) == before);
    fs::rename(&away, site.path().join("config")).unwrap();
    service.eventually("it is back", || readiness(&service) == "ready\n");
    let text = fs::read_to_string(folder.join("hugo.toml")).unwrap();
    replace(
        &folder.join("hugo.toml"),
        text.replacen("title = \"", "title = \"Another ", 1),
    );
    service.eventually("and followed", || {
        service.get("/atom.xml").text().contains("Another ")
    });
    // Whoever runs as root may read everything.
    if fs::set_permissions(folder.join("hugo.toml"), fs::Permissions::from_mode(0o000)).is_ok()
        && fs::read(folder.join("hugo.toml")).is_err()
    {
        service.eventually("it can't be read", || {
            readiness(&service).contains("can't be read")
        });
    }
}

#[test]
fn a_generators_configuration_is_let_go_by_a_signal() {
    let site = copy_of("hugo");
    fs::write(
        site.path().join("feeds.toml"),
        "[site]\nurl = \"https://other.example/\"\ntitle = \"Other\"\n",
    )
    .unwrap();
    let service = start(site.path(), &[]);
    let links = |service: &Service| service.get("/atom.xml").text().to_owned();
    let before = links(&service);
    fs::remove_file(site.path().join("hugo.toml")).unwrap();
    service.eventually("it is away", || readiness(&service).contains("hugo.toml"));
    // What else changes is taken up meanwhile.
    replace(
        &site.path().join("feeds.toml"),
        "[site]\nurl = \"https://other.example/\"\ntitle = \"Third\"\n",
    );
    service.eventually("feeds.toml is followed", || links(&service).contains("Third"));
    assert_eq!(links(&service), before.replace("Other", "Third"));
    service.signal("USR1");
    service.eventually("nothing is amiss", || readiness(&service) == "ready\n");
}

#[test]
fn a_file_beside_it_is_missed_only_for_a_while() {
    let site = copy_of("jekyll");
    let authors = site.path().join("_data/authors.yml");
    let service = start(site.path(), &[]);
    let before = documents(&service);
    replace(&authors, "ada:\n  name: \"Ada");
    service.eventually("it is broken", || readiness(&service).contains("authors.yml:2:"));
    assert!(documents(&service) == before);
    fs::remove_file(&authors).unwrap();
    service.eventually("it is gone", || {
        readiness(&service) == "ready\n" && documents(&service) != before
    });
}

#[test]
fn a_start_with_a_broken_configuration_is_refused_and_names_the_line() {
    for (name, text, place) in [
        (
            "hugo.toml",
            "baseURL = \"https://a.example/\"\ntitle = \"Si",
            "hugo.toml:2:",
        ),
        (
            "config.toml",
            "base_url = \"https://a.example/\"\ntitle = \"Si",
            "config.toml:2:",
        ),
        (
            "_config.yml",
            "url: https://a.example\ntitle: a: b\n",
            "_config.yml:2:",
        ),
    ] {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir(site.path().join("content")).unwrap();
        fs::write(site.path().join(name), text).unwrap();
        for command in ["serve", "build", "check"] {
            let output = newswire().current_dir(&site).arg(command).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name} {command}: {said}");
            assert!(said.contains(place) && said.contains("help: "), "{said}");
        }
    }
}

#[test]
fn a_file_of_another_program_is_no_concern() {
    let site = tempfile::tempdir().unwrap();
    fs::create_dir(site.path().join("content")).unwrap();
    fs::write(site.path().join("config.yml"), "port: {{ port }}: x\n").unwrap();
    fs::write(
        site.path().join("feeds.toml"),
        "[site]\nurl = \"https://a.example/\"\n",
    )
    .unwrap();
    let output = newswire().current_dir(&site).arg("check").output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_restart_without_the_configuration_serves_nothing_until_it_is_back_or_that_is_accepted() {
    let site = copy_of("hugo");
    let state = ["--state-dir", "state"];
    let file = site.path().join("hugo.toml");
    let away = site.path().join("away");
    let service = start(site.path(), &state);
    let before = documents(&service);
    let modified = |service: &Service| {
        service
            .get("/atom.xml")
            .header("last-modified")
            .map(str::to_owned)
    };
    let kept = || fs::read(site.path().join("state/state.json")).unwrap_or_default();
    service.eventually("the state is kept", || !kept().is_empty());
    let shown = modified(&service);
    drop(service);

    let known = kept();
    fs::rename(&file, &away).unwrap();
    let service = Service::logged(site.path(), &state);
    service.eventually("it says why it is not ready", || {
        let ready = service.get("/readyz");
        ready.status == 503 && ready.text().contains("hugo.toml")
    });
    let refused = service.get("/atom.xml");
    assert_eq!(refused.status, 503);
    assert!(refused.header("retry-after").is_some());
    let log = fs::read_to_string(site.path().join("log")).unwrap();
    assert!(log.contains("hugo.toml, the configuration of hugo"), "{log}");
    fs::rename(&away, &file).unwrap();
    service.eventually("it is back", || service.get("/readyz").status == 200);
    assert!(documents(&service) == before);
    assert_eq!(modified(&service), shown);
    drop(service);
    assert!(kept() == known, "nothing was written down that nobody saw");

    fs::rename(&file, &away).unwrap();
    let service = Service::logged(site.path(), &state);
    service.eventually("it is withheld again", || {
        service.get("/readyz").text().contains("hugo.toml")
    });
    service.signal("USR1");
    service.eventually("the preview is accepted", || service.get("/readyz").status == 200);
    assert!(documents(&service) != before);
}
