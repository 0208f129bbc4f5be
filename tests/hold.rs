//! A vanished directory empties nothing.

use std::fs::{self, File};

use super::support::site::newswire;
use super::support::{Service, Site, xml};

fn site(posts: usize, more: &str) -> Site {
    let site = Site::new();
    let config = fs::read_to_string(site.config()).unwrap();
    fs::write(site.config(), format!("{config}{more}")).unwrap();
    for number in 0..posts {
        site.post(
            &format!("{number:02}.md"),
            &format!("Post {number:02}"),
            "2024-05-01",
            "",
        );
    }
    site
}

fn titles(service: &Service) -> Vec<String> {
    xml::titles(service.get("/rss.xml").text())
}

fn is_stale(service: &Service) -> bool {
    let ready = service.get("/readyz");
    assert_eq!(ready.status, 200, "it is ready while anything serves");
    let is_stale = ready.text().starts_with("stale: ");
    assert!(is_stale || ready.text() == "ready\n", "{}", ready.text());
    is_stale
}

#[test]
fn an_absent_or_empty_content_directory_leaves_the_last_feeds_marked_stale() {
    let site = site(3, "");
    let service = Service::start(&site);
    let before = service.get("/rss.xml");
    let away = site.path().join("away");
    let keeps = |what: &str| {
        service.eventually(what, || {
            is_stale(&service) && service.metric("newswire_stale") > 0.5
        });
        assert_eq!(service.get("/rss.xml").body, before.body, "{what}");
        assert_eq!(
            service.get("/rss.xml").header("etag"),
            before.header("etag"),
            "{what}"
        );
    };
    fs::rename(site.content(), &away).unwrap();
    keeps("it is absent");
    fs::create_dir(site.content()).unwrap();
    keeps("it is empty");
    fs::remove_dir(site.content()).unwrap();
    fs::write(site.content(), "a file").unwrap();
    keeps("it is a file");
    fs::remove_file(site.content()).unwrap();
    fs::rename(&away, site.content()).unwrap();
    service.eventually("it is back", || !is_stale(&service));
    assert!(service.metric("newswire_stale").abs() < 0.5);
    assert_eq!(service.get("/rss.xml").body, before.body);
    site.post("new.md", "New", "2024-05-02", "");
    service.eventually("and it is watched again", || titles(&service)[0] == "New");
}

#[test]
fn posts_deleted_one_and_all_are_kept_until_a_signal_says_that_this_is_meant() {
    let site = site(12, "");
    let service = Service::start(&site);
    for number in 0..12 {
        site.remove(&format!("{number:02}.md"));
    }
    service.eventually("it is stale", || is_stale(&service));
    assert_eq!(titles(&service).len(), 12);
    service.signal("USR1");
    service.eventually("the feed is empty", || titles(&service).is_empty());
    service.eventually("and that is as it should be", || !is_stale(&service));
}

#[test]
fn most_posts_vanishing_at_once_holds_only_the_deletions_and_only_for_a_while() {
    let site = site(20, "hold = \"2s\"\n");
    let service = Service::start(&site);
    for number in 0..15 {
        site.remove(&format!("{number:02}.md"));
    }
    service.eventually("the deletions are held", || is_stale(&service));
    site.post("new.md", "New", "2024-05-02", "");
    site.post("19.md", "Edited", "2024-05-03", "");
    service.eventually("additions and edits apply", || {
        titles(&service)[..2] == ["Edited", "New"]
    });
    assert_eq!(titles(&service).len(), 21);
    service.eventually("the second look confirms it", || titles(&service).len() == 6);
    assert!(!is_stale(&service));
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn held_posts_that_come_back_never_left() {
    let site = site(20, "hold = \"1h\"\n");
    let service = Service::start(&site);
    let before = service.get("/rss.xml").body;
    let away = site.path().join("away");
    fs::create_dir(&away).unwrap();
    let shift = |from: &std::path::Path, to: &std::path::Path| {
        for number in 0..15 {
            let name = format!("{number:02}.md");
            fs::rename(from.join(&name), to.join(&name)).unwrap();
        }
    };
    shift(&site.content(), &away);
    service.eventually("the deletions are held", || is_stale(&service));
    assert_eq!(service.get("/rss.xml").body, before);
    shift(&away, &site.content());
    service.eventually("they are back", || !is_stale(&service));
    assert_eq!(service.get("/rss.xml").body, before);
}

#[test]
fn a_folder_of_most_posts_that_is_renamed_is_a_move_and_nothing_is_held() {
    let site = Site::new();
    for number in 0..20 {
        site.post(
            &format!("news/{number:02}.md"),
            &format!("Post {number:02}"),
            "2024-05-01",
            "",
        );
    }
    let service = Service::start(&site);
    site.rename("news", "archive");
    service.agrees_with_a_fresh_process(&site);
    assert!(!is_stale(&service));
}

#[test]
fn a_new_root_with_half_of_the_posts_in_it_is_believed_at_once() {
    let site = site(20, "hold = \"1h\"\n");
    let service = Service::start(&site);
    let other = site.path().join("other");
    fs::create_dir(&other).unwrap();
    for number in 0..10 {
        let name = format!("{number:02}.md");
        fs::copy(site.content().join(&name), other.join(&name)).unwrap();
    }
    fs::rename(site.content(), site.path().join("away")).unwrap();
    fs::rename(&other, site.content()).unwrap();
    service.eventually("the other posts are gone", || titles(&service).len() == 10);
    assert!(!is_stale(&service));
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn a_new_root_with_few_of_the_posts_in_it_shows_what_is_new_and_keeps_the_rest() {
    let site = site(20, "hold = \"2s\"\n");
    let service = Service::start(&site);
    let other = site.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(
        other.join("only.md"),
        super::support::site::post("Only", "2024-05-02", ""),
    )
    .unwrap();
    fs::rename(site.content(), site.path().join("away")).unwrap();
    fs::rename(&other, site.content()).unwrap();
    service.eventually("the new post is served", || titles(&service)[0] == "Only");
    assert_eq!(titles(&service).len(), 21);
    assert!(is_stale(&service));
    service.eventually("nothing has changed for a while", || titles(&service) == ["Only"]);
    assert!(!is_stale(&service));
}

/// Copies posts to a folder one by one, each copy seen by the service before the next, and longer than
/// the hold in all; no count may fall meanwhile.
fn refill_slowly(service: &Service, site: &Site, from: &std::path::Path, posts: usize) {
    let from_and_to = (0..posts).map(|number| {
        let name = format!("{number:02}.md");
        (from.join(&name), site.content().join(&name))
    });
    for (number, (from, to)) in from_and_to.enumerate() {
        let text = fs::read_to_string(from).unwrap();
        fs::write(to, text.replace("title: \"Post", "title: \"Copied")).unwrap();
        let copied = || {
            let titles = titles(service);
            assert_eq!(titles.len(), posts, "after {number} copies");
            titles.iter().filter(|title| title.starts_with("Copied")).count()
        };
        service.eventually("the copy is served", || copied() == number + 1);
        let since = std::time::Instant::now();
        while since.elapsed() < std::time::Duration::from_millis(150) {
            copied();
        }
    }
    service.eventually("all are back", || !is_stale(service));
    service.agrees_with_a_fresh_process(site);
}

#[test]
fn a_folder_that_is_emptied_and_filled_again_slowly_loses_nothing() {
    let site = site(16, "hold = \"1s\"\n");
    let log = site.path().join("log");
    let config = site.config().display().to_string();
    let service = Service::logging(newswire(), &["--config", &config], File::create(&log).unwrap());
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    let away = site.path().join("away");
    fs::create_dir(&away).unwrap();
    for number in 0..16 {
        let name = format!("{number:02}.md");
        fs::rename(site.content().join(&name), away.join(&name)).unwrap();
    }
    service.eventually("it is stale", || is_stale(&service));
    refill_slowly(&service, &site, &away, 16);
    // That they went, that they come back, that they are back: not a line for each.
    let log = fs::read_to_string(log).unwrap();
    let told = log
        .lines()
        .filter(|line| !line.contains("published"))
        .skip_while(|line| !line.contains("ready"));
    assert!(told.count() <= 5, "{log}");
}

#[test]
fn a_new_folder_that_is_filled_slowly_loses_nothing() {
    for posts in [4, 16] {
        let site = site(posts, "hold = \"1s\"\n");
        let service = Service::start(&site);
        let away = site.path().join("away");
        fs::rename(site.content(), &away).unwrap();
        fs::create_dir(site.content()).unwrap();
        refill_slowly(&service, &site, &away, posts);
    }
}

#[test]
fn with_accept_loss_an_empty_site_is_served_as_it_is() {
    let site = site(0, "");
    let service = Service::start_with(&["--accept-loss", "--config", site.config().to_str().unwrap()]);
    service.eventually("it is ready without a post", || {
        service.get("/rss.xml").status == 200
    });
    assert!(titles(&service).is_empty());
    site.post("a.md", "A", "2024-05-01", "");
    service.eventually("a post is served", || titles(&service) == ["A"]);
    site.remove("a.md");
    service.eventually("and its loss believed", || titles(&service).is_empty());
}
