//! Atom 1.0 (RFC 4287).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use atom_syndication as atom;
use chrono::{DateTime, Utc};

use super::element::{Element, THREAD, for_atom, namespaces};
use super::media::{self, Enclosure};
use super::model::{Author, Entry, Feed};
use super::text::{XML_DECLARATION, shorten};
use crate::content::Body;
use crate::vocabulary::{BodyMode, Format, text::is_blank};

/// Renders a feed. `bodies` are those of its entries, in order.
pub fn render(feed: &Feed, bodies: &[Arc<Body>]) -> Vec<u8> {
    let mut declared = BTreeMap::new();
    let mut entries = Vec::with_capacity(feed.entries.len());
    for (written, body) in feed.entries.iter().zip(bodies) {
        let (entry, elements) = entry(feed, written, body);
        declared.extend(namespaces(&elements));
        entries.push(atom::Entry {
            extensions: for_atom(elements),
            ..entry
        });
    }
    let own = feed
        .self_url(Format::Atom)
        .map(|url| link("self", url, Some(Format::Atom.media_type())));
    let document = atom::Feed {
        title: feed.title.as_str().into(),
        subtitle: Some(feed.description.as_str().into()),
        id: feed.id.clone(),
        // Required (section 4.1.1); a feed without entries has not changed since there is time.
        updated: feed
            .updated()
            .unwrap_or(DateTime::<Utc>::UNIX_EPOCH)
            .fixed_offset(),
        // Stands for every entry that has no author of its own (section 4.2.1).
        authors: vec![atom::Person {
            name: feed.publisher.clone(),
            ..atom::Person::default()
        }],
        generator: Some(generator()),
        rights: feed.rights.as_deref().map(Into::into),
        links: own
            .into_iter()
            .chain([link("alternate", &feed.home_url, Some("text/html"))])
            .chain(feed.hubs.iter().map(|hub| link("hub", hub, None)))
            .collect(),
        icon: feed.image.clone(),
        logo: feed.image.clone(),
        lang: feed.language.clone(),
        namespaces: declared,
        entries,
        ..atom::Feed::default()
    };
    write(&document)
}

/// The document's bytes, on one line.
pub(super) fn write(feed: &atom::Feed) -> Vec<u8> {
    let config = atom::WriteConfig {
        write_document_declaration: false,
        indent_size: None,
    };
    feed.write_with_config(XML_DECLARATION.to_vec(), config)
        .unwrap_or_else(|error| {
            // Writing to memory does not fail.
            unreachable!("{error}")
        })
}

/// The program that made a document.
pub(super) fn generator() -> atom::Generator {
    atom::Generator {
        value: "Newswire".into(),
        ..atom::Generator::default()
    }
}

/// An entry, and its elements of other namespaces.
fn entry(feed: &Feed, entry: &Entry, body: &Body) -> (atom::Entry, Vec<Element>) {
    let post = &entry.post;
    let summary = entry.summary(body);
    let has_content = feed.body == BodyMode::Full && !is_blank(&body.html);
    // The crate has no xml:lang on an entry, so each text carries it (section 2).
    let language = feed.other_language(entry);
    let text = |value: &str| atom::Text {
        value: value.to_owned(),
        lang: language.map(str::to_owned),
        ..atom::Text::default()
    };
    let files = media::of(entry, body);
    let mut elements = media::elements(&files);
    if let Some(replies) = &entry.replies {
        elements.push(Element::with_text(THREAD, "total", replies.count.to_string()));
    }
    let enclosures = media::enclosures(entry, &files, feed.image_enclosure);
    let written = atom::Entry {
        title: text(&title(entry, summary)),
        id: entry.id.to_string(),
        updated: entry.updated,
        published: Some(post.published),
        authors: entry.authors.iter().map(person).collect(),
        contributors: entry.contributors.iter().map(person).collect(),
        categories: entry
            .categories
            .iter()
            .map(|category| atom::Category {
                term: category.term.clone(),
                scheme: Some(category.scheme.clone()),
                label: Some(category.label.clone()),
            })
            .collect(),
        links: links(entry, &enclosures),
        rights: entry.rights().map(text),
        summary: (!is_blank(summary)).then(|| text(summary)),
        content: has_content.then(|| atom::Content {
            content_type: Some("html".into()),
            value: Some(body.html.clone()),
            lang: language.map(str::to_owned),
            ..atom::Content::default()
        }),
        ..atom::Entry::default()
    };
    (written, elements)
}

fn links(entry: &Entry, enclosures: &[Enclosure]) -> Vec<atom::Link> {
    // “The source of the information provided” (section 4.2.7.2).
    let via = entry
        .original_url()
        .map(|url| link("via", url, Some("text/html")));
    let replies = entry
        .replies
        .as_ref()
        .map(|replies| link("replies", &replies.url, Some(Format::Atom.media_type())));
    let files = enclosures.iter().map(|file| atom::Link {
        length: file.size.map(|size| size.to_string()),
        ..link("enclosure", &file.url, Some(&file.media_type))
    });
    // One for each language (section 4.1.2).
    let translations = entry.translations.iter().map(|translation| atom::Link {
        hreflang: Some(translation.language.clone()),
        ..link("alternate", &translation.url, Some("text/html"))
    });
    std::iter::once(link("alternate", &entry.url, Some("text/html")))
        .chain(translations)
        .chain(via)
        .chain(replies)
        .chain(files)
        .collect()
}

/// A title is required (section 4.1.2): a note without a headline has its first words, or its day.
fn title<'a>(entry: &'a Entry, summary: &'a str) -> Cow<'a, str> {
    if !is_blank(&entry.post.title) {
        Cow::Borrowed(&entry.post.title)
    } else if !is_blank(summary) {
        shorten(summary, 60)
    } else {
        Cow::Owned(entry.post.published.format("%Y-%m-%d").to_string())
    }
}

fn person(author: &Author) -> atom::Person {
    atom::Person {
        name: author.name.clone(),
        email: author.email.clone(),
        uri: author.uri.clone(),
        ..atom::Person::default()
    }
}

pub(super) fn link(rel: &str, href: &str, media_type: Option<&str>) -> atom::Link {
    atom::Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        mime_type: media_type.map(str::to_owned),
        ..atom::Link::default()
    }
}
