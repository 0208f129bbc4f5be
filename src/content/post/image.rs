//! An image, and what is said about it.

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
