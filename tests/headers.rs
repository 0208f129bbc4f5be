//! The table of headers in docs/http.md: made of what the program sends, and asserted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::path::Path;

use super::support::{Service, Site};

const BEGIN: &str = "<!-- made by the test that asserts it: NEWSWIRE_WRITE_DOCS=1 cargo test headers -->\n";
const END: &str = "<!-- end of the table -->\n";

/// What an answer of each status has for headers, by lower-case name.
type Seen = BTreeMap<u16, BTreeSet<String>>;

/// Sends a request, and takes note of the answer's headers.
fn ask(
    seen: &mut Seen,
    service: &Service,
    request: &str,
    headers: &[(&str, &str)],
) -> BTreeMap<String, String> {
    let mut text = format!("{request} HTTP/1.1\r\nConnection: close\r\n");
    if headers.iter().all(|(name, _)| *name != "Host") {
        text.push_str("Host: a.example\r\n");
    }
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    let mut stream = TcpStream::connect(service.address()).unwrap();
    stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let mut lines = answer.split("\r\n\r\n").next().unwrap().split("\r\n");
    let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: BTreeMap<String, String> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        // Of the connection, which was asked for.
        .filter(|(name, _)| name != "connection")
        .collect();
    seen.entry(status).or_default().extend(headers.keys().cloned());
    headers
}

/// Answers of every status that can be had from outside; 500 needs a bug.
fn answers(more: &str, is_configured: bool) -> Seen {
    let site = Site::new();
    let config = fs::read_to_string(site.config()).unwrap();
    fs::write(site.config(), format!("{config}\n{more}")).unwrap();
    let mut seen = Seen::new();

    let early = Service::start_with(&["--config", site.config().to_str().unwrap()]);
    ask(&mut seen, &early, "GET /rss.xml", &[]);
    drop(early);

    site.post("a.md", "First", "2024-05-01", "");
    site.post("b.md", "Second", "2024-05-02", "");
    let service = Service::start(&site);
    let digest = ("Want-Repr-Digest", "sha-256=1");
    let whole = ask(
        &mut seen,
        &service,
        "GET /rss.xml",
        &[("Accept-Encoding", "gzip"), digest],
    );
    let tag = whole["etag"].as_str();
    ask(&mut seen, &service, "GET /rss.xml", &[("If-None-Match", tag)]);
    let range = [
        ("Range", "bytes=0-9"),
        ("Accept-Encoding", "gzip"),
        digest,
        ("If-Modified-Since", "x"),
    ];
    ask(&mut seen, &service, "GET /rss.xml", &range);
    let far = [("Range", "bytes=999999-"), ("If-Modified-Since", "x")];
    ask(&mut seen, &service, "GET /rss.xml", &far);
    ask(
        &mut seen,
        &service,
        "GET /rss.xml",
        &[("If-Match", "\"x\""), ("If-Modified-Since", "x")],
    );
    let nothing = [("Accept-Encoding", "identity;q=0"), ("If-Modified-Since", "x")];
    ask(&mut seen, &service, "GET /rss.xml", &nothing);
    ask(&mut seen, &service, "GET /feed", &[]);
    ask(&mut seen, &service, "GET /nothing", &[]);
    ask(&mut seen, &service, "POST /rss.xml", &[]);
    ask(&mut seen, &service, "GET /rss.xml", &[("Host", "no host")]);
    let long = format!("GET /{}", "a".repeat(9000));
    ask(&mut seen, &service, &long, &[]);
    ask(&mut seen, &service, "OPTIONS /rss.xml", &[]);
    if is_configured {
        ask(&mut seen, &service, "GET /ended.xml", &[]);
        let leaving = ask(
            &mut seen,
            &service,
            "GET /atom.xml",
            &[("If-Modified-Since", "x")],
        );
        let leaving = [("If-None-Match", leaving["etag"].as_str())];
        ask(&mut seen, &service, "GET /atom.xml", &leaving);
        ask(&mut seen, &service, "GET /rss.xml", &[]);
        ask(&mut seen, &service, "GET /rss.xml", &[]);
    }
    seen
}

fn table() -> String {
    let plain = answers("", false);
    let configured = answers(
        "[http]\ncdn_max_age = \"1d\"\nsurrogate_keys = true\nrequests_per_hour = 2\n\
         [moved.\"/ended.xml\"]\ngone = true\n\
         [moved.\"/atom.xml\"]\nto = \"/rss.xml\"\ndeprecated = \"2024-01-01\"\nsunset = \"2999-01-01\"",
        true,
    );
    let statuses: BTreeSet<u16> = plain.keys().chain(configured.keys()).copied().collect();
    let names: BTreeSet<&String> = plain.values().chain(configured.values()).flatten().collect();
    let mut table = String::from("| header |");
    for status in &statuses {
        write!(table, " {status} |").unwrap();
    }
    table.push_str("\n|---|");
    table.push_str(&"---|".repeat(statuses.len()));
    for name in names {
        write!(table, "\n| {name} |").unwrap();
        for status in &statuses {
            let has = |seen: &Seen| seen.get(status).is_some_and(|names| names.contains(name));
            let only_configured = !plain.contains_key(status) && has(&configured);
            let cell = if has(&plain) || only_configured {
                "✓"
            } else if has(&configured) {
                "◦"
            } else {
                ""
            };
            write!(table, " {cell} |").unwrap();
        }
    }
    table.push('\n');
    table
}

#[test]
fn the_table_of_headers_in_the_documentation_is_what_the_program_sends() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/http.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let table = table();
    if std::env::var_os("NEWSWIRE_WRITE_DOCS").is_some() {
        fs::write(path, [before, BEGIN, &table, END, after].concat()).unwrap();
    } else {
        assert_eq!(written, table, "write it anew as its first line says");
    }
}
