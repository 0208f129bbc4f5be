//! With a state directory, a restart changes nothing that readers could see.

use std::fs;

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
