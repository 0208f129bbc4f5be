//! What can't be read is told once, looked at often by itself, and costs the rest nothing.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::support::site::{FEEDS_TOML, newswire, post};
use super::support::{Service, Site, xml};

fn titles(service: &Service) -> Vec<String> {
    xml::titles(service.get("/rss.xml").text())
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn log(site: &Site) -> String {
    fs::read_to_string(site.path().join("log")).unwrap()
}

/// Permissions mean nothing to root, under which tests run in containers.
fn start_without_privileges(site: &Site) -> Service {
    let log = File::create(site.path().join("log")).unwrap();
    let config = site.config().display().to_string();
    let mut command = newswire();
    if rustix::process::geteuid().is_root() {
        // Where it is built may not be open to others.
        let program = site.path().join("newswire");
        fs::copy(newswire().get_program(), &program).unwrap();
        allow(site.path(), 0o755);
        command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(program);
    }
    let service = Service::logging(command, &["--config", &config], log);
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    service
}

/// Saves a post, and demands that it is served as soon as an event tells of it.
fn is_heard(site: &Site, service: &Service, path: &str, title: &str) {
    let start = Instant::now();
    site.post(path, title, "2024-05-01", "");
    service.eventually("a saved post is served", || {
        titles(service).contains(&title.to_owned())
    });
    assert!(
        start.elapsed() < Duration::from_millis(900),
        "{path}: {:?}",
        start.elapsed()
    );
}

#[test]
fn a_folder_that_can_not_be_read_is_polled_alone() {
    let site = Site::new();
    let toml = FEEDS_TOML.replace("\"1s\"", "\"1h\"\npoll_interval = \"1s\"");
    fs::write(site.config(), toml).unwrap();
    for folder in ["a", "closed/deeper", "lost+found", "z/y"] {
        site.post(&format!("{folder}/1.md"), folder, "2024-04-01", "");
    }
    let closed = site.content().join("closed");
    allow(&closed, 0o000);
    allow(&site.content().join("lost+found"), 0o000);
    let service = start_without_privileges(&site);
    service.eventually("it is noted", || service.metric("newswire_polled_folders") > 0.5);
    assert!(service.metric("newswire_polling") < 0.5);
    assert_eq!(titles(&service).len(), 2, "{:?}", titles(&service));
    for (number, folder) in ["a", "z/y", "z", "new/folder"].iter().enumerate() {
        is_heard(
            &site,
            &service,
            &format!("{folder}/2.md"),
            &format!("Heard {number}"),
        );
    }

    allow(&closed, 0o755);
    service.eventually("what can be read again is served", || {
        titles(&service).contains(&"closed/deeper".to_owned())
    });
    service.eventually("and watched", || service.metric("newswire_polled_folders") < 0.5);
    is_heard(&site, &service, "closed/deeper/2.md", "Heard in it");

    // A tree that is moved into place, with such a folder in it.
    let tree = site.path().join("tree");
    for folder in ["dark", "light"] {
        fs::create_dir_all(tree.join(folder)).unwrap();
        fs::write(tree.join(folder).join("1.md"), post(folder, "2024-04-02", "")).unwrap();
    }
    allow(&tree.join("dark"), 0o000);
    fs::rename(&tree, site.content().join("tree")).unwrap();
    service.eventually("the rest of it is served", || {
        titles(&service).contains(&"light".to_owned())
    });
    service.eventually("it is noted", || service.metric("newswire_polled_folders") > 0.5);
    is_heard(&site, &service, "tree/light/2.md", "Heard beside it");
    assert!(service.metric("newswire_polling") < 0.5);

    let log = log(&site);
    let told = log
        .lines()
        .filter(|line| line.contains("polling in “closed” (permission denied)"));
    assert_eq!(told.count(), 1, "{log}");
    assert!(!log.contains("lost+found"), "{log}");
}

#[test]
fn a_file_that_stays_unreadable_is_told_once_and_is_no_missed_event() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    site.post("b.md", "B", "2024-05-02", "");
    let file = site.content().join("a.md");
    allow(&file, 0o000);
    let service = start_without_privileges(&site);
    let looks = || service.metric("newswire_scans_total");
    let before = looks();
    // Everything is looked at each second, and an event may be late by two.
    service.eventually("it was looked at often", || looks() > before + 4.5);
    assert!(service.metric("newswire_polling") < 0.5);
    let told = |log: &str| {
        log.lines()
            .filter(|line| line.contains("can't read the file"))
            .count()
    };
    let first = log(&site);
    assert_eq!(told(&first), 1, "{first}");
    allow(&file, 0o644);
    service.eventually("it is read", || titles(&service) == ["B", "A"]);
    thread::sleep(Duration::from_millis(50));
    allow(&file, 0o000);
    service.eventually("it is told anew", || told(&log(&site)) == 2);
}
