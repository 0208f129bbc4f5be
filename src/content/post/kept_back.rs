//! Why a post is kept back.

/// Why a post is kept back whatever the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptBack {
    /// It is not finished: a draft, or not published.
    Draft,
    /// It is finished, and not for those who don't know its address.
    Hidden,
}
