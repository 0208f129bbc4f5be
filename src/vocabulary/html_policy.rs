//! What of the HTML in posts feeds carry.

/// What to do with HTML in posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmlPolicy {
    /// Only what is safe in a feed reader passes.
    Sanitize,
    /// Everything passes: the authors are trusted like the site's own templates.
    Trust,
}
