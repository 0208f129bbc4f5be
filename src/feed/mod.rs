//! A feed → documents. Pure: everything a document says comes from the [`model::Feed`] it is
//! rendered from, and the feed's digest covers all of it.

use std::sync::Arc;

use crate::content::Body;
use crate::vocabulary::Format;

pub mod atom;
pub mod comments;
pub mod document;
pub mod element;
pub mod history;
mod history_marks;
pub mod json;
pub mod media;
pub mod model;
pub mod opml;
pub mod period;
pub mod podcast;
pub mod rss;
pub mod text;
pub mod version;

pub use document::Coding;
pub use history::{DocumentRole, History, Tombstone};
pub use model::{Author, Category, Entry, Feed, Translation};

/// Renders a feed in a format, as UTF-8. `bodies` are the rendered bodies of its entries, in order.
pub fn render(feed: &Feed, bodies: &[Arc<Body>], format: Format) -> Vec<u8> {
    let document = match format {
        Format::Rss => rss::render(feed, bodies),
        Format::Atom => atom::render(feed, bodies),
        // Its writer leaves illegal characters out itself: in JSON they may hide behind escapes.
        Format::Json => return json::render(feed, bodies),
    };
    text::remove_illegal_characters(history_marks::insert(document, &feed.history, format))
}
