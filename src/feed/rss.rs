//! RSS 2.0 (rssboard.org/rss-specification) by the best practices of its profile
//! (rssboard.org/rss-profile).

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, TimeZone};
use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::{Category, Channel, Guid, Item};

use super::element::{ATOM, Element, SLASH, SYNDICATION, THREAD, for_rss, namespaces};
use super::media;
use super::model::{Author, Entry, Feed};
use super::period::frequency;
use super::podcast;
use super::text::escape;
use crate::content::Body;
use crate::vocabulary::{BodyMode, Format, text::is_blank};

/// Renders a feed. `bodies` are those of its entries, in order.
pub fn render(feed: &Feed, bodies: &[Arc<Body>]) -> Vec<u8> {
    let own = channel_elements(feed);
    let mut declared = namespaces(&own);
    let mut items = Vec::with_capacity(feed.entries.len());
    for (entry, body) in feed.entries.iter().zip(bodies) {
        let (item, elements) = item(feed, entry, body);
        declared.extend(namespaces(&elements));
        items.push(Item {
            extensions: for_rss(elements),
            ..item
        });
    }
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
        copyright: feed.rights.clone(),
        managing_editor: feed.email.as_deref().map(|email| contact(email, &feed.title)),
        last_build_date: feed.updated().map(|updated| rfc_822(&updated)),
        generator: Some("Newswire".into()),
        docs: Some("https://www.rssboard.org/rss-specification".into()),
        ttl: Some((feed.period.as_secs() / 60).max(1).to_string()),
        atom_ext: feed.self_url(Format::Rss).map(|url| AtomExtension {
            links: std::iter::once(link("self", url, Format::Rss.media_type()))
                .chain(feed.hubs.iter().map(|hub| Link {
                    href: hub.clone(),
                    rel: "hub".into(),
                    ..Link::default()
                }))
                .collect(),
        }),
        extensions: for_rss(own),
        namespaces: declared,
        items,
        ..Channel::default()
    };
    channel.write_to(Vec::new()).unwrap_or_else(|error| {
        // Writing to memory does not fail.
        unreachable!("{error}")
    })
}

fn channel_elements(feed: &Feed) -> Vec<Element> {
    let (unit, times) = frequency(feed.period);
    let mut elements = vec![
        Element::with_text(SYNDICATION, "updatePeriod", unit),
        Element::with_text(SYNDICATION, "updateFrequency", times.to_string()),
    ];
    elements.extend(feed.podcast.iter().flat_map(|own| podcast::of_channel(own, feed)));
    elements
}

/// An item, but for the elements of other namespaces that the crate has no field for.
fn item(feed: &Feed, entry: &Entry, body: &Body) -> (Item, Vec<Element>) {
    let post = &entry.post;
    let has_title = !is_blank(&post.title);
    let (author, creators) = authorship(&entry.authors);
    let rights: Vec<String> = entry.rights().map(str::to_owned).into_iter().collect();
    // Of a second person in another role; their e-mail has no place here.
    let contributors: Vec<String> = entry
        .contributors
        .iter()
        .map(|person| person.name.clone())
        .collect();
    let language = feed.other_language(entry);
    let has_dublin_core =
        !creators.is_empty() || !contributors.is_empty() || !rights.is_empty() || language.is_some();
    let files = media::of(entry, body);
    let enclosures = media::enclosures(entry, &files, feed.image_enclosure);
    let mut elements = media::elements(&files);
    if entry.updated != post.published {
        elements.push(Element::with_text(ATOM, "updated", entry.updated.to_rfc3339()));
    }
    if let Some(replies) = &entry.replies {
        elements.push(Element::with_text(SLASH, "comments", replies.count.to_string()));
        elements.push(Element::with_text(THREAD, "total", replies.count.to_string()));
    }
    elements.extend(
        feed.podcast
            .iter()
            .flat_map(|own| podcast::of_item(own, entry, enclosures.first())),
    );
    let (description, content) = texts(entry, body, feed.body, has_title);
    let item = Item {
        // An item needs a title or a description; a note without a headline has the latter alone.
        title: has_title.then(|| post.title.to_string()),
        link: Some(entry.url.clone()),
        description,
        content,
        guid: Some(Guid {
            value: entry.id.to_string(),
            permalink: *entry.id == *entry.url,
        }),
        pub_date: Some(rfc_822(&post.published)),
        author,
        dublin_core_ext: has_dublin_core.then(|| DublinCoreExtension {
            creators,
            contributors,
            languages: language.map(str::to_owned).into_iter().collect(),
            rights,
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
        // One at most (profile, “enclosure”).
        enclosure: enclosures.first().map(|file| rss::Enclosure {
            url: file.url.clone(),
            // Required, and 0 where it is not known (profile, “enclosure”).
            length: file.size.unwrap_or(0).to_string(),
            mime_type: file.media_type.clone(),
        }),
        atom_ext: links(entry),
        ..Item::default()
    };
    (item, elements)
}

/// The description of an item and its encoded content. A post of pictures alone has no summary: then the
/// description carries the whole, since content goes with a description before it (profile,
/// “content:encoded”).
fn texts(entry: &Entry, body: &Body, mode: BodyMode, has_title: bool) -> (Option<String>, Option<String>) {
    let summary = entry.summary(body);
    let content = (mode == BodyMode::Full && !is_blank(&body.html)).then(|| body.html.clone());
    if !is_blank(summary) {
        return (Some(escape(summary).into_owned()), content);
    }
    // With neither a headline nor a text there is the day at least.
    let day = || (!has_title).then(|| entry.post.published.format("%Y-%m-%d").to_string());
    (content.or_else(day), None)
}

/// The links that RSS has no element for: where the entry was published first, and what readers say
/// to it. `source` is not for the former: it names a feed (profile, “source”).
fn links(entry: &Entry) -> Option<AtomExtension> {
    let via = entry.original_url().map(|url| link("via", url, "text/html"));
    let replies = entry
        .replies
        .as_ref()
        .map(|replies| link("replies", &replies.url, Format::Atom.media_type()));
    let links: Vec<Link> = via.into_iter().chain(replies).collect();
    (!links.is_empty()).then_some(AtomExtension { links })
}

fn link(rel: &str, href: &str, media_type: &str) -> Link {
    Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        mime_type: Some(media_type.to_owned()),
        ..Link::default()
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
    let name: Cow<'_, str> = match name.replace(['(', ')'], "") {
        name if is_blank(&name) => email.into(),
        name => name.into(),
    };
    format!("{email} ({name})")
}

/// A date as RFC 822 has it, with a four-digit year and a two-digit day.
fn rfc_822<Z: TimeZone>(date: &DateTime<Z>) -> String
where
    Z::Offset: std::fmt::Display,
{
    date.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}
