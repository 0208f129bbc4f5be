//! A file of content as it was read.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::vocabulary::Digest;

/// A file of content as it was read.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    /// Where it lies below the content directory, with `/` between its parts.
    pub path: &'a Arc<str>,
    /// What is in it.
    pub bytes: &'a [u8],
    /// The digest of its bytes.
    pub digest: Digest,
    /// When it was last written, if that is known. It matters only to a post whose front matter asks for this
    /// moment in place of a date ([`Post::dated_by_file`](crate::content::Post::dated_by_file)).
    pub modified: Option<DateTime<Utc>>,
}

impl<'a> SourceFile<'a> {
    /// A file of which it is not known when it was last written.
    pub fn new(path: &'a Arc<str>, bytes: &'a [u8]) -> Self {
        SourceFile {
            path,
            bytes,
            digest: Digest::of(bytes),
            modified: None,
        }
    }
}
