//! A request for a page of an archive (RFC 5005, section 4).

use std::time::Duration;

use actix_http::Request;
use actix_web::http::header::HeaderValue;
use chrono::{DateTime, Utc};
use std::sync::Arc;

use super::resource::{Reply, Resource};
use crate::catalog::Page;
use crate::catalog::Snapshot;
use crate::catalog::select;
use crate::feed::version::document_digest;
use crate::server::addresses::links;
use crate::server::app_state::AppState;
use crate::server::validators::freshness::cache_control;

/// How long a copy may be used without asking. Archived entries hardly ever change, but a takedown must take.
const MAX_AGE: Duration = Duration::from_hours(24);

/// The answer. A page is found by its address and validated by what it is made of: a walk through an archive touches
/// thousands of pages, and nothing is kept for those that nobody asks for.
pub(super) fn answer(
    state: &AppState,
    request: &Request,
    snapshot: &Arc<Snapshot>,
    page: &Page,
    now: DateTime<Utc>,
) -> Option<Reply> {
    let feed = select::feed_of_page(snapshot, page)?;
    let format = page.format;
    let links = [
        ("self", feed.self_url(format)),
        ("current", feed.history.current(format)),
        ("prev-archive", feed.history.previous(format)),
    ];
    let links = links
        .into_iter()
        .filter_map(|(relation, url)| Some(links::link(url?, relation, format)));
    let resource = Resource {
        link: HeaderValue::try_from(links.collect::<Vec<_>>().join(", ")).ok(),
        ..Resource::new(
            document_digest(feed.digest(), format),
            format.content_type(),
            cache_control(MAX_AGE, snapshot.next_post_change(), now),
        )
    };
    let renderer = Arc::clone(&state.pages);
    let render = Box::new(move || Some(renderer.render_feed(&feed, format)));
    Some(resource.answer(request, now, request.path().into(), render))
}
