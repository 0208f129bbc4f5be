//! The Link header of a feed's document (RFC 8288): itself, the same feed in other formats, the newest page of its
//! archive (RFC 5005, section 4), and its hubs (WebSub, section 4).

use std::sync::Arc;

use actix_web::http::header::HeaderValue;
use quick_cache::sync::Cache;

use crate::catalog::select;
use crate::catalog::{CatalogSettings, DocumentState, ScopeState, Snapshot};
use crate::vocabulary::{Digest, Format};

/// How many documents' headers are cached.
const KNOWN: usize = 1024;

/// The headers of documents, made once for each digest: every answer has one, the longest of all headers.
pub(crate) struct LinkHeaders {
    /// Each header with the settings from which its addresses and hubs are: another configuration makes others.
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

/// A link to a document in a format.
pub(crate) fn link(url: &str, relation: &str, format: Format) -> String {
    format!("<{url}>; rel=\"{relation}\"; type=\"{}\"", format.media_type())
}

fn links(snapshot: &Snapshot, scope: &ScopeState, format: Format) -> String {
    let settings = snapshot.settings();
    let (own, others): (Vec<_>, Vec<_>) = scope
        .documents
        .iter()
        .partition(|document| document.format == format);
    let own = own.into_iter().map(|document| ("self", document));
    let others = others.into_iter().map(|document| ("alternate", document));
    let documents = own
        .chain(others)
        .map(|(relation, document)| link(&settings.public_url(&document.path), relation, document.format));
    let archive = select::previous(snapshot, scope, format);
    let archive = archive.map(|page| link(&page, "prev-archive", format));
    let hubs = settings
        .feeds
        .hubs
        .iter()
        .map(|hub| format!("<{hub}>; rel=\"hub\""));
    let links: Vec<String> = documents.chain(archive).chain(hubs).collect();
    links.join(", ")
}
