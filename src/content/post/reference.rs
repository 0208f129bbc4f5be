//! A reference from a post to another file of the content.

/// A reference as it stands in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What is written, without a fragment: the key by which rendering asks.
    pub written: Box<str>,
    /// What it names.
    pub target: Target,
}

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A file at this path below the content directory, with or without its ending.
    Path(Box<str>),
    /// The file with this name, without ending, wherever it lies.
    Name(Box<str>),
}
