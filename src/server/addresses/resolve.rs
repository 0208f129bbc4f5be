//! A path → what stands there. Pure.
//!
//! In this order: what is configured; what is in the catalog; the addresses at which another program had a feed; and
//! what people and programs commonly guess, such as `/feed`, `/atom.xml`, `/index.xml`, a trailing slash, capital
//! letters. A guess is redirected, so that all readers poll one address.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;

use crate::catalog::select;
use crate::catalog::{Page, Route, ScopeKey, Snapshot};
use crate::config::{Move, Moved};
use crate::vocabulary::{Format, ScopeKind};

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// The list of feeds, for people.
    FeedList,
    /// A document; with its move if it leaves this address later.
    Document(&'a ScopeKey, Format, Option<&'a Move>),
    /// The list of feeds as OPML.
    Opml,
    /// The comments on the post at this path.
    Comments(&'a Arc<str>),
    /// A page of an archive.
    Page(Page),
    /// Permanently elsewhere: 301 to this address.
    Redirect(String),
    /// Ended: 410.
    Gone,
    /// Nothing: 404.
    NotFound,
}

/// File names at which feeds are guessed, and the format that is expected there. If the feed lacks it, its first
/// format is meant.
const GUESSES: [(&str, &str); 14] = [
    ("feed", "rss"),
    ("rss", "rss"),
    ("rss.xml", "rss"),
    ("feed.xml", "rss"),
    ("feed.rss", "rss"),
    ("index.xml", "rss"),
    ("index.rss", "rss"),
    ("feed/rss", "rss"),
    ("feed/rss2", "rss"),
    ("atom", "atom"),
    ("atom.xml", "atom"),
    ("feed.atom", "atom"),
    ("feed/atom", "atom"),
    ("feed.json", "json"),
];

/// The longest path that is taken for a guess, in bytes.
const LONGEST_GUESS: usize = 512;

/// What is at a percent-decoded path at a moment. Where `feeds.url` has a path, everything is under that path as
/// well: a proxy may keep it or remove it.
pub(crate) fn resolve<'a>(
    path: &str,
    snapshot: &'a Snapshot,
    moved: &'a Moved,
    now: DateTime<Utc>,
) -> Target<'a> {
    if path == "/" {
        return Target::FeedList;
    }
    let known = |path| known(path, snapshot, moved, now);
    let own = known(path);
    if own != Target::NotFound {
        return own;
    }
    let rest = under_public_path(path, snapshot);
    match rest {
        Some("") => return Target::Redirect(location(snapshot, "/")),
        Some("/") => return Target::FeedList,
        Some(rest) => match known(rest) {
            Target::NotFound => {}
            found => return found,
        },
        None => {}
    }
    let guesses = [Some(path), rest].into_iter().flatten();
    guesses
        .map(|path| resolve_guess(path, snapshot, moved, now))
        .find(|target| *target != Target::NotFound)
        .unwrap_or(Target::NotFound)
}

/// What follows the path of `feeds.url` in a path, if that has one.
fn under_public_path<'p>(path: &'p str, snapshot: &Snapshot) -> Option<&'p str> {
    let public = percent_decode_str(snapshot.settings().feeds.url.path()).decode_utf8_lossy();
    let public = public.trim_end_matches('/');
    let rest = path.strip_prefix(public).filter(|_| !public.is_empty())?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// What a path means that is neither configured nor in the catalog.
fn resolve_guess<'a>(path: &str, snapshot: &'a Snapshot, moved: &'a Moved, now: DateTime<Utc>) -> Target<'a> {
    if path.len() > LONGEST_GUESS {
        return Target::NotFound;
    }
    if let Some(page) = select::page_at(snapshot, path) {
        return Target::Page(page);
    }
    if let Some(document) = snapshot.former(path) {
        return Target::Redirect(location(snapshot, &document.path));
    }
    let plain = path.trim_end_matches('/').to_lowercase();
    if plain != path {
        match known_or_with_slash(&plain, snapshot, moved, now) {
            Target::NotFound => {}
            Target::Document(key, format, _) => return redirect_to(snapshot, key, format),
            Target::Opml | Target::Comments(_) => return Target::Redirect(location(snapshot, &plain)),
            other => return other,
        }
    }
    guess(&plain, snapshot).unwrap_or(Target::NotFound)
}

/// What is configured at a path, or in the catalog.
fn known<'a>(path: &str, snapshot: &'a Snapshot, moved: &'a Moved, now: DateTime<Utc>) -> Target<'a> {
    let configured = moved.get(path);
    let document = |leaving| match snapshot.route(path) {
        Some(Route::Document(key, format)) => Target::Document(key, *format, leaving),
        Some(Route::Opml) => Target::Opml,
        Some(Route::Comments(post)) => Target::Comments(post),
        None => Target::NotFound,
    };
    match configured {
        None => document(None),
        Some(leaving) if leaving.sunset.is_some_and(|sunset| now < sunset) => match document(Some(leaving)) {
            // The document is gone before its sunset.
            Target::NotFound => follow(leaving, snapshot),
            document => document,
        },
        Some(leaving) => follow(leaving, snapshot),
    }
}

fn known_or_with_slash<'a>(
    path: &str,
    snapshot: &'a Snapshot,
    moved: &'a Moved,
    now: DateTime<Utc>,
) -> Target<'a> {
    match known(path, snapshot, moved, now) {
        Target::NotFound => known(&format!("{path}/"), snapshot, moved, now),
        found => found,
    }
}

fn follow<'a>(moved: &Move, snapshot: &'a Snapshot) -> Target<'a> {
    match &moved.to {
        None => Target::Gone,
        Some(to) if !to.starts_with('/') => Target::Redirect(to.clone()),
        // A 301 to a 404 would be cached for a day, a 404 for a minute.
        Some(to) => match snapshot.route(to) {
            Some(_) => Target::Redirect(location(snapshot, to)),
            None => Target::NotFound,
        },
    }
}

/// 301 to the address of a document.
fn redirect_to<'a>(snapshot: &Snapshot, key: &ScopeKey, format: Format) -> Target<'a> {
    let documents = snapshot.scope(key).map(|scope| scope.documents.iter());
    let document = documents
        .into_iter()
        .flatten()
        .find(|document| document.format == format);
    document.map_or(Target::NotFound, |document| {
        Target::Redirect(location(snapshot, &document.path))
    })
}

/// A path of this server as the public sees it: the path of `feeds.url`, then the path itself. Without
/// scheme and host, so that it leads a reader no further than it has come.
pub(crate) fn location(snapshot: &Snapshot, path: &str) -> String {
    let url = snapshot.settings().public_url(path);
    let rest = url.find("://").map_or(0, |at| at + 3);
    let start = url[rest..].find('/').map_or(url.len(), |at| rest + at);
    url[start..].to_owned()
}

/// Redirects a guess to the feed that is meant. `path` is in lower case and has no slash at its end.
fn guess<'a>(path: &str, snapshot: &Snapshot) -> Option<Target<'a>> {
    let (prefix, wish) = GUESSES.iter().find_map(|(name, wish)| {
        let prefix = path.strip_suffix(name)?.strip_suffix('/')?;
        // `/feed/atom` is a guess of its own, not `/atom` in a scope called feed.
        let is_whole = !prefix.ends_with("/feed") || *name == "feed";
        is_whole.then_some((prefix, *wish))
    })?;
    let key = guessed_scope(prefix, snapshot)?;
    let documents = &snapshot.scope(&key)?.documents;
    let document = documents
        .iter()
        .find(|document| document.format.name() == wish)
        .or(documents.first())?;
    // Never to the address of the request itself.
    let location = location(snapshot, &document.path);
    (*document.path != *path).then_some(Target::Redirect(location))
}

/// The scope whose feeds are guessed under a path.
fn guessed_scope(prefix: &str, snapshot: &Snapshot) -> Option<ScopeKey> {
    if prefix.is_empty() {
        return Some(ScopeKey::site());
    }
    // Its feeds may be there with other file names.
    let neighbour = GUESSES.iter().find_map(|(name, _)| {
        [format!("{prefix}/{name}"), format!("{prefix}/{name}/")]
            .iter()
            .find_map(|path| snapshot.route(path))
    });
    if let Some(Route::Document(key, _)) = neighbour {
        return Some(key.clone());
    }
    let mut segments = prefix.strip_prefix('/')?.split('/');
    let (first, second, third) = (segments.next()?, segments.next(), segments.next());
    let (kind, slug) = match (second, third) {
        // Pages of a section are under its name.
        (None, _) => (ScopeKind::Section, first),
        (Some(slug), None) => {
            let named = |kind: &ScopeKind| first == kind.plural() || first == kind.name();
            (ScopeKind::ALL.into_iter().find(named)?, slug)
        }
        _ => return None,
    };
    let slug = slug.into();
    let key = ScopeKey { kind, slug };
    snapshot.scope(&key).is_some().then_some(key)
}
