//! /healthz, /readyz and /metrics.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::header;
use chrono::Utc;

use super::responses;
use crate::catalog::Snapshot;
use crate::metrics::{self, RouteKind};
use crate::server::app_state::AppState;
use crate::telemetry;

/// The answer, if the path is one of these.
pub(crate) fn answer(state: &AppState, path: &str) -> Option<(RouteKind, HttpResponse)> {
    match path {
        "/healthz" => Some((RouteKind::Health, responses::status(true, "alive\n"))),
        "/readyz" => {
            let published = state.snapshot.load();
            let draining = state.is_draining();
            // A stale snapshot is served rather than none.
            let message = match published.as_deref().map(Snapshot::stale) {
                _ if draining => "not ready: stopping\n".to_owned(),
                None => format!("not ready: {}\n", state.status.not_ready()),
                Some(reason) => match state.status.stale(reason.map(ToString::to_string)) {
                    None => "ready\n".to_owned(),
                    Some(reason) => format!("stale: {reason}\n"),
                },
            };
            Some((
                RouteKind::Ready,
                responses::status(published.is_some() && !draining, message),
            ))
        }
        "/metrics" => {
            state.metrics.cache(state.documents.figures());
            state.metrics.log_lines_dropped(telemetry::dropped_lines());
            state.metrics.subscribers(state.subscribers.totals(Utc::now()));
            state.metrics.uncounted_polls(state.subscribers.uncounted());
            let mut response = responses::status(true, "");
            responses::set(&mut response, header::CONTENT_TYPE, metrics::CONTENT_TYPE);
            Some((
                RouteKind::Metrics,
                response.set_body(BoxBody::new(state.metrics.encode())),
            ))
        }
        _ => None,
    }
}
