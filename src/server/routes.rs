//! Request → answer.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, rt};
use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;

use super::addresses::{self, Target};
use super::answer::{self, set};
use super::audience::Audience;
use super::budget::Budget;
use super::client;
use super::deltas::{self, Delta, History};
use super::documents::Documents;
use super::freshness::{brief_cache_control, cache_control, cdn_cache_control};
use super::http_date;
use super::index::{self, Index};
use super::resource::{Resource, Step};
use super::surrogate::Surrogates;
use crate::catalog::{Route, ScopeKey, ScopeState, Snapshot};
use crate::config::{Http, Move, Moved};
use crate::digest::Digest;
use crate::feed::version::document_digest;
use crate::feed::{Format, opml};
use crate::metrics::{self, Metrics, RouteKind};
use crate::render::Renderer;

/// Renders a document of a snapshot, or all of it but entries that a client has.
pub(super) type Render =
    dyn Fn(&Snapshot, &ScopeKey, Format, Option<&HashSet<Digest>>) -> Option<Vec<u8>> + Send + Sync;

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
    /// Where everything is counted.
    pub(super) metrics: Arc<Metrics>,
    /// How this server behaves.
    pub(super) http: Http,
    /// Feeds that moved or ended.
    pub(super) moved: Moved,
    /// What documents were before.
    pub(super) history: Arc<History>,
    /// Who reads the feeds.
    pub(super) audience: Audience,
    /// How often clients may ask, if that is limited.
    pub(super) budget: Option<Budget>,
    /// What a CDN knows the documents by.
    pub(super) surrogates: Surrogates,
    /// Until when a request that comes before the first snapshot waits for it.
    pub(super) opens_until: Instant,
    /// Whether the end has begun: then whoever asks should go to another.
    pub(super) draining: AtomicBool,
    /// Whether health checks and metrics have a listener of their own.
    pub(super) has_admin: bool,
}

/// Answers a request to the public listener.
pub(super) async fn public(state: Arc<State>, request: HttpRequest) -> HttpResponse {
    let start = Instant::now();
    let (kind, step) = match decide_public(&state, &request) {
        Some(decided) => decided,
        None => {
            opened(&state).await;
            decide_public(&state, &request)
                .unwrap_or_else(|| (RouteKind::Other, Step::Done(answer::starting())))
        }
    };
    finish(&state, &request, start, kind, step).await
}

/// Answers a request to the listener for health checks and metrics.
pub(super) async fn admin(state: Arc<State>, request: HttpRequest) -> HttpResponse {
    let start = Instant::now();
    let (kind, step) = match allowed(&request) {
        Some(refused) => (RouteKind::Other, Step::Done(refused)),
        None => operations(&state, request.path()).map_or_else(
            || {
                (
                    RouteKind::Other,
                    Step::Done(answer::not_found("no-store".to_owned())),
                )
            },
            |(kind, response)| (kind, Step::Done(response)),
        ),
    };
    finish(&state, &request, start, kind, step).await
}

async fn finish(
    state: &State,
    request: &HttpRequest,
    start: Instant,
    kind: RouteKind,
    step: Step,
) -> HttpResponse {
    let response = match step {
        Step::Done(response) => response,
        Step::Send(pending) => pending.send(&state.documents).await,
    };
    let response = if state.draining.load(Ordering::Relaxed) {
        answer::last(response)
    } else {
        response
    };
    state.metrics.request(kind, response.status().as_u16());
    tracing::debug!(
        target: "newswire::access",
        method = request.method().as_str(),
        path = request.uri().path(),
        status = response.status().as_u16(),
        bytes = match response.body().size() {
            BodySize::Sized(bytes) => bytes,
            BodySize::None | BodySize::Stream => 0,
        },
        microseconds = start.elapsed().as_micros() as u64,
    );
    if *request.method() == Method::HEAD {
        answer::without_body(response)
    } else {
        response
    }
}

/// An answer to a method other than GET and HEAD. HEAD is answered as GET, and loses its body last.
fn allowed(request: &HttpRequest) -> Option<HttpResponse> {
    match *request.method() {
        Method::GET | Method::HEAD => None,
        Method::OPTIONS => Some(answer::options()),
        _ => Some(answer::method_not_allowed()),
    }
}

/// How often a request that waits for the first snapshot looks for it.
const LOOK: Duration = Duration::from_millis(10);

/// Waits for the first snapshot, while there is hope.
async fn opened(state: &State) {
    while state.snapshot.load().is_none()
        && Instant::now() < state.opens_until
        && !state.draining.load(Ordering::Relaxed)
    {
        rt::time::sleep(LOOK).await;
    }
}

/// Everything up to the document itself: a 304 ends here, at the cost of a look-up or two. `None` if it
/// takes a snapshot, and there is none yet.
fn decide_public(state: &State, request: &HttpRequest) -> Option<(RouteKind, Step)> {
    if let Some(refused) = allowed(request) {
        return Some((RouteKind::Other, Step::Done(refused)));
    }
    // The query string is no part of an address here.
    let path = request.uri().path();
    if !state.has_admin
        && let Some((kind, response)) = operations(state, path)
    {
        return Some((kind, Step::Done(response)));
    }
    let published = state.snapshot.load();
    let snapshot = published.as_ref()?;
    let now = Utc::now();
    if path == "/" {
        return Some((RouteKind::Index, decide_index(state, request, snapshot, now)));
    }
    let path = decoded(path);
    let target = path.as_ref().map_or(Target::Nothing, |path| {
        addresses::resolve(path, snapshot, &state.moved, now)
    });
    match target {
        Target::Document(key, format, leaving) => {
            let document = Document {
                snapshot,
                key,
                format,
                leaving,
            };
            if let Some(step) = decide_document(state, request, &document, now) {
                return Some((RouteKind::Feed, step));
            }
        }
        Target::Other(route) => {
            if let Some(found) = decide_other(state, request, snapshot, route, now) {
                return Some(found);
            }
        }
        Target::Page => {
            let path = path.as_ref();
            if let Some(step) = path.and_then(|path| decide_page(state, request, snapshot, path, now)) {
                return Some((RouteKind::Feed, step));
            }
        }
        Target::Elsewhere(location) => {
            return Some((RouteKind::Moved, Step::Done(answer::moved(location))));
        }
        Target::Gone => return Some((RouteKind::Moved, Step::Done(answer::gone()))),
        Target::Nothing => {}
    }
    let cache = brief_cache_control(snapshot.next_change(), now);
    Some((RouteKind::Other, Step::Done(answer::not_found(cache))))
}

/// The path as routes have it: percent-decoded, once.
fn decoded(path: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(path).decode_utf8().ok()
}

fn operations(state: &State, path: &str) -> Option<(RouteKind, HttpResponse)> {
    match path {
        "/healthz" => Some((RouteKind::Health, answer::status(true, "alive\n"))),
        "/readyz" => {
            let published = state.snapshot.load();
            let draining = state.draining.load(Ordering::Relaxed);
            // While anything serves, it is better to serve it.
            let message = match published.as_deref().map(Snapshot::stale) {
                _ if draining => "not ready: stopping\n".to_owned(),
                None => "not ready: the posts are still being read\n".to_owned(),
                Some(None) => "ready\n".to_owned(),
                Some(Some(reason)) => format!("stale: {reason}\n"),
            };
            Some((
                RouteKind::Ready,
                answer::status(published.is_some() && !draining, message),
            ))
        }
        "/metrics" => {
            state.metrics.cache(state.documents.figures());
            state.metrics.subscribers(state.audience.totals(Utc::now()));
            let mut response = answer::status(true, "");
            set(&mut response, header::CONTENT_TYPE, metrics::CONTENT_TYPE);
            Some((
                RouteKind::Metrics,
                response.set_body(BoxBody::new(state.metrics.encode())),
            ))
        }
        _ => None,
    }
}

/// How long a copy of a page of an archive may be used without asking. Archived entries hardly ever change,
/// but a takedown must take.
const PAGE_MAX_AGE: Duration = Duration::from_hours(24);

/// The answer to a request for a page of an archive. Pages are found by their address and validated by
/// what they are made of: a walk touches thousands, and nothing is kept for those nobody asks for.
fn decide_page(
    state: &State,
    request: &HttpRequest,
    snapshot: &Arc<Snapshot>,
    path: &str,
    now: DateTime<Utc>,
) -> Option<Step> {
    let page = snapshot.page_at(path)?;
    let feed = snapshot.page(&page)?;
    let format = page.format;
    let links = [
        ("self", feed.self_url(format)),
        ("current", feed.history.current(format)),
        ("prev-archive", feed.history.previous(format)),
    ];
    let links = links.into_iter().filter_map(|(relation, url)| {
        let url = url?;
        let kind = format.media_type();
        Some(format!("<{url}>; rel=\"{relation}\"; type=\"{kind}\""))
    });
    let resource = Resource {
        digest: document_digest(feed.digest(), format),
        last_modified: None,
        content_type: format.content_type(),
        is_page: false,
        link: Some(links.collect::<Vec<_>>().join(", ")),
        cache_control: cache_control(PAGE_MAX_AGE, snapshot.next_post_change(), now),
        more: Vec::new(),
    };
    let renderer = Arc::clone(&state.pages);
    let making = Box::new(move || Some(renderer.render_feed(&feed, format)));
    Some(resource.answer(request, now, path.into(), making))
}

fn decide_index(state: &State, request: &HttpRequest, snapshot: &Arc<Snapshot>, now: DateTime<Utc>) -> Step {
    let resource = Resource {
        digest: state.index.digest(snapshot),
        last_modified: None,
        content_type: "text/plain; charset=utf-8",
        is_page: true,
        link: None,
        cache_control: cache_control(state.http.max_age, snapshot.next_change(), now),
        more: Vec::new(),
    };
    let snapshot = Arc::clone(snapshot);
    let making = Box::new(move || Some(index::render(&snapshot)));
    resource.answer(request, now, "/".into(), making)
}

/// A document that stands at the address of a request.
struct Document<'a> {
    snapshot: &'a Arc<Snapshot>,
    key: &'a ScopeKey,
    format: Format,
    /// Its move, if it is about to leave this address.
    leaving: Option<&'a Move>,
}

/// A document that is no feed's: the list of feeds as OPML, or the comments of a post.
fn decide_other(
    state: &State,
    request: &HttpRequest,
    snapshot: &Arc<Snapshot>,
    route: &Route,
    now: DateTime<Utc>,
) -> Option<(RouteKind, Step)> {
    let cache_control = cache_control(state.http.max_age, snapshot.next_change(), now);
    match route {
        Route::Document(..) => None,
        Route::Opml => {
            let present = snapshot.opml()?;
            let resource = Resource {
                digest: present.digest,
                last_modified: Some(present.last_modified),
                content_type: opml::CONTENT_TYPE,
                is_page: false,
                link: None,
                cache_control,
                more: Vec::new(),
            };
            let snapshot = Arc::clone(snapshot);
            let making = Box::new(move || Some(snapshot.render_opml()));
            let step = resource.answer(request, now, opml::PATH.into(), making);
            Some((RouteKind::Opml, step))
        }
        Route::Comments(post) => {
            let present = snapshot.comments().get(post)?;
            let url = snapshot.settings().public_url(&present.path);
            let media_type = Format::Atom.media_type();
            let resource = Resource {
                digest: present.state.digest,
                last_modified: Some(present.state.last_modified),
                content_type: Format::Atom.content_type(),
                is_page: false,
                link: Some(format!("<{url}>; rel=\"self\"; type=\"{media_type}\"")),
                cache_control,
                more: Vec::new(),
            };
            let (own, post) = (Arc::clone(snapshot), Arc::clone(post));
            let making = Box::new(move || Some(own.comments_of(&post)?.render()));
            let step = resource.answer(request, now, Arc::clone(&present.path), making);
            Some((RouteKind::Comments, step))
        }
    }
}

fn decide_document(
    state: &State,
    request: &HttpRequest,
    document: &Document<'_>,
    now: DateTime<Utc>,
) -> Option<Step> {
    let Document {
        snapshot,
        key,
        format,
        leaving,
    } = *document;
    let scope = snapshot.scope(key)?;
    let own = scope
        .documents
        .iter()
        .find(|document| document.format == format)?;
    if let Err(wait) = spend(state, request) {
        state.metrics.request_refused();
        return Some(Step::Done(answer::too_many_requests(wait)));
    }
    state.note_reader(request, key, now);
    let sunset = leaving.and_then(|leaving| leaving.sunset);
    let next_change = snapshot.next_change().into_iter().chain(sunset).min();
    let mut link = link(snapshot, scope, format);
    let mut more = leaving.map_or_else(Vec::new, |leaving| farewell(leaving, snapshot, &mut link));
    if let Some(max_age) = state.http.cdn_max_age {
        let value = cdn_cache_control(max_age, next_change, now);
        add(&mut more, "cdn-cache-control", HeaderValue::try_from(value).ok());
    }
    if state.http.surrogate_keys {
        let keys = state.surrogates.keys(snapshot, key, own.digest);
        add(&mut more, "surrogate-key", keys);
    }
    let resource = Resource {
        digest: own.digest,
        last_modified: Some(scope.last_modified),
        content_type: format.content_type(),
        is_page: false,
        link: Some(link),
        cache_control: cache_control(state.http.max_age.min(scope.period), next_change, now),
        more,
    };
    let coding = match resource.decide(request, now) {
        Err(answer) => return Some(Step::Done(*answer)),
        Ok(coding) => coding,
    };
    let (digest, path) = (own.digest, Arc::clone(&own.path));
    let delta = deltas::versions(request.headers(), &state.http.deltas)
        .filter(|_| !deltas::may_be_from_a_cache(request.headers(), request.version()))
        .and_then(|versions| state.history.delta(snapshot, key, format, digest, versions));
    let (snapshot, key) = (Arc::clone(snapshot), key.clone());
    let render = Arc::clone(&state.render);
    if let Some(Delta { digest, known }) = delta {
        let making = Box::new(move || render(&snapshot, &key, format, Some(&known)));
        return Some(resource.send_delta(digest, coding, now, path, making));
    }
    let history = state.remembered();
    let making = Box::new(move || {
        let made = render(&snapshot, &key, format, None);
        if let Some(history) = history {
            history.note(&snapshot, &key, format, digest);
        }
        made
    });
    Some(resource.send(request, coding, now, path, making))
}

/// Takes an unconditional request from its client's budget. One that says what it has costs nothing: it
/// is the kind of poll that this server is for.
fn spend(state: &State, request: &HttpRequest) -> Result<(), Duration> {
    let headers = request.headers();
    let is_conditional =
        headers.contains_key(header::IF_NONE_MATCH) || headers.contains_key(header::IF_MODIFIED_SINCE);
    match &state.budget {
        Some(budget) if !is_conditional => state
            .client(request)
            .map_or(Ok(()), |client| budget.spend(client)),
        _ => Ok(()),
    }
}

impl State {
    /// Where versions of documents are remembered, if deltas are made at all.
    pub(super) fn remembered(&self) -> Option<Arc<History>> {
        (!self.http.deltas.is_empty()).then(|| Arc::clone(&self.history))
    }

    fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|address| address.ip());
        client::address(peer, request.headers(), &self.http.trusted_proxies)
    }

    fn note_reader(&self, request: &HttpRequest, key: &ScopeKey, now: DateTime<Utc>) {
        let user_agent = request.headers().get(header::USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok()).unwrap_or("");
        self.audience.note(key, self.client(request), user_agent, now);
    }
}

fn add(headers: &mut Vec<(HeaderName, HeaderValue)>, name: &'static str, value: Option<HeaderValue>) {
    headers.extend(value.map(|value| (HeaderName::from_static(name), value)));
}

/// What the readers of a feed are told that is about to leave (RFC 9745 and RFC 8594), and in the Link
/// header where it will be (RFC 5829).
fn farewell(leaving: &Move, snapshot: &Snapshot, link: &mut String) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = Vec::new();
    if let Some(deprecated) = leaving.deprecated {
        let value = format!("@{}", deprecated.timestamp());
        add(&mut headers, "deprecation", HeaderValue::try_from(value).ok());
    }
    if let Some(sunset) = leaving.sunset {
        let value = HeaderValue::from_bytes(&http_date::format(sunset));
        add(&mut headers, "sunset", value.ok());
    }
    if let Some(to) = &leaving.to {
        let url = if to.starts_with('/') {
            snapshot.settings().public_url(to)
        } else {
            to.clone()
        };
        link.extend([", <", &url, ">; rel=\"successor-version\""]);
    }
    headers
}

/// The Link header of a document (RFC 8288): itself, the same feed in other formats, and the hubs that
/// tell of its changes (WebSub, section 4).
fn link(snapshot: &Snapshot, scope: &ScopeState, format: Format) -> String {
    let mut link = String::with_capacity(256);
    let (own, others): (Vec<_>, Vec<_>) = scope
        .documents
        .iter()
        .partition(|document| document.format == format);
    for document in own.into_iter().chain(others) {
        let relation = if document.format == format {
            "self"
        } else {
            "alternate"
        };
        if !link.is_empty() {
            link.push_str(", ");
        }
        link.push('<');
        link.push_str(&snapshot.settings().public_url(&document.path));
        link.push_str(">; rel=\"");
        link.push_str(relation);
        link.push_str("\"; type=\"");
        link.push_str(document.format.media_type());
        link.push('"');
    }
    for hub in &snapshot.settings().feeds.hubs {
        link.extend([", <", hub, ">; rel=\"hub\""]);
    }
    link
}
