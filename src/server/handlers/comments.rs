//! A request for the comments on a post.

use std::sync::Arc;
use std::time::Duration;

use actix_http::Request;
use actix_web::http::header::HeaderValue;
use chrono::{DateTime, Utc};

use super::resource::{Reply, Resource};
use crate::catalog::Snapshot;
use crate::catalog::select;
use crate::server::addresses::links;
use crate::server::validators::freshness::cache_control;
use crate::vocabulary::Format;

/// The answer; `post` is the path of the post.
pub(super) fn answer(
    request: &Request,
    snapshot: &Arc<Snapshot>,
    post: &Arc<str>,
    max_age: Duration,
    now: DateTime<Utc>,
) -> Option<Reply> {
    let present = snapshot.comments().get(post)?;
    let url = snapshot.settings().public_url(&present.path);
    let resource = Resource {
        last_modified: Some(present.state.last_modified),
        link: HeaderValue::try_from(links::link(&url, "self", Format::Atom)).ok(),
        ..Resource::new(
            present.state.digest,
            Format::Atom.content_type(),
            cache_control(max_age, snapshot.next_change(), now),
        )
    };
    let (own, post) = (Arc::clone(snapshot), Arc::clone(post));
    let render = Box::new(move || Some(select::comments_of(&own, &post)?.render()));
    Some(resource.answer(request, now, Arc::clone(&present.path), render))
}
