//! feeds.toml as it is written: every key may be absent, and nothing is checked but its type.
//!
//! A value carries the place it stands at wherever [`super::resolve()`] may have to point there.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use toml::Spanned;

use super::ScopeKind;

/// A value with its place, if it is written at all.
pub type Written<T> = Option<Spanned<T>>;

/// What is written about single scopes, by name: `[categories.news]`.
pub type RawScopes = BTreeMap<Spanned<String>, RawScope>;

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
    /// Single sections.
    pub sections: RawScopes,
    /// Single categories.
    pub categories: RawScopes,
    /// Single authors.
    pub authors: RawScopes,
    /// Single tags.
    pub tags: RawScopes,
    /// The public server.
    pub http: RawHttp,
    /// The listener for health checks and metrics.
    pub admin: RawAdmin,
    /// When the disk is looked at.
    pub watch: RawWatch,
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
    /// The names of formats.
    pub formats: Written<Vec<Spanned<String>>>,
    /// How many entries a feed holds.
    pub limit: Written<i64>,
    /// “full” or “summary”.
    pub body: Written<String>,
    /// Whether the entry's image is an enclosure too.
    pub image_enclosure: Option<bool>,
    /// “tag” or “permalink”.
    pub ids: Written<String>,
    /// The feed of the whole site.
    pub site: RawKind,
    /// The feeds of sections.
    pub section: RawKind,
    /// The feeds of categories.
    pub category: RawKind,
    /// The feeds of authors.
    pub author: RawKind,
    /// The feeds of tags.
    pub tag: RawKind,
}

/// `[feeds.category]` and its like.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawKind {
    /// Whether there are feeds of this kind.
    pub enabled: Option<bool>,
    /// Where they are served.
    pub path: Written<String>,
    /// The names of formats.
    pub formats: Written<Vec<Spanned<String>>>,
    /// How many entries a feed holds.
    pub limit: Written<i64>,
    /// “full” or “summary”.
    pub body: Written<String>,
    /// Whether the entry's image is an enclosure too.
    pub image_enclosure: Option<bool>,
}

/// `[categories.news]` and its like.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawScope {
    /// Its name for people.
    pub title: Written<String>,
    /// What it carries, in a sentence.
    pub description: Written<String>,
    /// Who answers for it.
    pub email: Written<String>,
    /// Its part of the address.
    pub slug: Written<String>,
    /// How many entries its feed holds.
    pub limit: Written<i64>,
    /// “full” or “summary”.
    pub body: Written<String>,
}

/// `[http]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawHttp {
    /// Address and port.
    pub listen: Written<String>,
    /// How long a copy may be used without asking.
    pub max_age: Written<Amount>,
    /// The memory for rendered documents.
    pub document_cache: Written<Amount>,
    /// How long a graceful stop may take.
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
    /// How often everything is looked at.
    pub full_scan: Written<Amount>,
    /// How long a burst of changes may put off publishing.
    pub max_delay: Written<Amount>,
}

impl RawConfig {
    /// What is written about single scopes of a kind; nothing for the site.
    pub fn take_scopes(&mut self, kind: ScopeKind) -> RawScopes {
        match kind {
            ScopeKind::Site => RawScopes::new(),
            ScopeKind::Section => std::mem::take(&mut self.sections),
            ScopeKind::Category => std::mem::take(&mut self.categories),
            ScopeKind::Author => std::mem::take(&mut self.authors),
            ScopeKind::Tag => std::mem::take(&mut self.tags),
        }
    }
}

impl RawFeeds {
    /// What is written about the feeds of a kind.
    pub fn kind(&self, kind: ScopeKind) -> &RawKind {
        match kind {
            ScopeKind::Site => &self.site,
            ScopeKind::Section => &self.section,
            ScopeKind::Category => &self.category,
            ScopeKind::Author => &self.author,
            ScopeKind::Tag => &self.tag,
        }
    }
}

/// An amount of time or memory: a bare number, or text with a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Seconds, or bytes.
    Number(i64),
    /// A number and a unit.
    Text(String),
}

impl Amount {
    /// What an [`Amount`] of the wrong type is told it must be.
    pub(super) const EXPECTED: &'static str = "a number, or text with a unit";
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Number(number) => number.fmt(f),
            Amount::Text(text) => text.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AmountVisitor;

        impl Visitor<'_> for AmountVisitor {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Amount::EXPECTED)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
                Ok(Amount::Number(number))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
                Ok(Amount::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(AmountVisitor)
    }
}
