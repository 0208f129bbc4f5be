//! A feed → documents. Pure: everything a document says comes from the [`model::Feed`] it is
//! rendered from, and the feed's digest covers all of it.

pub mod atom;
pub mod document;
pub mod format;
pub mod model;
pub mod rss;
pub mod text;
pub mod version;

pub use document::Coding;
pub use format::Format;
pub use model::{Author, BodyMode, Category, Entry, Feed};

use std::sync::Arc;

use crate::content::Body;

/// Renders a feed in a format, as UTF-8. `bodies` are the rendered bodies of its entries, in order.
pub fn render(_feed: &Feed, _bodies: &[Arc<Body>], _format: Format) -> Vec<u8> {
    todo!()
}
