//! Atom 1.0 (RFC 4287).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use atom_syndication as atom;
use chrono::{DateTime, Utc};

use super::format::Format;
use super::media::image_type;
use super::model::{Author, BodyMode, Entry, Feed};
use super::rss::MEDIA_NAMESPACE;
use super::text::{XML_DECLARATION, escape_attribute, shorten};
use crate::content::{Body, Image};

/// Renders a feed. `bodies` are those of its entries, in order.
pub fn render(feed: &Feed, bodies: &[Arc<Body>]) -> Vec<u8> {
    let entries: Vec<atom::Entry> = feed
        .entries
        .iter()
        .zip(bodies)
        .map(|(written, body)| entry(feed, written, body))
        .collect();
    let has_media = entries.iter().any(|entry| entry.extensions.contains_key("media"));
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
        generator: Some(atom::Generator {
            value: "Newswire".into(),
            ..atom::Generator::default()
        }),
        links: own
            .into_iter()
            .chain([link("alternate", &feed.home_url, Some("text/html"))])
            .collect(),
        icon: feed.image.clone(),
        logo: feed.image.clone(),
        lang: feed.language.clone(),
        namespaces: if has_media {
            BTreeMap::from([("media".to_owned(), MEDIA_NAMESPACE.to_owned())])
        } else {
            BTreeMap::new()
        },
        entries,
        ..atom::Feed::default()
    };
    let config = atom::WriteConfig {
        write_document_declaration: false,
        indent_size: None,
    };
    document
        .write_with_config(XML_DECLARATION.to_vec(), config)
        .unwrap_or_else(|error| {
            // Writing to memory does not fail.
            unreachable!("{error}")
        })
}

fn entry(feed: &Feed, entry: &Entry, body: &Body) -> atom::Entry {
    let post = &entry.post;
    let summary = post.summary.as_deref().unwrap_or(&body.summary);
    let has_content = feed.body == BodyMode::Full && !body.html.is_empty();
    atom::Entry {
        title: title(entry, summary).as_ref().into(),
        id: entry.id.to_string(),
        updated: entry.updated(),
        published: Some(post.published),
        authors: entry.authors.iter().map(person).collect(),
        categories: entry
            .categories
            .iter()
            .map(|category| atom::Category {
                term: category.term.clone(),
                scheme: Some(category.scheme.clone()),
                label: Some(category.label.clone()),
            })
            .collect(),
        links: vec![link("alternate", &entry.url, Some("text/html"))],
        summary: (!summary.is_empty()).then(|| summary.into()),
        content: has_content.then(|| atom::Content {
            content_type: Some("html".into()),
            value: Some(body.html.clone()),
            lang: post.language.as_deref().map(str::to_owned),
            ..atom::Content::default()
        }),
        extensions: post.image.as_deref().map(media).unwrap_or_default(),
        ..atom::Entry::default()
    }
}

/// A title is required (section 4.1.2): a note without a headline has its first words, or its day.
fn title<'a>(entry: &'a Entry, summary: &'a str) -> Cow<'a, str> {
    if !entry.post.title.is_empty() {
        Cow::Borrowed(&entry.post.title)
    } else if !summary.is_empty() {
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

fn link(rel: &str, href: &str, media_type: Option<&str>) -> atom::Link {
    atom::Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        mime_type: media_type.map(str::to_owned),
        ..atom::Link::default()
    }
}

/// The entry's image as media:content, with what is printed below it as its title and what it shows
/// as its description.
fn media(image: &Image) -> atom::extension::ExtensionMap {
    use atom::extension::Extension;
    let child = |name: &str, text: &str| {
        let extension = Extension {
            name: format!("media:{name}"),
            value: Some(text.to_owned()),
            attrs: BTreeMap::from([("type".to_owned(), "plain".to_owned())]),
            ..Extension::default()
        };
        (name.to_owned(), vec![extension])
    };
    // atom_syndication writes an extension's attributes as they are, unescaped.
    let mut attrs = BTreeMap::from([
        ("url".to_owned(), escape_attribute(&image.url)),
        ("medium".to_owned(), "image".to_owned()),
    ]);
    attrs.extend(image_type(&image.url).map(|kind| ("type".to_owned(), kind.to_owned())));
    let title = image.caption.as_deref().map(|caption| child("title", caption));
    let description = image.alt.as_deref().map(|alt| child("description", alt));
    let content = Extension {
        name: "media:content".into(),
        attrs,
        children: title.into_iter().chain(description).collect(),
        ..Extension::default()
    };
    let by_name = BTreeMap::from([("content".to_owned(), vec![content])]);
    BTreeMap::from([("media".to_owned(), by_name)])
}
