//! feeds.toml as it is written: every key may be absent, and nothing is checked but its type.
//!
//! A value carries the place it stands at wherever [`super::resolve()`] may have to point there.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::ScopeKind;
pub use super::raw_value::{Amount, RawValue};

/// A value with its place, if it is written at all.
pub type Written<T> = Option<Spanned<T>>;

/// The names of formats, as written.
pub type WrittenFormats = Written<Vec<Spanned<String>>>;

/// What is written about single scopes, by name: `[categories.news]`.
pub type RawScopes = BTreeMap<Spanned<String>, RawScope>;

/// What is written about feeds that moved, by the path at which they were: `[moved."/old.xml"]`.
pub type RawMoves = BTreeMap<Spanned<String>, RawMove>;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawConfig {
    /// The site the posts belong to.
    pub site: RawSite,
    /// Where the posts are, and how they are read.
    pub content: RawContent,
    /// The feeds.
    pub feeds: RawFeeds,
    /// Feeds of the owner's own.
    pub feed: Vec<Spanned<RawOwnFeed>>,
    /// Single sections.
    pub sections: RawScopes,
    /// Single categories.
    pub categories: RawScopes,
    /// Single authors.
    pub authors: RawScopes,
    /// Single tags.
    pub tags: RawScopes,
    /// Single languages.
    pub languages: RawScopes,
    /// The podcast, as its owner describes it.
    pub podcast: Option<RawPodcast>,
    /// Feeds that moved or ended.
    pub moved: RawMoves,
    /// The public server.
    pub http: RawHttp,
    /// The listener for health checks and metrics.
    pub admin: RawAdmin,
    /// When the disk is looked at.
    pub watch: RawWatch,
    /// What survives a restart.
    pub state: RawState,
}

/// `[site]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawSite {
    /// Its name.
    pub title: Written<String>,
    /// Its address.
    pub url: Written<String>,
    /// What it is, in a sentence.
    pub description: Written<String>,
    /// Its language, as an RFC 5646 tag.
    pub language: Written<String>,
    /// Its time zone, by its IANA name.
    pub timezone: Written<String>,
    /// The RFC 4151 authority of ids.
    pub authority: Written<String>,
    /// Who holds the rights.
    pub copyright: Written<String>,
}

/// `[content]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawContent {
    /// The content directory.
    pub dir: Written<String>,
    /// Where a post lives on the site.
    pub permalink: Written<String>,
    /// “sanitize” or “trust”.
    pub html: Written<String>,
    /// The site's generator, where it is not recognised.
    pub dialect: Written<String>,
    /// “dmy”, “mdy” or “ymd”.
    pub date_order: Written<String>,
}

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
            exclude: _,
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

/// `[moved."/old.xml"]` and its like.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawMove {
    /// The new path or address.
    pub to: Written<String>,
    /// Whether it ended.
    pub gone: Option<bool>,
    /// Since when readers are told.
    pub deprecated: Written<String>,
    /// Until when it stays.
    pub sunset: Written<String>,
}

/// `[http]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawHttp {
    /// Address and port.
    pub listen: Written<String>,
    /// More addresses and ports, or `unix:` and paths.
    pub also_listen: Written<Vec<Spanned<String>>>,
    /// How long a copy may be used without asking.
    pub max_age: Written<Amount>,
    /// How long a CDN may use a copy.
    pub cdn_max_age: Written<Amount>,
    /// Where a CDN is told what changed.
    pub purge_url: Written<String>,
    /// Whether answers name the feed and the posts they carry.
    pub surrogate_keys: Option<bool>,
    /// The names of clients that may get a delta.
    pub deltas: Written<Vec<Spanned<String>>>,
    /// How many unconditional requests a client may send.
    pub requests_per_hour: Written<i64>,
    /// The peers whose Forwarded headers are believed.
    pub trusted_proxies: Written<Vec<Spanned<String>>>,
    /// The memory for rendered documents.
    pub document_cache: Written<Amount>,
    /// How long a graceful stop goes on taking connections first.
    pub linger: Written<Amount>,
    /// How long a graceful stop may take then.
    pub drain: Written<Amount>,
}

/// `[admin]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawAdmin {
    /// Address and port.
    pub listen: Written<String>,
}

/// `[watch]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawWatch {
    /// “auto”, “events” or “poll”.
    pub mode: Written<String>,
    /// How often everything is looked at where events can't be relied on.
    pub poll_interval: Written<Amount>,
    /// How long posts are kept that vanished as if by accident.
    pub hold: Written<Amount>,
    /// How often everything is looked at.
    pub full_scan: Written<Amount>,
    /// How long a burst of changes may put off publishing.
    pub max_delay: Written<Amount>,
}

/// `[state]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawState {
    /// The directory for what survives a restart.
    pub dir: Written<String>,
}

impl RawConfig {
    /// What is written about single scopes of a kind; nothing for the site and for [`RawOwnFeed`]s.
    pub fn take_scopes(&mut self, kind: ScopeKind) -> RawScopes {
        match kind {
            ScopeKind::Site | ScopeKind::Custom => RawScopes::new(),
            ScopeKind::Section => std::mem::take(&mut self.sections),
            ScopeKind::Category => std::mem::take(&mut self.categories),
            ScopeKind::Author => std::mem::take(&mut self.authors),
            ScopeKind::Tag => std::mem::take(&mut self.tags),
            ScopeKind::Language => std::mem::take(&mut self.languages),
        }
    }
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
