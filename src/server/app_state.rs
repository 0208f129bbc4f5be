//! What all handlers share.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use actix_http::{HttpMessage, Request};
use actix_web::http::header;
use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use tokio::sync::SetOnce;

use super::addresses::feed_list::FeedListDigest;
use super::addresses::links::LinkHeaders;
use super::cdn::surrogate::SurrogateKeys;
use super::clients::address;
use super::clients::rate_limit::RateLimiter;
use super::clients::subscribers::SubscriberCounter;
use super::documents::Render;
use super::documents::cache::Documents;
use crate::catalog::ScopeKey;
use crate::config::{Config, Http, Moved};
use crate::current_snapshot::CurrentSnapshot;
use crate::metrics::Metrics;
use crate::render::Renderer;
use crate::status::Status;

/// What all handlers share: one for all workers of all listeners.
pub(crate) struct AppState {
    /// The snapshot that is served.
    pub(crate) snapshot: Arc<CurrentSnapshot>,
    /// The cache of documents.
    pub(crate) documents: Arc<Documents>,
    /// Renders a document that is not in the cache.
    pub(crate) render: Arc<Render>,
    /// Renders pages of archives.
    pub(crate) pages: Arc<Renderer>,
    /// The digest of the list of feeds.
    pub(crate) feed_list: FeedListDigest,
    /// The Link headers of documents.
    pub(crate) links: LinkHeaders,
    /// The metrics.
    pub(crate) metrics: Arc<Metrics>,
    /// What /readyz says beside what the snapshot does.
    pub(crate) status: Arc<Status>,
    /// The part of the configuration that may change while the server runs.
    pub(crate) reloadable: ArcSwap<ReloadableConfig>,
    /// How many read the feeds.
    pub(crate) subscribers: SubscriberCounter,
    /// The Surrogate-Key headers of documents.
    pub(crate) surrogates: SurrogateKeys,
    /// Until when requests wait for the first snapshot.
    pub(crate) first_snapshot_by: Instant,
    /// Set when the server begins to stop: then each answer is the last of its connection.
    pub(crate) draining: SetOnce<()>,
    /// Whether health checks and metrics have a listener of their own.
    pub(crate) has_admin: bool,
}

/// The part of the configuration that may change while the server runs.
pub(crate) struct ReloadableConfig {
    /// `[http]`, of which sockets and memory stay as they were at the start.
    pub(crate) http: Http,
    /// Feeds that moved or ended.
    pub(crate) moved: Moved,
    /// Limits unconditional requests, if that is configured.
    pub(crate) rate_limiter: Option<Arc<RateLimiter>>,
}

impl ReloadableConfig {
    pub(crate) fn of(config: &Config) -> Self {
        ReloadableConfig {
            http: config.http.clone(),
            moved: config.moved.clone(),
            rate_limiter: config
                .http
                .requests_per_hour
                .map(|each| Arc::new(RateLimiter::new(each))),
        }
    }

    /// The address of the client, as far as its peer is trusted.
    pub(crate) fn client(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|address| address.ip());
        address::address(peer, request.headers(), &self.http.trusted_proxies)
    }
}

impl AppState {
    /// Takes another configuration. The rate limiter stays if its limit does.
    pub(crate) fn reload(&self, config: &Config) {
        let before = self.reloadable.load();
        let mut reloadable = ReloadableConfig::of(config);
        if before.http.requests_per_hour == reloadable.http.requests_per_hour {
            reloadable.rate_limiter.clone_from(&before.rate_limiter);
        }
        self.reloadable.store(Arc::new(reloadable));
    }

    /// Whether the server is stopping.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.initialized()
    }

    /// Counts a poll of a feed.
    pub(crate) fn note_reader(
        &self,
        request: &Request,
        config: &ReloadableConfig,
        key: &ScopeKey,
        now: DateTime<Utc>,
    ) {
        let user_agent = request.headers().get(header::USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok()).unwrap_or("");
        self.subscribers
            .note(key, config.client(request), user_agent, now);
    }
}
