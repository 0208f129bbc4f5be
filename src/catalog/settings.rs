//! The configuration that decides which feeds there are and what they say.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use super::scope::ScopeKey;
use crate::config::{Config, Feeds, ScopeKind, ScopeSettings, Site};
use crate::content::permalink::encode_path;
use crate::content::{ContentSettings, slug::slug};

type Slugs = HashMap<(ScopeKind, Box<str>), Arc<str>>;

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
    /// The same, by the slug in their addresses: a key of `scopes`.
    addresses: BTreeMap<(ScopeKind, String), String>,
    /// Slugs already made. Making one costs microseconds, and an update needs hundreds.
    slugs: RwLock<Slugs>,
}

impl CatalogSettings {
    /// Takes its part of the configuration.
    pub fn new(config: &Config) -> Self {
        let scopes: BTreeMap<_, _> = config
            .feeds
            .scopes
            .iter()
            .map(|((kind, name), settings)| ((*kind, slug(name)), (name.clone(), settings.clone())))
            .collect();
        let addresses = scopes
            .iter()
            .map(
                |((kind, by_name), (_, settings)): (&(ScopeKind, String), &(String, ScopeSettings))| {
                    let address = settings.slug.clone().unwrap_or_else(|| by_name.clone());
                    ((*kind, address), by_name.clone())
                },
            )
            .collect();
        CatalogSettings {
            site: config.site.clone(),
            feeds: config.feeds.clone(),
            content: Arc::clone(&config.content),
            scopes,
            addresses,
            slugs: RwLock::default(),
        }
    }

    /// What is configured for a scope, with the name it is configured under.
    pub fn configured(&self, key: &ScopeKey) -> Option<(&str, &ScopeSettings)> {
        let by_name = self.addresses.get(&(key.kind, key.slug.to_string()))?;
        let (name, settings) = self.scopes.get(&(key.kind, by_name.clone()))?;
        Some((name, settings))
    }

    /// What is configured for the scope of this name, matched as names are: by slug.
    pub fn scope(&self, kind: ScopeKind, name: &str) -> Option<&ScopeSettings> {
        self.scopes.get(&(kind, slug(name))).map(|(_, settings)| settings)
    }

    /// Every single scope that is configured.
    pub fn configured_scopes(&self) -> impl Iterator<Item = ScopeKey> {
        self.addresses.keys().map(|(kind, address)| ScopeKey {
            kind: *kind,
            slug: address.as_str().into(),
        })
    }

    /// The public address of a path of this server: `feeds.url`, then the path, percent-encoded.
    pub fn public_url(&self, path: &str) -> String {
        format!("{}{}", self.feeds.url, encode_path(path.trim_start_matches('/')))
    }

    /// The part of an address that stands for a name: configured, else made from the name alone.
    pub fn slug(&self, kind: ScopeKind, name: &str) -> Arc<str> {
        let key = (kind, Box::from(name));
        // A poisoned lock still guards whole entries: they are inserted in one go.
        if let Some(slug) = self
            .slugs
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return Arc::clone(slug);
        }
        let configured = self.scope(kind, name).and_then(|settings| settings.slug.clone());
        let made: Arc<str> = configured.unwrap_or_else(|| slug(name)).into();
        let mut slugs = self.slugs.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slugs.entry(key).or_insert(made))
    }
}
