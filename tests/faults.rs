//! Faults from outside: killed in the middle of a write, out of file descriptors, content that can't
//! be read, a full disk, a stop at a bad moment. Nothing is lost, and nothing half done is seen.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::simulation::random::Random;
use super::support::site::{Site, collect, newswire, post};
use super::support::{Service, Truth, xml};

fn many_posts(site: &Site, edition: &str) {
    for number in 0..40 {
        let more = format!(
            "categories: [c{}]\nauthors: [a{}]\ntags: [t{}]",
            number % 5,
            number % 7,
            number % 11
        );
        let title = format!("{edition} {number}");
        site.write(&format!("news/{number}.md"), post(&title, "2024-05-01", &more));
    }
}

fn documents(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut documents = BTreeMap::new();
    collect(out, "", &mut documents);
    documents
}

fn is_hidden(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with('.'))
}

#[test]
fn a_build_that_is_killed_shows_no_half_file_and_the_next_one_completes() {
    let kills = std::env::var("NEWSWIRE_KILLS").ok();
    let kills: usize = kills.and_then(|text| text.parse().ok()).unwrap_or(12);
    let site = Site::new();
    many_posts(&site, "New");
    let new = site.build();
    many_posts(&site, "Old");
    let start = Instant::now();
    let old = site.build();
    let usual = start.elapsed();
    let out = site.path().join("public");
    let command = || {
        let mut command = newswire();
        command.args(["build", "--out"]).arg(&out);
        command.arg("--config").arg(site.config());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(command().status().unwrap().success());
    assert!(documents(&out) == old);
    let mut random = Random::from_seed(kills as u64);
    let (mut half_way, mut left_over) = (0, 0);
    for number in 0..kills {
        // Each time all documents have to be written anew, or what is left of them.
        many_posts(&site, if number % 2 == 0 { "New" } else { "Old" });
        let mut child = command().spawn().unwrap();
        std::thread::sleep(usual.mul_f64(0.3 + random.below(1000) as f64 / 1000.0));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = documents(&out);
        let is_new = |(path, bytes): (&String, &Vec<u8>)| new[path] == *bytes;
        for (path, bytes) in found.iter().filter(|(path, _)| !is_hidden(path)) {
            assert!(
                old[path] == *bytes || new[path] == *bytes,
                "{path} is no whole document after a kill: {}",
                String::from_utf8_lossy(bytes)
            );
        }
        let visible = || found.iter().filter(|(path, _)| !is_hidden(path));
        half_way += usize::from(visible().any(is_new) && !visible().all(is_new));
        left_over += usize::from(found.keys().any(|path| is_hidden(path)));
    }
    println!("{kills} kills: {half_way} between two documents, {left_over} within one");
    many_posts(&site, "New");
    assert!(command().status().unwrap().success());
    assert!(documents(&out) == new, "something is left over, or missing");
}

/// Sets how many files a process may have open.
fn limit_files(process: u32, most: usize) {
    let status = Command::new("prlimit")
        .args(["--pid", &process.to_string(), &format!("--nofile={most}:4096")])
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn a_service_without_file_descriptors_keeps_what_it_has_and_recovers() {
    let site = Site::new();
    many_posts(&site, "Old");
    site.write("authors/a1/_index.md", "---\nname: Ada\n---\n");
    let mut command = Command::new("prlimit");
    command.arg("--nofile=4096:4096").arg(newswire().get_program());
    let service = Service::of(command, &["--config", site.config().to_str().unwrap()]);
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    let before = service.get("/categories/c1/rss.xml").body;

    // What is open stays open, this client's connection too; nothing else can be opened.
    limit_files(service.pid(), 3);
    site.post(
        "news/1.md",
        "New",
        "2024-05-02",
        "categories: [c1]\nauthors: [a1]",
    );
    site.post("culture/new.md", "New too", "2024-05-02", "categories: [c1]");
    let start = Instant::now();
    // For as long as it takes to look at everything, twice.
    while start.elapsed() < Duration::from_millis(2_500) {
        let answer = service.get("/categories/c1/rss.xml");
        assert_eq!(answer.status, 200);
        assert!(answer.body == before, "something changed: {}", answer.text());
        std::thread::sleep(Duration::from_millis(20));
    }
    limit_files(service.pid(), 4096);
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn content_that_can_not_be_read_keeps_its_last_good_version_until_it_can() {
    let site = Site::new();
    many_posts(&site, "Old");
    site.post("closed/a.md", "In the folder", "2024-05-02", "");
    site.post("b.md", "By itself", "2024-05-03", "");
    let service = start_without_privileges(&site);
    let set = |path: &str, mode| {
        fs::set_permissions(site.content().join(path), Permissions::from_mode(mode)).unwrap();
    };
    let truth = || {
        let mut truth = Truth::new(&site.config());
        truth.scan(&|_| None);
        truth.is_served_by(&service, "now");
    };
    truth();
    set("b.md", 0o000);
    set("closed", 0o000);
    service.eventually("it is noticed", || service.metric("newswire_findings") >= 2.0);
    site.post("news/1.md", "Edited", "2024-05-04", "");
    let titles = || xml::titles(service.get("/rss.xml").text());
    service.eventually("others are served", || titles()[0] == "Edited");
    assert_eq!(titles()[1..3], ["By itself", "In the folder"]);
    // This user sees them as they were: so has a fresh process to.
    truth();
    // Its names can be listed, and nothing more.
    set("closed", 0o444);
    site.post("closed/a.md", "Not to be seen yet", "2024-05-02", "");
    site.post("news/2.md", "Edited too", "2024-05-04", "");
    service.eventually("others are served", || titles()[1] == "Edited too");
    assert!(titles().contains(&"In the folder".to_owned()));
    set("closed", 0o755);
    site.post("closed/a.md", "In the folder again", "2024-05-05", "");
    fs::remove_file(site.content().join("b.md")).unwrap();
    service.eventually("all is as it is", || {
        titles()[..2] == ["In the folder again", "Edited"] && !titles().contains(&"By itself".to_owned())
    });
    truth();
}

/// Permissions mean nothing to root, under which tests run in containers.
fn start_without_privileges(site: &Site) -> Service {
    let arguments = ["--config", site.config().to_str().unwrap()].map(str::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_root = rustix::process::geteuid().is_root();
    let service = if is_root {
        // Where it is built may not be open to others.
        let program = site.path().join("newswire");
        fs::copy(newswire().get_program(), &program).unwrap();
        fs::set_permissions(site.path(), Permissions::from_mode(0o755)).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(program);
        Service::of(command, &arguments)
    } else {
        Service::start_with(&arguments)
    };
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    service
}

#[test]
fn a_full_disk_fails_a_build_and_leaves_every_document_whole() {
    let site = Site::new();
    many_posts(&site, "New");
    let new = site.build();
    many_posts(&site, "Old");
    let old = site.build();
    // In a name space of its own, where a small disk is mounted; it is copied out to be looked at.
    let script = r#"
        mount -t tmpfs -o size=2m tmpfs "$OUT" || exit 99
        "$NEWSWIRE" build --config "$CONFIG" --out "$OUT" || exit 98
        cp -r "$SITE/new/." "$SITE/content/news/"
        head -c 4194304 /dev/zero > "$OUT/filler"
        "$NEWSWIRE" build --config "$CONFIG" --out "$OUT"; echo "code $?"
        rm "$OUT/filler"
        cp -r "$OUT" "$SITE/full"
        "$NEWSWIRE" build --config "$CONFIG" --out "$OUT" || exit 97
        cp -r "$OUT" "$SITE/mended"
    "#;
    let out = site.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::rename(site.content().join("news"), site.path().join("old")).unwrap();
    many_posts(&site, "New");
    fs::rename(site.content().join("news"), site.path().join("new")).unwrap();
    fs::rename(site.path().join("old"), site.content().join("news")).unwrap();
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script])
        .env("NEWSWIRE", newswire().get_program())
        .env("CONFIG", site.config())
        .env("OUT", &out)
        .env("SITE", site.path())
        .output()
        .unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    match output.status.code() {
        Some(0) => {}
        // Some containers allow no name spaces, and some no mounts in them.
        Some(1 | 99) => return println!("there is no way to fill a disk here: {complained}"),
        code => panic!("{code:?}: {said}{complained}"),
    }
    assert!(said.contains("code 2"), "{said}{complained}");
    assert!(complained.contains("can't write"), "{complained}");
    let mut full = documents(&site.path().join("full"));
    for (path, bytes) in &mut full {
        assert!(!is_hidden(path), "{path} is left over");
        assert!(
            old[path] == *bytes || new[path] == *bytes,
            "{path} is no whole document"
        );
    }
    assert_eq!(full.len(), old.len());
    assert!(documents(&site.path().join("mended")) == new);
}

#[test]
fn a_service_told_to_stop_while_it_reads_renders_and_publishes_ends() {
    let mut random = Random::from_seed(5);
    let site = Site::new();
    many_posts(&site, "Old");
    for _ in 0..8 {
        let mut service = Service::start(&site);
        let moment = Duration::from_millis(random.below(250) as u64);
        let start = Instant::now();
        std::thread::scope(|scope| {
            for client in 0..3_usize {
                let service = &service;
                scope.spawn(move || {
                    for path in ["/rss.xml", "/authors/a1/atom.xml", "/tags/t3/rss.xml"]
                        .iter()
                        .cycle()
                    {
                        let encoding = ["gzip", "br", "identity"][client];
                        if start.elapsed() >= moment
                            || service.try_get(path, &[("Accept-Encoding", encoding)]).is_none()
                        {
                            return;
                        }
                    }
                });
            }
            while start.elapsed() < moment {
                site.post("news/1.md", &format!("{:?}", start.elapsed()), "2024-05-02", "");
                std::thread::sleep(Duration::from_millis(3));
            }
        });
        assert_eq!(service.stop(), Some(0), "told to after {moment:?}");
    }
}
