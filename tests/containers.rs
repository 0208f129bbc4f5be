//! Content directories as containers have them: swapped, mounted over, without events.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::support::site::{FEEDS_TOML, post};
use super::support::{Service, Site, skipped, xml};

fn titles(service: &Service) -> Vec<String> {
    xml::titles(service.get("/rss.xml").text())
}

/// A timed look would hide what is not heard.
fn hears_only(site: &Site, more: &str) {
    let text = FEEDS_TOML.replace("full_scan = \"1s\"", &format!("full_scan = \"1h\"\n{more}"));
    fs::write(site.config(), text).unwrap();
}

fn fill(folder: &Path, titles: &[&str]) {
    fs::create_dir_all(folder).unwrap();
    for title in titles {
        fs::write(folder.join(format!("{title}.md")), post(title, "2024-05-01", "")).unwrap();
    }
}

/// Replaces a link in one step.
fn swap(target: &str, link: &Path) {
    let beside = link.with_file_name("..beside");
    symlink(target, &beside).unwrap();
    fs::rename(beside, link).unwrap();
}

#[test]
fn a_link_swapped_by_git_sync_is_followed_whole_again_and_again() {
    let site = Site::new();
    hears_only(&site, "");
    fs::remove_dir(site.content()).unwrap();
    fill(&site.path().join("worktrees/1/content"), &["A", "D1"]);
    swap("worktrees/1", &site.path().join("current"));
    symlink("current/content", site.content()).unwrap();
    let service = Service::start(&site);
    for round in 2..6 {
        // The tree has most of the posts of the one before, a new one, and one less.
        let names = ["A".to_owned(), format!("D{round}"), format!("E{round}")];
        let before = titles(&service);
        fill(
            &site.path().join(format!("worktrees/{round}/content")),
            &names.each_ref().map(String::as_str),
        );
        swap(&format!("worktrees/{round}"), &site.path().join("current"));
        fs::remove_dir_all(site.path().join(format!("worktrees/{}", round - 1))).unwrap();
        service.eventually("the new tree is served", || {
            let now = titles(&service);
            assert!(now == before || now == names, "half a tree: {now:?}");
            now == names
        });
        // And the new tree is watched.
        let content = site.path().join(format!("worktrees/{round}/content"));
        fill(&content, &["Z"]);
        service.eventually("a post in the new tree is served", || titles(&service).len() == 4);
        for gone in [format!("E{round}.md"), "Z.md".to_owned()] {
            fs::remove_file(content.join(gone)).unwrap();
        }
        service.eventually("and a deletion", || titles(&service).len() == 2);
    }
}

#[test]
fn a_config_map_that_is_updated_is_published_whole() {
    let site = Site::new();
    hears_only(&site, "");
    let mount = site.content();
    fill(&mount.join("..2024_1"), &["A", "B"]);
    symlink("..2024_1", mount.join("..data")).unwrap();
    for name in ["A.md", "B.md"] {
        symlink(format!("..data/{name}"), mount.join(name)).unwrap();
    }
    let service = Service::start(&site);
    assert_eq!(titles(&service), ["A", "B"]);
    for round in 2..5 {
        let folder = mount.join(format!("..2024_{round}"));
        fs::create_dir(&folder).unwrap();
        for name in ["A", "B"] {
            let title = format!("{name}{round}");
            fs::write(folder.join(format!("{name}.md")), post(&title, "2024-05-01", "")).unwrap();
        }
        let before = titles(&service);
        symlink(format!("..2024_{round}"), mount.join("..data_tmp")).unwrap();
        fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
        fs::remove_dir_all(mount.join(format!("..2024_{}", round - 1))).unwrap();
        let expected = [format!("A{round}"), format!("B{round}")];
        service.eventually("the update is served", || {
            let now = titles(&service);
            assert!(now == before || now == expected, "half an update: {now:?}");
            now == expected
        });
    }
}

#[test]
fn a_root_that_is_renamed_deleted_or_made_anew_is_watched_again() {
    let site = Site::new();
    hears_only(&site, "hold = \"300ms\"\n");
    fill(&site.content(), &["A", "B"]);
    let service = Service::start(&site);
    let away = site.path().join("away");

    fs::rename(site.content(), &away).unwrap();
    fill(&site.content(), &["C"]);
    service.eventually("the folder in its place is served", || titles(&service) == ["C"]);
    fill(&away, &["X"]);
    fill(&site.content(), &["D"]);
    service.eventually("and watched, and the old one is not", || {
        titles(&service) == ["C", "D"]
    });

    fs::remove_dir_all(site.content()).unwrap();
    service.eventually("it is stale", || {
        service.get("/readyz").text().starts_with("stale")
    });
    assert_eq!(titles(&service), ["C", "D"]);
    fill(&site.content(), &["E", "F"]);
    service.eventually("the new one is served", || titles(&service) == ["E", "F"]);
    fill(&site.content(), &["G"]);
    service.eventually("and watched", || titles(&service).len() == 3);
}

#[test]
fn a_root_that_does_not_exist_yet_is_waited_for() {
    let site = Site::new();
    hears_only(&site, "");
    fs::remove_dir(site.content()).unwrap();
    let service = Service::start_with(&["--config", site.config().to_str().unwrap()]);
    assert_eq!(service.get("/readyz").status, 503);
    fill(&site.content(), &["A"]);
    service.eventually("it is served once it is there", || {
        service.get("/readyz").status == 200
    });
    assert_eq!(titles(&service), ["A"]);
}

/// Runs the program in a shell within name spaces of its own, where that is allowed.
fn in_namespaces(script: &str) -> Option<()> {
    let allowed = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .output()
        .inspect_err(|error| skipped(&format!("unshare can't be run: {error}")))
        .ok()?;
    if !allowed.status.success() {
        skipped(&String::from_utf8_lossy(&allowed.stderr));
        return None;
    }
    Some(())
}

#[test]
fn a_volume_mounted_over_the_root_is_found_within_seconds() {
    if in_namespaces("mount -t tmpfs none /mnt").is_none() {
        return;
    }
    let site = Site::new();
    hears_only(&site, "hold = \"300ms\"\n");
    fill(&site.content(), &["A", "B"]);
    let (content, config) = (site.content(), site.config());
    // The mount is made by the shell that then waits; the program is its child, in the same space.
    let script = format!(
        "\"$0\" serve --listen 127.0.0.1:0 --config '{}' & \
         pid=$!; \
         while [ ! -e '{root}/mount' ]; do sleep 0.05; done; \
         mount -t tmpfs none '{content}' && cp '{root}/other.md' '{content}/other.md'; \
         while [ ! -e '{root}/stop' ]; do sleep 0.05; done; kill $pid",
        config.display(),
        root = site.path().display(),
        content = content.display(),
    );
    fs::write(site.path().join("other.md"), post("Other", "2024-05-01", "")).unwrap();
    let service = Service::start_in(&[
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        &script,
    ]);
    service.eventually("it is ready", || service.get("/readyz").status == 200);
    assert_eq!(titles(&service), ["A", "B"]);
    fs::write(site.path().join("mount"), "").unwrap();
    service.eventually("what was mounted is served", || titles(&service) == ["Other"]);
    fs::write(site.path().join("stop"), "").unwrap();
}

#[test]
fn where_no_watches_are_left_changes_are_polled_for() {
    let limit = "echo 2 > /proc/sys/user/max_inotify_watches";
    if in_namespaces(limit).is_none() {
        return;
    }
    let site = Site::new();
    hears_only(&site, "poll_interval = \"200ms\"");
    for folder in 0..5 {
        fill(&site.content().join(folder.to_string()), &["A"]);
    }
    let script = format!(
        "{limit}; exec \"$0\" serve --listen 127.0.0.1:0 --config '{}'",
        site.config().display()
    );
    let service = Service::start_in(&["unshare", "--user", "--map-root-user", "sh", "-c", &script]);
    service.eventually("it is ready", || service.get("/readyz").status == 200);
    service.eventually("it says that it polls", || {
        service.metric("newswire_polling") > 0.5
    });
    fill(&site.content().join("4"), &["B"]);
    service.eventually("a change is found", || titles(&service).len() == 6);
}

#[test]
fn in_poll_mode_no_event_is_needed() {
    let site = Site::new();
    hears_only(&site, "mode = \"poll\"\npoll_interval = \"200ms\"");
    fill(&site.content(), &["A"]);
    let service = Service::start(&site);
    assert!(service.metric("newswire_polling") > 0.5);
    let start = Instant::now();
    fill(&site.content(), &["B"]);
    service.eventually("a new post is found", || titles(&service).len() == 2);
    assert!(start.elapsed() < Duration::from_secs(5));
    site.remove("A.md");
    service.eventually("a deletion too", || titles(&service) == ["B"]);
}

#[test]
fn new_deep_trees_made_at_once_are_found_whole() {
    let site = Site::new();
    hears_only(&site, "");
    fill(&site.content(), &["A"]);
    let service = Service::start(&site);
    for tree in 0..50 {
        fill(
            &site.content().join(format!("t{tree}/a/b/c/d")),
            &[&format!("T{tree}")],
        );
    }
    service.eventually("all of it is served", || service.metric("newswire_posts") > 50.5);
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn more_events_than_the_queue_holds_lose_nothing() {
    let site = Site::new();
    hears_only(&site, "");
    fill(&site.content(), &["A"]);
    let service = Service::start(&site);
    // The service is stopped, so that the kernel's queue of 16,384 events overflows.
    service.signal("STOP");
    for number in 0..6_000 {
        fs::write(
            site.content().join(format!("{number}.md")),
            post("New", "2024-05-01", ""),
        )
        .unwrap();
    }
    service.signal("CONT");
    service.eventually("all of it is served", || {
        service.metric("newswire_posts") > 6_000.5
    });
}

#[test]
fn a_checkout_under_a_lock_waits_and_a_lock_left_behind_does_not_hold_for_ever() {
    let site = Site::new();
    hears_only(&site, "");
    let text = fs::read_to_string(site.config()).unwrap();
    fs::write(site.config(), text + "max_delay = \"200ms\"\n").unwrap();
    fill(&site.content(), &["A"]);
    fs::create_dir(site.path().join(".git")).unwrap();
    let service = Service::start(&site);
    let lock = site.path().join(".git/index.lock");
    fs::write(&lock, "").unwrap();
    fill(&site.content(), &["B"]);
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(
        titles(&service),
        ["A"],
        "nothing is published while the lock is there"
    );
    fill(&site.content(), &["C"]);
    fs::remove_file(&lock).unwrap();
    service.eventually("then all at once", || {
        let now = titles(&service).len();
        assert!(now == 1 || now == 3, "half a checkout: {now}");
        now == 3
    });
    fs::write(&lock, "").unwrap();
    fill(&site.content(), &["D"]);
    service.eventually("a lock that stays is passed over", || titles(&service).len() == 4);
}
