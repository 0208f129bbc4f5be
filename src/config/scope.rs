//! Tables of single scopes, `[categories.news]` and `[[feed]]` → what is configured for them.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono_tz::Tz;
use toml::Spanned;

use super::error::{Location, Problems};
use super::feeds::{Overlay, pattern};
use super::query::{self, OwnFeed};
use super::raw::{RawOwnFeed, RawScope, RawScopes};
use super::read::table_name;
use super::{KindSettings, ScopeSettings, values};
use crate::vocabulary::{Complaint, PathPattern, ScopeKind, TextPattern, slug::slug};

/// A scope that is configured, with its place in the file.
pub(super) struct Named {
    pub(super) kind: ScopeKind,
    pub(super) name: String,
    /// Where its table starts.
    pub(super) head: Range<usize>,
    pub(super) settings: ScopeSettings,
}

impl Named {
    /// How its table starts: `[categories.news]`.
    pub(super) fn table(&self) -> String {
        table(self.kind, &self.name)
    }

    /// Its part of the address.
    pub(super) fn slug(&self) -> String {
        self.settings.slug.clone().unwrap_or_else(|| slug(&self.name))
    }
}

/// The scopes of a kind that are configured, in the order of the file.
pub(super) fn scopes(
    kind: ScopeKind,
    raw: RawScopes,
    base: &KindSettings,
    zone: Tz,
    enabled: bool,
    problems: &mut Problems<'_>,
) -> Vec<Named> {
    let mut raw: Vec<(Spanned<String>, RawScope)> = raw.into_iter().collect();
    raw.sort_by_key(|(name, _)| name.span().start);
    let mut seen = Seen::default();
    let mut scopes = Vec::new();
    for (name, scope) in raw {
        let head = name.span();
        let name = name.into_inner();
        let overlay = Overlay::read(&scope.written(), zone, problems);
        let settings = settings(kind, scope, overlay, base, enabled, problems);
        if seen.is_new(kind, &name, &head, problems) {
            scopes.push(Named {
                kind,
                name,
                head,
                settings,
            });
        }
    }
    scopes
}

/// The feeds of the owner's own, in the order of the file.
pub(super) fn own_feeds(
    raw: Vec<Spanned<RawOwnFeed>>,
    zone: Tz,
    base: &KindSettings,
    enabled: bool,
    problems: &mut Problems<'_>,
) -> Vec<(Named, OwnFeed)> {
    let kind = ScopeKind::Custom;
    let mut seen = Seen::default();
    let mut feeds = Vec::new();
    for table in raw {
        let span = table.span();
        let raw = table.into_inner();
        let (head, name) = match &raw.name {
            Some(name) => (name.span(), name.get_ref().clone()),
            None => (span, String::new()),
        };
        let own = OwnFeed {
            name: name.clone(),
            includes: query::read("match", raw.r#match.as_ref(), zone, problems),
        };
        let raw = raw.into_scope();
        let mut overlay = Overlay::read(&raw.written(), zone, problems);
        // A feed of posts in one language is in that language.
        overlay.language = overlay
            .language
            .or_else(|| own.only_language().map(str::to_owned));
        let settings = settings(kind, raw, overlay, base, enabled, problems);
        if seen.is_new(kind, &name, &head, problems) {
            let named = Named {
                kind,
                name,
                head,
                settings,
            };
            feeds.push((named, own));
        }
    }
    feeds
}

/// How the table of a scope starts: `[categories.news]`, `[[feed]] “front-page”`.
fn table(kind: ScopeKind, name: &str) -> String {
    match kind {
        ScopeKind::Custom => format!("[[feed]] “{name}”"),
        _ => table_name(&[kind.plural(), name]),
    }
}

/// The names of one kind so far: by slug, as posts are matched.
#[derive(Default)]
struct Seen(BTreeMap<String, (String, Range<usize>)>);

impl Seen {
    fn is_new(
        &mut self,
        kind: ScopeKind,
        name: &str,
        head: &Range<usize>,
        problems: &mut Problems<'_>,
    ) -> bool {
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
                    table(kind, name),
                    table(kind, first),
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
                self.0.insert(slug(name), (name.to_owned(), head.clone()));
                return true;
            }
        };
        problems.add(&Location::Span(head.clone()), complaint);
        false
    }
}

fn settings(
    kind: ScopeKind,
    raw: RawScope,
    mut overlay: Overlay,
    base: &KindSettings,
    enabled: bool,
    problems: &mut Problems<'_>,
) -> ScopeSettings {
    let title = problems.written(raw.title, |written| {
        let pattern = TextPattern::parse(&written)?;
        Ok((pattern.is_literal(), pattern, written.trim().to_owned()))
    });
    // What is said with `{site}` in it is the title of a feed, and not what a category is called.
    let title = match title {
        Some((true, _, name)) => Some(name),
        Some((false, pattern, _)) => {
            overlay.title = Some(pattern);
            None
        }
        None => None,
    };
    let path = problems.written(raw.path, |written| {
        pattern(&written, kind, PathPattern::parse_single(&written))
    });
    ScopeSettings {
        title,
        email: problems.written(raw.email, |written| values::email(&written)),
        slug: problems.written(raw.slug, |written| values::segment(&written)),
        enabled: raw.enabled.unwrap_or(enabled),
        path: path.unwrap_or_else(|| base.path.clone()),
        feed: overlay.over(&base.feed),
    }
}
