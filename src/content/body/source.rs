//! What a body is rendered from.

use std::sync::Arc;

use url::Url;

use crate::vocabulary::HtmlPolicy;

/// What a body is rendered from.
#[derive(Clone, Copy, Debug)]
pub struct BodySource<'a> {
    /// The file, for findings.
    pub path: &'a Arc<str>,
    /// The line of the file on which `text` starts, for findings.
    pub first_line: u32,
    /// Markdown with whatever HTML and shortcodes the author wrote.
    pub text: &'a str,
    /// The post's own absolute address; relative references are resolved against it.
    pub permalink: &'a Url,
    /// The site's address; references that start with `/` are resolved against its origin.
    pub site_url: &'a Url,
    /// Whether HTML is sanitized.
    pub html: HtmlPolicy,
    /// Whether the text is HTML, and no Markdown.
    pub is_html: bool,
    /// What its references to other files of the content lead to.
    pub links: &'a [ResolvedLink],
}

/// A reference to another file of the content, as written, and the absolute address it leads to; none
/// if there is no such post, or it is not public.
pub type ResolvedLink = (Box<str>, Option<String>);

impl<'a> BodySource<'a> {
    /// The address that a reference to another file leads to.
    pub(in crate::content) fn reference(&self, written: &str) -> Option<&'a str> {
        let link = self.links.iter().find(|(own, _)| **own == *written)?;
        link.1.as_deref()
    }
}
