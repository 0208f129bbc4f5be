//! `[feeds]` and the tables of kinds and scopes → [`Feeds`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use toml::Spanned;
use url::Url;

use super::error::{Location, Problems};
use super::query::{self, Query};
use super::raw::{Amount, RawConfig, RawFeeds, RawKind, RawScope, RawValue, WrittenFormats};
use super::scope::{self, Named};
use super::{
    FeedSettings, Feeds, KindSettings, Preset, ScopeSettings, Site, address, address_conflicts, amount,
    podcast, values,
};
use crate::vocabulary::{
    BodyMode, Complaint, Format, Order, PathPattern, ScopeKind, TextPattern, slug::slug,
};

const BODY_MODES: [(&str, BodyMode); 2] = [("full", BodyMode::Full), ("summary", BodyMode::Summary)];
const ORDERS: [(&str, Order); 2] = [("newest", Order::Newest), ("updated", Order::Updated)];

/// What the feeds of a site are like, served below `url`. Dates in conditions that name no zone are
/// in `zone`.
pub(super) fn resolve(
    url: Url,
    site: &Site,
    zone: Tz,
    has_languages: bool,
    raw: &mut RawConfig,
    problems: &mut Problems<'_>,
) -> Feeds {
    let common = Overlay::read(&raw.feeds.written(), zone, problems);
    let preset = problems.written(raw.feeds.preset.clone(), |written| {
        values::choice(&written, &Preset::NAMES)
    });
    let default_path =
        |kind| preset.map_or_else(|| PathPattern::default_for(kind), |preset| preset.path(kind));
    let mut all = BTreeMap::new();
    for kind in ScopeKind::ALL {
        // Checked even when the kind is switched off: it may be switched on again.
        let base = common.for_kind(kind).over(&defaults(kind, site));
        let written = raw.feeds.kind(kind);
        let path = problems.written(written.path.clone(), |written| {
            pattern(&written, kind, PathPattern::parse(&written, kind))
        });
        let settings = KindSettings {
            path: path.unwrap_or_else(|| default_path(kind)),
            feed: Overlay::read(&written.written(), zone, problems).over(&base),
        };
        // A site of one language would have all its posts in two feeds.
        let enabled = written
            .enabled
            .unwrap_or(kind != ScopeKind::Language || has_languages);
        all.insert(kind, (settings, enabled));
    }
    let main = has_languages
        .then(|| raw.site_language_apart(preset, site))
        .flatten();
    if let Some((preset, _)) = &main
        && let Some((settings, _)) = all.get_mut(&ScopeKind::Site)
    {
        settings.path = preset.all_languages_path();
    }
    let mut scopes: Vec<Named> = Vec::new();
    for (kind, (settings, enabled)) in &all {
        if *kind != ScopeKind::Custom {
            scopes.extend(scope::scopes(
                *kind,
                raw.take_scopes(*kind),
                settings,
                zone,
                *enabled,
                problems,
            ));
        }
    }
    if let Some((preset, language)) = main
        && let Some((base, _)) = all.get(&ScopeKind::Language)
    {
        scopes.push(main_language(preset, language, base));
    }
    let mut own = Vec::new();
    if let Some((settings, enabled)) = all.get(&ScopeKind::Custom) {
        let feeds = std::mem::take(&mut raw.feed);
        for (named, feed) in scope::own_feeds(feeds, zone, settings, *enabled, problems) {
            scopes.push(named);
            own.push(feed);
        }
    }
    let kinds = all
        .into_iter()
        .filter(|(_, (_, enabled))| *enabled)
        .map(|(kind, (settings, _))| (kind, settings))
        .collect();
    if address_conflicts::kinds_are_apart(&kinds, &raw.feeds, problems) {
        address_conflicts::scopes_are_apart(&kinds, &scopes, problems);
    }
    let podcast = raw.podcast.take();
    let podcast = podcast.map(|raw| Arc::new(podcast::resolve(raw, &url, problems)));
    let hubs = raw.feeds.hubs.as_ref().map_or_else(Vec::new, |written| {
        let items = written.get_ref().iter().cloned();
        items
            .filter_map(|item| problems.written(Some(item), |item| address::hub(&item)))
            .collect()
    });
    Feeds {
        url,
        kinds,
        hubs,
        scopes: scopes
            .into_iter()
            .map(|named| ((named.kind, named.name), named.settings))
            .collect(),
        own,
        podcast,
    }
}

impl RawConfig {
    /// The main language, if its feed is to be where the preset has that of the site: unless anything
    /// is written about either.
    fn site_language_apart(&self, preset: Option<Preset>, site: &Site) -> Option<(Preset, String)> {
        let preset = preset.filter(|preset| preset.splits_languages())?;
        let language = site.language.clone()?;
        let kinds = [&self.feeds.site, &self.feeds.language];
        let is_free = kinds
            .iter()
            .all(|kind| kind.path.is_none() && kind.enabled != Some(false));
        let is_written = self
            .languages
            .keys()
            .any(|name| slug(name.get_ref()) == slug(&language));
        (is_free && !is_written).then_some((preset, language))
    }
}

/// The feed of the main language, in the place and under the name of the site's.
fn main_language(preset: Preset, language: String, base: &KindSettings) -> Named {
    Named {
        kind: ScopeKind::Language,
        name: language,
        head: 0..0,
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

/// What the feeds of a kind are like if nothing is written at all.
fn defaults(kind: ScopeKind, site: &Site) -> FeedSettings {
    FeedSettings {
        title: match kind {
            ScopeKind::Site => TextPattern::site_after(""),
            _ => TextPattern::title_and_site(),
        },
        description: match kind {
            ScopeKind::Site => TextPattern::literal(site.description.as_str()),
            ScopeKind::Custom => TextPattern::site_after("Selected posts from "),
            ScopeKind::Section | ScopeKind::Category | ScopeKind::Language => {
                TextPattern::title_on_site("Posts in ")
            }
            ScopeKind::Author => TextPattern::title_on_site("Posts by "),
            ScopeKind::Tag => TextPattern::title_on_site("Posts tagged "),
        },
        language: None,
        formats: Format::ALL.to_vec(),
        limit: 50,
        body: BodyMode::Full,
        order: Order::Newest,
        image: None,
        image_enclosure: false,
        poll: None,
        podcast: false,
        excludes: Vec::new(),
    }
}

/// The complaint about a pattern of addresses, if there is one.
pub(super) fn pattern(
    written: &str,
    kind: ScopeKind,
    parsed: Result<PathPattern, String>,
) -> Result<PathPattern, Complaint> {
    parsed.map_err(|reason| {
        let default = PathPattern::default_for(kind);
        Complaint::new(
            format!("path “{written}” {reason}"),
            format!("write it like the default: {}", default.as_str()),
        )
    })
}

/// What a table says of feeds, as far as any of them can.
pub(super) struct WrittenFeed<'a> {
    title: Option<&'a Spanned<String>>,
    description: Option<&'a Spanned<String>>,
    language: Option<&'a Spanned<String>>,
    formats: &'a WrittenFormats,
    limit: Option<&'a Spanned<i64>>,
    body: Option<&'a Spanned<String>>,
    order: Option<&'a Spanned<String>>,
    image: Option<&'a Spanned<String>>,
    image_enclosure: Option<bool>,
    poll: Option<&'a Spanned<Amount>>,
    podcast: Option<bool>,
    exclude: Option<&'a Spanned<RawValue>>,
}

impl RawFeeds {
    fn written(&self) -> WrittenFeed<'_> {
        WrittenFeed {
            title: self.title.as_ref(),
            description: self.description.as_ref(),
            // The language of all feeds is the site's.
            language: None,
            formats: &self.formats,
            limit: self.limit.as_ref(),
            body: self.body.as_ref(),
            order: self.order.as_ref(),
            image: self.image.as_ref(),
            image_enclosure: self.image_enclosure,
            poll: self.poll.as_ref(),
            podcast: self.podcast,
            exclude: self.exclude.as_ref(),
        }
    }
}

impl RawKind {
    fn written(&self) -> WrittenFeed<'_> {
        WrittenFeed {
            title: self.title.as_ref(),
            description: self.description.as_ref(),
            language: self.language.as_ref(),
            formats: &self.formats,
            limit: self.limit.as_ref(),
            body: self.body.as_ref(),
            order: self.order.as_ref(),
            image: self.image.as_ref(),
            image_enclosure: self.image_enclosure,
            poll: self.poll.as_ref(),
            podcast: self.podcast,
            exclude: self.exclude.as_ref(),
        }
    }
}

impl RawScope {
    /// Its title is left out: it is the scope's name first.
    pub(super) fn written(&self) -> WrittenFeed<'_> {
        WrittenFeed {
            title: None,
            description: self.description.as_ref(),
            language: self.language.as_ref(),
            formats: &self.formats,
            limit: self.limit.as_ref(),
            body: self.body.as_ref(),
            order: self.order.as_ref(),
            image: self.image.as_ref(),
            image_enclosure: self.image_enclosure,
            poll: self.poll.as_ref(),
            podcast: self.podcast,
            exclude: self.exclude.as_ref(),
        }
    }
}

/// What a table says, checked. What it does not say, it leaves as it is.
#[derive(Clone, Default)]
pub(super) struct Overlay {
    pub(super) title: Option<TextPattern>,
    pub(super) description: Option<TextPattern>,
    pub(super) language: Option<String>,
    formats: Option<Vec<Format>>,
    limit: Option<usize>,
    body: Option<BodyMode>,
    order: Option<Order>,
    image: Option<String>,
    image_enclosure: Option<bool>,
    poll: Option<Duration>,
    podcast: Option<bool>,
    exclude: Option<Query>,
}

impl Overlay {
    pub(super) fn read(written: &WrittenFeed<'_>, zone: Tz, problems: &mut Problems<'_>) -> Self {
        Overlay {
            title: problems.written(written.title.cloned(), |text| TextPattern::parse(&text)),
            description: problems.written(written.description.cloned(), |text| TextPattern::parse(&text)),
            language: problems.written(written.language.cloned(), |text| values::language(&text)),
            formats: formats(written.formats.as_ref(), problems),
            limit: problems.written(written.limit.cloned(), values::limit),
            body: problems.written(written.body.cloned(), |text| values::choice(&text, &BODY_MODES)),
            order: problems.written(written.order.cloned(), |text| values::choice(&text, &ORDERS)),
            image: problems.written(written.image.cloned(), |text| values::image(&text)),
            image_enclosure: written.image_enclosure,
            poll: problems.written(written.poll.cloned(), |written| poll(&written)),
            podcast: written.podcast,
            exclude: query::read("exclude", written.exclude, zone, problems),
        }
    }

    /// What `[feeds]` says is for every feed, but the site is not a part of itself: one pattern of
    /// titles does not suit both.
    fn for_kind(&self, kind: ScopeKind) -> Self {
        match kind {
            ScopeKind::Site => Overlay {
                title: None,
                description: None,
                ..self.clone()
            },
            _ => self.clone(),
        }
    }

    pub(super) fn over(self, base: &FeedSettings) -> FeedSettings {
        FeedSettings {
            title: self.title.unwrap_or_else(|| base.title.clone()),
            description: self.description.unwrap_or_else(|| base.description.clone()),
            language: self.language.or_else(|| base.language.clone()),
            formats: self.formats.unwrap_or_else(|| base.formats.clone()),
            limit: self.limit.unwrap_or(base.limit),
            body: self.body.unwrap_or(base.body),
            order: self.order.unwrap_or(base.order),
            image: self.image.or_else(|| base.image.clone()),
            image_enclosure: self.image_enclosure.unwrap_or(base.image_enclosure),
            poll: self.poll.or(base.poll),
            podcast: self.podcast.unwrap_or(base.podcast),
            // What opts out of all feeds does not come back because one of them says more.
            excludes: base.excludes.iter().cloned().chain(self.exclude).collect(),
        }
    }
}

fn formats(
    written: Option<&Spanned<Vec<Spanned<String>>>>,
    problems: &mut Problems<'_>,
) -> Option<Vec<Format>> {
    let written = written?;
    let names: Vec<(&str, Format)> = Format::ALL.map(|format| (format.name(), format)).to_vec();
    let mut formats = Vec::new();
    for item in written.get_ref() {
        let location = Location::Span(item.span());
        match problems.written(Some(item.clone()), |name| values::choice(&name, &names)) {
            Some(format) if formats.contains(&format) => problems.add(
                &location,
                Complaint::new(
                    format!("“{}” is here for the second time", format.name()),
                    "take it out",
                ),
            ),
            Some(format) => formats.push(format),
            None => {}
        }
    }
    if written.get_ref().is_empty() {
        problems.add(
            &Location::Span(written.span()),
            Complaint::new(
                "a feed needs a format",
                "name one, or write enabled = false under a kind or scope that shall have no feeds",
            ),
        );
    }
    Some(formats)
}

/// How often to ask: a time that is told alike in minutes and as so many times an hour or a day.
fn poll(written: &Amount) -> Result<Duration, Complaint> {
    let period = amount::duration(written, Duration::from_mins(1)..=Duration::from_hours(24))?;
    let minutes = period.as_secs() / 60;
    let whole = if minutes <= 60 { 60 } else { 24 * 60 };
    if period.as_secs().is_multiple_of(60) && whole % minutes == 0 {
        return Ok(period);
    }
    Err(Complaint::new(
        format!("an hour or a day is not a whole number of times {written}"),
        "write 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 12h or 24h",
    ))
}
