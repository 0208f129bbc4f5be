//! Bylines in posts, and the records that say who they are.

use std::sync::Arc;

/// One name in a post's `author` or `authors`, before it is resolved to a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Byline {
    /// The id of a record, or a name: what the post says.
    pub name: String,
    /// An address the post itself gives for its author.
    pub uri: Option<String>,
    /// An e-mail address the post itself gives for its author.
    pub email: Option<String>,
}

impl Byline {
    /// A byline that is a name or id and nothing else.
    pub fn named(name: impl Into<String>) -> Self {
        Byline {
            name: name.into(),
            uri: None,
            email: None,
        }
    }
}

/// What the site says about one of its authors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorRecord {
    /// The file it stands in.
    pub path: Arc<str>,
    /// The id that posts use: the name of its folder.
    pub id: String,
    /// The display name.
    pub name: Option<String>,
    /// Their own site or profile, absolute.
    pub uri: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
}
