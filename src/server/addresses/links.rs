//! The Link header of a feed's document (RFC 8288): itself, the same feed in other formats, the newest page of
//! its archive (RFC 5005, section 4), and the hubs that tell of its changes (WebSub, section 4).

use std::sync::Arc;

use actix_web::http::header::HeaderValue;
use quick_cache::sync::Cache;

use crate::catalog::select;
use crate::catalog::{CatalogSettings, DocumentState, ScopeState, Snapshot};
use crate::vocabulary::{Digest, Format};

/// How many documents' headers are kept.
const KNOWN: usize = 1024;

/// The headers of the documents that are polled. Every poll has one, and it is the longest of all headers.
pub(crate) struct LinkHeaders {
    /// Addresses and hubs are from the settings beside each header; a configuration that is read again
    /// makes others.
    known: Cache<Digest, (Arc<CatalogSettings>, HeaderValue)>,
}

impl Default for LinkHeaders {
    fn default() -> Self {
        LinkHeaders {
            known: Cache::new(KNOWN),
        }
    }
}

impl LinkHeaders {
    /// The header of a document of a scope.
    pub(crate) fn of(
        &self,
        snapshot: &Snapshot,
        scope: &ScopeState,
        own: &DocumentState,
    ) -> Option<HeaderValue> {
        let settings = snapshot.shared_settings();
        if let Some((of, links)) = self.known.get(&own.digest)
            && Arc::ptr_eq(&of, settings)
        {
            return Some(links);
        }
        let links = HeaderValue::try_from(links(snapshot, scope, own.format)).ok()?;
        self.known
            .insert(own.digest, (Arc::clone(settings), links.clone()));
        Some(links)
    }
}

fn links(snapshot: &Snapshot, scope: &ScopeState, format: Format) -> String {
    let settings = snapshot.settings();
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
        link.push_str(&settings.public_url(&document.path));
        link.push_str(">; rel=\"");
        link.push_str(relation);
        link.push_str("\"; type=\"");
        link.push_str(document.format.media_type());
        link.push('"');
    }
    if let Some(page) = select::previous(snapshot, scope, format) {
        let kind = format.media_type();
        link.extend([", <", &page, ">; rel=\"prev-archive\"; type=\"", kind, "\""]);
    }
    for hub in &settings.feeds.hubs {
        link.extend([", <", hub, ">; rel=\"hub\""]);
    }
    link
}
