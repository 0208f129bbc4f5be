//! `[feeds]` and the tables of single scopes → [`Feeds`], with no two feeds at one address.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use url::Url;

use super::error::{Complaint, Location, Problems};
use super::raw::{RawConfig, RawFeeds, RawKind, RawScope, RawScopes, Written};
use super::read::table_name;
use super::{FeedSettings, Feeds, KindSettings, PathPattern, ScopeKind, ScopeSettings, values};
use crate::content::slug::slug;
use crate::feed::{BodyMode, Format};

const BODY_MODES: [(&str, BodyMode); 2] = [("full", BodyMode::Full), ("summary", BodyMode::Summary)];

/// What the feeds are like, served below `url`.
pub(super) fn resolve(url: Url, raw: &mut RawConfig, problems: &mut Problems<'_>) -> Feeds {
    let common = common_settings(&raw.feeds, problems);
    let mut kinds = BTreeMap::new();
    for kind in ScopeKind::ALL {
        let written = raw.feeds.kind(kind);
        // Checked even when the kind is switched off: it may be switched on again.
        let settings = kind_settings(kind, written, &common, problems);
        if written.enabled.unwrap_or(true) {
            kinds.insert(kind, settings);
        }
    }
    let apart = kinds_are_apart(&kinds, &raw.feeds, problems);
    let mut scopes = BTreeMap::new();
    let mut heads = Vec::new();
    for kind in ScopeKind::ALL {
        for (name, head, settings) in scope_settings(kind, raw.take_scopes(kind), problems) {
            heads.push((kind, name.clone(), head));
            scopes.insert((kind, name), settings);
        }
    }
    let feeds = Feeds { url, kinds, scopes };
    if apart {
        addresses_are_apart(&feeds, &heads, problems);
    }
    feeds
}

fn common_settings(raw: &RawFeeds, problems: &mut Problems<'_>) -> FeedSettings {
    FeedSettings {
        formats: formats(raw.formats.as_ref(), problems).unwrap_or_else(|| Format::ALL.to_vec()),
        limit: limit(raw.limit.as_ref(), problems).unwrap_or(50),
        body: body(raw.body.as_ref(), problems).unwrap_or(BodyMode::Full),
        image_enclosure: raw.image_enclosure.unwrap_or(false),
    }
}

fn kind_settings(
    kind: ScopeKind,
    raw: &RawKind,
    common: &FeedSettings,
    problems: &mut Problems<'_>,
) -> KindSettings {
    let path = problems.written(raw.path.clone(), |written| {
        PathPattern::parse(&written, kind).map_err(|reason| {
            Complaint::new(
                format!("path “{written}” {reason}"),
                format!(
                    "write it like the default: {}",
                    PathPattern::default_for(kind).as_str()
                ),
            )
        })
    });
    KindSettings {
        path: path.unwrap_or_else(|| PathPattern::default_for(kind)),
        feed: FeedSettings {
            formats: formats(raw.formats.as_ref(), problems).unwrap_or_else(|| common.formats.clone()),
            limit: limit(raw.limit.as_ref(), problems).unwrap_or(common.limit),
            body: body(raw.body.as_ref(), problems).unwrap_or(common.body),
            image_enclosure: raw.image_enclosure.unwrap_or(common.image_enclosure),
        },
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
                "name one, or write enabled = false under a kind that shall have no feeds",
            ),
        );
    }
    Some(formats)
}

fn limit(written: Option<&Spanned<i64>>, problems: &mut Problems<'_>) -> Option<usize> {
    problems.written(written.cloned(), values::limit)
}

fn body(written: Option<&Spanned<String>>, problems: &mut Problems<'_>) -> Option<BodyMode> {
    problems.written(written.cloned(), |written| values::choice(&written, &BODY_MODES))
}

/// Settings of single scopes with name and place, in the order of the file.
fn scope_settings(
    kind: ScopeKind,
    raw: RawScopes,
    problems: &mut Problems<'_>,
) -> Vec<(String, Range<usize>, ScopeSettings)> {
    let mut raw: Vec<(Spanned<String>, RawScope)> = raw.into_iter().collect();
    raw.sort_by_key(|(name, _)| name.span().start);
    let mut seen: BTreeMap<String, (String, Range<usize>)> = BTreeMap::new();
    let mut scopes = Vec::new();
    for (name, scope) in raw {
        let head = name.span();
        let name = name.into_inner();
        let settings = one_scope(scope, problems);
        let complaint = match seen.get(&slug(&name)) {
            _ if name.trim().is_empty() => Some(Complaint::new(
                format!("a {} needs a name", kind.name()),
                format!("write [{}.NAME], with the name that posts use", kind.plural()),
            )),
            Some((first, place)) => Some(Complaint::new(
                format!(
                    "{} is the same {} as {} in line {}",
                    table_name(&[kind.plural(), &name]),
                    kind.name(),
                    table_name(&[kind.plural(), first]),
                    problems.place(place).line,
                ),
                format!(
                    "names that differ only in case, spacing or accents are one {}: put all into one table",
                    kind.name()
                ),
            )),
            None => None,
        };
        if let Some(complaint) = complaint {
            problems.add(&Location::Span(head), complaint);
            continue;
        }
        seen.insert(slug(&name), (name.clone(), head.clone()));
        scopes.push((name, head, settings));
    }
    scopes
}

fn one_scope(raw: RawScope, problems: &mut Problems<'_>) -> ScopeSettings {
    let mut text = |written: Written<String>, check: fn(&str) -> Result<String, Complaint>| {
        problems.written(written, |written| check(&written))
    };
    ScopeSettings {
        title: text(raw.title, values::text),
        description: text(raw.description, values::text),
        email: text(raw.email, values::email),
        slug: text(raw.slug, values::segment),
        limit: limit(raw.limit.as_ref(), problems),
        body: body(raw.body.as_ref(), problems),
    }
}

/// Whether every kind has addresses of its own. Two kinds of one pattern would share all of them.
fn kinds_are_apart(
    kinds: &BTreeMap<ScopeKind, KindSettings>,
    raw: &RawFeeds,
    problems: &mut Problems<'_>,
) -> bool {
    let mut apart = true;
    let mut seen: BTreeMap<&str, ScopeKind> = BTreeMap::new();
    for (&kind, settings) in kinds {
        let Some(first) = seen.insert(settings.path.as_str(), kind) else {
            continue;
        };
        apart = false;
        // Point at what is written last; the defaults differ, so one of the two is written.
        let span = |kind: ScopeKind| raw.kind(kind).path.as_ref().map(Spanned::span);
        let mut both = [(span(first), first), (span(kind), kind)];
        both.sort_by_key(|(span, _)| span.as_ref().map(|span| span.start));
        let [(other_span, other), (Some(span), kind)] = both else {
            continue;
        };
        let whereabouts = match other_span {
            Some(span) => format!("in line {}", problems.place(&span).line),
            None => "by default".into(),
        };
        let complaint = Complaint::new(
            format!(
                "[feeds.{}] has the path that [feeds.{}] has {whereabouts}",
                kind.name(),
                other.name()
            ),
            format!(
                "give it a path of its own, such as {}",
                PathPattern::default_for(kind).as_str()
            ),
        );
        problems.add(&Location::Span(span), complaint);
    }
    apart
}

/// Complains where two scopes that are configured, or one and the site, have one address. Those
/// that only posts name are the catalog's to tell apart.
fn addresses_are_apart(
    feeds: &Feeds,
    heads: &[(ScopeKind, String, Range<usize>)],
    problems: &mut Problems<'_>,
) {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    if let Some(site) = feeds.kinds.get(&ScopeKind::Site) {
        owners.insert(site.path.fill("", Format::Rss), "[feeds.site]".into());
    }
    for (kind, name, head) in heads {
        let configured = feeds.scopes.get(&(*kind, name.clone()));
        let Some((settings, scope)) = feeds.kinds.get(kind).zip(configured) else {
            continue;
        };
        let slug = scope.slug.clone().unwrap_or_else(|| slug(name));
        let address = settings.path.fill(&slug, Format::Rss);
        let table = table_name(&[kind.plural(), name]);
        let owner = format!("{table} in line {}", problems.place(head).line);
        if let Some(other) = owners.insert(address.clone(), owner) {
            let complaint = Complaint::new(
                format!("{table} has the address of {other}: {address}"),
                "give one of the two another slug",
            );
            problems.add(&Location::Span(head.clone()), complaint);
        }
    }
}
