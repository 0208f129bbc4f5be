//! Tables of single scopes: `[categories.news]`. Those of [`super::own_feed`] say the same and more.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono_tz::Tz;

use super::kind::path_pattern;
use super::reader::{Location, Problems, Table, Tables, table_name};
use super::{FeedSettings, KindSettings, values};
use crate::vocabulary::slug::slug;
use crate::vocabulary::{Complaint, PathPattern, ScopeKind, TextPattern};

/// What is configured for a single scope.
#[derive(Clone, Debug, PartialEq)]
pub struct ScopeSettings {
    /// Its name for people.
    pub title: Option<String>,
    /// Who answers for it.
    pub email: Option<String>,
    /// Its part of the address, where it is not made from the name.
    pub slug: Option<String>,
    /// Whether it has a feed.
    pub enabled: bool,
    /// Where its feed is served.
    pub path: PathPattern,
    /// What its feed is like, in all that its kind says and it does not.
    pub feed: FeedSettings,
}

/// A scope that is configured, with its place in the file.
pub(super) struct NamedScope {
    pub(super) kind: ScopeKind,
    pub(super) name: String,
    /// The place of its name, or of the head of its table.
    pub(super) place: Range<usize>,
    pub(super) settings: ScopeSettings,
}

impl NamedScope {
    /// How its table starts: `[categories.news]`.
    pub(super) fn table(&self) -> String {
        head(self.kind, &self.name)
    }

    /// Its part of the address.
    pub(super) fn slug(&self) -> String {
        self.settings.slug.clone().unwrap_or_else(|| slug(&self.name))
    }
}

/// The scopes of a kind that are configured, in the order of the file.
pub(super) fn read(
    tables: Tables<'_>,
    kind: ScopeKind,
    base: &KindSettings,
    zone: Tz,
    enabled: bool,
    problems: &Problems<'_>,
) -> Vec<NamedScope> {
    let mut scopes = tables.read(|name, mut table| NamedScope {
        kind,
        place: name.span(),
        name: name.into_inner(),
        settings: settings(&mut table, kind, base, zone, enabled),
    });
    let mut names = Names::default();
    scopes.retain(|scope| names.is_new(scope, problems));
    scopes
}

/// What a table says of a scope; where it says nothing, `base` holds.
pub(super) fn settings(
    table: &mut Table<'_>,
    kind: ScopeKind,
    base: &KindSettings,
    zone: Tz,
    enabled: bool,
) -> ScopeSettings {
    let title = table.text("title", |written| {
        Ok((TextPattern::parse(written)?, written.trim().to_owned()))
    });
    // What is said with `{site}` in it is the title of a feed, and not what a category is called.
    let (title, feed_title) = match title {
        Some((pattern, name)) if pattern.is_literal() => (Some(name), None),
        Some((pattern, _)) => (None, Some(pattern)),
        None => (None, None),
    };
    let description = table.text("description", TextPattern::parse);
    let email = table.text("email", values::email);
    let slug = table.text("slug", values::segment);
    let enabled = table.flag("enabled").unwrap_or(enabled);
    let path = table.text("path", |written| {
        path_pattern(written, kind, PathPattern::parse_single(written))
    });
    let feed = base.feed.clone();
    let feed = FeedSettings {
        title: feed_title.unwrap_or(feed.title),
        description: description.unwrap_or(feed.description),
        language: table.text("language", values::language).or(feed.language),
        ..feed
    };
    ScopeSettings {
        title,
        email,
        slug,
        enabled,
        path: path.unwrap_or_else(|| base.path.clone()),
        feed: FeedSettings::read(table, feed, zone),
    }
}

/// How the table of a scope starts: `[categories.news]`, `[[feed]] “front-page”`.
fn head(kind: ScopeKind, name: &str) -> String {
    match kind {
        ScopeKind::Custom => format!("[[feed]] “{name}”"),
        _ => table_name(&[kind.plural(), name]),
    }
}

/// The names of one kind so far: by slug, as posts are matched.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, (String, Range<usize>)>);

impl Names {
    /// Whether a scope has a name, and one that no other has; complains where not.
    pub(super) fn is_new(&mut self, scope: &NamedScope, problems: &Problems<'_>) -> bool {
        let (kind, name) = (scope.kind, scope.name.as_str());
        let noun = match kind {
            ScopeKind::Custom => "feed",
            _ => kind.name(),
        };
        let complaint = match self.0.get(&slug(name)) {
            _ if name.trim().is_empty() => Complaint::new(
                format!("a {noun} needs a name"),
                match kind {
                    ScopeKind::Custom => "write name = \"…\", from which its address is made".into(),
                    _ => format!("write [{}.NAME], with the name that posts use", kind.plural()),
                },
            ),
            Some((first, place)) => Complaint::new(
                format!(
                    "{} is the same {noun} as {} in line {}",
                    scope.table(),
                    head(kind, first),
                    problems.place(place).line,
                ),
                match kind {
                    ScopeKind::Custom => "give one of the two another name".into(),
                    _ => format!(
                        "names that differ only in case, spacing or accents are one {noun}: put all into one table"
                    ),
                },
            ),
            None => {
                self.0.insert(slug(name), (name.to_owned(), scope.place.clone()));
                return true;
            }
        };
        problems.add(&Location::Span(scope.place.clone()), complaint);
        false
    }
}
