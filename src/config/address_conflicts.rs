//! No two feeds at one address. Told for the configuration as a whole: what a post may be called is
//! not known yet, so a pattern is a promise for every name.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::KindSettings;
use super::reader::{Location, Problems};
use super::scope::NamedScope;
use crate::vocabulary::{Complaint, PathPattern, ScopeKind};

/// Whether two kinds could have one address; complains where they could.
pub(super) fn between_kinds(
    kinds: &BTreeMap<ScopeKind, KindSettings>,
    path_places: &BTreeMap<ScopeKind, Range<usize>>,
    problems: &Problems<'_>,
) -> bool {
    let mut told = BTreeSet::new();
    let mut is_conflict = false;
    for (&kind, settings) in kinds {
        for (&other, others) in kinds.range(..kind) {
            let Some(path) = settings.path.meets(&others.path) else {
                continue;
            };
            is_conflict = true;
            // Point at what is written last; the defaults are apart, so one of the two is written.
            let span = |kind: ScopeKind| path_places.get(&kind).cloned();
            let mut both = [(span(other), other), (span(kind), kind)];
            both.sort_by_key(|(span, _)| span.as_ref().map(|span| span.start));
            let [(other_span, other), (Some(span), kind)] = both else {
                continue;
            };
            // A path that many kinds could have is one mistake.
            if !told.insert(span.start) {
                continue;
            }
            let whereabouts = match other_span {
                Some(span) => format!("in line {}", problems.place(&span).line),
                None => "by default".into(),
            };
            let (kind_name, other_name) = (kind.name(), other.name());
            let message = if settings.path == others.path {
                format!("[feeds.{kind_name}] has the path that [feeds.{other_name}] has {whereabouts}")
            } else {
                format!(
                    "[feeds.{kind_name}] can have a path that [feeds.{other_name}] has {whereabouts}: {path}"
                )
            };
            let default = PathPattern::default_for(kind);
            let help = format!("give it a path of its own, such as {}", default.as_str());
            problems.add(&Location::Span(span), Complaint::new(message, help));
        }
    }
    is_conflict
}

/// Complains where a scope that is configured has the address of another, of the site, or one that
/// a kind would give to another name.
pub(super) fn between_scopes(
    kinds: &BTreeMap<ScopeKind, KindSettings>,
    scopes: &[NamedScope],
    problems: &Problems<'_>,
) {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    if let Some(site) = kinds.get(&ScopeKind::Site) {
        for format in &site.feed.formats {
            owners.insert(site.path.fill("", *format), "[feeds.site]".into());
        }
    }
    let mut told = BTreeSet::new();
    let enabled = || scopes.iter().filter(|named| named.settings.enabled);
    for named in enabled() {
        let owner = format!("{} in line {}", named.table(), problems.place(&named.place).line);
        let mut others = Vec::new();
        for format in &named.settings.feed.formats {
            let address = named.settings.path.fill(&named.slug(), *format);
            let other = owners.insert(address.clone(), owner.clone());
            others.extend(other.map(|other| (other, address)));
        }
        if let Some((other, address)) = others.into_iter().next() {
            let complaint = Complaint::new(
                format!("{} has the address of {other}: {address}", named.table()),
                "give one of the two another slug, or another path",
            );
            problems.add(&Location::Span(named.place.clone()), complaint);
            told.insert(named.place.start);
        }
    }
    for named in enabled().filter(|named| !told.contains(&named.place.start)) {
        let slug = named.slug();
        let taken = named.settings.feed.formats.iter().find_map(|format| {
            let address = named.settings.path.fill(&slug, *format);
            kinds.iter().find_map(|(kind, settings)| {
                let other = settings.path.slug_in(&address)?;
                let is_configured = enabled().any(|named| named.kind == *kind && named.slug() == other);
                // With those that are configured it was compared above.
                let is_another = !other.is_empty() && !is_configured;
                is_another.then(|| (*kind, other.to_owned(), address.clone()))
            })
        });
        if let Some((kind, other, address)) = taken {
            let complaint = Complaint::new(
                format!(
                    "{} has an address that [feeds.{}] gives to the {} “{other}”: {address}",
                    named.table(),
                    kind.name(),
                    kind.name(),
                ),
                "give it another path",
            );
            problems.add(&Location::Span(named.place.clone()), complaint);
        }
    }
}
