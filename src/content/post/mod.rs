//! A post: what one file says, before it is known which feeds it stands in.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};

use crate::content::body::source_comments::TemplateEngine;
use crate::content::fields::author::Byline;
use crate::content::fields::details::Details;
use crate::content::fields::visibility::KeptBack;
use crate::content::place::reference::Reference;
use crate::vocabulary::{Digest, Finding};

/// An image that goes with a post.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Image {
    /// Its absolute address.
    pub url: String,
    /// What it shows, for those who can't see it.
    pub alt: Option<String>,
    /// What is printed below it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
}

/// What a post says in a field of front matter, as far as feeds can ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// `true`.
    True,
    /// `false`.
    False,
    /// The slugs of a text or number, or of each in a list.
    Texts(Box<[Box<str>]>),
    /// Nothing that can be asked for, but it is there: empty, or a mapping.
    Other,
}

/// A file of content that is meant for readers.
#[derive(Debug)]
pub struct Post {
    /// Where the file lies below the content directory, with `/` between its parts.
    pub path: Arc<str>,
    /// Path and bytes of the file, and what is handed down to it.
    pub digest: Digest,
    /// The bytes of the file alone, wherever it lies.
    pub content: Digest,
    /// The headline as plain text, without outer white space.
    pub title: Box<str>,
    /// The standfirst or description from the front matter, as plain text.
    pub summary: Option<Box<str>>,
    /// When the post says it was published, in the zone it says so.
    pub published: DateTime<FixedOffset>,
    /// When it was last changed for its readers, if it says so.
    pub updated: Option<DateTime<FixedOffset>>,
    /// From when on it is public; see [`visibility`](crate::content::fields::visibility).
    pub public_from: DateTime<Utc>,
    /// From when on it is no longer public.
    pub public_until: Option<DateTime<Utc>>,
    /// Why it is kept back whatever the moment, if it is.
    pub kept_back: Option<KeptBack>,
    /// Whether its date is when its file was last written, because its front matter says so.
    pub dated_by_file: bool,
    /// The first folder below the content directory, if the file lies in one.
    pub section: Option<Box<str>>,
    /// The permalink's path: absolute, percent-encoded, no host.
    pub permalink: Box<str>,
    /// What the id rule made of this post; the catalog may pin another.
    pub id: Arc<str>,
    /// Whether the post gives its id itself.
    pub has_own_id: bool,
    /// Former addresses, as written.
    pub aliases: Box<[Box<str>]>,
    /// Who wrote it, in order.
    pub bylines: Box<[Byline]>,
    /// Its categories, in order, as written.
    pub categories: Box<[Box<str>]>,
    /// Its tags, in order, as written.
    pub tags: Box<[Box<str>]>,
    /// The language it is in, as an RFC 5646 tag, if it says so.
    pub language: Option<Box<str>>,
    /// What it shares with its translations, if it is known to have any; see
    /// [`translation`](crate::content::fields::translation).
    pub translation: Option<Box<str>>,
    /// What it says in the fields that some feed asks for: by their place in
    /// [`ContentSettings::fields`](super::ContentSettings::fields), and only where it says something.
    pub fields: Box<[(u16, Field)]>,
    /// The image that goes with it.
    pub image: Option<Box<Image>>,
    /// What it says of other files of the content, for the catalog to resolve.
    pub references: Box<[Reference]>,
    /// What few posts say about themselves.
    pub details: Option<Box<Details>>,
    /// What carries out its templates, if it says so itself.
    pub templates: Option<TemplateEngine>,
    /// The file as text.
    pub source: Source,
    /// What there is to say about it that does not keep it from being served.
    pub findings: Box<[Finding]>,
}

impl Post {
    /// When it last changed for its readers, at a moment: `updated`, never before `published`; and a
    /// change that lies ahead has not happened yet.
    pub fn changed(&self, moment: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self.updated {
            Some(updated) if updated > self.published && updated <= moment => updated,
            _ => self.published,
        }
    }

    /// What it says in the field at a place in [`ContentSettings::fields`](super::ContentSettings::fields).
    pub fn field(&self, place: u16) -> Option<&Field> {
        self.fields
            .iter()
            .find(|(own, _)| *own == place)
            .map(|(_, field)| field)
    }
}

/// A post's file as text, compressed, so that neither rendering nor reading it anew under another
/// configuration needs the disk.
pub struct Source {
    compressed: Box<[u8]>,
    length: usize,
    /// Where the body starts, in bytes.
    body: usize,
    is_whole: bool,
    /// The line of the file on which the body starts, counted from one.
    pub first_line: u32,
}

impl Source {
    /// Compresses a body that starts on `first_line`.
    pub fn new(text: &str, first_line: u32) -> Self {
        Source::compress(text, 0, false, first_line)
    }

    /// Compresses the text of a file that ends in a body, which starts on `first_line`.
    pub fn of_file(text: &str, body: &str, first_line: u32) -> Self {
        if text.ends_with(body) {
            Source::compress(text, text.len() - body.len(), true, first_line)
        } else {
            Source::new(body, first_line)
        }
    }

    fn compress(text: &str, body: usize, is_whole: bool, first_line: u32) -> Self {
        thread_local! {
            // A compressor is 100 KB of tables; one a thread, not one a post.
            static COMPRESSOR: std::cell::RefCell<Option<zstd::bulk::Compressor<'static>>> =
                const { std::cell::RefCell::new(None) };
        }
        let compressed = COMPRESSOR.with_borrow_mut(|slot| {
            if slot.is_none() {
                *slot = zstd::bulk::Compressor::new(1).ok();
            }
            slot.as_mut()
                .and_then(|compressor| compressor.compress(text.as_bytes()).ok())
        });
        let compressed = compressed.filter(|bytes| bytes.len() < text.len());
        Source {
            compressed: compressed.map_or_else(|| text.as_bytes().into(), Vec::into_boxed_slice),
            length: text.len(),
            body,
            is_whole,
            first_line,
        }
    }

    /// The body as it was.
    pub fn text(&self) -> String {
        let mut all = self.all();
        // Made from a `&str` cut at this place, so it is the boundary of a character.
        if self.body > 0 && all.is_char_boundary(self.body) {
            all.drain(..self.body);
        }
        all
    }

    /// The whole file as it was, if that is known.
    pub fn file(&self) -> Option<String> {
        self.is_whole.then(|| self.all())
    }

    fn all(&self) -> String {
        let bytes = if self.compressed.len() < self.length {
            zstd::bulk::decompress(&self.compressed, self.length).unwrap_or_default()
        } else {
            self.compressed.to_vec()
        };
        // Made from a `&str`, so this never replaces anything.
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The body's length in bytes, before compression.
    pub fn len(&self) -> usize {
        self.length - self.body
    }

    /// Whether there is no body.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({} bytes, from line {})", self.len(), self.first_line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_gives_back_the_text_it_was_made_from() {
        for text in ["", "a", "“curly” and 日本語", &"the same again ".repeat(500)] {
            assert_eq!(Source::new(text, 1).text(), text);
            let file = format!("---\ntitle: “A”\n---\n{text}");
            let source = Source::of_file(&file, text, 4);
            assert_eq!((source.text().as_str(), source.len()), (text, text.len()));
            assert_eq!(source.file(), Some(file));
        }
    }
}
