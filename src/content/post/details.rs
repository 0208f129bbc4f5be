//! What few posts say about themselves: in a box of its own, so that the other posts take no memory for it.

use super::{Byline, Comment, Media};

/// Fields that few posts have.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Details {
    /// Those who helped it into being: translators and editors, in order.
    pub contributors: Box<[Byline]>,
    /// Who holds which rights in it, as plain text.
    pub rights: Option<Box<str>>,
    /// Where it was published first, absolute, if that was elsewhere.
    pub original_url: Option<Box<str>>,
    /// Images besides the first, sound and films, in order.
    pub media: Box<[Media]>,
    /// What readers said about it, in order.
    pub comments: Box<[Comment]>,
    /// What it is as an episode of a podcast.
    pub episode: Option<Box<Episode>>,
}

/// What a post says of itself as an episode of a podcast.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Episode {
    /// The number of the season.
    pub season: Option<u32>,
    /// The number within the season.
    pub number: Option<u32>,
    /// “full”, “trailer” or “bonus”.
    pub kind: Option<Box<str>>,
    /// Whether it is not fit for children.
    pub explicit: Option<bool>,
    /// Where its text is, absolute.
    pub transcript: Option<Box<str>>,
    /// Where the marks of its chapters are, absolute.
    pub chapters: Option<Box<str>>,
}
