//! What podcast apps want to know: Apple's elements (podcasters.apple.com, “RSS feed requirements”)
//! and those of Podcasting 2.0 (podcasting2.org).

use super::element::{Element, ITUNES, PODCAST};
use super::media::{Enclosure, media_type};
use super::model::{Entry, Feed};
use crate::content::post::Episode;
use crate::vocabulary::Podcast;

/// What stands in the channel.
pub fn of_channel(podcast: &Podcast, feed: &Feed) -> Vec<Element> {
    let itunes = |name, text: &str| Element::with_text(ITUNES, name, text);
    let mut elements = vec![
        itunes("author", podcast.author.as_deref().unwrap_or(&feed.publisher)),
        itunes("explicit", truth(podcast.explicit)),
        itunes("type", if podcast.serial { "serial" } else { "episodic" }),
    ];
    if let Some(email) = podcast.email.as_deref().or(feed.email.as_deref()) {
        let name = podcast.author.as_deref().unwrap_or(&feed.publisher);
        let owner = Element::new(ITUNES, "owner")
            .child(itunes("email", email))
            .child(itunes("name", name));
        elements.push(owner);
    }
    if let Some((category, within)) = &podcast.category {
        let mut element = Element::new(ITUNES, "category").attribute("text", category.clone());
        if let Some(within) = within {
            element = element.child(Element::new(ITUNES, "category").attribute("text", within.clone()));
        }
        elements.push(element);
    }
    if let Some(image) = &podcast.image {
        elements.push(Element::new(ITUNES, "image").attribute("href", image.clone()));
    }
    let tag = |name, text: &String| Element::with_text(PODCAST, name, text.clone());
    elements.extend(podcast.guid.as_ref().map(|guid| tag("guid", guid)));
    elements.extend(podcast.medium.as_ref().map(|medium| tag("medium", medium)));
    elements.extend(podcast.funding.as_ref().map(|url| {
        Element::with_text(
            PODCAST,
            "funding",
            feed.title.chars().take(128).collect::<String>(),
        )
        .attribute("url", url.clone())
    }));
    elements
}

/// What stands in an item.
pub fn of_item(podcast: &Podcast, entry: &Entry, enclosure: Option<&Enclosure>) -> Vec<Element> {
    let itunes = |name, text: String| Element::with_text(ITUNES, name, text);
    let none = Episode::default();
    let episode = entry
        .post
        .details
        .as_ref()
        .and_then(|details| details.episode.as_deref())
        .unwrap_or(&none);
    let explicit = episode.explicit.unwrap_or(podcast.explicit);
    let mut elements = vec![itunes("explicit", truth(explicit).to_owned())];
    let duration = enclosure.and_then(|enclosure| enclosure.duration);
    elements.extend(duration.map(|seconds| itunes("duration", seconds.to_string())));
    elements.extend(episode.number.map(|number| itunes("episode", number.to_string())));
    elements.extend(episode.season.map(|number| itunes("season", number.to_string())));
    elements.extend(
        episode
            .kind
            .as_ref()
            .map(|kind| itunes("episodeType", kind.to_string())),
    );
    if let Some(image) = &entry.post.image {
        elements.push(Element::new(ITUNES, "image").attribute("href", image.url.clone()));
    }
    elements.extend(entry.authors.iter().map(|author| {
        Element::with_text(PODCAST, "person", author.name.clone()).attribute_if("href", author.uri.as_deref())
    }));
    if let Some(url) = &episode.transcript {
        elements.push(
            Element::new(PODCAST, "transcript")
                .attribute("url", &**url)
                .attribute("type", transcript_type(url)),
        );
    }
    if let Some(url) = &episode.chapters {
        elements.push(
            Element::new(PODCAST, "chapters")
                .attribute("url", &**url)
                .attribute("type", "application/json+chapters"),
        );
    }
    elements
}

fn truth(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

/// The media type of a transcript by its extension.
fn transcript_type(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("srt") => "application/x-subrip",
        Some("vtt") => "text/vtt",
        Some("json") => "application/json",
        Some("txt") => "text/plain",
        _ => media_type(url).unwrap_or("text/html"),
    }
}
