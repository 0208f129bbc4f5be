//! RSS 2.0 (rssboard.org/rss-specification) by the best practices of its profile
//! (rssboard.org/rss-profile).

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeZone};
use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Enclosure, Guid, Item};

use super::format::Format;
use super::media::image_type;
use super::model::{Author, BodyMode, Entry, Feed};
use super::text::{XML_DECLARATION, escape_html};
use crate::content::{Body, Image};

/// The namespace of Media RSS; its last slash is part of it.
pub const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// Renders a feed. `bodies` are those of its entries, in order.
pub fn render(feed: &Feed, bodies: &[Arc<Body>]) -> Vec<u8> {
    let items: Vec<Item> = feed
        .entries
        .iter()
        .zip(bodies)
        .map(|(entry, body)| item(feed, entry, body))
        .collect();
    let has_media = items.iter().any(|item| item.extensions.contains_key("media"));
    let channel = Channel {
        title: feed.title.clone(),
        link: feed.home_url.clone(),
        description: feed.description.clone(),
        language: feed.language.clone(),
        // Of the same title and link as the channel (profile, “image”).
        image: feed.image.as_ref().map(|url| rss::Image {
            url: url.clone(),
            title: feed.title.clone(),
            link: feed.home_url.clone(),
            ..rss::Image::default()
        }),
        managing_editor: feed.email.as_deref().map(|email| contact(email, &feed.title)),
        last_build_date: feed.updated().map(|updated| rfc_822(&updated)),
        generator: Some("Newswire".into()),
        docs: Some("https://www.rssboard.org/rss-specification".into()),
        atom_ext: feed.self_url(Format::Rss).map(|url| AtomExtension {
            links: vec![Link {
                href: url.to_owned(),
                rel: "self".into(),
                mime_type: Some(Format::Rss.media_type().into()),
                ..Link::default()
            }],
        }),
        namespaces: if has_media {
            BTreeMap::from([("media".to_owned(), MEDIA_NAMESPACE.to_owned())])
        } else {
            BTreeMap::new()
        },
        items,
        ..Channel::default()
    };
    let document = channel.write_to(Vec::new()).unwrap_or_else(|error| {
        // Writing to memory does not fail.
        unreachable!("{error}")
    });
    if document.starts_with(b"<?xml") {
        document
    } else {
        [XML_DECLARATION, &document].concat()
    }
}

fn item(feed: &Feed, entry: &Entry, body: &Body) -> Item {
    let post = &entry.post;
    let summary = post.summary.as_deref().unwrap_or(&body.summary);
    let (author, creators) = authorship(&entry.authors);
    Item {
        // An item needs a title or a description; a note without a headline has the latter alone.
        title: (!post.title.is_empty()).then(|| post.title.to_string()),
        link: Some(entry.url.clone()),
        description: (!summary.is_empty() || post.title.is_empty())
            .then(|| escape_html(summary).into_owned()),
        content: (feed.body == BodyMode::Full && !body.html.is_empty()).then(|| body.html.clone()),
        guid: Some(Guid {
            value: entry.id.to_string(),
            permalink: *entry.id == *entry.url,
        }),
        pub_date: Some(rfc_822(&post.published)),
        author,
        dublin_core_ext: (!creators.is_empty()).then(|| DublinCoreExtension {
            creators,
            ..DublinCoreExtension::default()
        }),
        categories: entry
            .categories
            .iter()
            .map(|category| Category {
                name: category.label.clone(),
                domain: Some(category.scheme.clone()),
            })
            .collect(),
        enclosure: post
            .image
            .as_ref()
            .filter(|_| feed.image_enclosure)
            .map(|image| Enclosure {
                url: image.url.clone(),
                // Required, and 0 where it is not known (profile, “enclosure”).
                length: "0".into(),
                mime_type: image_type(&image.url).unwrap_or("image/jpeg").into(),
            }),
        extensions: post.image.as_deref().map(media).unwrap_or_default(),
        ..Item::default()
    }
}

/// `author` is an e-mail address, so one author with an address stands there; everybody else is a
/// dc:creator. Never both (profile, “author”).
fn authorship(authors: &[Author]) -> (Option<String>, Vec<String>) {
    if let [
        Author {
            name,
            email: Some(email),
            ..
        },
    ] = authors
    {
        return (Some(contact(email, name)), Vec::new());
    }
    (None, authors.iter().map(|author| author.name.clone()).collect())
}

/// `user@host (Real Name)`. The name stands in a comment, in which brackets would nest.
fn contact(email: &str, name: &str) -> String {
    format!("{email} ({})", name.replace(['(', ')'], ""))
}

/// A date as RFC 822 has it, with a four-digit year and a two-digit day.
fn rfc_822<Z: TimeZone>(date: &DateTime<Z>) -> String
where
    Z::Offset: std::fmt::Display,
{
    date.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// The entry's image as media:content, with what is printed below it as its title and what it shows
/// as its description.
fn media(image: &Image) -> ExtensionMap {
    let child = |name: &str, text: &str| {
        let extension = Extension {
            name: format!("media:{name}"),
            value: Some(text.to_owned()),
            attrs: BTreeMap::from([("type".to_owned(), "plain".to_owned())]),
            ..Extension::default()
        };
        (name.to_owned(), vec![extension])
    };
    let mut attrs = BTreeMap::from([
        ("url".to_owned(), image.url.clone()),
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
