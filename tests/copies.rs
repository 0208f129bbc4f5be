//! What tools leave beside posts: conflicted copies, sides of a merge, conflict markers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::support::{Service, Site, xml};

fn check(site: &Site) -> String {
    String::from_utf8(site.run(&["check", "--all"]).stdout).unwrap()
}

fn titles(site: &Site) -> Vec<String> {
    let documents = site.build();
    xml::titles(std::str::from_utf8(&documents["/rss.xml"]).unwrap())
}

#[test]
fn copies_that_tools_make_are_left_out_with_a_note() {
    let site = Site::new();
    site.post("news/post.md", "Post", "2024-05-01", "");
    let copies = [
        "news/post.sync-conflict-20240101-120000-ABCDEFG.md",
        "news/post (Jane's conflicted copy 2024-01-01).md",
        "news/post (conflicted copy 2024-01-01 120000).md",
        "news/post_conflict-20240101-120000.md",
        "news/post_BASE_1234.md",
        "news/post_LOCAL_1234.md",
        "news/post.md.orig",
        "news/~$post.md",
    ];
    for path in copies {
        site.post(path, "Copy", "2024-05-02", "");
    }
    let folders = [
        "$RECYCLE.BIN",
        "news/@eaDir",
        "#recycle",
        "System Volume Information",
    ];
    for folder in folders {
        site.post(&format!("{folder}/deleted.md"), "Deleted", "2024-05-03", "");
    }
    assert_eq!(titles(&site), ["Post"]);
    let out = check(&site);
    for path in copies.iter().chain(&folders) {
        assert_eq!(
            out.matches(&format!("{path}: note:")).count(),
            1,
            "{path} in {out}"
        );
    }
    assert!(out.contains("0 errors, 0 warnings, 12 notes"), "{out}");
}

#[test]
fn a_copy_that_comes_while_serving_is_never_served() {
    let site = Site::new();
    site.post("post.md", "Post", "2024-05-01", "");
    let service = Service::start(&site);
    site.post(
        "post (conflicted copy 2024-01-01 120000).md",
        "Copy",
        "2024-05-02",
        "",
    );
    site.post("#recycle/deleted.md", "Deleted", "2024-05-02", "");
    site.post("other.md", "Other", "2024-05-03", "");
    service.eventually("the other post is served", || {
        xml::titles(service.get("/rss.xml").text()).contains(&"Other".into())
    });
    assert_eq!(xml::titles(service.get("/rss.xml").text()), ["Other", "Post"]);
    service.agrees_with_a_fresh_process(&site);
}

/// Takes all rights from a folder, and gives them back at the end.
struct Locked(PathBuf);

impl Locked {
    fn new(folder: PathBuf) -> Self {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).unwrap();
        Locked(folder)
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        let _ = fs::set_permissions(&self.0, fs::Permissions::from_mode(0o755));
    }
}

#[test]
fn lost_and_found_is_silent_though_nobody_may_look_into_it() {
    let site = Site::new();
    site.post("post.md", "Post", "2024-05-01", "");
    site.post("lost+found/found.md", "Found", "2024-05-02", "");
    let _locked = Locked::new(site.content().join("lost+found"));
    assert_eq!(titles(&site), ["Post"]);
    assert_eq!(check(&site), "1 post: 0 errors, 0 warnings, 0 notes\n");
}

#[test]
fn conflict_markers_are_an_error_and_the_last_good_version_stays() {
    let site = Site::new();
    site.post("title.md", "Title", "2024-05-01", "");
    site.post("body.md", "Body", "2024-05-02", "");
    let sample = "```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n```\n\nHeading\n=======\n";
    site.write(
        "sample.md",
        format!("---\ntitle: Sample\ndate: 2024-05-03\n---\n{sample}"),
    );
    let service = Service::start(&site);
    let before = service.get("/rss.xml").body;
    site.write(
        "title.md",
        "---\n<<<<<<< HEAD\ntitle: Ours\n=======\ntitle: Theirs\n>>>>>>> branch\ndate: 2024-05-01\n---\n",
    );
    site.write(
        "body.md",
        "---\ntitle: Body\ndate: 2024-05-02\n---\n\n<<<<<<< HEAD\nOurs\n=======\nTheirs\n>>>>>>> branch\n",
    );
    service.eventually("both are found broken", || {
        service.metric("newswire_findings") >= 2.0 && service.get("/readyz").status == 200
    });
    assert_eq!(service.get("/rss.xml").body, before);
    let out = check(&site);
    for line in ["title.md:2:1: error:", "body.md:6:1: error:"] {
        assert!(out.contains(line), "{out}");
    }
    assert!(
        out.contains("[conflict-markers]") && out.contains("help: keep the lines"),
        "{out}"
    );
    assert!(!out.contains("sample.md"), "{out}");
}

#[test]
fn what_may_be_a_copy_is_served_and_a_warning_names_the_post_of_the_same_title_and_date() {
    let site = Site::new();
    let copies = [
        "post copy.md",
        "post.bak.md",
        "post (1).md",
        "Copy of post.md",
        "post - Kopie.md",
    ];
    for path in copies.iter().chain(&["post.md"]) {
        site.post(path, "Post", "2024-05-01", "");
    }
    site.post("other copy.md", "Another", "2024-05-01", "");
    site.post("a.md", "Same title", "2024-05-01", "");
    site.post("b.md", "Same title", "2024-05-01", "");
    assert_eq!(titles(&site).len(), 9);
    let out = check(&site);
    for path in copies {
        let line = format!("{path}: warning: it has the title and the date of “post.md”");
        assert!(out.contains(&line), "{line} in {out}");
    }
    assert!(out.contains("9 posts: 0 errors, 5 warnings, 0 notes"), "{out}");
}
