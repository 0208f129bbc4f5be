//! JSON Feed 1.1 (jsonfeed.org/version/1.1).

use std::io;
use std::sync::Arc;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter};

use super::media;
use super::model::{self, Entry, Feed};
use crate::content::Body;
use crate::vocabulary::{
    BodyMode, Format,
    text::{is_blank, is_legal},
};

/// The document. Fields stand in it in this order.
#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    authors: [Author<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    /// The next page of the archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Hub<'a> {
    r#type: &'static str,
    url: &'a str,
}

/// An author needs one of these members at least.
#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    /// There has to be one of the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<u32>,
}

/// Renders a feed. `bodies` are those of its entries, in order.
pub fn render(feed: &Feed, bodies: &[Arc<Body>]) -> Vec<u8> {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.home_url,
        feed_url: feed.self_url(Format::Json),
        description: &feed.description,
        language: feed.language.as_deref(),
        authors: [Author {
            name: &feed.publisher,
            url: None,
        }],
        hubs: feed
            .hubs
            .iter()
            .map(|url| Hub {
                r#type: "WebSub",
                url,
            })
            .collect(),
        next_url: feed.history.previous(Format::Json),
        items: feed
            .entries
            .iter()
            .zip(bodies)
            .map(|(entry, body)| item(feed, entry, body))
            .collect(),
    };
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, LegalText);
    document.serialize(&mut serializer).unwrap_or_else(|error| {
        // Writing to memory does not fail, and every key is a string.
        unreachable!("{error}")
    });
    bytes
}

fn item<'a>(feed: &'a Feed, entry: &'a Entry, body: &'a Body) -> Item<'a> {
    let post = &entry.post;
    let summary = entry.summary(body);
    let is_full = feed.body == BodyMode::Full && !is_blank(&body.html);
    let updated = entry.updated;
    let files = media::of(entry, body);
    Item {
        id: &entry.id,
        url: &entry.url,
        title: &post.title,
        content_html: is_full.then_some(&body.html),
        content_text: (!is_full).then_some(summary),
        summary,
        image: post.image.as_ref().map(|image| image.url.as_str()),
        date_published: post.published.to_rfc3339(),
        date_modified: (updated != post.published).then(|| updated.to_rfc3339()),
        authors: entry.authors.iter().map(author).collect(),
        tags: entry
            .categories
            .iter()
            .map(|category| category.label.as_str())
            .collect(),
        language: post.language.as_deref(),
        attachments: media::enclosures(entry, &files, feed.image_enclosure)
            .into_iter()
            .map(|file| Attachment {
                url: file.url,
                mime_type: file.media_type,
                size_in_bytes: file.size,
                duration_in_seconds: file.duration,
            })
            .collect(),
    }
}

fn author(author: &model::Author) -> Author<'_> {
    Author {
        name: &author.name,
        url: author.uri.as_deref(),
    }
}

/// Compact JSON without the characters that XML can't hold, in any string: what one format leaves
/// out all leave out, and readers that turn one into the other meet none.
struct LegalText;

impl Formatter for LegalText {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        // Control characters never come this way, so what is left are two noncharacters.
        text.split(|c| !is_legal(c))
            .try_for_each(|legal| writer.write_all(legal.as_bytes()))
    }

    fn write_char_escape<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        writer.write_all(match escape {
            CharEscape::Quote => b"\\\"",
            CharEscape::ReverseSolidus => b"\\\\",
            CharEscape::Solidus => b"/",
            CharEscape::LineFeed => b"\\n",
            CharEscape::CarriageReturn => b"\\r",
            CharEscape::Tab => b"\\t",
            CharEscape::Backspace | CharEscape::FormFeed | CharEscape::AsciiControl(_) => b"",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_string_reads_back_without_what_xml_cannot_hold(text: String) {
            let mut bytes = Vec::new();
            let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, LegalText);
            text.serialize(&mut serializer).unwrap();
            let read: String = serde_json::from_slice(&bytes).unwrap();
            proptest::prop_assert_eq!(read, text.chars().filter(|c| is_legal(*c)).collect::<String>());
        }
    }

    #[test]
    fn control_characters_are_not_smuggled_in_as_escapes() {
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, LegalText);
        "a\0\u{8}\u{c}\u{1b}\u{fffe}\"\n/é"
            .serialize(&mut serializer)
            .unwrap();
        assert_eq!(bytes, "\"a\\\"\\n/é\"".as_bytes());
    }
}
