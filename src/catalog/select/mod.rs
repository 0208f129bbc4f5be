//! Select: a scope of a snapshot → its feed, every name and address resolved.

use std::collections::BTreeSet;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::catalog::select::archive::{Archive, Newest, page_path, read_page_path};
use crate::catalog::select::calendar::Unit;
use crate::catalog::settings::CatalogSettings;
use crate::catalog::settings::membership::memberships;
use crate::catalog::snapshot::entries::{ByUpdate, Published};
use crate::catalog::snapshot::scope::{ScopeKey, ScopeState};
use crate::catalog::snapshot::{Route, Snapshot};
use crate::config::FeedSettings;
use crate::content::Post;
use crate::content::body::links;
use crate::content::post::Byline;
use crate::feed::comments::Comments;
use crate::feed::model::Replies;
use crate::feed::{Author, DocumentRole, Entry, Feed, History, Tombstone, period};
use crate::vocabulary::permalink::encode_path;
use crate::vocabulary::text::is_blank;
use crate::vocabulary::{Digest, Format, Order, ScopeKind};

pub mod archive;
pub mod calendar;
mod categories;
pub mod references;
pub(super) mod translations;

/// A page of a feed's archive in a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The feed's scope.
    pub scope: ScopeKey,
    /// The format.
    pub format: Format,
    /// The unit of the calendar whose address it is.
    pub unit: Unit,
}

/// The feed of the scope with a key: what its documents are rendered from.
pub fn feed_of(snapshot: &Snapshot, key: &ScopeKey) -> Option<Feed> {
    feed(snapshot, snapshot.scope(key)?)
}

/// What a page of an archive is rendered from.
pub fn feed_of_page(snapshot: &Snapshot, page: &Page) -> Option<Feed> {
    self::page(snapshot, snapshot.scope(&page.scope)?, page.unit)
}

/// The page of an archive to which a path leads where there is no route; the path is
/// percent-decoded. Every unit that is over has a page for ever, whether or not anything links to it.
pub fn page_at(snapshot: &Snapshot, path: &str) -> Option<Page> {
    read_page_path(path).find_map(|(document, unit)| match snapshot.route(&document)? {
        Route::Document(scope, format) if unit.end() <= snapshot.moment() => Some(Page {
            scope: scope.clone(),
            format: *format,
            unit,
        }),
        Route::Document(..) | Route::Opml | Route::Comments(_) => None,
    })
}

/// The pages of a scope's archive to which a chain of links leads from the newest document, and the
/// divided units on the way.
pub fn units(snapshot: &Snapshot, key: &ScopeKey) -> Vec<Unit> {
    let archive = snapshot.scope(key).and_then(|scope| archive(snapshot, scope));
    archive.map_or_else(Vec::new, |archive| archive.units())
}

/// The comments on the post at a path, if it is public and has any.
pub fn comments_of(snapshot: &Snapshot, path: &str) -> Option<Comments> {
    let post = snapshot.posts.get(path)?;
    let key = Published {
        post: Arc::clone(post),
        id: Arc::clone(&post.id),
        changed: post.published,
    };
    // What opts out of every feed has none for its comments.
    if memberships(post, snapshot.settings()).is_empty() {
        return None;
    }
    comments(snapshot.settings(), snapshot.listed.get(&key)?)
}

/// The feed of a scope, as readers poll it; `None` if it has none.
pub fn feed(snapshot: &Snapshot, scope: &ScopeState) -> Option<Feed> {
    compose(snapshot, scope, newest(snapshot, scope)?)
}

/// A page of a scope's archive; `None` for a unit that is not over.
pub fn page(snapshot: &Snapshot, scope: &ScopeState, unit: Unit) -> Option<Feed> {
    let settings = snapshot.settings();
    let archive = archive(snapshot, scope)?;
    let held = archive.page(unit)?;
    let older = archive.older(held);
    let part = Part {
        shown: archive.within(held).collect(),
        // A document names the address that it was asked for under.
        self_urls: page_urls(settings, &scope.key, unit),
        history: History {
            role: DocumentRole::Archive(urls(settings, &scope.key)),
            previous: older.map_or_else(Vec::new, |unit| page_urls(settings, &scope.key, unit)),
            tombstones: Vec::new(),
        },
    };
    compose(snapshot, scope, part)
}

/// The part of a scope that a document holds.
struct Part<'a> {
    shown: Vec<&'a Arc<Published>>,
    self_urls: Vec<(Format, String)>,
    history: History,
}

/// The newest part of a scope.
fn newest<'a>(snapshot: &Snapshot, scope: &'a ScopeState) -> Option<Part<'a>> {
    let settings = snapshot.settings();
    let (_, own) = settings.feed(&scope.key)?;
    let newest = archive(snapshot, scope)?.newest();
    let shown = in_order(scope, own, newest);
    let history = History {
        role: if shown.len() == scope.entries.len() {
            DocumentRole::Complete
        } else {
            DocumentRole::Subscription
        },
        previous: newest
            .previous
            .map_or_else(Vec::new, |unit| page_urls(settings, &scope.key, unit)),
        tombstones: tombstones(scope, &shown, own),
    };
    Some(Part {
        shown,
        self_urls: urls(settings, &scope.key),
        history,
    })
}

fn compose(snapshot: &Snapshot, scope: &ScopeState, part: Part<'_>) -> Option<Feed> {
    let shown = part.shown.iter();
    let entries = shown.map(|published| entry(snapshot, published)).collect();
    Some(Feed {
        entries,
        ..frame(snapshot, scope, part)?
    })
}

/// A scope's posts, seen as an archive; `None` if it has no feed.
pub fn archive<'a>(snapshot: &Snapshot, scope: &'a ScopeState) -> Option<Archive<'a>> {
    let (_, own) = snapshot.settings().feed(&scope.key)?;
    Some(Archive::new(&scope.entries, own.limit, snapshot.moment()))
}

/// Where the page is with which a scope's feed goes on into the past.
pub fn previous(snapshot: &Snapshot, scope: &ScopeState, format: Format) -> Option<String> {
    let unit = archive(snapshot, scope)?.newest().previous?;
    let urls = page_urls(snapshot.settings(), &scope.key, unit);
    urls.into_iter()
        .find(|(own, _)| *own == format)
        .map(|(_, url)| url)
}

fn urls(settings: &CatalogSettings, key: &ScopeKey) -> Vec<(Format, String)> {
    addresses(settings, key)
        .map(|(format, path)| (format, settings.public_url(&path)))
        .collect()
}

fn page_urls(settings: &CatalogSettings, key: &ScopeKey, unit: Unit) -> Vec<(Format, String)> {
    addresses(settings, key)
        .map(|(format, path)| (format, settings.public_url(&page_path(&path, unit))))
        .collect()
}

/// A scope's feed without its entries, and its digest, given those of its entries; `None` if it has
/// none. What [`Feed::digest`] would say of [`feed`], without making the entries.
pub fn digest(
    snapshot: &Snapshot,
    scope: &ScopeState,
    of_entry: impl Fn(&Published) -> Digest,
) -> Option<(Feed, Digest)> {
    let part = newest(snapshot, scope)?;
    let entries: Vec<Digest> = part.shown.iter().map(|published| of_entry(published)).collect();
    let frame = frame(snapshot, scope, part)?;
    let digest = frame.digest_with(entries.into_iter());
    Some((frame, digest))
}

/// A feed without its entries.
fn frame(snapshot: &Snapshot, scope: &ScopeState, part: Part<'_>) -> Option<Feed> {
    let settings = snapshot.settings();
    let (_, own) = settings.feed(&scope.key)?;
    let moments = part.shown.iter().map(|published| published.post.public_from);
    let period = own.poll.unwrap_or_else(|| period::usual(moments));
    let site = &settings.site;
    Some(Feed {
        id: format!(
            "tag:{}:feed:{}:{}",
            settings.content.authority,
            scope.key.kind.name(),
            encode_path(&scope.key.slug)
        ),
        title: own.title.fill(&scope.title, &site.title),
        description: own.description.fill(&scope.title, &site.title),
        language: language(settings, scope, own),
        home_url: match scope.key.kind {
            // What the owner chose is on no page of its own.
            ScopeKind::Site | ScopeKind::Custom | ScopeKind::Language => site.url.to_string(),
            _ => settings.content.absolute(&encode_path(&format!(
                "{}/{}/",
                scope.key.kind.plural(),
                scope.key.slug
            ))),
        },
        image: own.image.as_ref().map(|image| match image.strip_prefix('/') {
            Some(path) => settings.content.absolute(path),
            None => image.clone(),
        }),
        self_urls: part.self_urls,
        hubs: settings.feeds.hubs.clone(),
        email: settings
            .configured(&scope.key)
            .and_then(|(_, own)| own.email.clone()),
        publisher: site.title.clone(),
        body: own.body,
        image_enclosure: own.image_enclosure,
        content: Arc::clone(&settings.content),
        rights: site.copyright.clone(),
        period,
        podcast: settings.feeds.podcast.clone().filter(|_| own.podcast),
        entries: Vec::new(),
        history: part.history,
    })
}

/// What the feed of a scope shows of it, in order.
pub fn shown<'a>(snapshot: &Snapshot, scope: &'a ScopeState) -> Vec<&'a Arc<Published>> {
    newest(snapshot, scope).map_or_else(Vec::new, |part| part.shown)
}

/// The newest posts in a feed's own order: in that of changes what changed last, and whatever is on no page
/// of the archive yet.
fn in_order<'a>(scope: &'a ScopeState, own: &FeedSettings, newest: Newest) -> Vec<&'a Arc<Published>> {
    if own.order == Order::Newest {
        return scope.entries.iter().take(newest.entries).collect();
    }
    let most = newest.previous.map_or(newest.entries, |_| own.limit);
    let mut shown: BTreeSet<&ByUpdate> = scope.by_update.iter().take(most).collect();
    if let Some(page) = newest.previous {
        let on_no_page = scope.entries.iter();
        let on_no_page = on_no_page.take_while(|entry| entry.post.public_from >= page.end());
        shown.extend(on_no_page.filter_map(|entry| scope.by_update.get(&ByUpdate(Arc::clone(entry)))));
    }
    shown.into_iter().map(|ByUpdate(entry)| entry).collect()
}

/// What has left a scope since the oldest entry shown; of a scope that is shown whole, ever. No more
/// than there may be entries.
fn tombstones(scope: &ScopeState, shown: &[&Arc<Published>], own: &FeedSettings) -> Vec<Tombstone> {
    let is_whole = shown.len() == scope.entries.len();
    let since = shown.last().map(|oldest| match own.order {
        Order::Newest => oldest.post.public_from,
        Order::Updated => ByUpdate::moment(oldest),
    });
    scope
        .withdrawn
        .iter()
        .take_while(|tombstone| is_whole || since.is_none_or(|since| tombstone.when >= since))
        .take(own.limit)
        .cloned()
        .collect()
}

fn language(settings: &CatalogSettings, scope: &ScopeState, own: &FeedSettings) -> Option<String> {
    let of_scope = || match scope.key.kind {
        ScopeKind::Language => commonest_spelling(scope).map(str::to_owned),
        _ => settings.site.language.clone(),
    };
    own.language.clone().or_else(of_scope)
}

/// The paths at which a scope's feed is served, one for each format.
pub fn addresses(settings: &CatalogSettings, key: &ScopeKey) -> impl Iterator<Item = (Format, String)> {
    settings.feed(key).into_iter().flat_map(|(path, feed)| {
        feed.formats
            .iter()
            .map(|format| (*format, path.fill(&key.slug, *format)))
    })
}

/// A scope's name for people: configured; else the author's own; else the spelling most of its
/// posts use, of equals the first by code point.
pub fn title(snapshot: &Snapshot, scope: &ScopeState) -> String {
    let settings = snapshot.settings();
    if scope.key.kind == ScopeKind::Site {
        return settings.site.title.clone();
    }
    let configured = settings.configured(&scope.key);
    if let Some(title) = configured.and_then(|(_, own)| own.title.clone()) {
        return title;
    }
    let commonest = commonest_spelling(scope)
        .or(configured.map(|(name, _)| name))
        .unwrap_or(&scope.key.slug);
    match scope.key.kind {
        ScopeKind::Author => snapshot
            .author(commonest)
            .and_then(|record| record.name.clone())
            .unwrap_or_else(|| commonest.to_owned()),
        _ => commonest.to_owned(),
    }
}

fn commonest_spelling(scope: &ScopeState) -> Option<&str> {
    scope
        .spellings
        .iter()
        .max_by(|(one, ones), (other, others)| ones.cmp(others).then_with(|| other.cmp(one)))
        .map(|(name, _)| name.as_ref())
}

/// A post as it stands in every feed that shows it.
pub fn entry(snapshot: &Snapshot, published: &Published) -> Entry {
    let Published { post, id, changed } = published;
    let details = post.details.as_deref();
    let settings = snapshot.settings();
    Entry {
        post: Arc::clone(post),
        id: Arc::clone(id),
        url: settings.content.absolute(&post.permalink),
        authors: people(snapshot, &post.bylines),
        contributors: details.map_or_else(Vec::new, |details| people(snapshot, &details.contributors)),
        categories: categories::categories(settings, post),
        links: references::resolve(snapshot, post),
        translations: translations::resolve(snapshot, post),
        updated: *changed,
        replies: details
            .filter(|details| !details.comments.is_empty())
            .map(|details| Replies {
                count: details.comments.len(),
                url: settings.public_url(&comments_path(post)),
            }),
    }
}

/// Where the feed of a post's comments is served: beside the post, below a folder of its own.
pub fn comments_path(post: &Post) -> String {
    let permalink = percent_decode_str(&post.permalink).decode_utf8_lossy();
    let separator = if permalink.ends_with('/') { "" } else { "/" };
    format!("/comments{permalink}{separator}{}", Format::Atom.file_name())
}

/// The comments on a post that is public under an id; `None` if it has none.
pub fn comments(settings: &CatalogSettings, published: &Published) -> Option<Comments> {
    let Published { post, id, .. } = published;
    post.details
        .as_ref()
        .filter(|details| !details.comments.is_empty())?;
    Some(Comments {
        post: Arc::clone(post),
        post_id: Arc::clone(id),
        post_url: settings.content.absolute(&post.permalink),
        self_url: settings.public_url(&comments_path(post)),
        site_title: settings.site.title.clone(),
        language: settings.site.language.clone(),
        content: Arc::clone(&settings.content),
    })
}

/// Bylines resolved; those without a name that a document can show are left out.
fn people(snapshot: &Snapshot, bylines: &[Byline]) -> Vec<Author> {
    let people = bylines.iter().map(|byline| author(snapshot, byline));
    people.filter(|person| !is_blank(&person.name)).collect()
}

/// A byline resolved to its record; one that is no id of a record stands as it is.
fn author(snapshot: &Snapshot, byline: &Byline) -> Author {
    let record = snapshot.author(&byline.name);
    let site_url = &snapshot.settings().content.site_url;
    let configured = snapshot.settings().scope(ScopeKind::Author, &byline.name);
    let either = |own: &Option<Box<str>>, records: Option<&Option<String>>| {
        own.as_deref()
            .map(str::to_owned)
            .or_else(|| records.cloned().flatten())
    };
    Author {
        name: configured
            .and_then(|configured| configured.title.clone())
            .or_else(|| record.and_then(|record| record.name.clone()))
            .unwrap_or_else(|| byline.name.to_string()),
        uri: either(&byline.uri, record.map(|record| &record.uri))
            .and_then(|uri| links::absolute(&uri, site_url, site_url)),
        email: either(&byline.email, record.map(|record| &record.email))
            .or_else(|| configured.and_then(|configured| configured.email.clone())),
    }
}
