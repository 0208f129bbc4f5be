//! A request for a document that is no feed: the list of feeds, for people and as OPML; the comments of a post;
//! a page of an archive.

use std::sync::Arc;
use std::time::Duration;

use actix_http::Request;
use actix_web::http::header::HeaderValue;
use chrono::{DateTime, Utc};

use super::resource::{Reply, Resource};
use crate::catalog::{Page, Route, Snapshot};
use crate::feed::opml;
use crate::feed::version::document_digest;
use crate::metrics::RouteKind;
use crate::server::addresses::feed_list;
use crate::server::app_state::AppState;
use crate::server::validators::freshness::cache_control;
use crate::vocabulary::Format;

/// The answer to a request for the list of feeds, for people.
pub(crate) fn list(
    state: &AppState,
    request: &Request,
    snapshot: &Arc<Snapshot>,
    max_age: Duration,
    now: DateTime<Utc>,
) -> Reply {
    let resource = Resource {
        digest: state.feed_list.digest(snapshot),
        last_modified: None,
        content_type: "text/plain; charset=utf-8",
        is_page: true,
        link: None,
        cache_control: cache_control(max_age, snapshot.next_change(), now),
        more: Vec::new(),
    };
    let snapshot = Arc::clone(snapshot);
    let render = Box::new(move || Some(feed_list::render(&snapshot)));
    resource.answer(request, now, "/".into(), render)
}

/// The answer to a request for the list of feeds as OPML, or for the comments of a post.
pub(crate) fn document(
    request: &Request,
    snapshot: &Arc<Snapshot>,
    route: &Route,
    max_age: Duration,
    now: DateTime<Utc>,
) -> Option<(RouteKind, Reply)> {
    let cache_control = cache_control(max_age, snapshot.next_change(), now);
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
            let render = Box::new(move || Some(snapshot.render_opml()));
            let reply = resource.answer(request, now, opml::PATH.into(), render);
            Some((RouteKind::Opml, reply))
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
                link: HeaderValue::try_from(format!("<{url}>; rel=\"self\"; type=\"{media_type}\"")).ok(),
                cache_control,
                more: Vec::new(),
            };
            let (own, post) = (Arc::clone(snapshot), Arc::clone(post));
            let render = Box::new(move || Some(own.comments_of(&post)?.render()));
            let reply = resource.answer(request, now, Arc::clone(&present.path), render);
            Some((RouteKind::Comments, reply))
        }
    }
}

/// How long a copy of a page of an archive may be used without asking. Archived entries hardly ever change,
/// but a takedown must take.
const PAGE_MAX_AGE: Duration = Duration::from_hours(24);

/// The answer to a request for a page of an archive. Pages are found by their address and validated by
/// what they are made of: a walk touches thousands, and nothing is kept for those nobody asks for.
pub(crate) fn page(
    state: &AppState,
    request: &Request,
    snapshot: &Arc<Snapshot>,
    page: &Page,
    now: DateTime<Utc>,
) -> Option<Reply> {
    let feed = snapshot.page(page)?;
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
        link: HeaderValue::try_from(links.collect::<Vec<_>>().join(", ")).ok(),
        cache_control: cache_control(PAGE_MAX_AGE, snapshot.next_post_change(), now),
        more: Vec::new(),
    };
    let renderer = Arc::clone(&state.pages);
    let render = Box::new(move || Some(renderer.render_feed(&feed, format)));
    Some(resource.answer(request, now, request.path().into(), render))
}
