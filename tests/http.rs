//! HTTP beyond the plain poll.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;

use super::support::{Service, Site, xml};

fn site_with(more: &str) -> Site {
    let site = Site::new();
    let config = fs::read_to_string(site.config()).unwrap();
    fs::write(site.config(), format!("{config}\n{more}")).unwrap();
    site.post("a.md", "First", "2024-05-01", "categories: [news]");
    site.post("b.md", "Second", "2024-05-02", "categories: [news]");
    site
}

#[test]
fn a_hub_stands_in_the_header_and_in_the_document() {
    let site = site_with("[feeds]\nhubs = [\"https://hub.example/\"]");
    let service = Service::start(&site);
    for path in ["/rss.xml", "/atom.xml"] {
        let answer = service.get(path);
        let link = answer.header("link").unwrap();
        assert!(link.contains("<https://hub.example/>; rel=\"hub\""), "{link}");
        let document = xml::parse(answer.text());
        let hubs: Vec<_> = document
            .descendants()
            .filter(|node| node.attribute("rel") == Some("hub"))
            .map(|node| node.attribute("href"))
            .collect();
        assert_eq!(hubs, [Some("https://hub.example/")], "{path}");
    }
}

#[test]
fn a_client_that_asks_for_a_delta_is_answered_as_one_that_does_not() {
    let site = site_with("[http]\ndeltas = [\"newsboat\"]");
    let service = Service::start(&site);
    let tag = service.get("/rss.xml").header("etag").unwrap().to_owned();
    site.post("c.md", "Third", "2024-05-03", "");
    service.eventually("the change is served", || {
        xml::titles(service.get("/rss.xml").text()).len() == 3
    });
    let asking = [
        ("if-none-match", &*tag),
        ("a-im", "feed"),
        ("user-agent", "newsboat/2.21 (Linux x86_64)"),
    ];
    let (plain, asking) = (service.get("/rss.xml"), service.get_with("/rss.xml", &asking));
    assert_eq!((asking.status, &asking.body), (200, &plain.body));
    for name in ["etag", "vary", "cache-control", "im"] {
        assert_eq!(asking.header(name), plain.header(name), "{name}");
    }
    assert_eq!(plain.header("vary"), Some("Accept-Encoding"));
}

#[test]
fn a_key_that_is_no_more_is_a_warning_with_its_place_and_stops_nothing() {
    let site = site_with("[http]\ndeltas = [\"newsboat\"]");
    let output = site.run(&["check", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let findings = String::from_utf8(output.stdout).unwrap();
    let finding: serde_json::Value = findings
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .find(|finding: &serde_json::Value| finding["code"] == "retired-key")
        .unwrap();
    assert_eq!(finding["severity"], "warning");
    assert!(
        finding["path"].as_str().unwrap().ends_with("feeds.toml"),
        "{finding}"
    );
    assert!(finding["line"].as_u64().unwrap() > 1 && finding["message"].as_str().unwrap().contains("deltas"));
    let log = String::from_utf8(site.run(&["list"]).stderr).unwrap();
    assert!(
        log.contains("WARN") && log.contains("feeds.toml:") && log.contains("deltas"),
        "{log}"
    );
}

#[test]
fn a_site_whose_own_feed_is_switched_off_is_counted_and_its_comments_are_served() {
    let site = site_with("[feeds.site]\nenabled = false");
    let comments =
        "categories: [news]\ncomments:\n  - author: Ann\n    date: 2024-05-02\n    text: Well said";
    site.post("c.md", "C", "2024-05-03", comments);
    let service = Service::start(&site);
    assert!((service.metric("newswire_posts") - 3.0).abs() < 0.5);
    assert_eq!(service.get("/rss.xml").status, 404);
    let feed = service.get("/categories/news/atom.xml");
    let document = xml::parse(feed.text());
    let replies = document
        .descendants()
        .find(|node| node.attribute("rel") == Some("replies"));
    let replies = replies.unwrap().attribute("href").unwrap();
    let path = replies.strip_prefix("https://felix.example").unwrap();
    let comments = service.get(path);
    assert_eq!(comments.status, 200, "{path}");
    assert!(comments.text().contains("Well said"));

    let output = site.run(&["list", "--json"]);
    let listing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listing["posts"], 3);
    let paths = String::from_utf8(site.run(&["list", "--posts"]).stdout).unwrap();
    assert_eq!(
        paths
            .lines()
            .filter(|line| !line.starts_with(' '))
            .collect::<Vec<_>>(),
        ["c.md", "b.md", "a.md"]
    );
    let out = site.path().join("public");
    let built = site.run(&["build", "--out", out.to_str().unwrap()]).stdout;
    assert!(
        built.starts_with(b"3 posts in "),
        "{}",
        String::from_utf8_lossy(&built)
    );
    assert!(out.join(path.trim_start_matches('/')).exists());
}

#[test]
fn a_feed_whose_last_post_goes_stays_and_one_that_never_was_is_404() {
    let site = site_with("");
    let service = Service::start(&site);
    assert_eq!(service.get("/categories/news/rss.xml").status, 200);
    for path in ["a.md", "b.md"] {
        let title = path.to_owned();
        site.post(path, &title, "2024-05-01", "");
    }
    service.eventually("the category is empty", || {
        let answer = service.get("/categories/news/rss.xml");
        answer.status == 200 && xml::titles(answer.text()).is_empty()
    });
    assert_eq!(service.get("/categories/other/rss.xml").status, 404);
    assert_eq!(service.get("/categories/news/feed/").status, 301);
}

#[test]
fn a_client_that_says_what_it_has_may_poll_as_often_as_it_likes() {
    let site = site_with("[http]\nrequests_per_hour = 3");
    let service = Service::start(&site);
    let tag = service.get("/rss.xml").header("etag").unwrap().to_owned();
    for _ in 0..10 {
        let answer = service.get_with("/rss.xml", &[("if-none-match", &*tag)]);
        assert_eq!(answer.status, 304);
    }
    assert_eq!(service.get("/atom.xml").status, 200);
    assert_eq!(service.get("/atom.xml").status, 200);
    let refused = service.get("/atom.xml");
    assert_eq!(refused.status, 429);
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1100..=1200).contains(&seconds), "a third of an hour: {seconds}");
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    // Nobody is believed about whom they speak for unless configured.
    let forged = [("x-forwarded-for", "198.51.100.7")];
    assert_eq!(service.get_with("/atom.xml", &forged).status, 429);
    assert_eq!(
        service.get_with("/rss.xml", &[("if-none-match", &*tag)]).status,
        304
    );
    assert_eq!(service.get("/healthz").status, 200);
    assert!(service.metric("newswire_requests_refused_total") > 1.5);
}

#[test]
fn clients_behind_a_trusted_proxy_have_budgets_of_their_own() {
    let site = site_with("[http]\nrequests_per_hour = 1\ntrusted_proxies = [\"127.0.0.1\"]");
    let service = Service::start(&site);
    for (client, expected) in [
        ("198.51.100.7", 200),
        ("198.51.100.7", 429),
        ("198.51.100.8", 200),
        // What the client wrote itself stands first, and counts for nothing.
        ("203.0.113.1, 198.51.100.8", 429),
    ] {
        let answer = service.get_with("/rss.xml", &[("x-forwarded-for", client)]);
        assert_eq!(answer.status, expected, "{client}");
    }
}

#[test]
fn subscribers_are_counted_for_each_feed() {
    let site = site_with("");
    let service = Service::start(&site);
    for user_agent in [
        "Feedbin feed-id:1 - 12 subscribers",
        "Feedbin feed-id:1 - 10 subscribers",
        "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 30 subscribers)",
        "newsboat/2.21",
        "newsboat/2.21",
        "Liferea/1.14",
    ] {
        service.get_with("/categories/news/rss.xml", &[("user-agent", user_agent)]);
    }
    let metrics = service.get("/metrics");
    for line in [
        "newswire_subscribers{feed=\"category/news\",via=\"aggregator\",day=\"today\"} 42",
        "newswire_subscribers{feed=\"category/news\",via=\"direct\",day=\"today\"} 2",
    ] {
        assert!(
            metrics.text().lines().any(|present| present == line),
            "{line} is missing in\n{}",
            metrics.text()
        );
    }
}

#[test]
fn a_cdn_is_told_how_long_and_by_what_names() {
    let site = site_with("[http]\ncdn_max_age = \"1d\"\nsurrogate_keys = true");
    let service = Service::start(&site);
    let answer = service.get("/categories/news/rss.xml");
    assert_eq!(answer.header("cdn-cache-control"), Some("max-age=86400"));
    let keys = answer.header("surrogate-key").unwrap();
    let names: Vec<&str> = keys.split(' ').collect();
    assert_eq!((names[0], names.len()), ("category/news", 3), "{keys}");
    let tag = answer.header("etag").unwrap();
    let unchanged = service.get_with("/categories/news/rss.xml", &[("if-none-match", tag)]);
    assert_eq!(unchanged.header("surrogate-key"), Some(keys));
    let site_keys = service.get("/rss.xml");
    assert!(
        site_keys
            .header("surrogate-key")
            .unwrap()
            .ends_with(&names[1..].join(" "))
    );

    let many = site_with("[http]\nsurrogate_keys = true\n[feeds]\nlimit = 1000");
    for number in 0..400 {
        many.post(&format!("{number}.md"), "Many", "2024-05-01", "");
    }
    let service = Service::start(&many);
    let answer = service.get("/rss.xml");
    let length = answer.header("surrogate-key").unwrap().len();
    assert!((4000..=4096).contains(&length), "{length}");
}

#[test]
fn feeds_are_served_at_several_addresses_and_at_a_unix_socket() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("http.sock");
    let site = site_with(&format!(
        "[http]\nalso_listen = [\"127.0.0.1:0\", \"unix:{}\"]",
        socket.display()
    ));
    let service = Service::start(&site);
    let mut stream = UnixStream::connect(&socket).unwrap();
    stream
        .write_all(b"GET /rss.xml HTTP/1.0\r\nHost: felix.example\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(
        answer.starts_with(b"HTTP/1.0 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    assert!(answer.ends_with(&service.get("/rss.xml").body));
}

#[test]
fn nothing_a_client_sends_reaches_the_log_and_a_line_without_end_is_the_end_of_its_connection() {
    let site = site_with("");
    let log = site.path().join("log");
    let script = format!(
        "exec \"$0\" serve --listen 127.0.0.1:0 --config {} 2>{}",
        site.config().display(),
        log.display()
    );
    let service = Service::start_in(&["sh", "-c", &script]);
    // A thread of its own writes the log.
    let logged = || std::fs::read_to_string(&log).unwrap();
    service.eventually("the service says that it is ready", || {
        logged().contains(": ready ")
    });
    let before = logged();
    // All that is sent at once, and all that is answered.
    let exchange = |request: &[u8]| {
        let mut stream = TcpStream::connect(service.address()).unwrap();
        // The rest may find the connection closed.
        let _ = stream.write_all(request);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    let first = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    // actix panics at names of more than 65,535 bytes.
    for length in [40_000, 65_535, 65_536, 100_000] {
        let name = "A".repeat(length);
        let answer = exchange(format!("{first}GET / HTTP/1.1\r\nHost: a\r\n{name}: a\r\n\r\n").as_bytes());
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 200"),
            "{length}: {answer}"
        );
    }
    for request in [
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nHo st: a\r\n\r\n",
        "\0\u{1}\r\n\r\n",
    ] {
        assert!(
            exchange(request.as_bytes()).starts_with("HTTP/1.1 400"),
            "{request}"
        );
    }
    let body = "a".repeat(100_000);
    let length = body.len();
    let answer =
        exchange(format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}").as_bytes());
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 405"),
        "{answer}"
    );
    assert_eq!(service.get("/rss.xml").status, 200);
    assert_eq!(logged(), before);
}

#[test]
fn a_cdn_is_told_which_feeds_and_which_posts_changed() {
    let cdn = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = cdn.local_addr().unwrap();
    let site = site_with(&format!("[http]\npurge_url = \"http://{address}/purge\""));
    let service = Service::start(&site);
    // What the next purge names, in its order.
    let named = || {
        let (mut stream, _) = cdn.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap())
            .lines()
            .map(Result::unwrap);
        let keys = lines
            .take_while(|line| !line.is_empty())
            .filter_map(|line| Some(line.to_lowercase().strip_prefix("surrogate-key: ")?.to_owned()))
            .last()
            .unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .unwrap();
        keys.split(' ').map(str::to_owned).collect::<Vec<_>>()
    };
    let at_start = named();
    assert!(at_start.contains(&"category/news".to_owned()), "{at_start:?}");
    let keys = |service: &Service| {
        let answer = service.get("/rss.xml");
        let keys = answer.header("surrogate-key").unwrap().split(' ');
        keys.map(str::to_owned).collect::<Vec<_>>()
    };
    // Newest first: the site, the second post, the first.
    let before = keys(&service);
    site.post("b.md", "Second, mended", "2024-05-02", "categories: [news]");
    let purged = named();
    assert!(
        purged.contains(&"site".to_owned()) && purged.contains(&"category/news".to_owned()),
        "{purged:?}"
    );
    let posts: Vec<_> = purged.iter().filter(|key| key.starts_with("p-")).collect();
    assert_eq!(posts, [&before[1]]);

    site.post("c.md", "Third", "2024-05-03", "categories: [sport]");
    let purged = named();
    assert!(!purged.contains(&"category/news".to_owned()), "{purged:?}");
    let posts: Vec<_> = purged.iter().filter(|key| key.starts_with("p-")).collect();
    assert_eq!(posts, [&keys(&service)[1]]);
}
