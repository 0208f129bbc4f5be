//! `[content]`: where the posts are, and how they are read.

use std::path::PathBuf;

use super::directory::Directory;
use super::options::Options;
use super::reader::Table;
use crate::vocabulary::{Complaint, DateOrder, Dialect, HtmlPolicy, PermalinkPattern};

/// The content directory, beside the configuration file, if nothing names one.
pub(super) const DEFAULT_DIR: &str = "content";

const HTML_POLICIES: [(&str, HtmlPolicy); 2] =
    [("sanitize", HtmlPolicy::Sanitize), ("trust", HtmlPolicy::Trust)];

/// How posts are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Where a post lives on the site, if that is said.
    pub permalink: Option<PermalinkPattern>,
    /// What to do with HTML in posts.
    pub html: HtmlPolicy,
    /// The site's generator, if that is said.
    pub dialect: Option<Dialect>,
    /// The order of dates of digits alone, if that is said.
    pub date_order: Option<DateOrder>,
}

/// What `[content]` means, and the content directory where anybody names one.
pub(super) fn read(
    mut table: Table<'_>,
    options: &Options,
    directory: Directory<'_>,
) -> (Content, Option<PathBuf>) {
    let otherwise = format!("it is {DEFAULT_DIR}");
    let dir = directory.read(&mut table, options.content.as_ref(), &otherwise);
    let content = Content {
        permalink: table.text("permalink", permalink),
        html: table
            .choice("html", &HTML_POLICIES)
            .unwrap_or(HtmlPolicy::Sanitize),
        dialect: table.choice("dialect", &Dialect::NAMES),
        date_order: table.choice("date_order", &DateOrder::NAMES),
    };
    (content, dir)
}

fn permalink(written: &str) -> Result<PermalinkPattern, Complaint> {
    PermalinkPattern::parse(written).map_err(|reason| {
        let default = PermalinkPattern::default();
        Complaint::new(
            format!("permalink “{written}” {reason}"),
            format!("write it like the default: {}", default.as_str()),
        )
    })
}
