//! One file → what it is.

use std::sync::Arc;

use super::author::AuthorRecord;
use super::post::Post;
use super::settings::ContentSettings;
use crate::finding::Finding;

/// What a file is.
#[derive(Debug)]
pub enum Parsed {
    /// A post.
    Post(Arc<Post>),
    /// A record of an author.
    Author(Arc<AuthorRecord>),
    /// Something else that belongs to the site; the reason is a phrase for people.
    NotAPost(&'static str),
}

/// Why a file can't be used as it stands.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What to tell the editor.
    pub finding: Finding,
    /// A line of the broken file still says draft, unpublished or expired: its last good version
    /// must not be served either.
    pub withdraw: bool,
}

/// Parses one file.
pub fn parse(_path: &Arc<str>, _bytes: &[u8], _settings: &ContentSettings) -> Result<Parsed, Fault> {
    todo!()
}
