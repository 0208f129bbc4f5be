//! Request → answer.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;

use super::answer::{self, set, set_made};
use super::conditional::{self, Representation, Verdict};
use super::documents::{Documents, Unavailable};
use super::freshness::{brief_cache_control, cache_control};
use super::index::{self, Index};
use super::{http_date, negotiate};
use crate::catalog::{Route, ScopeKey, ScopeState, Snapshot};
use crate::digest::Digest;
use crate::feed::document::etag;
use crate::feed::version::document_digest;
use crate::feed::{Coding, Format, opml};
use crate::metrics::{self, Metrics, RouteKind};
use crate::render::Renderer;

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
    /// Where everything is counted.
    pub(super) metrics: Arc<Metrics>,
    /// How long a copy may be used without asking.
    pub(super) max_age: Duration,
    /// Whether health checks and metrics have a listener of their own.
    pub(super) has_admin: bool,
}

/// Answers a request to the public listener.
pub(super) async fn public(state: Arc<State>, request: HttpRequest) -> HttpResponse {
    let start = Instant::now();
    let (kind, step) = decide_public(&state, &request);
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

/// An answer, or what it still takes to have one.
enum Step {
    Done(HttpResponse),
    Send(Box<Pending>),
}

/// An answer that lacks its document.
struct Pending {
    response: HttpResponse,
    digest: Digest,
    coding: Coding,
    name: Arc<str>,
    render: Box<dyn FnOnce() -> Option<Vec<u8>> + Send>,
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

impl Pending {
    async fn send(self, documents: &Arc<Documents>) -> HttpResponse {
        match documents
            .get(self.digest, self.coding, &self.name, self.render)
            .await
        {
            Ok(bytes) => self.response.set_body(BoxBody::new(bytes)),
            Err(Unavailable::Busy) => answer::busy(),
            Err(Unavailable::Failed) => answer::failed(),
        }
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

/// Everything up to the document itself: a 304 ends here, at the cost of a look-up or two.
fn decide_public(state: &State, request: &HttpRequest) -> (RouteKind, Step) {
    if let Some(refused) = allowed(request) {
        return (RouteKind::Other, Step::Done(refused));
    }
    // The query string is no part of an address here.
    let path = request.uri().path();
    if !state.has_admin
        && let Some((kind, response)) = operations(state, path)
    {
        return (kind, Step::Done(response));
    }
    let published = state.snapshot.load();
    let Some(snapshot) = &*published else {
        return (RouteKind::Other, Step::Done(answer::starting()));
    };
    let now = Utc::now();
    if path == "/" {
        return (RouteKind::Index, decide_index(state, request, snapshot, now));
    }
    let path = decoded(path);
    let route = path.as_ref().and_then(|path| snapshot.route(path));
    match route {
        Some(Route::Document(key, format)) => {
            if let Some(step) = decide_document(state, request, snapshot, key, *format, now) {
                return (RouteKind::Feed, step);
            }
        }
        Some(Route::Comments(post)) => {
            if let Some(step) = decide_comments(state, request, snapshot, post, now) {
                return (RouteKind::Comments, step);
            }
        }
        Some(Route::Opml) => {
            if let Some(step) = decide_opml(state, request, snapshot, now) {
                return (RouteKind::Opml, step);
            }
        }
        None => {
            let page = path.as_ref();
            if let Some(step) = page.and_then(|path| decide_page(state, request, snapshot, path, now)) {
                return (RouteKind::Feed, step);
            }
            if let Some(document) = path.and_then(|path| snapshot.former(&path)) {
                let url = snapshot.settings().public_url(&document.path);
                return (RouteKind::Feed, Step::Done(answer::moved(url)));
            }
        }
    }
    let cache = brief_cache_control(snapshot.next_change(), now);
    (RouteKind::Other, Step::Done(answer::not_found(cache)))
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
            // While anything serves, it is better to serve it.
            let message = match published.as_deref().map(Snapshot::stale) {
                None => "not ready: the posts are still being read\n".to_owned(),
                Some(None) => "ready\n".to_owned(),
                Some(Some(reason)) => format!("stale: {reason}\n"),
            };
            Some((RouteKind::Ready, answer::status(published.is_some(), message)))
        }
        "/metrics" => {
            state.metrics.cache(state.documents.figures());
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
        link: Some(links.collect::<Vec<_>>().join(", ")),
        cache_control: cache_control(PAGE_MAX_AGE, snapshot.next_post_change(), now),
    };
    let renderer = Arc::clone(&state.pages);
    Some(resource.answer(request, now, || {
        let making = Box::new(move || Some(renderer.render_feed(&feed, format)));
        (path.into(), making)
    }))
}

fn decide_index(state: &State, request: &HttpRequest, snapshot: &Arc<Snapshot>, now: DateTime<Utc>) -> Step {
    let resource = Resource {
        digest: state.index.digest(snapshot),
        last_modified: None,
        content_type: "text/plain; charset=utf-8",
        link: None,
        cache_control: cache_control(state.max_age, snapshot.next_change(), now),
    };
    resource.answer(request, now, || {
        let snapshot = Arc::clone(snapshot);
        ("/".into(), Box::new(move || Some(index::render(&snapshot))))
    })
}

fn decide_opml(
    state: &State,
    request: &HttpRequest,
    snapshot: &Arc<Snapshot>,
    now: DateTime<Utc>,
) -> Option<Step> {
    let present = snapshot.opml()?;
    let resource = Resource {
        digest: present.digest,
        last_modified: Some(present.last_modified),
        content_type: opml::CONTENT_TYPE,
        link: None,
        cache_control: cache_control(state.max_age, snapshot.next_change(), now),
    };
    Some(resource.answer(request, now, || {
        let snapshot = Arc::clone(snapshot);
        (opml::PATH.into(), Box::new(move || Some(snapshot.render_opml())))
    }))
}

fn decide_comments(
    state: &State,
    request: &HttpRequest,
    snapshot: &Arc<Snapshot>,
    post: &Arc<str>,
    now: DateTime<Utc>,
) -> Option<Step> {
    let present = snapshot.comments().get(post)?;
    let url = snapshot.settings().public_url(&present.path);
    let media_type = Format::Atom.media_type();
    let resource = Resource {
        digest: present.state.digest,
        last_modified: Some(present.state.last_modified),
        content_type: Format::Atom.content_type(),
        link: Some(format!("<{url}>; rel=\"self\"; type=\"{media_type}\"")),
        cache_control: cache_control(state.max_age, snapshot.next_change(), now),
    };
    Some(resource.answer(request, now, || {
        let (snapshot, post) = (Arc::clone(snapshot), Arc::clone(post));
        (
            Arc::clone(&present.path),
            Box::new(move || Some(snapshot.comments_of(&post)?.render())),
        )
    }))
}

fn decide_document(
    state: &State,
    request: &HttpRequest,
    snapshot: &Arc<Snapshot>,
    key: &ScopeKey,
    format: Format,
    now: DateTime<Utc>,
) -> Option<Step> {
    let scope = snapshot.scope(key)?;
    let document = scope
        .documents
        .iter()
        .find(|document| document.format == format)?;
    let resource = Resource {
        digest: document.digest,
        last_modified: Some(scope.last_modified),
        content_type: format.content_type(),
        link: Some(link(snapshot, scope, format)),
        cache_control: cache_control(state.max_age.min(scope.period), snapshot.next_change(), now),
    };
    Some(resource.answer(request, now, || {
        let (snapshot, key) = (Arc::clone(snapshot), key.clone());
        let render = Arc::clone(&state.render);
        (
            Arc::clone(&document.path),
            Box::new(move || render(&snapshot, &key, format)),
        )
    }))
}

/// The Link header of a document (RFC 8288): itself, and the same feed in other formats.
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
    link
}

/// What is known of a document before its bytes are.
struct Resource {
    digest: Digest,
    last_modified: Option<DateTime<Utc>>,
    content_type: &'static str,
    link: Option<String>,
    cache_control: String,
}

impl Resource {
    /// Answers 406, 412 or 304, or says which document to send; `rendering` is its name in the log
    /// and how it is made.
    fn answer(
        self,
        request: &HttpRequest,
        now: DateTime<Utc>,
        rendering: impl FnOnce() -> (Arc<str>, Box<dyn FnOnce() -> Option<Vec<u8>> + Send>),
    ) -> Step {
        let headers = request.headers();
        let wishes = headers
            .get_all(header::ACCEPT_ENCODING)
            .map(HeaderValue::as_bytes);
        // Before the conditions: they count only where the answer would be a success (RFC 9110,
        // section 13.2.1).
        let Some(coding) = negotiate::coding(wishes) else {
            return Step::Done(answer::not_acceptable());
        };
        let present = Representation {
            digest: self.digest,
            coding,
            last_modified: self.last_modified,
        };
        match conditional::evaluate(headers, &present, now) {
            Verdict::Failed => Step::Done(answer::precondition_failed()),
            Verdict::NotModified(coding) => Step::Done(self.head(StatusCode::NOT_MODIFIED, coding, now)),
            Verdict::Send => {
                let digest = self.digest;
                let content_type = self.content_type;
                let mut response = self.head(StatusCode::OK, coding, now);
                set(&mut response, header::CONTENT_TYPE, content_type);
                if coding != Coding::Identity {
                    set(&mut response, header::CONTENT_ENCODING, coding.token());
                }
                let (name, render) = rendering();
                Step::Send(Box::new(Pending {
                    response,
                    digest,
                    coding,
                    name,
                    render,
                }))
            }
        }
    }

    /// The headers that a 200 and a 304 share (RFC 9110, section 15.4.5).
    fn head(self, status: StatusCode, coding: Coding, now: DateTime<Utc>) -> HttpResponse {
        let mut response = answer::blank(status);
        set_made(&mut response, header::ETAG, etag(self.digest, coding));
        set_made(&mut response, header::CACHE_CONTROL, self.cache_control);
        let mut set_date = |name, moment| {
            // A date is made of letters, digits, spaces, a comma and colons.
            if let Ok(date) = HeaderValue::from_bytes(&http_date::format(moment)) {
                response.headers_mut().insert(name, date);
            }
        };
        // The framework's own clock ticks twice a second only, and Last-Modified must not be later
        // than Date (RFC 9110, section 8.8.2.1).
        set_date(header::DATE, now);
        if let Some(moment) = self.last_modified {
            set_date(
                header::LAST_MODIFIED,
                conditional::shown_last_modified(moment, now),
            );
        }
        if let Some(link) = self.link {
            set_made(&mut response, header::LINK, link);
        }
        response
    }
}
