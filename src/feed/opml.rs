//! OPML 2.0 (opml.org/spec2.opml): all feeds in one list, for readers to import.

use std::fmt::Write;

use super::model::Feed;
use super::text::{escape_attribute, remove_illegal_characters};
use crate::vocabulary::{Digest, Format, Hasher, text::is_blank};

/// Where the list is served.
pub const PATH: &str = "/feeds.opml";
/// Its Content-Type: the one that its specification and the validators know.
pub const CONTENT_TYPE: &str = "text/x-opml; charset=utf-8";

/// One feed of the list: an outline element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The feed's title.
    pub title: String,
    /// What it carries, in a sentence.
    pub description: String,
    /// The page it belongs to.
    pub html_url: String,
    /// Its own address: in RSS, else in Atom, else in whatever format there is.
    pub xml_url: String,
}

impl Outline {
    /// The outline of a feed; `None` for one that is published in no format.
    pub fn of(feed: &Feed) -> Option<Self> {
        let xml_url = Format::ALL.iter().find_map(|format| feed.self_url(*format))?;
        Some(Outline {
            title: feed.title.clone(),
            description: feed.description.clone(),
            html_url: feed.home_url.clone(),
            xml_url: xml_url.to_owned(),
        })
    }

    /// The digest of all that the list shows of the feed, within a group.
    pub fn digest(&self, group: &str) -> Digest {
        // Destructured, so that a new field can't be forgotten here.
        let Outline {
            title,
            description,
            html_url,
            xml_url,
        } = self;
        let mut hasher = Hasher::new("outline");
        for text in [group, title, description, html_url, xml_url] {
            hasher.text(text);
        }
        hasher.finish()
    }
}

/// The list: its title, and groups of feeds under their headings. A date of modification is left
/// out: nothing in the list changes with a post, and Last-Modified tells when something else did.
pub fn render<'a>(title: &str, groups: impl IntoIterator<Item = (&'a str, Vec<&'a Outline>)>) -> Vec<u8> {
    let mut document = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n");
    // Writing to a string can't fail.
    let _ = writeln!(document, "<head><title>{}</title></head>\n<body>", escaped(title));
    for (heading, lines) in groups {
        let _ = writeln!(document, "<outline text=\"{}\">", escaped(heading));
        for line in lines {
            let title = if is_blank(&line.title) {
                &line.xml_url
            } else {
                &line.title
            };
            let _ = write!(
                document,
                "<outline type=\"rss\" text=\"{0}\" title=\"{0}\" xmlUrl=\"{1}\" htmlUrl=\"{2}\"",
                escaped(title),
                escaped(&line.xml_url),
                escaped(&line.html_url),
            );
            if !line.description.is_empty() {
                let _ = write!(document, " description=\"{}\"", escaped(&line.description));
            }
            document.push_str("/>\n");
        }
        document.push_str("</outline>\n");
    }
    document.push_str("</body>\n</opml>\n");
    remove_illegal_characters(document.into_bytes())
}

/// Text as it may stand in an element or an attribute; line breaks and tabs become spaces, as a
/// parser would make them in an attribute (XML 1.0, section 3.3.3).
fn escaped(text: &str) -> String {
    escape_attribute(text).replace(['\t', '\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn any_titles_make_a_list_that_a_strict_parser_reads_back(title: String, description in "\\PC*|.*") {
            let line = Outline {
                title: title.clone(),
                description,
                html_url: "https://felix.example/?a=1&b=2".into(),
                xml_url: "https://felix.example/rss.xml".into(),
            };
            let document = String::from_utf8(render(&title, [("Everything", vec![&line])])).unwrap();
            let document = roxmltree::Document::parse(&document).unwrap();
            let outline = document.descendants().find(|node| node.has_attribute("xmlUrl")).unwrap();
            proptest::prop_assert_eq!(outline.attribute("htmlUrl"), Some("https://felix.example/?a=1&b=2"));
            proptest::prop_assert!(!outline.attribute("text").unwrap().is_empty());
        }
    }
}
