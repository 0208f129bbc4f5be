//! The metrics of the service: OpenMetrics, at /metrics.
//!
//! Every label has a small, fixed set of values. None is a path, a name or anything else a post
//! says: a draft must not leak through here, and no client may be able to add a time series. The one
//! exception names public feeds, as many as [`MOST_FEEDS`]: those that have subscribers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use crate::vocabulary::Severity;

mod labels;

pub use labels::{RouteKind, ScanExtent};

use labels::{ExtentLabel, RequestLabels, SeverityLabel, SubscriberLabels};

/// The Content-Type of [`Metrics::encode`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The upper bounds of the buckets of every time that is measured, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// How many feeds have a metric of their subscribers, those with the most first.
pub const MOST_FEEDS: usize = 500;

/// The readers of a feed on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribers {
    /// Which feed: `site`, `category/news`.
    pub feed: String,
    /// `today` or `yesterday`, in UTC.
    pub day: &'static str,
    /// Through aggregators, as these say: the most that each said.
    pub aggregated: u64,
    /// Clients that came themselves, by address and User-Agent.
    pub direct: u64,
}

/// What there is to say of a snapshot that was just published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotFigures {
    /// How many posts are public. Drafts are not counted: they must not show.
    pub posts: usize,
    /// How many feeds there are, each counted once for all its formats.
    pub feeds: usize,
    /// How many findings are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// How many are notes.
    pub notes: usize,
}

/// The state of the cache of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheFigures {
    /// How many bytes the documents in it take.
    pub bytes: u64,
    /// How many documents are in it, each coding counted.
    pub documents: u64,
}

/// Every number the service keeps about itself. One for a process; shared by reference.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    renders: Counter,
    render_seconds: Histogram,
    render_failures: Counter,
    renders_refused: Counter,
    cache_hits: Counter,
    cache_misses: Counter,
    cache_bytes: Gauge<u64, AtomicU64>,
    cache_documents: Gauge<u64, AtomicU64>,
    posts: Gauge,
    feeds: Gauge,
    last_publish: Gauge<f64, AtomicU64>,
    snapshots: Counter,
    stale: Gauge,
    polling: Gauge,
    configuration_stale: Gauge,
    polled_folders: Gauge,
    findings: Family<SeverityLabel, Gauge>,
    scans: Family<ExtentLabel, Counter>,
    scan_seconds: Histogram,
    subscribers: Family<SubscriberLabels, Gauge>,
    uncounted_polls: Counter,
    too_many_requests: Counter,
    purges: Counter,
    purge_failures: Counter,
    log_lines_dropped: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("newswire");
        let to = &mut registry;
        Metrics {
            requests: registered(to, "http_requests", "Requests answered"),
            renders: registered(to, "renders", "Documents rendered, codings not counted"),
            render_seconds: seconds(to, "render_seconds", "Time to render a document, bodies included"),
            render_failures: registered(
                to,
                "render_failures",
                "Renders that broke off; each is in the log",
            ),
            renders_refused: registered(
                to,
                "renders_refused",
                "Requests answered 503 because too many renders were waiting",
            ),
            cache_hits: registered(to, "cache_hits", "Requests for a document that was at hand"),
            cache_misses: registered(
                to,
                "cache_misses",
                "Requests for a document that had to be made, or was being made",
            ),
            cache_bytes: registered(to, "cache_bytes", "Size of the documents at hand"),
            cache_documents: registered(to, "cache_documents", "Documents at hand, each coding counted"),
            posts: registered(to, "posts", "Public posts"),
            feeds: registered(to, "feeds", "Feeds, all formats of one counted once"),
            last_publish: registered(
                to,
                "last_publish_timestamp_seconds",
                "When the feeds were last replaced, in Unix time; 0 before the first time",
            ),
            snapshots: registered(to, "snapshots", "Times the feeds were replaced"),
            stale: registered(
                to,
                "stale",
                "1 while the feeds are kept though the posts can't be seen or have vanished; the log says why",
            ),
            polling: registered(
                to,
                "polling",
                "1 while file events can't be relied on, so that the content directory is looked at often",
            ),
            configuration_stale: registered(
                to,
                "configuration_stale",
                "1 while the configuration that is found is broken or not there, so that what ran before goes on; \
             the log says why",
            ),
            polled_folders: registered(
                to,
                "polled_folders",
                "Folders that file events do not reach, so that they alone are looked at often",
            ),
            findings: registered(to, "findings", "Findings in the content at present"),
            scans: registered(to, "scans", "Looks at the content directory"),
            scan_seconds: seconds(
                to,
                "scan_seconds",
                "Time to look at the content directory and read what changed",
            ),
            subscribers: registered(
                to,
                "subscribers",
                "Readers of a feed, through aggregators as these say, and those that came themselves",
            ),
            uncounted_polls: registered(
                to,
                "uncounted_polls",
                "Requests for feeds that came too fast to be counted among the subscribers",
            ),
            too_many_requests: registered(
                to,
                "requests_refused",
                "Requests answered 429 because the client's budget was spent",
            ),
            log_lines_dropped: registered(
                to,
                "log_lines_dropped",
                "Lines of the log that could not be written as fast as they came",
            ),
            purges: registered(to, "purges", "Times a CDN was told what changed"),
            purge_failures: registered(
                to,
                "purge_failures",
                "Times it could not be told; each is in the log",
            ),
            registry,
        }
    }

    /// A request was answered.
    pub fn request(&self, route: RouteKind, status: u16) {
        self.requests
            .get_or_create(&RequestLabels { route, status })
            .inc();
    }

    /// A document was rendered.
    pub fn rendered(&self, took: Duration) {
        self.renders.inc();
        self.render_seconds.observe(took.as_secs_f64());
    }

    /// A render broke off.
    pub fn render_failed(&self) {
        self.render_failures.inc();
    }

    /// A render was refused because too many were waiting.
    pub fn render_refused(&self) {
        self.renders_refused.inc();
    }

    /// A document was looked for in the cache.
    pub fn cache_lookup(&self, hit: bool) {
        if hit { &self.cache_hits } else { &self.cache_misses }.inc();
    }

    /// The cache's state, taken whenever the metrics are read.
    pub fn cache(&self, figures: CacheFigures) {
        self.cache_bytes.set(figures.bytes);
        self.cache_documents.set(figures.documents);
    }

    /// A snapshot was published.
    pub fn snapshot_published(&self, figures: SnapshotFigures, at: DateTime<Utc>) {
        self.snapshots.inc();
        self.posts.set(figures.posts as i64);
        self.feeds.set(figures.feeds as i64);
        self.last_publish.set(at.timestamp_millis() as f64 / 1000.0);
        for (severity, count) in [
            (Severity::Error, figures.errors),
            (Severity::Warning, figures.warnings),
            (Severity::Note, figures.notes),
        ] {
            let severity = severity.as_str();
            self.findings
                .get_or_create(&SeverityLabel { severity })
                .set(count as i64);
        }
    }

    /// Whether the feeds may be behind the files.
    pub fn stale(&self, is_stale: bool) {
        self.stale.set(i64::from(is_stale));
    }

    /// Whether the configuration that is found is not the one that runs.
    pub fn configuration_stale(&self, is_stale: bool) {
        self.configuration_stale.set(i64::from(is_stale));
    }

    /// Whether the whole content directory is polled, and else how many folders of it are.
    pub fn polling(&self, is_polling: bool, folders: usize) {
        self.polling.set(i64::from(is_polling));
        self.polled_folders
            .set(i64::try_from(folders).unwrap_or(i64::MAX));
    }

    /// The content directory was looked at.
    pub fn scan(&self, extent: ScanExtent, took: Duration) {
        self.scans.get_or_create(&ExtentLabel { extent }).inc();
        self.scan_seconds.observe(took.as_secs_f64());
    }

    /// A request was refused because its client had spent its budget.
    pub fn request_refused(&self) {
        self.too_many_requests.inc();
    }

    /// A CDN was asked to purge what changed, and did or did not.
    pub fn purged(&self, succeeded: bool) {
        if succeeded {
            &self.purges
        } else {
            &self.purge_failures
        }
        .inc();
    }

    /// The readers of all feeds, taken whenever the metrics are read.
    pub fn subscribers(&self, mut feeds: Vec<Subscribers>) {
        self.subscribers.clear();
        feeds.sort_by(|one, other| {
            let readers = |feed: &Subscribers| feed.aggregated + feed.direct;
            readers(other)
                .cmp(&readers(one))
                .then_with(|| one.feed.cmp(&other.feed))
        });
        for Subscribers {
            feed,
            day,
            aggregated,
            direct,
        } in feeds.into_iter().take(MOST_FEEDS)
        {
            for (via, count) in [("aggregator", aggregated), ("direct", direct)] {
                let feed = feed.clone();
                self.subscribers
                    .get_or_create(&SubscriberLabels { feed, via, day })
                    .set(count as i64);
            }
        }
    }

    /// How many polls were not counted so far, taken whenever the metrics are read.
    pub fn uncounted_polls(&self, polls: u64) {
        self.uncounted_polls.inner().store(polls, Ordering::Relaxed);
    }

    /// How many lines of the log were dropped so far, taken whenever the metrics are read.
    pub fn log_lines_dropped(&self, lines: u64) {
        self.log_lines_dropped.inner().store(lines, Ordering::Relaxed);
    }

    /// How many documents have been rendered since the start.
    pub fn renders(&self) -> u64 {
        self.renders.get()
    }

    /// All of it as OpenMetrics text, of type [`CONTENT_TYPE`].
    pub fn encode(&self) -> String {
        let mut text = String::new();
        // Fails only where the writer does, and a string never does.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

/// A metric at zero that the registry writes under a name, with a sentence of help.
fn registered<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

/// The same for times in seconds.
fn seconds(registry: &mut Registry, name: &str, help: &str) -> Histogram {
    let metric = Histogram::new(SECONDS);
    registry.register(name, help, metric.clone());
    metric
}

#[cfg(test)]
mod tests;
