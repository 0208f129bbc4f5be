//! A post's body: from source text to the HTML, summary and images that feeds carry.
//!
//! Rendering is total: whatever can't be rendered becomes escaped text with a finding.

use std::sync::Arc;

use url::Url;

use super::post::Image;
use super::settings::HtmlPolicy;
use crate::finding::Finding;

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
}

/// What a body renders to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Body {
    /// Safe HTML, every reference absolute.
    pub html: String,
    /// Plain text: what stands before the cut mark, else the first paragraph.
    pub summary: String,
    /// The images in the body, in order.
    pub images: Vec<Image>,
    /// What was dropped or could not be understood.
    pub findings: Vec<Finding>,
}

impl Body {
    /// Renders a body. Total: never panics, never fails.
    pub fn render(_source: &BodySource<'_>) -> Body {
        todo!()
    }
}
