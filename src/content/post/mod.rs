//! A post: what one file says, before it is known which feeds it stands in. Plain data; what reads it out of
//! a file is in the rooms beside this one.

mod author_record;
mod byline;
mod comment;
mod details;
mod field;
mod image;
mod kept_back;
mod media;
mod reference;
mod source;
mod template_engine;

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};

use crate::vocabulary::{Digest, Finding};

pub use author_record::AuthorRecord;
pub use byline::Byline;
pub use comment::Comment;
pub use details::{Details, Episode};
pub use field::Field;
pub use image::Image;
pub use kept_back::KeptBack;
pub use media::{Media, Medium};
pub use reference::{Reference, Target};
pub use source::Source;
pub use template_engine::TemplateEngine;

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
