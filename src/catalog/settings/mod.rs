//! The configuration that decides which feeds there are and what they say.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use crate::catalog::settings::query::{Alternatives, Names, Selection};
use crate::catalog::snapshot::scope::ScopeKey;
use crate::config::{Config, FeedSettings, Feeds, ScopeSettings, Site};
use crate::content::conventions::Rules;
use crate::content::{ContentSettings, Post};
use crate::vocabulary::{Dialect, PathPattern, ScopeKind, permalink::encode_path, slug::slug};

pub mod membership;
pub mod query;

type Slugs = BTreeMap<ScopeKind, HashMap<Box<str>, Arc<str>>>;

/// What the catalog needs to know of the configuration.
#[derive(Debug)]
pub struct CatalogSettings {
    /// The site.
    pub site: Site,
    /// The feeds.
    pub feeds: Feeds,
    /// How files are read.
    pub content: Arc<ContentSettings>,
    /// Whether what is kept outlasts the process: then posts keep their ids, whatever is declared.
    pub keeps_ids: bool,
    /// Whether addresses are read from the text of scripts: a guess that changes is no decision of anybody's.
    pub guesses_addresses: bool,
    /// The single scopes of `feeds`, by the slug of the name they are configured under.
    scopes: BTreeMap<(ScopeKind, String), (String, ScopeSettings)>,
    /// The same, by the slug in their addresses: a key of `scopes`.
    addresses: HashMap<ScopeKey, String>,
    /// The feeds of the owner's own that are published.
    selections: Vec<Selection>,
    /// What the feeds of a kind don't hold, and those of single scopes; only where there is something.
    kinds_exclude: BTreeMap<ScopeKind, Alternatives>,
    scopes_exclude: HashMap<ScopeKey, Alternatives>,
    /// Slugs already made. Making one costs microseconds, and an update needs hundreds.
    slugs: RwLock<Slugs>,
}

impl CatalogSettings {
    /// Takes its part of the configuration, and the rules that the site's own generator has for its files.
    pub fn new(config: &Config, rules: Rules) -> Self {
        let content = ContentSettings::new(config, rules);
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
                    let address = settings.slug.as_deref().unwrap_or(by_name);
                    (ScopeKey::new(*kind, address), by_name.clone())
                },
            )
            .collect();
        let mut settings = CatalogSettings {
            site: config.site.clone(),
            feeds: config.feeds.clone(),
            keeps_ids: config.state_dir.is_some(),
            guesses_addresses: content.conventions.rules().dialect == Some(Dialect::Astro),
            content: Arc::new(content),
            scopes,
            addresses,
            selections: Vec::new(),
            kinds_exclude: BTreeMap::new(),
            scopes_exclude: HashMap::new(),
            slugs: RwLock::default(),
        };
        settings.selections = config
            .feeds
            .own
            .iter()
            .map(|feed| Selection::new(feed, &settings))
            .filter(|selection| settings.has_feed(&selection.key))
            .collect();
        let excludes = |feed: &FeedSettings| {
            (!feed.excludes.is_empty()).then(|| Alternatives::new(&feed.excludes, &settings))
        };
        let kinds = settings.feeds.kinds.iter();
        let kinds = kinds.filter_map(|(kind, own)| Some((*kind, excludes(&own.feed)?)));
        let kinds = kinds.collect();
        let scopes = settings.addresses.keys().filter_map(|key| {
            let (_, own) = settings.configured(key)?;
            Some((key.clone(), excludes(&own.feed)?))
        });
        let scopes = scopes.collect();
        settings.kinds_exclude = kinds;
        settings.scopes_exclude = scopes;
        settings
    }

    /// Whether a scope's feed does not hold a post of the scope, as its configuration says.
    pub fn excludes(&self, key: &ScopeKey, post: &Post) -> bool {
        if self.kinds_exclude.is_empty() && self.scopes_exclude.is_empty() {
            return false;
        }
        let excludes = if self.addresses.contains_key(key) {
            self.scopes_exclude.get(key)
        } else {
            self.kinds_exclude.get(&key.kind)
        };
        excludes.is_some_and(|excludes| excludes.hold(post, self))
    }

    /// What is configured for a scope, with the name it is configured under.
    pub fn configured(&self, key: &ScopeKey) -> Option<(&str, &ScopeSettings)> {
        let by_name = self.addresses.get(key)?;
        let (name, settings) = self.scopes.get(&(key.kind, by_name.clone()))?;
        Some((name, settings))
    }

    /// What is configured for the scope of this name, matched as names are: by slug.
    pub fn scope(&self, kind: ScopeKind, name: &str) -> Option<&ScopeSettings> {
        self.scopes.get(&(kind, slug(name))).map(|(_, settings)| settings)
    }

    /// Where a scope's feed is served and what it is like; `None` if it has none.
    pub fn feed(&self, key: &ScopeKey) -> Option<(&PathPattern, &FeedSettings)> {
        match self.configured(key) {
            Some((_, own)) => own.enabled.then_some((&own.path, &own.feed)),
            None => self
                .feeds
                .kinds
                .get(&key.kind)
                .map(|kind| (&kind.path, &kind.feed)),
        }
    }

    /// Whether a scope has a feed.
    pub fn has_feed(&self, key: &ScopeKey) -> bool {
        self.feed(key).is_some()
    }

    /// Every single scope that is configured and has a feed.
    pub fn configured_scopes(&self) -> impl Iterator<Item = ScopeKey> {
        self.addresses.keys().filter(|key| self.has_feed(key)).cloned()
    }

    /// The feeds of the owner's own that are published.
    pub fn selections(&self) -> &[Selection] {
        &self.selections
    }

    /// The public address of a path of this server: `feeds.url`, then the path, percent-encoded.
    pub fn public_url(&self, path: &str) -> String {
        format!("{}{}", self.feeds.url, encode_path(path.trim_start_matches('/')))
    }

    /// The part of an address that stands for a name: configured, else made from the name alone.
    pub fn slug(&self, kind: ScopeKind, name: &str) -> Arc<str> {
        // A poisoned lock still guards whole entries: they are inserted in one go.
        let known = self.slugs.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(slug) = known.get(&kind).and_then(|slugs| slugs.get(name)) {
            return Arc::clone(slug);
        }
        drop(known);
        let configured = self.scope(kind, name).and_then(|settings| settings.slug.clone());
        let made: Arc<str> = configured.unwrap_or_else(|| slug(name)).into();
        let mut slugs = self.slugs.write().unwrap_or_else(PoisonError::into_inner);
        let slugs = slugs.entry(kind).or_default();
        Arc::clone(slugs.entry(name.into()).or_insert(made))
    }
}

impl Names for CatalogSettings {
    fn slug(&self, kind: ScopeKind, name: &str) -> Arc<str> {
        self.slug(kind, name)
    }

    fn language(&self) -> Option<&str> {
        self.site.language.as_deref()
    }

    fn fields(&self) -> &[Box<str>] {
        &self.content.fields
    }
}
