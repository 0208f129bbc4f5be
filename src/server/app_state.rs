//! What answers are made from.

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

/// What answers are made from. One for all workers of all listeners.
pub(crate) struct AppState {
    /// What is published; nothing before the first scan is done.
    pub(crate) snapshot: Arc<CurrentSnapshot>,
    /// The documents at hand.
    pub(crate) documents: Arc<Documents>,
    /// How the others are made.
    pub(crate) render: Arc<Render>,
    /// What makes pages of archives.
    pub(crate) pages: Arc<Renderer>,
    /// The list of feeds.
    pub(crate) feed_list: FeedListDigest,
    /// Where each document says it and its like are.
    pub(crate) links: LinkHeaders,
    /// Where everything is counted.
    pub(crate) metrics: Arc<Metrics>,
    /// What is said of the service when it is asked.
    pub(crate) status: Arc<Status>,
    /// What the configuration says, which may change while the server runs.
    pub(crate) reloadable: ArcSwap<ReloadableConfig>,
    /// How many read the feeds.
    pub(crate) subscribers: SubscriberCounter,
    /// What a CDN knows the documents by.
    pub(crate) surrogates: SurrogateKeys,
    /// Until when a request that comes before the first snapshot waits for it.
    pub(crate) first_snapshot_by: Instant,
    /// Whether the end has begun: then whoever asks should go to another.
    pub(crate) draining: SetOnce<()>,
    /// Whether health checks and metrics have a listener of their own.
    pub(crate) has_admin: bool,
}

/// What the configuration says of answers.
pub(crate) struct ReloadableConfig {
    /// How this server behaves; its sockets and its memory are as they were at the start.
    pub(crate) http: Http,
    /// Feeds that moved or ended.
    pub(crate) moved: Moved,
    /// How often clients may ask, if that is limited.
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

    /// Who asks, as far as its peer is believed.
    pub(crate) fn client(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|address| address.ip());
        address::address(peer, request.headers(), &self.http.trusted_proxies)
    }
}

impl AppState {
    /// Takes up another configuration. Budgets go on where what they allow is the same.
    pub(crate) fn reload(&self, config: &Config) {
        let before = self.reloadable.load();
        let mut reloadable = ReloadableConfig::of(config);
        if before.http.requests_per_hour == reloadable.http.requests_per_hour {
            reloadable.rate_limiter.clone_from(&before.rate_limiter);
        }
        self.reloadable.store(Arc::new(reloadable));
    }

    /// Whether the end has begun.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.initialized()
    }

    /// Takes note of a reader of a feed.
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
