//! From a request to its answer.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use actix_http::{HttpMessage, Request};
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::Method;
use actix_web::{HttpResponse, rt};
use chrono::Utc;
use percent_encoding::percent_decode_str;

use super::addresses::resolve::{Target, resolve};
use super::app_state::AppState;
use super::transport::{answer, request};
use super::validators::freshness::brief_cache_control;
use crate::metrics::RouteKind;
use resource::Reply;

mod admin;
mod archive_page;
mod comments;
mod directory;
mod feed;
mod resource;
mod responses;

use feed::Document;

/// Answers a request to the public listener.
pub(crate) async fn public(state: Arc<AppState>, request: Request) -> HttpResponse {
    let start = Instant::now();
    let (kind, reply) = match decide_public(&state, &request) {
        Some(decided) => decided,
        None => {
            first_snapshot(&state).await;
            decide_public(&state, &request)
                .unwrap_or_else(|| (RouteKind::Other, Reply::Ready(responses::starting())))
        }
    };
    finish(&state, &request, start, kind, reply).await
}

/// Answers a request to the listener for health checks and metrics.
pub(crate) async fn admin(state: Arc<AppState>, request: Request) -> HttpResponse {
    let start = Instant::now();
    let (kind, reply) = match refused(&request) {
        Some(refused) => (RouteKind::Other, Reply::Ready(refused)),
        None => admin::answer(&state, request.path()).map_or_else(
            || (RouteKind::Other, Reply::Ready(responses::not_found("no-store"))),
            |(kind, response)| (kind, Reply::Ready(response)),
        ),
    };
    finish(&state, &request, start, kind, reply).await
}

async fn finish(
    state: &AppState,
    request: &Request,
    start: Instant,
    kind: RouteKind,
    reply: Reply,
) -> HttpResponse {
    let response = match reply {
        Reply::Ready(response) => response,
        Reply::Pending(pending) => pending.send(&state.documents).await,
    };
    let response = if state.is_draining() || request::is_last(request) {
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

/// The answer to an invalid Host, an overlong target, or a method other than GET and HEAD. HEAD is answered as GET,
/// and the body removed at the end.
fn refused(request: &Request) -> Option<HttpResponse> {
    if !request::has_valid_host(request.headers()) {
        return Some(answer::last(responses::bad_host()));
    }
    if request::has_long_target(request) {
        return Some(responses::uri_too_long());
    }
    match *request.method() {
        Method::GET | Method::HEAD => None,
        Method::OPTIONS => Some(responses::options()),
        _ => Some(responses::method_not_allowed()),
    }
}

/// Waits for the first snapshot, until the wait is over or the server stops.
async fn first_snapshot(state: &AppState) {
    tokio::select! {
        () = state.snapshot.first() => {}
        () = state.draining.wait() => {}
        () = rt::time::sleep_until(state.first_snapshot_by.into()) => {}
    }
}

/// Everything up to the bytes of a document: a 304 is complete here, after a few look-ups. `None` if it takes a
/// snapshot, and there is none yet.
fn decide_public(state: &AppState, request: &Request) -> Option<(RouteKind, Reply)> {
    if let Some(refused) = refused(request) {
        return Some((RouteKind::Other, Reply::Ready(refused)));
    }
    // The query string is no part of an address here.
    let path = request.uri().path();
    if !state.has_admin
        && let Some((kind, response)) = admin::answer(state, path)
    {
        return Some((kind, Reply::Ready(response)));
    }
    let published = state.snapshot.load();
    let snapshot = published.as_ref()?;
    let config = state.reloadable.load();
    let now = Utc::now();
    let path = decoded(path);
    let target = path.as_ref().map_or(Target::NotFound, |path| {
        resolve(path, snapshot, &config.moved, now)
    });
    let max_age = config.http.max_age;
    let found =
        match target {
            Target::FeedList => Some((
                RouteKind::Index,
                directory::text(state, request, snapshot, max_age, now),
            )),
            Target::Document(key, format, leaving) => {
                let document = Document {
                    snapshot,
                    key,
                    format,
                    leaving,
                };
                feed::answer(state, &config, request, &document, now).map(|reply| (RouteKind::Feed, reply))
            }
            Target::Opml => {
                directory::opml(request, snapshot, max_age, now).map(|reply| (RouteKind::Opml, reply))
            }
            Target::Comments(post) => comments::answer(request, snapshot, post, max_age, now)
                .map(|reply| (RouteKind::Comments, reply)),
            Target::Page(page) => archive_page::answer(state, request, snapshot, &page, now)
                .map(|reply| (RouteKind::Feed, reply)),
            Target::Redirect(location) => Some((RouteKind::Moved, Reply::Ready(responses::moved(location)))),
            Target::Gone => Some((RouteKind::Moved, Reply::Ready(responses::gone()))),
            Target::NotFound => None,
        };
    if found.is_some() {
        return found;
    }
    let cache = brief_cache_control(snapshot.next_change(), now);
    Some((RouteKind::Other, Reply::Ready(responses::not_found(&cache))))
}

/// The path as routes have it: percent-decoded once.
fn decoded(path: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(path).decode_utf8().ok()
}
