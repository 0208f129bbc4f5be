//! Rendering a document of a snapshot: the one way from a scope to bytes, for the server and for
//! `newswire build` alike.

use std::sync::Arc;

use quick_cache::sync::Cache;
use quick_cache::{UnitWeighter, Weighter};

use crate::catalog::select;
use crate::catalog::{Page, ScopeKey, Snapshot};
use crate::content::{Body, ContentSettings, Image};
use crate::feed::model::MOST_SOURCE_BYTES;
use crate::feed::{self, Entry, Feed};
use crate::vocabulary::{Digest, Format, Hasher};

/// A usual body's size in bytes, by which the cache guesses how many it will hold.
const USUAL_BODY: u64 = 4 << 10;

/// Renders documents, and keeps the bodies it rendered on the way: a post stands in several feeds,
/// in several formats.
pub struct Renderer {
    bodies: Cache<Digest, Arc<Body>, BySize>,
}

#[derive(Clone)]
struct BySize;

impl Weighter<Digest, Arc<Body>> for BySize {
    fn weight(&self, key: &Digest, body: &Arc<Body>) -> u64 {
        let played = body.audio_video.iter().map(|media| &media.file);
        let images: usize = body.images.iter().chain(played).map(image_size).sum();
        let entry = UnitWeighter.weight(key, body) + size_of::<Body>() as u64;
        (body.html.len() + body.summary.len() + images) as u64 + entry
    }
}

fn image_size(image: &Image) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    size_of::<Image>() + image.url.len() + length(&image.alt) + length(&image.caption)
}

impl Renderer {
    /// A renderer that keeps up to `capacity` bytes of bodies.
    pub fn new(capacity: u64) -> Self {
        Renderer {
            bodies: Cache::with_weighter((capacity / USUAL_BODY) as usize, capacity, BySize),
        }
    }

    /// The document of a scope in a format, as it is before any coding; `None` if the snapshot has
    /// no such scope.
    pub fn render(&self, snapshot: &Snapshot, scope: &ScopeKey, format: Format) -> Option<Vec<u8>> {
        Some(self.render_feed(&select::feed_of(snapshot, scope)?, format))
    }

    /// The document of a page of an archive, as it is before any coding; `None` if there is no such page.
    pub fn render_page(&self, snapshot: &Snapshot, page: &Page) -> Option<Vec<u8>> {
        Some(self.render_feed(&select::feed_of_page(snapshot, page)?, page.format))
    }

    /// The document of a feed, as it is before any coding.
    pub fn render_feed(&self, feed: &Feed, format: Format) -> Vec<u8> {
        let settings = settings_digest(&feed.content);
        let bodies: Vec<Arc<Body>> = feed
            .entries
            .iter()
            .map(|entry| self.body(entry, settings, &feed.content))
            .collect();
        feed::render(feed, &bodies, format)
    }

    fn body(&self, entry: &Entry, settings_digest: Digest, settings: &ContentSettings) -> Arc<Body> {
        let mut hasher = Hasher::new("body");
        hasher.digest(entry.post.digest);
        hasher.digest(settings_digest);
        hasher.text(&entry.url);
        feed::model::hash_links(&entry.links, &mut hasher);
        let key = hasher.finish();
        let made: Result<_, std::convert::Infallible> = self.bodies.get_or_insert_with(&key, || {
            let mut body = Body::of(&entry.post, &entry.links, settings);
            // By the source's size, so that it is the same everywhere and known before rendering.
            if entry.post.source.len() > MOST_SOURCE_BYTES {
                body.html.clear();
            }
            Ok(Arc::new(body))
        });
        match made {
            Ok(body) => body,
            Err(never) => match never {},
        }
    }
}

/// Everything but the post that its body depends on.
fn settings_digest(settings: &ContentSettings) -> Digest {
    let mut hasher = Hasher::new("body settings");
    settings.hash_into(&mut hasher);
    hasher.finish()
}
