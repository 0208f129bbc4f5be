//! `[feeds]`: the feeds, and all that the tables below it say of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::Url;

use super::kind::{self, KindSettings};
use super::options::Options;
use super::own_feed::{self, OwnFeed};
use super::query::Query;
use super::reader::{Table, Tables};
use super::scope::{self, NamedScope, ScopeSettings};
use super::{FeedSettings, Preset, Site, address, address_conflicts, podcast};
use crate::vocabulary::slug::slug;
use crate::vocabulary::{IdRule, Podcast, ScopeKind, TextPattern};

const ID_RULES: [(&str, IdRule); 4] = [
    ("tag", IdRule::Tag),
    ("permalink", IdRule::Permalink),
    ("jekyll", IdRule::Jekyll),
    ("pelican", IdRule::Pelican),
];

/// The feeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Feeds {
    /// Where the feeds are public, absolute and ending in `/`.
    pub url: Url,
    /// The settings of each kind of scope; a kind that is absent has no feeds, but for those of
    /// `scopes` that say otherwise.
    pub kinds: BTreeMap<ScopeKind, KindSettings>,
    /// How ids are made.
    pub ids: IdRule,
    /// The WebSub hubs that are told of every change, absolute.
    pub hubs: Vec<String>,
    /// What is configured for single scopes, by kind and name as written: `[categories.news]`.
    pub scopes: BTreeMap<(ScopeKind, String), ScopeSettings>,
    /// Which posts are in the feeds of the owner's own, in the order of the file. The rest of what
    /// is configured for them stands in `scopes`.
    pub own: Vec<OwnFeed>,
    /// The podcast that some of the feeds are, as its owner describes it.
    pub podcast: Option<Arc<Podcast>>,
}

/// The tables that feeds are made from.
pub(super) struct FeedTables<'a> {
    /// `[feeds]`
    pub(super) feeds: Table<'a>,
    /// `[[feed]]`
    pub(super) own: Tables<'a>,
    /// Those of single scopes: `[categories.news]`.
    pub(super) scopes: Vec<(ScopeKind, Tables<'a>)>,
    /// `[podcast]`
    pub(super) podcast: Table<'a>,
}

impl Feeds {
    /// The fields of front matter that some feed asks for, sorted.
    pub fn fields(&self) -> Box<[Box<str>]> {
        let includes = self.own.iter().filter_map(|feed| feed.includes.as_ref());
        let kinds = self.kinds.values().map(|kind| &kind.feed);
        let scopes = self.scopes.values().map(|scope| &scope.feed);
        let excludes = kinds.chain(scopes).flat_map(|feed| &feed.excludes);
        let names: BTreeSet<&str> = includes.chain(excludes).flat_map(Query::fields).collect();
        names.into_iter().map(Box::from).collect()
    }
}

/// What the feeds of a site are like, which may be in several languages.
pub(super) fn read(tables: FeedTables<'_>, options: &Options, site: &Site, has_languages: bool) -> Feeds {
    let FeedTables {
        mut feeds,
        own,
        scopes: scope_tables,
        podcast,
    } = tables;
    let problems = feeds.problems();
    let zone = site.time_zone;
    let url = feeds.option_or_text("url", options.feeds_url.as_ref(), address::absolute_url);
    let url = url.map_or_else(|| site.url.clone(), |(url, _)| url);
    let title = feeds.text("title", TextPattern::parse);
    let description = feeds.text("description", TextPattern::parse);
    let common = FeedSettings::default_for(ScopeKind::Site, &site.description);
    let common = FeedSettings::read(&mut feeds, common, zone);
    let ids = feeds.choice("ids", &ID_RULES);
    let hubs = feeds.list("hubs", None, address::hub).unwrap_or_default();
    let preset = feeds.choice("preset", &Preset::NAMES);
    let mut written = BTreeMap::new();
    for kind in ScopeKind::ALL {
        let default = FeedSettings::default_for(kind, &site.description);
        // What [feeds] says is for every feed, but the site is not a part of itself: one pattern of titles
        // does not suit both.
        let is_part = kind != ScopeKind::Site;
        let base = FeedSettings {
            title: title.clone().filter(|_| is_part).unwrap_or(default.title),
            description: description
                .clone()
                .filter(|_| is_part)
                .unwrap_or(default.description),
            ..common.clone()
        };
        // Read even when the kind is switched off: it may be switched on again.
        written.insert(
            kind,
            kind::read(feeds.table(kind.name()), kind, base, preset, zone),
        );
    }
    let apart = main_language_apart(&written, &scope_tables, preset, site).filter(|_| has_languages);
    if let Some((preset, _)) = apart
        && let Some(written) = written.get_mut(&ScopeKind::Site)
    {
        written.settings.path = preset.all_languages_path();
    }
    // A site of one language would have all its posts in two feeds.
    let is_enabled = |kind: ScopeKind, written: &kind::Written| {
        written
            .enabled
            .unwrap_or(kind != ScopeKind::Language || has_languages)
    };
    let mut scopes: Vec<NamedScope> = Vec::new();
    for (kind, tables) in scope_tables {
        if let Some(written) = written.get(&kind) {
            let enabled = is_enabled(kind, written);
            scopes.extend(scope::read(
                tables,
                kind,
                &written.settings,
                zone,
                enabled,
                problems,
            ));
        }
    }
    if let Some((preset, language)) = apart
        && let Some(base) = written.get(&ScopeKind::Language)
    {
        scopes.push(main_language(preset, language, &base.settings));
    }
    let mut own_feeds = Vec::new();
    if let Some(written) = written.get(&ScopeKind::Custom) {
        let enabled = is_enabled(ScopeKind::Custom, written);
        for (scope, feed) in own_feed::read(own, &written.settings, zone, enabled, problems) {
            scopes.push(scope);
            own_feeds.push(feed);
        }
    }
    let mut kinds = BTreeMap::new();
    let mut path_places = BTreeMap::new();
    for (kind, written) in written {
        let is_enabled = is_enabled(kind, &written);
        path_places.extend(written.path.map(|place| (kind, place)));
        if is_enabled {
            kinds.insert(kind, written.settings);
        }
    }
    if !address_conflicts::between_kinds(&kinds, &path_places, problems) {
        address_conflicts::between_scopes(&kinds, &scopes, problems);
    }
    let podcast = podcast::read(podcast, &url).map(Arc::new);
    Feeds {
        url,
        kinds,
        ids: ids.or(preset.map(Preset::ids)).unwrap_or(IdRule::Tag),
        hubs: hubs.into_iter().map(|(hub, _)| hub).collect(),
        scopes: scopes
            .into_iter()
            .map(|scope| ((scope.kind, scope.name), scope.settings))
            .collect(),
        own: own_feeds,
        podcast,
    }
}

/// The preset and the main language, if that language's feed is to be where the preset has that of the
/// site: unless anything is written about either.
fn main_language_apart<'s>(
    written: &BTreeMap<ScopeKind, kind::Written>,
    scopes: &[(ScopeKind, Tables<'_>)],
    preset: Option<Preset>,
    site: &'s Site,
) -> Option<(Preset, &'s str)> {
    let preset = preset.filter(|preset| preset.splits_languages())?;
    let language = site.language.as_deref()?;
    let is_free = [ScopeKind::Site, ScopeKind::Language].iter().all(|kind| {
        let kind = written.get(kind);
        kind.is_none_or(|kind| kind.path.is_none() && kind.enabled != Some(false))
    });
    let is_written = scopes.iter().any(|(kind, tables)| {
        *kind == ScopeKind::Language && tables.names().any(|name| slug(name) == slug(language))
    });
    (is_free && !is_written).then_some((preset, language))
}

/// The feed of the main language, in the place and under the name of the site's.
fn main_language(preset: Preset, language: &str, base: &KindSettings) -> NamedScope {
    NamedScope {
        kind: ScopeKind::Language,
        name: language.to_owned(),
        place: 0..0,
        settings: ScopeSettings {
            title: None,
            email: None,
            slug: None,
            enabled: true,
            path: preset.main_language_path(),
            feed: FeedSettings {
                title: TextPattern::site_after(""),
                ..base.feed.clone()
            },
        },
    }
}
