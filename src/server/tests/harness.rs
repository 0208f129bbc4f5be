//! A server on a socket of its own, and a client that sees every byte.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use actix_web::rt;

use chrono::{DateTime, Utc};
use imbl::OrdSet;
use tokio::sync::oneshot;

use crate::catalog::{CatalogSettings, DocumentState, ScopeKey, ScopeState, Snapshot};
use crate::config::{Config, Content, Feeds, Http, Moved, Site, Watch};
use crate::current_snapshot::CurrentSnapshot;
use crate::feed::Coding;
use crate::feed::document::etag;
use crate::metrics::Metrics;
use crate::server::documents::Render;
use crate::server::{Listeners, Server};
use crate::vocabulary::{Digest, Format, HtmlPolicy, IdRule, ScopeKind};

pub(super) const PATHS: [(&str, Format); 4] = [
    ("/rss.xml", Format::Rss),
    ("/atom.xml", Format::Atom),
    ("/categories/news/rss.xml", Format::Rss),
    ("/categories/news/atom.xml", Format::Atom),
];

pub(super) fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

pub(super) fn config() -> Config {
    Config {
        file: None,
        generator: None,
        site: Site {
            title: "Felix".into(),
            url: "https://felix.example/".parse().unwrap(),
            is_preview: false,
            description: "The student newspaper".into(),
            language: None,
            time_zone: chrono_tz::UTC,
            authority: "felix.example,2024".into(),
            copyright: None,
        },
        content_dir: "content".into(),
        content: Content {
            permalink: None,
            html: HtmlPolicy::Sanitize,
            dialect: None,
            date_order: None,
        },
        feeds: Feeds {
            url: "https://feeds.felix.example/sub/".parse().unwrap(),
            kinds: BTreeMap::new(),
            ids: IdRule::Tag,
            hubs: Vec::new(),
            scopes: BTreeMap::new(),
            own: Vec::new(),
            podcast: None,
        },
        moved: Moved::new(),
        http: Http {
            drain: Duration::from_secs(5),
            ..Http::listening_at(any_port())
        },
        admin: None,
        state_dir: None,
        warnings: Vec::new(),
        watch: Watch {
            mode: crate::config::WatchMode::Auto,
            poll_interval: Duration::from_secs(2),
            hold: Duration::from_secs(30),
            full_scan: Duration::from_mins(1),
            max_delay: Duration::from_secs(2),
            close_timeout: Duration::from_secs(30),
        },
    }
}

pub(super) fn scope(
    kind: ScopeKind,
    slug: &str,
    title: &str,
    last_modified: DateTime<Utc>,
    version: &str,
) -> ScopeState {
    let folder = if slug.is_empty() {
        String::new()
    } else {
        format!("/{}/{slug}", kind.plural())
    };
    let documents = Format::ALL
        .into_iter()
        .map(|format| DocumentState {
            format,
            path: format!("{folder}/{}", format.file_name()).into(),
            digest: Digest::of(format!("{version} {slug} {}", format.name()).as_bytes()),
        })
        .collect();
    ScopeState {
        key: ScopeKey {
            kind,
            slug: slug.into(),
        },
        title: title.into(),
        spellings: BTreeMap::new(),
        entries: OrdSet::new(),
        withdrawn: OrdSet::new(),
        by_update: OrdSet::new(),
        documents,
        line: None,
        period: Duration::from_mins(15),
        last_modified,
    }
}

pub(super) fn long_ago() -> DateTime<Utc> {
    DateTime::from_timestamp(1_322_777_879, 0).unwrap()
}

pub(super) fn site(version: &str, last_modified: DateTime<Utc>) -> ScopeState {
    scope(ScopeKind::Site, "", "Felix", last_modified, version)
}

/// A snapshot with a scope of every sort, each document's digest depending on `version`.
pub(super) fn snapshot(
    version: &str,
    last_modified: DateTime<Utc>,
    next_change: Option<DateTime<Utc>>,
) -> Arc<Snapshot> {
    let scopes = [
        site(version, last_modified),
        scope(ScopeKind::Category, "news", "News", last_modified, version),
        scope(
            ScopeKind::Category,
            "über uns",
            "Über uns",
            last_modified,
            version,
        ),
        scope(ScopeKind::Tag, "broken", "Broken", last_modified, version),
    ];
    snapshot_of(scopes, next_change)
}

pub(super) fn snapshot_of(
    scopes: impl IntoIterator<Item = ScopeState>,
    next_change: Option<DateTime<Utc>>,
) -> Arc<Snapshot> {
    let settings = Arc::new(CatalogSettings::new(
        &config(),
        crate::content::conventions::Rules::default(),
    ));
    Arc::new(Snapshot::of_scopes(settings, scopes, next_change))
}

/// A document that says what it is, with enough text to be worth coding.
pub(super) fn document(scope: &ScopeKey, format: Format) -> Vec<u8> {
    format!(
        "<{} scope=\"{}\"/>{}",
        format.name(),
        scope.slug,
        " ".repeat(1000)
    )
    .into_bytes()
}

/// Renders every document but the broken one.
fn harmless() -> Arc<Render> {
    Arc::new(|snapshot, key, format| {
        assert_ne!(&*key.slug, "broken", "a bug of ours");
        snapshot.scope(key)?;
        Some(document(key, format))
    })
}

pub(super) struct Running {
    pub(super) public: SocketAddr,
    pub(super) admin: Option<SocketAddr>,
    pub(super) snapshot: Arc<CurrentSnapshot>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<io::Result<()>>>,
}

impl Running {
    pub(super) fn new() -> Self {
        let running = Running::before_the_first_snapshot(None);
        running.publish(snapshot("1", long_ago(), None));
        running
    }

    pub(super) fn before_the_first_snapshot(admin: Option<SocketAddr>) -> Self {
        Running::start(&config(), admin, harmless(), Duration::ZERO)
    }

    /// A server whose first requests wait for the first snapshot for as long as it takes.
    pub(super) fn opening() -> Self {
        Running::start(&config(), None, harmless(), Duration::from_hours(1))
    }

    /// A server with a configuration of its own.
    pub(super) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config();
        change(&mut config);
        let running = Running::start(&config, None, harmless(), Duration::ZERO);
        running.publish(snapshot("1", long_ago(), None));
        running
    }

    pub(super) fn with_render(admin: Option<SocketAddr>, render: Arc<Render>) -> Self {
        Running::start(&config(), admin, render, Duration::ZERO)
    }

    fn start(config: &Config, admin: Option<SocketAddr>, render: Arc<Render>, opening: Duration) -> Self {
        let listeners = Listeners::bind(&config.http, admin).unwrap();
        let (public, admin) = (listeners.local_addr(), listeners.admin_addr());
        let snapshot = Arc::new(CurrentSnapshot::default());
        let metrics = Arc::new(Metrics::new());
        let server = Server::with_render(
            listeners,
            config,
            Arc::clone(&snapshot),
            Arc::clone(&metrics),
            render,
            opening,
        )
        .unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            rt::System::new().block_on(server.run(async {
                let _ = stopped.await;
            }))
        });
        Running {
            public,
            admin,
            snapshot,
            metrics,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(super) fn publish(&self, snapshot: Arc<Snapshot>) {
        self.snapshot.replace(snapshot);
    }

    pub(super) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        send(self.public, "GET", path, headers)
    }

    pub(super) fn etag(&self, path: &str, coding: Coding) -> String {
        let snapshot = self.snapshot.load_full().unwrap();
        let document = snapshot
            .scopes()
            .flat_map(|scope| scope.documents.clone())
            .find(|document| &*document.path == path)
            .unwrap();
        etag(document.digest, coding)
    }

    /// Leaves the server to the end of the process.
    pub(super) fn abandon(mut self) {
        self.thread = None;
    }

    pub(super) fn stop(&mut self) -> io::Result<()> {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.thread.is_some() && !thread::panicking() {
            self.stop().unwrap();
        }
    }
}

pub(super) struct Response {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Response {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name);
        let value = values.next();
        assert!(values.next().is_none(), "{name} stands there twice");
        value.map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Every header but those that may differ from one request to the next.
    pub(super) fn stable_headers(&self) -> Vec<(String, String)> {
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| name != "date");
        headers.sort();
        headers
    }
}

pub(super) fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.push_str("\r\n");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    read(&mut stream)
}

/// The one answer on a connection that ends with it.
pub(super) fn read(stream: &mut TcpStream) -> Response {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    parse(&bytes)
}

/// The next answer on a connection that may go on.
pub(super) fn read_next(stream: &mut TcpStream) -> Response {
    let mut bytes = Vec::new();
    let mut read = |length: usize, bytes: &mut Vec<u8>| {
        let start = bytes.len();
        bytes.resize(start + length, 0);
        stream.read_exact(&mut bytes[start..]).unwrap();
    };
    while !bytes.ends_with(b"\r\n\r\n") {
        read(1, &mut bytes);
    }
    let length = parse(&bytes).header("content-length").unwrap().parse().unwrap();
    read(length, &mut bytes);
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Response {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Response {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    }
}
