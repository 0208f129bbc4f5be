//! A file that somebody is still writing is never served cut short, and holds up no other.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::support::site::{FEEDS_TOML, post};
use super::support::{Service, Site, xml};

const LINE: &str = "A line of many, so that one sees how much of the text is there.\n";
const LINES: usize = 500;
const PARTS: usize = 5;
const PAUSE: Duration = Duration::from_millis(300);

fn text(title: &str) -> String {
    post(title, "2024-05-01", "description: In short") + &LINE.repeat(LINES)
}

/// Writes in parts, with a pause after each. The file stays open.
fn write_in_parts(file: &mut File, text: &str) {
    for part in text.as_bytes().chunks(text.len().div_ceil(PARTS)) {
        file.write_all(part).unwrap();
        thread::sleep(PAUSE);
    }
}

fn emptied(path: &Path) -> File {
    OpenOptions::new().write(true).truncate(true).open(path).unwrap()
}

/// The titles that are served, and of how many lines the posts are.
fn served(service: &Service) -> (Vec<String>, usize) {
    let answer = service.get("/rss.xml");
    assert_eq!(answer.status, 200);
    let lines = answer.text().matches(LINE.trim()).count();
    (xml::titles(answer.text()), lines)
}

/// What clients see of a site while something is done.
fn watched(service: &Service, deed: impl FnOnce()) -> Vec<(Vec<String>, usize)> {
    let ends = AtomicBool::new(false);
    let mut seen = vec![served(service)];
    thread::scope(|scope| {
        let ends = &ends;
        let poller = scope.spawn(move || {
            loop {
                let is_last = ends.load(Ordering::Relaxed);
                let now = served(service);
                if seen.last() != Some(&now) {
                    seen.push(now);
                }
                if is_last {
                    return seen;
                }
                thread::sleep(Duration::from_millis(2));
            }
        });
        deed();
        ends.store(true, Ordering::Relaxed);
        poller.join().unwrap()
    })
}

fn configure(site: &Site, more: &str) {
    fs::write(site.config(), format!("{FEEDS_TOML}{more}\n")).unwrap();
}

fn list(titles: &[&str], lines: usize) -> (Vec<String>, usize) {
    (titles.iter().map(ToString::to_string).collect(), lines)
}

#[test]
fn a_post_that_is_written_in_parts_keeps_its_last_version_and_holds_up_no_other() {
    // Everything is looked at each second, too.
    let site = Site::new();
    site.write("a.md", text("Old"));
    let service = Service::start(&site);
    let seen = watched(&service, || {
        let mut file = emptied(&site.content().join("a.md"));
        thread::sleep(PAUSE);
        let start = Instant::now();
        site.post("b.md", "Other", "2024-04-01", "");
        service.eventually("another post is served", || served(&service).0.len() == 2);
        assert!(
            start.elapsed() < Duration::from_millis(500),
            "{:?}",
            start.elapsed()
        );
        write_in_parts(&mut file, &text("New"));
        thread::sleep(Duration::from_millis(1_200));
        drop(file);
        let start = Instant::now();
        service.eventually("the new text is served", || served(&service).0[0] == "New");
        assert!(
            start.elapsed() < Duration::from_millis(500),
            "{:?}",
            start.elapsed()
        );
    });
    assert_eq!(
        seen,
        [
            list(&["Old"], LINES),
            list(&["Old", "Other"], LINES),
            list(&["New", "Other"], LINES)
        ]
    );
}

#[test]
fn a_new_post_is_not_served_before_its_file_is_closed() {
    let site = Site::new();
    site.post("b.md", "Other", "2024-04-01", "");
    let service = Service::start(&site);
    let seen = watched(&service, || {
        let mut file = File::create(site.content().join("a.md")).unwrap();
        write_in_parts(&mut file, &text("New"));
        // A copy keeps the times of what it copies.
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        thread::sleep(Duration::from_millis(1_200));
        drop(file);
        service.eventually("it is served", || served(&service).0.len() == 2);
    });
    assert_eq!(seen, [list(&["Other"], 0), list(&["New", "Other"], LINES)]);
}

#[test]
fn a_file_that_is_never_closed_is_read_after_a_while_and_again_when_it_changes() {
    let site = Site::new();
    configure(&site, "close_timeout = \"1s\"");
    site.write("a.md", text("Old"));
    let service = Service::start(&site);
    let mut file = OpenOptions::new()
        .append(true)
        .open(site.content().join("a.md"))
        .unwrap();
    for more in 1..=3 {
        let start = Instant::now();
        file.write_all(LINE.as_bytes()).unwrap();
        service.eventually("another line is served", || served(&service).1 == LINES + more);
        assert!(
            start.elapsed() > Duration::from_millis(900),
            "{:?}",
            start.elapsed()
        );
    }
    // A log that never rests is served all the same.
    let start = Instant::now();
    while served(&service).1 == LINES + 3 {
        file.write_all(LINE.as_bytes()).unwrap();
        assert!(start.elapsed() < Duration::from_secs(10));
    }
    drop(file);
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn other_names_for_a_whole_file_are_served_at_once() {
    let site = Site::new();
    configure(&site, "");
    site.post("b.md", "Other", "2024-04-01", "");
    let whole = site.path().join("whole.md");
    fs::write(&whole, text("New")).unwrap();
    let service = Service::start(&site);
    let seen = watched(&service, || {
        fs::hard_link(&whole, site.content().join("a.md")).unwrap();
        service.eventually("the link is served", || served(&service).0.len() == 2);
        // The file loses its other name, and gets a third.
        fs::rename(&whole, site.content().join("c.md")).unwrap();
        service.eventually("the other name is served", || served(&service).0.len() == 3);
    });
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[test]
fn where_no_events_come_a_file_counts_when_it_is_still() {
    let site = Site::new();
    configure(&site, "mode = \"poll\"\npoll_interval = \"800ms\"");
    site.write("a.md", text("Old"));
    site.post("b.md", "Other", "2024-04-01", "");
    let service = Service::start(&site);
    let seen = watched(&service, || {
        let mut file = emptied(&site.content().join("a.md"));
        write_in_parts(&mut file, &text("New"));
        drop(file);
        service.eventually("the new text is served", || served(&service).0[0] == "New");
        fs::rename(site.content().join("b.md"), site.content().join("c.md")).unwrap();
        site.post("d.md", "Last", "2024-03-01", "");
        service.eventually("another is served", || served(&service).0.len() == 3);
    });
    assert_eq!(
        seen,
        [
            list(&["Old", "Other"], LINES),
            list(&["New", "Other"], LINES),
            list(&["New", "Other", "Last"], LINES)
        ]
    );
}

#[test]
fn a_start_and_a_new_configuration_while_somebody_writes_show_no_half_text() {
    let site = Site::new();
    site.post("b.md", "Other", "2024-04-01", "");
    let mut file = File::create(site.content().join("a.md")).unwrap();
    let text = text("New");
    let (first, rest) = text.as_bytes().split_at(text.len() / 2);
    file.write_all(first).unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            for part in rest.chunks(rest.len() / 10) {
                thread::sleep(PAUSE);
                file.write_all(part).unwrap();
            }
        });
        let service = Service::start(&site);
        let mut renamed = false;
        service.eventually("the whole text is served", || {
            let (titles, lines) = served(&service);
            if !std::mem::replace(&mut renamed, true) {
                let toml = FEEDS_TOML.replace("\"Felix\"", "\"The Felix\"");
                fs::write(site.config(), toml).unwrap();
            }
            assert!(lines == 0 || lines == LINES, "{lines} lines");
            titles.len() == 2 && service.get("/rss.xml").text().contains("The Felix")
        });
    });
}
