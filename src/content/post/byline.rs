//! A name under a post.

/// One name in a post's `author` or `authors`, before it is resolved to a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Byline {
    /// The id of a record, or a name: what the post says.
    pub name: Box<str>,
    /// An address the post itself gives for its author.
    pub uri: Option<Box<str>>,
    /// An e-mail address the post itself gives for its author.
    pub email: Option<Box<str>>,
}

impl Byline {
    /// A byline that is a name or id and nothing else.
    pub fn named(name: impl Into<Box<str>>) -> Self {
        Byline {
            name: name.into(),
            uri: None,
            email: None,
        }
    }
}
