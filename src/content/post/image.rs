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

impl Image {
    /// A width or height as written, in pixels: `640`, `640px`.
    pub fn pixels(written: &str) -> Option<u32> {
        let number = written.trim().trim_end_matches("px");
        number.parse().ok().filter(|pixels| *pixels > 0)
    }
}
