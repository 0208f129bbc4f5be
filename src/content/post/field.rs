//! What a post says in a field that feeds ask for.

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
