//! `[[feed]]`: a feed of the owner's own, which says itself which posts it holds.

use chrono_tz::Tz;

use super::query::{self, Condition, Query};
use super::reader::{Location, Problems, Tables};
use super::scope::{self, NamedScope, Names};
use super::{FeedSettings, KindSettings};
use crate::vocabulary::ScopeKind;

/// Which posts a feed of the owner's own holds.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnFeed {
    /// Its name, under which the rest of what is configured for it stands.
    pub name: String,
    /// What its posts are like; `None` for every post.
    pub includes: Option<Query>,
}

impl OwnFeed {
    /// The language of its posts, if it wants posts of one language only.
    pub fn only_language(&self) -> Option<&str> {
        let [conditions] = self.includes.as_ref()?.0.as_slice() else {
            return None;
        };
        conditions.iter().find_map(|condition| match condition {
            Condition::Language(ranges) if ranges.len() == 1 => ranges.first().map(String::as_str),
            _ => None,
        })
    }
}

/// The feeds of the owner's own, in the order of the file.
pub(super) fn read(
    tables: Tables<'_>,
    base: &KindSettings,
    zone: Tz,
    enabled: bool,
    problems: &Problems<'_>,
) -> Vec<(NamedScope, OwnFeed)> {
    let kind = ScopeKind::Custom;
    let mut feeds = tables.read(|head, mut table| {
        let name = table.option_or_text("name", None, |name| Ok(name.to_owned()));
        let (name, place) = name.unzip();
        let own = OwnFeed {
            name: name.unwrap_or_default(),
            includes: query::read(&mut table, "match", zone),
        };
        let exclude = query::read(&mut table, "exclude", zone);
        // A feed of posts in one language is in that language.
        let language = own.only_language().map(str::to_owned);
        let feed = base.feed.clone();
        let base = KindSettings {
            path: base.path.clone(),
            feed: FeedSettings {
                language: language.or(feed.language),
                excludes: feed.excludes.into_iter().chain(exclude).collect(),
                ..feed
            },
        };
        let scope = NamedScope {
            kind,
            name: own.name.clone(),
            place: place.and_then(Location::span).unwrap_or(head.span()),
            settings: scope::settings(&mut table, kind, &base, zone, enabled),
        };
        (scope, own)
    });
    let mut names = Names::default();
    feeds.retain(|(scope, _)| names.is_new(scope, problems));
    feeds
}
