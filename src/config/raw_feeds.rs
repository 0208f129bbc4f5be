//! What feeds.toml says of feeds, as it is written: `[feeds]`, its kinds, single scopes, the podcast.

use serde::Deserialize;
use toml::Spanned;

use super::raw::{Amount, RawValue, Written, WrittenFormats};
use crate::vocabulary::ScopeKind;

/// `[feeds]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawFeeds {
    /// Where the feeds are public.
    pub url: Written<String>,
    /// The title of a feed, with `{title}` and `{site}`.
    pub title: Written<String>,
    /// What it carries, with `{title}` and `{site}`.
    pub description: Written<String>,
    /// The names of formats.
    pub formats: WrittenFormats,
    /// How many entries a feed holds.
    pub limit: Written<i64>,
    /// “full” or “summary”.
    pub body: Written<String>,
    /// “newest” or “updated”.
    pub order: Written<String>,
    /// The image of the feed itself.
    pub image: Written<String>,
    /// Whether the entry's image is an enclosure too.
    pub image_enclosure: Option<bool>,
    /// How often to ask for a feed.
    pub poll: Written<Amount>,
    /// Whether these feeds are the podcast.
    pub podcast: Option<bool>,
    /// Which posts are in none of them.
    pub exclude: Written<RawValue>,
    /// “tag” or “permalink”.
    pub ids: Written<String>,
    /// The WebSub hubs.
    pub hubs: Written<Vec<Spanned<String>>>,
    /// The program whose addresses and ids are taken over.
    pub preset: Written<String>,
    /// The feed of the whole site.
    pub site: RawKind,
    /// The feeds of the owner's own.
    pub custom: RawKind,
    /// The feeds of sections.
    pub section: RawKind,
    /// The feeds of categories.
    pub category: RawKind,
    /// The feeds of authors.
    pub author: RawKind,
    /// The feeds of tags.
    pub tag: RawKind,
    /// The feeds of languages.
    pub language: RawKind,
}

/// `[feeds.category]` and its like.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawKind {
    /// Whether there are feeds of this kind.
    pub enabled: Option<bool>,
    /// Where they are served.
    pub path: Written<String>,
    /// The title of a feed, with `{title}` and `{site}`.
    pub title: Written<String>,
    /// What it carries, with `{title}` and `{site}`.
    pub description: Written<String>,
    /// The language of the feed, as an RFC 5646 tag.
    pub language: Written<String>,
    /// The names of formats.
    pub formats: WrittenFormats,
    /// How many entries a feed holds.
    pub limit: Written<i64>,
    /// “full” or “summary”.
    pub body: Written<String>,
    /// “newest” or “updated”.
    pub order: Written<String>,
    /// The image of the feed itself.
    pub image: Written<String>,
    /// Whether the entry's image is an enclosure too.
    pub image_enclosure: Option<bool>,
    /// How often to ask for a feed.
    pub poll: Written<Amount>,
    /// Whether these feeds are the podcast.
    pub podcast: Option<bool>,
    /// Which posts are in none of them.
    pub exclude: Written<RawValue>,
}

/// `[categories.news]` and its like.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawScope {
    /// Its name for people, or the title of its feed with `{title}` and `{site}`.
    pub title: Written<String>,
    /// What it carries, with `{title}` and `{site}`.
    pub description: Written<String>,
    /// Who answers for it.
    pub email: Written<String>,
    /// Its part of the address.
    pub slug: Written<String>,
    /// Whether it has a feed.
    pub enabled: Option<bool>,
    /// Where its feed is served.
    pub path: Written<String>,
    /// The language of the feed, as an RFC 5646 tag.
    pub language: Written<String>,
    /// The names of formats.
    pub formats: WrittenFormats,
    /// How many entries its feed holds.
    pub limit: Written<i64>,
    /// “full” or “summary”.
    pub body: Written<String>,
    /// “newest” or “updated”.
    pub order: Written<String>,
    /// The image of the feed itself.
    pub image: Written<String>,
    /// Whether the entry's image is an enclosure too.
    pub image_enclosure: Option<bool>,
    /// How often to ask for a feed.
    pub poll: Written<Amount>,
    /// Whether its feed is the podcast.
    pub podcast: Option<bool>,
    /// Which posts are not in it.
    pub exclude: Written<RawValue>,
}

/// `[[feed]]`: a scope that says itself which posts are in it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawOwnFeed {
    /// Its name.
    pub name: Written<String>,
    /// Which posts are in it.
    pub r#match: Written<RawValue>,
    /// Which of those are not.
    pub exclude: Written<RawValue>,
    /// As [`RawScope::title`].
    pub title: Written<String>,
    /// As [`RawScope::description`].
    pub description: Written<String>,
    /// As [`RawScope::email`].
    pub email: Written<String>,
    /// As [`RawScope::slug`].
    pub slug: Written<String>,
    /// As [`RawScope::enabled`].
    pub enabled: Option<bool>,
    /// As [`RawScope::path`].
    pub path: Written<String>,
    /// As [`RawScope::language`].
    pub language: Written<String>,
    /// As [`RawScope::formats`].
    pub formats: WrittenFormats,
    /// As [`RawScope::limit`].
    pub limit: Written<i64>,
    /// As [`RawScope::body`].
    pub body: Written<String>,
    /// As [`RawScope::order`].
    pub order: Written<String>,
    /// As [`RawScope::image`].
    pub image: Written<String>,
    /// As [`RawScope::image_enclosure`].
    pub image_enclosure: Option<bool>,
    /// As [`RawScope::poll`].
    pub poll: Written<Amount>,
    /// As [`RawScope::podcast`].
    pub podcast: Option<bool>,
}

impl RawOwnFeed {
    /// What it says besides its name and its posts, which any scope can say.
    pub fn into_scope(self) -> RawScope {
        let RawOwnFeed {
            name: _,
            r#match: _,
            exclude,
            title,
            description,
            email,
            slug,
            enabled,
            path,
            language,
            formats,
            limit,
            body,
            order,
            image,
            image_enclosure,
            poll,
            podcast,
        } = self;
        RawScope {
            title,
            description,
            email,
            slug,
            enabled,
            path,
            language,
            formats,
            limit,
            body,
            order,
            image,
            image_enclosure,
            poll,
            podcast,
            exclude,
        }
    }
}

/// `[podcast]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawPodcast {
    /// Its permanent id.
    pub guid: Written<String>,
    /// Who makes it.
    pub author: Written<String>,
    /// The e-mail address of its owner.
    pub email: Written<String>,
    /// Its category, and perhaps one within it: `Arts > Food`.
    pub category: Written<String>,
    /// Its cover.
    pub image: Written<String>,
    /// Whether it is not fit for children.
    pub explicit: bool,
    /// Whether its episodes are to be heard in order.
    pub serial: bool,
    /// What it is.
    pub medium: Written<String>,
    /// Where its listeners can pay for it.
    pub funding: Written<String>,
}

impl RawFeeds {
    /// What is written about the feeds of a kind.
    pub fn kind(&self, kind: ScopeKind) -> &RawKind {
        match kind {
            ScopeKind::Site => &self.site,
            ScopeKind::Custom => &self.custom,
            ScopeKind::Section => &self.section,
            ScopeKind::Category => &self.category,
            ScopeKind::Author => &self.author,
            ScopeKind::Tag => &self.tag,
            ScopeKind::Language => &self.language,
        }
    }
}
