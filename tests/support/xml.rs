//! Documents through the eyes of a strict parser.

use roxmltree::{Document, Node};

/// Parses a document; a fault fails the test.
pub(crate) fn parse(text: &str) -> Document<'_> {
    Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The items of an RSS document, or the entries of an Atom one.
pub(crate) fn entries<'a, 'input>(document: &'a Document<'input>) -> Vec<Node<'a, 'input>> {
    document
        .descendants()
        .filter(|node| node.has_tag_name("item") || node.tag_name().name() == "entry")
        .collect()
}

/// The text of a child, by its local name.
pub(crate) fn child<'a>(node: &Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.children()
        .find(|child| child.tag_name().name() == name)
        .map(|child| child.text().unwrap_or(""))
}

/// The titles of a document's entries, in order, in whatever format it is; of a list of feeds, those
/// of the feeds.
pub(crate) fn titles(text: &str) -> Vec<String> {
    if text.starts_with('{') {
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        let items = document["items"].as_array().unwrap();
        return items
            .iter()
            .map(|item| item["title"].as_str().unwrap_or("").to_owned())
            .collect();
    }
    let document = parse(text);
    if document.root_element().has_tag_name("opml") {
        let feeds = document.descendants().filter(|node| node.has_attribute("xmlUrl"));
        return feeds
            .map(|feed| feed.attribute("title").unwrap_or("").to_owned())
            .collect();
    }
    entries(&document)
        .iter()
        .map(|entry| child(entry, "title").unwrap_or("").to_owned())
        .collect()
}
