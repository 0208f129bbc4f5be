//! The configuration that decides which feeds there are and what they say.

use std::collections::BTreeMap;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::config::{Config, Feeds, ScopeKind, ScopeSettings, Site};
use crate::content::{ContentSettings, slug::slug};

/// What can't stand in a path as it is (RFC 3986, section 3.3).
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What the catalog needs to know of the configuration.
#[derive(Debug)]
pub struct CatalogSettings {
    /// The site.
    pub site: Site,
    /// The feeds.
    pub feeds: Feeds,
    /// How files are read.
    pub content: Arc<ContentSettings>,
    /// The single scopes of `feeds`, by the slug of the name they are configured under.
    scopes: BTreeMap<(ScopeKind, String), (String, ScopeSettings)>,
}

impl CatalogSettings {
    /// Takes its part of the configuration.
    pub fn new(config: &Config) -> Self {
        let scopes = config
            .feeds
            .scopes
            .iter()
            .map(|((kind, name), settings)| ((*kind, slug(name)), (name.clone(), settings.clone())))
            .collect();
        CatalogSettings {
            site: config.site.clone(),
            feeds: config.feeds.clone(),
            content: Arc::clone(&config.content),
            scopes,
        }
    }

    /// What is configured for the scope of this name, matched as names are: by slug.
    pub fn scope(&self, kind: ScopeKind, name: &str) -> Option<&ScopeSettings> {
        self.scopes.get(&(kind, slug(name))).map(|(_, settings)| settings)
    }

    /// Every single scope that is configured, with the name it is configured under.
    pub fn configured_scopes(&self) -> impl Iterator<Item = (ScopeKind, &str, &ScopeSettings)> {
        self.scopes
            .iter()
            .map(|((kind, _), (name, settings))| (*kind, name.as_str(), settings))
    }

    /// The public address of a path of this server: `feeds.url`, then the path, percent-encoded.
    pub fn public_url(&self, path: &str) -> String {
        let base = self.feeds.url.as_str().trim_end_matches('/');
        let mut url = String::with_capacity(base.len() + path.len());
        url.push_str(base);
        url.extend(utf8_percent_encode(path, NOT_IN_A_PATH));
        url
    }

    /// The part of an address that stands for a name: configured, else made from the name alone.
    pub fn slug(&self, kind: ScopeKind, name: &str) -> String {
        self.scope(kind, name)
            .and_then(|settings| settings.slug.clone())
            .unwrap_or_else(|| slug(name))
    }
}
