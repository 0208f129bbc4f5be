//! A request for the list of all feeds: as text for people, or as OPML.

use std::sync::Arc;
use std::time::Duration;

use actix_http::Request;
use chrono::{DateTime, Utc};

use super::resource::{Reply, Resource};
use crate::catalog::Snapshot;
use crate::feed::opml;
use crate::server::addresses::feed_list;
use crate::server::app_state::AppState;
use crate::server::validators::freshness::cache_control;

/// The list as text.
pub(super) fn text(
    state: &AppState,
    request: &Request,
    snapshot: &Arc<Snapshot>,
    max_age: Duration,
    now: DateTime<Utc>,
) -> Reply {
    let resource = Resource {
        is_page: true,
        ..Resource::new(
            state.feed_list.digest(snapshot),
            "text/plain; charset=utf-8",
            cache_control(max_age, snapshot.next_change(), now),
        )
    };
    let snapshot = Arc::clone(snapshot);
    let render = Box::new(move || Some(feed_list::render(&snapshot)));
    resource.answer(request, now, "/".into(), render)
}

/// The list as OPML.
pub(super) fn opml(
    request: &Request,
    snapshot: &Arc<Snapshot>,
    max_age: Duration,
    now: DateTime<Utc>,
) -> Option<Reply> {
    let present = snapshot.opml()?;
    let resource = Resource {
        last_modified: Some(present.last_modified),
        ..Resource::new(
            present.digest,
            opml::CONTENT_TYPE,
            cache_control(max_age, snapshot.next_change(), now),
        )
    };
    let snapshot = Arc::clone(snapshot);
    let render = Box::new(move || Some(snapshot.render_opml()));
    Some(resource.answer(request, now, opml::PATH.into(), render))
}
