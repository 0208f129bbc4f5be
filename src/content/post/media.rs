//! A file of images, sound or video.

use super::Image;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// To look at.
    Image,
    /// To listen to.
    Audio,
    /// To watch.
    Video,
}

/// A file of media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// What it is for.
    pub medium: Medium,
    /// Its address and what is said about it.
    pub file: Image,
    /// Its media type, if the post says so.
    pub media_type: Option<Box<str>>,
    /// Its size in bytes, if the post says so.
    pub size: Option<u64>,
    /// How long it plays, in seconds.
    pub duration: Option<u32>,
}

impl Media {
    /// A file of which nothing more is known.
    pub fn new(medium: Medium, file: Image) -> Self {
        Media {
            medium,
            file,
            media_type: None,
            size: None,
            duration: None,
        }
    }
}
