//! Stub.
use url::Url;

/// Stub.
pub fn absolute(reference: &str, base: &Url, _site_url: &Url) -> Option<String> {
    base.join(reference).ok().map(String::from)
}
