//! A request for a feed.

use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpMessage, Request};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};

use super::resource::{Reply, Resource};
use super::responses;
use crate::catalog::{ScopeKey, Snapshot};
use crate::config::Move;
use crate::server::app_state::{AppState, ReloadableConfig};
use crate::server::validators::freshness::{cache_control, cdn_cache_control};
use crate::server::validators::http_date;
use crate::vocabulary::Format;

/// The document at the address of a request.
pub(crate) struct Document<'a> {
    pub(crate) snapshot: &'a Arc<Snapshot>,
    pub(crate) key: &'a ScopeKey,
    pub(crate) format: Format,
    /// Its move, if it leaves this address later.
    pub(crate) leaving: Option<&'a Move>,
}

/// The answer to a request for a document of a feed.
pub(crate) fn answer(
    state: &AppState,
    config: &ReloadableConfig,
    request: &Request,
    document: &Document<'_>,
    now: DateTime<Utc>,
) -> Option<Reply> {
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
    if let Err(wait) = take_request(config, request) {
        state.metrics.request_refused();
        return Some(Reply::Ready(responses::too_many_requests(wait)));
    }
    state.note_reader(request, config, key, now);
    let sunset = leaving.and_then(|leaving| leaving.sunset);
    let next_change = snapshot.next_change().into_iter().chain(sunset).min();
    let mut link = state.links.of(snapshot, scope, own);
    let mut more = leaving.map_or_else(Vec::new, |leaving| {
        deprecation_headers(leaving, snapshot, &mut link)
    });
    if let Some(max_age) = config.http.cdn_max_age {
        let value = cdn_cache_control(max_age, next_change, now);
        add(&mut more, "cdn-cache-control", HeaderValue::try_from(value).ok());
    }
    if config.http.surrogate_keys {
        let keys = state.surrogates.keys(snapshot, key, own.digest);
        add(&mut more, "surrogate-key", keys);
    }
    let max_age = config.http.max_age.min(scope.period);
    let resource = Resource {
        last_modified: Some(scope.last_modified),
        link,
        more,
        ..Resource::new(
            own.digest,
            format.content_type(),
            cache_control(max_age, next_change, now),
        )
    };
    let path = Arc::clone(&own.path);
    let (snapshot, key) = (Arc::clone(snapshot), key.clone());
    let render = Arc::clone(&state.render);
    let render = Box::new(move || render(&snapshot, &key, format));
    Some(resource.answer(request, now, path, render))
}

/// Limits a client's unconditional requests. Conditional ones are not limited.
fn take_request(config: &ReloadableConfig, request: &Request) -> Result<(), Duration> {
    let headers = request.headers();
    let is_conditional =
        headers.contains_key(header::IF_NONE_MATCH) || headers.contains_key(header::IF_MODIFIED_SINCE);
    match &config.rate_limiter {
        Some(limiter) if !is_conditional => config
            .client(request)
            .map_or(Ok(()), |client| limiter.take(client)),
        _ => Ok(()),
    }
}

fn add(headers: &mut Vec<(HeaderName, HeaderValue)>, name: &'static str, value: Option<HeaderValue>) {
    headers.extend(value.map(|value| (HeaderName::from_static(name), value)));
}

/// Deprecation (RFC 9745) and Sunset (RFC 8594) of a feed that leaves its address; its next address is added to the
/// Link header (RFC 5829).
fn deprecation_headers(
    leaving: &Move,
    snapshot: &Snapshot,
    link: &mut Option<HeaderValue>,
) -> Vec<(HeaderName, HeaderValue)> {
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
        let others = link
            .as_ref()
            .and_then(|link| link.to_str().ok())
            .unwrap_or_default();
        *link = HeaderValue::try_from(format!("{others}, <{url}>; rel=\"successor-version\"")).ok();
    }
    headers
}
