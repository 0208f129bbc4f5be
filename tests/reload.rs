//! A changed feeds.toml is taken up without a restart, and a broken one is not.

use std::fs;

use super::support::site::FEEDS_TOML;
use super::support::{Service, Site, xml};

fn site() -> Site {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [news]");
    site.post("b.md", "B", "2024-05-02 23:30", "categories: [sport]");
    site
}

fn configure(site: &Site, text: &str) {
    let beside = site.path().join("beside");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, site.config()).unwrap();
}

fn validators(service: &Service, path: &str) -> (String, String) {
    let answer = service.get(path);
    let header = |name| answer.header(name).unwrap().to_owned();
    (header("etag"), header("last-modified"))
}

#[test]
fn a_changed_configuration_shows_as_in_a_fresh_process_and_a_broken_one_changes_nothing() {
    let site = site();
    let service = Service::start(&site);
    service.agrees_with_a_fresh_process(&site);
    let sport = validators(&service, "/categories/sport/rss.xml");

    configure(
        &site,
        &format!("{FEEDS_TOML}[categories.news]\ntitle = \"The News\"\n"),
    );
    service.eventually("the new title is served", || {
        service
            .get("/categories/news/rss.xml")
            .text()
            .contains("The News")
    });
    service.agrees_with_a_fresh_process(&site);
    assert_eq!(
        validators(&service, "/categories/sport/rss.xml"),
        sport,
        "what did not change keeps its validators"
    );

    let before = validators(&service, "/rss.xml");
    configure(&site, &format!("{FEEDS_TOML}[categorie.news]\ntitle = 1\n"));
    site.post("c.md", "C", "2024-05-03", "");
    service.eventually("posts are still followed", || {
        xml::titles(service.get("/rss.xml").text()).len() == 3
    });
    assert!(
        service
            .get("/categories/news/rss.xml")
            .text()
            .contains("The News")
    );
    let after = validators(&service, "/rss.xml");
    assert!(before.0 != after.0);

    // Another zone: every date is read anew, without the files being read.
    configure(&site, &FEEDS_TOML.replace("Europe/London", "Asia/Tokyo"));
    service.eventually("the zone is another", || {
        service.get("/rss.xml").text().contains("23:30:00 +0900")
    });
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn last_modified_never_goes_back_when_the_configuration_does() {
    let site = site();
    let service = Service::start(&site);
    let (first, shown) = validators(&service, "/rss.xml");
    let moment = |text: &str| chrono::DateTime::parse_from_rfc2822(text).unwrap();
    configure(&site, &FEEDS_TOML.replace("Felix", "Phoenix"));
    service.eventually("it changed", || validators(&service, "/rss.xml").0 != first);
    let (_, second) = validators(&service, "/rss.xml");
    configure(&site, FEEDS_TOML);
    service.eventually("it changed back", || validators(&service, "/rss.xml").0 == first);
    let (_, third) = validators(&service, "/rss.xml");
    assert!(moment(&shown) <= moment(&second) && moment(&second) <= moment(&third));
}

#[test]
fn another_content_directory_is_followed() {
    let site = site();
    let service = Service::start(&site);
    let other = site.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(
        other.join("x.md"),
        super::support::site::post("X", "2024-05-01", ""),
    )
    .unwrap();
    // None of the posts stand in it, which looks like an accident.
    configure(
        &site,
        &format!("{FEEDS_TOML}hold = \"300ms\"\n[content]\ndir = \"other\"\n"),
    );
    let titles = || xml::titles(service.get("/rss.xml").text());
    service.eventually("the other posts are served", || titles() == ["X"]);
    fs::write(
        other.join("y.md"),
        super::support::site::post("Y", "2024-05-02", ""),
    )
    .unwrap();
    service.eventually("and watched", || titles() == ["Y", "X"]);
    assert_eq!(
        service.get("/categories/news/rss.xml").status,
        200,
        "what was public stays"
    );
}

#[test]
fn a_signal_reads_the_configuration_again() {
    let site = site();
    let service = Service::start(&site);
    configure(&site, &FEEDS_TOML.replace("Felix", "Phoenix"));
    service.signal("HUP");
    service.eventually("the title is new", || {
        service.get("/rss.xml").text().contains("<title>Phoenix</title>")
    });
}

#[test]
fn what_the_sites_generator_is_told_is_followed_with_every_file_it_is_told_in() {
    let site = Site::new();
    let put = |path: &str, text: &str| {
        let full = site.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        let beside = site.path().join("beside");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, full).unwrap();
    };
    put("_config.yml", "timezone: Europe/London\npermalink: /:title/\n");
    fs::create_dir(site.path().join("_data")).unwrap();
    site.write(
        "_posts/2024-05-01-a.md",
        "---\ntitle: A\nauthor: ada\n---\nText.\n",
    );
    let service = Service::start(&site);
    let shows = |what: &str| {
        service.eventually(what, || service.get("/atom.xml").text().contains(what));
        service.agrees_with_a_fresh_process(&site);
    };
    shows("<name>ada</name>");
    // A file that was not there before.
    put("_data/authors.yml", "ada:\n  name: Ada Marsh\n");
    shows("<name>Ada Marsh</name>");
    put("_data/authors.yml", "ada:\n  name: Ada Lock\n");
    shows("<name>Ada Lock</name>");
    put(
        "_config.yml",
        "timezone: Europe/London\npermalink: /stories/:title/\n",
    );
    shows("/stories/a/");
}

#[test]
fn moved_feeds_and_how_to_answer_are_taken_up_while_it_runs() {
    let site = site();
    let service = Service::start(&site);
    assert_eq!(service.get("/old.xml").status, 404);
    let links = || service.get("/rss.xml").header("link").unwrap().to_owned();
    assert!(links().contains("/feed.json"));
    let more = "[feeds]\nformats = [\"rss\", \"atom\"]\n[http]\nmax_age = \"5m\"\nsurrogate_keys = true\nrequests_per_hour = 1000\n\
                [moved.\"/old.xml\"]\nto = \"/rss.xml\"\n[moved.\"/ended.xml\"]\ngone = true\n";
    configure(&site, &format!("{FEEDS_TOML}{more}"));
    service.eventually("the feed has moved", || service.get("/old.xml").status == 301);
    assert_eq!(service.get("/ended.xml").status, 410);
    service.eventually("the other format is gone", || !links().contains("/feed.json"));
    let answer = service.get("/rss.xml");
    assert!(answer.header("cache-control").unwrap().starts_with("max-age=300"));
    assert!(answer.header("surrogate-key").unwrap().starts_with("site p-"));
    let refused = (0..2000).any(|_| service.get("/rss.xml").status == 429);
    assert!(refused, "a budget counts from now on");

    configure(&site, FEEDS_TOML);
    service.eventually("it is undone", || service.get("/old.xml").status == 404);
    assert_eq!(service.get("/rss.xml").status, 200);
}

#[test]
fn posts_that_a_new_configuration_can_not_read_keep_their_last_good_version() {
    let site = Site::new();
    let day_first = format!("{FEEDS_TOML}[content]\ndate_order = \"dmy\"\n");
    configure(&site, &day_first);
    for number in 1..=20 {
        site.post(
            &format!("{number:02}.md"),
            &format!("Post {number:02}"),
            &format!("08-02-{number:02}"),
            "",
        );
    }
    let service = Service::start(&site);
    let titles = || xml::titles(service.get("/rss.xml").text());
    assert_eq!(titles().len(), 20);
    let before = service.get("/rss.xml").body;
    configure(&site, FEEDS_TOML);
    service.eventually("each is a finding", || service.metric("newswire_findings") > 19.5);
    assert_eq!(titles().len(), 20);
    configure(&site, &day_first);
    service.eventually("they are mended", || service.metric("newswire_findings") < 0.5);
    assert_eq!(service.get("/rss.xml").body, before);
}

#[test]
fn a_configuration_that_would_drop_most_posts_is_held_like_a_loss() {
    let site = Site::new();
    let with = |hold: &str, more: &str| configure(&site, &format!("{FEEDS_TOML}hold = \"{hold}\"\n{more}"));
    // For Jekyll, what lies in no folder “_posts” is a page.
    let drops_all = "[content]\ndialect = \"jekyll\"\n";
    with("1h", "");
    for number in 1..=3 {
        site.post(
            &format!("{number}.md"),
            &format!("Post {number}"),
            "2024-05-01",
            "",
        );
    }
    let service = Service::start(&site);
    let count = || xml::titles(service.get("/rss.xml").text()).len();
    let is_stale = || {
        let ready = service.get("/readyz");
        ready.status == 200 && ready.text().contains("the new configuration would drop 3 posts")
    };
    with("1h", drops_all);
    service.eventually("it is held, and said", is_stale);
    assert_eq!(count(), 3);
    with("1h", "");
    service.eventually("it is taken back", || !is_stale());
    assert_eq!(count(), 3);
    with("1h", drops_all);
    service.eventually("it is held again", is_stale);
    service.signal("USR1");
    service.eventually("it is meant", || count() == 0);
    assert!(!is_stale());
}

#[test]
fn a_configuration_that_would_drop_most_posts_is_taken_up_after_the_hold() {
    let site = Site::new();
    configure(&site, &format!("{FEEDS_TOML}hold = \"1s\"\n"));
    site.post("a.md", "A", "2024-05-01", "");
    let service = Service::start(&site);
    let count = || xml::titles(service.get("/rss.xml").text()).len();
    configure(
        &site,
        &format!("{FEEDS_TOML}hold = \"1s\"\n[content]\ndialect = \"jekyll\"\n"),
    );
    service.eventually("it is held", || {
        service.get("/readyz").text().contains("the new configuration")
    });
    service.eventually("it is taken up", || count() == 0);
    service.agrees_with_a_fresh_process(&site);
}

/// A site that is served from its own directory, so that nobody asks for feeds.toml by name.
fn unnamed(site: &Site) -> Service {
    let service = Service::logged(site.path(), &[]);
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    service
}

#[test]
fn a_configuration_that_goes_is_emptied_or_cut_off_leaves_what_ran_and_says_so() {
    let site = site();
    let service = unnamed(&site);
    let before = service.get("/rss.xml").body;
    let readiness = || {
        let ready = service.get("/readyz");
        assert_eq!(ready.status, 200);
        ready.text().to_owned()
    };
    let stays = |what: &str| {
        service.eventually(what, || readiness().starts_with("stale: "));
        assert!(service.metric("newswire_configuration_stale") > 0.5, "{what}");
        assert!(service.get("/rss.xml").body == before, "{what}");
        configure(&site, FEEDS_TOML);
        service.eventually("it is back", || readiness() == "ready\n");
        assert!(service.get("/rss.xml").body == before, "{what}");
    };
    fs::remove_file(site.config()).unwrap();
    stays("it is gone");
    configure(&site, "");
    stays("it is empty");
    configure(&site, &FEEDS_TOML[..FEEDS_TOML.find("url").unwrap()]);
    stays("it is cut off at the end of a line");
    configure(&site, &FEEDS_TOML[..FEEDS_TOML.find("felix.example").unwrap()]);
    stays("it is cut off within one");
    fs::remove_file(site.config()).unwrap();
    fs::create_dir(site.config()).unwrap();
    service.eventually("a directory is in its place", || {
        readiness().starts_with("stale: ")
    });
    fs::remove_dir(site.config()).unwrap();
    stays("and gone");
    let log = fs::read_to_string(site.path().join("log")).unwrap();
    let told = log.matches("what ran before goes on").count();
    assert!(told <= 6, "one line for each: {log}");
}

#[test]
fn a_configuration_behind_links_that_are_swapped_is_followed() {
    use std::os::unix::fs::symlink;
    let site = site();
    fs::remove_file(site.config()).unwrap();
    for (version, title) in [("..1", "One"), ("..2", "Two"), ("..3", "Three")] {
        fs::create_dir(site.path().join(version)).unwrap();
        let text = FEEDS_TOML.replace("Felix", title);
        fs::write(site.path().join(version).join("feeds.toml"), text).unwrap();
    }
    let swap = |version: &str| {
        symlink(version, site.path().join("..new")).unwrap();
        fs::rename(site.path().join("..new"), site.path().join("..data")).unwrap();
    };
    swap("..1");
    symlink("..data/feeds.toml", site.config()).unwrap();
    let service = unnamed(&site);
    let shows = |title: &str| {
        let wanted = format!("<title>{title}</title>");
        service.eventually(title, || service.get("/rss.xml").text().contains(&wanted));
    };
    shows("One");
    swap("..2");
    fs::remove_dir_all(site.path().join("..1")).unwrap();
    shows("Two");
    fs::remove_file(site.path().join("..data")).unwrap();
    service.eventually("the link leads nowhere", || {
        service.get("/readyz").text().starts_with("stale: ")
    });
    shows("Two");
    swap("..3");
    shows("Three");
    assert_eq!(service.get("/readyz").text(), "ready\n");
}
