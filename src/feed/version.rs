//! Stub.
use super::Format;
use crate::digest::Digest;
/// Stub.
pub fn document_digest(feed_digest: Digest, format: Format) -> Digest { let mut h=crate::digest::Hasher::new("document"); h.digest(feed_digest); h.text(format.name()); h.finish() }
