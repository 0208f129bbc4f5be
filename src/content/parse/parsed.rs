//! What a file is.

use std::sync::Arc;

use crate::content::fields::inherited::Section;
use crate::content::post::{AuthorRecord, Post};
use crate::vocabulary::Finding;

/// What a file is.
#[derive(Clone, Debug)]
pub enum Parsed {
    /// A post.
    Post(Arc<Post>),
    /// A record of an author.
    Author(Arc<AuthorRecord>),
    /// The file of a section, which may hand front matter down to the posts below it.
    Section(Arc<Section>),
    /// Something else that belongs to the site, with what there is to say about it.
    NotAPost(Option<Finding>),
}

impl Parsed {
    /// Whether readers see something of it, so that it can be withdrawn.
    pub fn is_shown(&self) -> bool {
        matches!(self, Parsed::Post(_) | Parsed::Author(_))
    }
}
