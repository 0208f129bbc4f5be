//! With a state directory, a restart changes nothing that readers could see.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use super::simulation::random::Random;
use super::support::{Service, Site, xml};

struct Kept {
    site: Site,
    directory: std::path::PathBuf,
}

impl Kept {
    fn new() -> Self {
        let site = Site::new();
        site.post("a.md", "A", "2024-05-01", "categories: [news]");
        site.post("b.md", "B", "2024-05-02", "categories: [sport]");
        let directory = site.path().join("state");
        Kept { site, directory }
    }

    fn start(&self) -> Service {
        let service = Service::start_with(&[
            "--config",
            self.site.config().to_str().unwrap(),
            "--state-dir",
            self.directory.to_str().unwrap(),
        ]);
        service.eventually("the service is ready", || service.get("/readyz").status == 200);
        service
    }

    fn file(&self) -> std::path::PathBuf {
        self.directory.join("state.json")
    }

    /// Waits until what is on the disk has settled.
    fn settled(&self, service: &Service) {
        let mut last = Vec::new();
        service.eventually("the state is written", || {
            std::thread::sleep(std::time::Duration::from_millis(500));
            let now = fs::read(self.file()).unwrap_or_default();
            let is_settled = !now.is_empty() && now == last;
            last = now;
            is_settled
        });
    }
}

fn titles(service: &Service, path: &str) -> Vec<String> {
    xml::titles(service.get(path).text())
}

#[test]
fn the_last_good_text_of_a_broken_post_survives_a_restart_and_a_withdrawn_one_does_not() {
    let kept = Kept::new();
    let service = kept.start();
    kept.site.write("a.md", "---\ntitle: A: broken\n---\n");
    kept.site
        .write("b.md", "---\ntitle: B: broken\ndraft: true\n---\n");
    service.eventually("the draft is withdrawn", || titles(&service, "/rss.xml") == ["A"]);
    kept.settled(&service);
    // Now, for a Last-Modified may be a second ahead of the clock, and is not shown before.
    let before = service.get("/rss.xml");
    drop(service);

    let service = kept.start();
    let after = service.get("/rss.xml");
    assert_eq!(xml::titles(after.text()), ["A"]);
    assert_eq!(after.body, before.body);
    for name in ["etag", "last-modified"] {
        assert_eq!(after.header(name), before.header(name), "{name}");
    }
    assert_eq!(
        titles(&service, "/categories/sport/rss.xml"),
        Vec::<String>::new(),
        "what was public stays, and is empty"
    );
}

#[test]
fn last_modified_survives_a_restart_and_moves_if_files_changed_meanwhile() {
    let kept = Kept::new();
    let service = kept.start();
    kept.site.post("c.md", "C", "2024-05-03", "categories: [news]");
    service.eventually("C is served", || titles(&service, "/rss.xml").len() == 3);
    let shown = |service: &Service, path: &str| {
        let text = service.get(path).header("last-modified").unwrap().to_owned();
        chrono::DateTime::parse_from_rfc2822(&text).unwrap()
    };
    let paths = ["/rss.xml", "/categories/sport/rss.xml"];
    kept.settled(&service);
    let before = paths.map(|path| shown(&service, path));
    drop(service);
    // A restored backup: an older text, with an older time.
    kept.site.remove("c.md");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let service = kept.start();
    let after = paths.map(|path| shown(&service, path));
    assert!(after[0] > before[0], "{before:?} {after:?}");
    assert_eq!(after[1], before[1]);
}

#[test]
fn a_damaged_state_is_ignored_and_replaced() {
    let kept = Kept::new();
    for damage in ["", "newswire state 1 0000\n{}", "newswire state 9 x\n"] {
        fs::create_dir_all(&kept.directory).unwrap();
        fs::write(kept.file(), damage).unwrap();
        let service = kept.start();
        assert_eq!(titles(&service, "/rss.xml"), ["B", "A"]);
        service.eventually("a good one is written", || {
            fs::read(kept.file()).unwrap() != damage.as_bytes()
        });
    }
}

#[test]
fn a_state_that_can_not_be_written_is_a_warning() {
    let kept = Kept::new();
    // Nothing can be written below a file.
    fs::write(&kept.directory, "").unwrap();
    let service = kept.start();
    kept.site.post("c.md", "C", "2024-05-03", "");
    service.eventually("the feeds go on", || titles(&service, "/rss.xml").len() == 3);
}

#[test]
fn a_kill_at_any_moment_of_a_write_leaves_a_state_that_is_whole() {
    let kept = Kept::new();
    // Enough scopes that writing them down takes a while.
    for number in 0..200 {
        let tags: Vec<String> = (0..12).map(|tag| format!("t{}", number * 12 + tag)).collect();
        let (path, more) = (
            format!("more/{number}.md"),
            format!("tags: [{}]", tags.join(", ")),
        );
        kept.site.post(&path, &format!("P{number}"), "2020-05-01", &more);
    }
    let service = kept.start();
    kept.site.write("a.md", "---\ntitle: A: broken\n---\n");
    kept.settled(&service);
    drop(service);
    let mut random = Random::from_seed(9);
    let mut half_way = 0;
    for round in 0..12 {
        // Only the state knows what A was; half a state would not.
        let mut service = kept.start();
        assert_eq!(titles(&service, "/rss.xml")[1], "A", "after {round} kills");
        let title = format!("Round {round}");
        kept.site.post("b.md", &title, "2024-05-02", "");
        service.eventually("it is served", || titles(&service, "/rss.xml")[0] == title);
        // It is written down 200 ms later.
        std::thread::sleep(Duration::from_millis(190 + random.below(120) as u64));
        service.kill();
        let names = fs::read_dir(&kept.directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let visible = names.filter(|name| !name.to_string_lossy().starts_with('.'));
        let visible: BTreeSet<_> = visible.collect();
        assert!(visible.iter().eq(["ids.json", "state.json"]), "{visible:?}");
        half_way += usize::from(kept.directory.join(".state.json.new").exists());
    }
    println!("{half_way} of 12 kills came in the middle of a write");
    let service = kept.start();
    assert_eq!(titles(&service, "/rss.xml")[1], "A");
    kept.settled(&service);
    assert_eq!(
        fs::read_dir(&kept.directory).unwrap().count(),
        2,
        "nothing is left over"
    );
}

#[test]
fn a_full_disk_keeps_the_state_that_was_written_and_the_feeds_go_on() {
    let kept = Kept::new();
    fs::create_dir_all(&kept.directory).unwrap();
    let arguments = "serve --listen 127.0.0.1:0 --config \"$CONFIG\" --state-dir \"$STATE\"";
    let script = format!(
        "mount -t tmpfs -o size=256k tmpfs \"$STATE\" || exit 99
         exec \"$0\" {arguments}"
    );
    let config = kept.site.config();
    let environment = [
        format!("CONFIG={}", config.display()),
        format!("STATE={}", kept.directory.display()),
    ];
    let can_mount = Command::new("unshare")
        .args([
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs tmpfs /mnt",
        ])
        .status();
    if !can_mount.is_ok_and(|status| status.success()) {
        return println!("there is no way to fill a disk here");
    }
    let mut command = vec!["env", &environment[0], &environment[1]];
    command.extend(["unshare", "--map-root-user", "--mount", "sh", "-c", &script]);
    let service = Service::start_in(&command);
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    // What is mounted there is seen through the process.
    let inside = format!("/proc/{}/root{}", service.pid(), kept.directory.display());
    let state = || fs::read(format!("{inside}/state.json")).unwrap_or_default();
    service.eventually("the state is written", || !state().is_empty());
    let before = state();
    fs::write(format!("{inside}/filler"), vec![b'x'; 1 << 20]).unwrap_err();
    kept.site.post("c.md", "C", "2024-05-03", "categories: [c]");
    service.eventually("the feeds go on", || titles(&service, "/rss.xml").len() == 3);
    // It is tried 200 ms after the change.
    let end = Instant::now() + Duration::from_millis(600);
    while Instant::now() < end {
        assert!(state() == before, "a full disk changed what was there");
    }
    fs::remove_file(format!("{inside}/filler")).unwrap();
    service.eventually("it is written without another change", || {
        let now = state();
        now != before && String::from_utf8_lossy(&now).contains("/categories/c/")
    });
}

#[test]
fn a_start_on_a_directory_without_posts_leaves_what_was_kept() {
    for (files_left, how) in [(false, "it is empty"), (true, "it has pages only")] {
        let kept = Kept::new();
        let service = kept.start();
        kept.site.write("a.md", "---\ntitle: A: broken\n---\n");
        service.eventually("A is broken", || service.metric("newswire_findings") > 0.5);
        kept.settled(&service);
        let before = service.get("/rss.xml");
        let shown = before.header("last-modified").unwrap().to_owned();
        drop(service);
        let state = fs::read(kept.file()).unwrap();

        let away = kept.site.path().join("away");
        fs::rename(kept.site.content(), &away).unwrap();
        fs::create_dir(kept.site.content()).unwrap();
        if files_left {
            kept.site.write("page.md", "---\ntitle: A page\n---\n");
        }
        let config = kept.site.config();
        let arguments = ["--config", config.to_str().unwrap(), "--state-dir"];
        let arguments = [&arguments[..], &[kept.directory.to_str().unwrap()]].concat();
        let service = Service::start_with(&arguments);
        service.eventually("it says why it is not ready", || {
            service.get("/readyz").text().contains("there are no posts yet")
        });
        drop(service);
        assert!(fs::read(kept.file()).unwrap() == state, "{how}");

        // In the next process they come back while it runs.
        let service = Service::start_with(&arguments);
        service.eventually("it waits", || {
            service.get("/readyz").text().contains("no posts yet")
        });
        fs::remove_dir_all(kept.site.content()).unwrap();
        fs::rename(&away, kept.site.content()).unwrap();
        service.eventually("it is ready", || service.get("/readyz").status == 200);
        let after = service.get("/rss.xml");
        assert_eq!(after.text(), before.text(), "{how}");
        assert_eq!(after.header("last-modified"), Some(&*shown), "{how}");
    }
}

#[test]
fn a_last_good_text_waits_for_a_file_that_is_not_there_at_a_start() {
    let kept = Kept::new();
    let service = kept.start();
    kept.site.write("a.md", "---\ntitle: A: broken\n---\n");
    service.eventually("A is broken", || service.metric("newswire_findings") > 0.5);
    kept.settled(&service);
    drop(service);
    let away = kept.site.path().join("away");
    fs::rename(kept.site.content().join("a.md"), &away).unwrap();
    let service = kept.start();
    assert_eq!(titles(&service, "/rss.xml"), ["B"]);
    kept.site.post("b.md", "B2", "2024-05-02", "");
    service.eventually("B changes", || titles(&service, "/rss.xml") == ["B2"]);
    kept.settled(&service);
    drop(service);
    fs::rename(&away, kept.site.content().join("a.md")).unwrap();
    let service = kept.start();
    assert_eq!(titles(&service, "/rss.xml"), ["B2", "A"]);
}

#[test]
fn a_clock_that_was_years_ahead_is_told_and_reset_by_a_flag() {
    use newswire::catalog::Kept as KeptState;
    use newswire::state::Store;
    let kept = Kept::new();
    kept.site.post("later.md", "Later", "2035-05-01", "");
    let moment = "2038-01-19T03:14:07Z".parse().unwrap();
    let state = KeptState {
        moment,
        ..KeptState::default()
    };
    Store::new(kept.directory.clone()).save(&state).unwrap();
    let start = |more: &[&str]| {
        let arguments = ["--config", "feeds.toml", "--state-dir", "state"];
        let service = Service::logged(kept.site.path(), &[&arguments[..], more].concat());
        service.eventually("the service is ready", || service.get("/readyz").status == 200);
        service
    };
    let service = start(&[]);
    assert_eq!(titles(&service, "/rss.xml"), ["Later", "B", "A"]);
    let log = fs::read_to_string(kept.site.path().join("log")).unwrap();
    assert!(
        log.contains("2038-01-19") && log.contains("--reset-clock"),
        "{log}"
    );
    drop(service);
    let service = start(&["--reset-clock"]);
    assert_eq!(titles(&service, "/rss.xml"), ["B", "A"]);
    kept.settled(&service);
    drop(service);
    let service = start(&[]);
    assert_eq!(
        titles(&service, "/rss.xml"),
        ["B", "A"],
        "the mark is another now"
    );
}

#[test]
fn nothing_but_scheduled_posts_is_no_first_snapshot() {
    let site = Site::new();
    site.post("later.md", "Later", "2035-05-01", "");
    site.post("draft.md", "Draft", "2024-05-01", "draft: true");
    let service = Service::logged(site.path(), &[]);
    service.eventually("it says why it is not ready", || {
        service.get("/readyz").text().contains("the clock may be wrong")
    });
    let refused = service.get("/rss.xml");
    assert_eq!(refused.status, 503);
    assert!(refused.header("retry-after").is_some());
    let log = fs::read_to_string(site.path().join("log")).unwrap();
    assert_eq!(log.matches("the clock may be wrong").count(), 1, "{log}");
    service.signal("USR1");
    service.eventually("it is accepted", || service.get("/rss.xml").status == 200);
    assert_eq!(titles(&service, "/rss.xml"), Vec::<String>::new());
}
