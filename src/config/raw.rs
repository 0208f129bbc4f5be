//! feeds.toml as it is written: every key may be absent, and nothing is checked but its type.
//!
//! A value carries the place it stands at wherever [`super::resolve()`] may have to point there.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub use super::raw_feeds::{RawFeeds, RawKind, RawOwnFeed, RawPodcast, RawScope};
pub use super::raw_value::{Amount, RawValue};
use crate::vocabulary::ScopeKind;

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
    /// How long a file that is being written waits to be closed.
    pub close_timeout: Written<Amount>,
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
