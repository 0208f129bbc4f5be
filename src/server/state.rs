//! What answers are made from.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use actix_http::{HttpMessage, Request};
use actix_web::http::header;
use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::{DateTime, Utc};

use super::audience::Audience;
use super::budget::Budget;
use super::client;
use super::documents::Documents;
use super::index::Index;
use super::links::Links;
use super::surrogate::Surrogates;
use crate::catalog::{ScopeKey, Snapshot};
use crate::config::{Config, Http, Moved};
use crate::feed::Format;
use crate::metrics::Metrics;
use crate::render::Renderer;
use crate::status::Status;

/// Renders a document of a snapshot.
pub(super) type Render = dyn Fn(&Snapshot, &ScopeKey, Format) -> Option<Vec<u8>> + Send + Sync;

/// What answers are made from. One for all workers of all listeners.
pub(super) struct State {
    /// What is published; nothing before the first scan is done.
    pub(super) snapshot: Arc<ArcSwapOption<Snapshot>>,
    /// The documents at hand.
    pub(super) documents: Arc<Documents>,
    /// How the others are made.
    pub(super) render: Arc<Render>,
    /// What makes pages of archives.
    pub(super) pages: Arc<Renderer>,
    /// The list of feeds.
    pub(super) index: Index,
    /// Where each document says it and its like are.
    pub(super) links: Links,
    /// Where everything is counted.
    pub(super) metrics: Arc<Metrics>,
    /// What is said of the service when it is asked.
    pub(super) status: Arc<Status>,
    /// What the configuration says, which may change while the server runs.
    pub(super) rules: ArcSwap<Rules>,
    /// Who reads the feeds.
    pub(super) audience: Audience,
    /// What a CDN knows the documents by.
    pub(super) surrogates: Surrogates,
    /// Until when a request that comes before the first snapshot waits for it.
    pub(super) opens_until: Instant,
    /// Whether the end has begun: then whoever asks should go to another.
    pub(super) draining: AtomicBool,
    /// Whether health checks and metrics have a listener of their own.
    pub(super) has_admin: bool,
}

/// What the configuration says of answers.
pub(super) struct Rules {
    /// How this server behaves; its sockets and its memory are as they were at the start.
    pub(super) http: Http,
    /// Feeds that moved or ended.
    pub(super) moved: Moved,
    /// How often clients may ask, if that is limited.
    pub(super) budget: Option<Arc<Budget>>,
}

impl Rules {
    pub(super) fn of(config: &Config) -> Self {
        Rules {
            http: config.http.clone(),
            moved: config.moved.clone(),
            budget: config
                .http
                .requests_per_hour
                .map(|each| Arc::new(Budget::new(each))),
        }
    }

    /// Who asks, as far as its peer is believed.
    pub(super) fn client(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|address| address.ip());
        client::address(peer, request.headers(), &self.http.trusted_proxies)
    }
}

impl State {
    /// Takes up another configuration. Budgets go on where what they allow is the same.
    pub(super) fn take_up(&self, config: &Config) {
        let before = self.rules.load();
        let mut rules = Rules::of(config);
        if before.http.requests_per_hour == rules.http.requests_per_hour {
            rules.budget.clone_from(&before.budget);
        }
        self.rules.store(Arc::new(rules));
    }

    /// Whether the end has begun.
    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Takes note of a reader of a feed.
    pub(super) fn note_reader(&self, request: &Request, rules: &Rules, key: &ScopeKey, now: DateTime<Utc>) {
        let user_agent = request.headers().get(header::USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok()).unwrap_or("");
        self.audience.note(key, rules.client(request), user_agent, now);
    }
}
