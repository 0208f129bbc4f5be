//! The format-neutral view of a feed: the renderer's only argument, and what its digest is made of.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};

use super::history::History;
use crate::content::body::ResolvedLink;
use crate::content::{Body, ContentSettings, Post};
use crate::vocabulary::{BodyMode, Digest, Format, Hasher, Podcast};

/// A post with more bytes of source text than this stands in every feed as its summary.
pub const MOST_SOURCE_BYTES: usize = 1 << 20;

/// Somebody who wrote an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The display name.
    pub name: String,
    /// Their own page or profile, absolute.
    pub uri: Option<String>,
    /// Their address, if the site publishes one.
    pub email: Option<String>,
}

/// A category or tag as an entry shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The machine-readable term: the scope's slug.
    pub term: String,
    /// The name for people.
    pub label: String,
    /// The address that all terms of this kind share (RFC 4287, section 4.2.2.2).
    pub scheme: String,
}

/// A post as it stands in a feed.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The post.
    pub post: Arc<Post>,
    /// The id that readers know it by, for ever.
    pub id: Arc<str>,
    /// Its absolute address.
    pub url: String,
    /// Everybody who wrote it, resolved.
    pub authors: Vec<Author>,
    /// Everybody who translated or edited it, resolved.
    pub contributors: Vec<Author>,
    /// Its categories and tags, resolved.
    pub categories: Vec<Category>,
    /// What its references to other files of the content lead to.
    pub links: Vec<ResolvedLink>,
    /// The same in other languages.
    pub translations: Vec<Translation>,
    /// When it last changed for its readers, as far as that has come to pass.
    pub updated: DateTime<FixedOffset>,
    /// The feed of its readers' comments, if it has any.
    pub replies: Option<Replies>,
}

/// An entry in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// The language, as an RFC 5646 tag.
    pub language: String,
    /// Its absolute address.
    pub url: String,
}

/// The readers' comments on an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replies {
    /// How many there are.
    pub count: usize,
    /// The address of their feed.
    pub url: String,
}

impl Entry {
    /// The summary: the post's own, else that of its body.
    pub fn summary<'a>(&'a self, body: &'a Body) -> &'a str {
        self.post.summary.as_deref().unwrap_or(&body.summary)
    }

    /// Who holds the rights in it.
    pub fn rights(&self) -> Option<&str> {
        self.post.details.as_ref()?.rights.as_deref()
    }

    /// The address at which it was published first.
    pub fn original_url(&self) -> Option<&str> {
        self.post.details.as_ref()?.original_url.as_deref()
    }

    /// The digest of everything that a document shows of it.
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new("entry");
        self.hash_into(&mut hasher);
        hasher.finish()
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        // Destructured, so that a new field can't be forgotten here.
        let Entry {
            post,
            id,
            url,
            authors,
            contributors,
            categories,
            links,
            translations,
            updated,
            replies,
        } = self;
        hasher.digest(post.digest);
        hash_links(links, hasher);
        hasher.text(id);
        hasher.text(url);
        for people in [authors, contributors] {
            hasher.list(people.iter(), |hasher, Author { name, uri, email }| {
                hasher.text(name);
                hasher.option(uri.as_deref(), Hasher::text);
                hasher.option(email.as_deref(), Hasher::text);
            });
        }
        hasher.list(translations.iter(), |hasher, Translation { language, url }| {
            hasher.text(language);
            hasher.text(url);
        });
        hasher.text(&updated.to_rfc3339());
        hasher.option(replies.as_ref(), |hasher, Replies { count, url }| {
            hasher.number(*count as i64);
            hasher.text(url);
        });
        hasher.list(categories.iter(), |hasher, Category { term, label, scheme }| {
            hasher.text(term);
            hasher.text(label);
            hasher.text(scheme);
        });
    }
}

/// Adds what references lead to.
pub fn hash_links(links: &[ResolvedLink], hasher: &mut Hasher) {
    hasher.list(links.iter(), |hasher, (written, url)| {
        hasher.text(written);
        hasher.option(url.as_deref(), Hasher::text);
    });
}

/// A subscription: one scope, in every format.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The permanent id of the feed itself (Atom only).
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it carries, in a sentence.
    pub description: String,
    /// The language of its title and of entries that name none.
    pub language: Option<String>,
    /// The page it belongs to, absolute.
    pub home_url: String,
    /// Its image, absolute.
    pub image: Option<String>,
    /// Its own addresses, absolute: one for each format it is published in.
    pub self_urls: Vec<(Format, String)>,
    /// The WebSub hubs that announce its changes, absolute.
    pub hubs: Vec<String>,
    /// Who answers for it: `user@host` (RSS managingEditor).
    pub email: Option<String>,
    /// The name in Atom's feed-level author, used where an entry has none: the site's title.
    pub publisher: String,
    /// Whether entries carry their whole text.
    pub body: BodyMode,
    /// Whether the entry's image is an enclosure too.
    pub image_enclosure: bool,
    /// What posts are rendered with.
    pub content: Arc<ContentSettings>,
    /// Who holds the rights in what it carries, as plain text.
    pub rights: Option<String>,
    /// How often to ask for it: whole minutes.
    pub period: Duration,
    /// What it is as a podcast, if it is one.
    pub podcast: Option<Arc<Podcast>>,
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// Which part of its history the documents hold, and what has left it.
    pub history: History,
}

impl Feed {
    /// The newest change in the feed, in UTC; `None` for an empty one.
    pub fn updated(&self) -> Option<DateTime<Utc>> {
        let entries = self.entries.iter().map(|entry| entry.updated.to_utc());
        entries.chain(self.history.updated()).max()
    }

    /// The language of an entry, where it is another than the feed's.
    pub fn other_language<'a>(&self, entry: &'a Entry) -> Option<&'a str> {
        let own = entry.post.language.as_deref();
        own.filter(|own| self.language.as_deref() != Some(own))
    }

    /// Its absolute address in a format, if it is published in it.
    pub fn self_url(&self, format: Format) -> Option<&str> {
        self.self_urls
            .iter()
            .find(|(published, _)| *published == format)
            .map(|(_, url)| url.as_str())
    }

    /// The digest of everything the feed's documents depend on, but for the renderer itself.
    pub fn digest(&self) -> Digest {
        self.digest_with(self.entries.iter().map(Entry::digest))
    }

    /// What the digest is with entries of these digests in the place of its own: an entry stands in
    /// several feeds, and is digested once.
    pub fn digest_with(&self, entry_digests: impl ExactSizeIterator<Item = Digest>) -> Digest {
        // Destructured, so that a new field can't be forgotten here.
        let Feed {
            id,
            title,
            description,
            language,
            home_url,
            image,
            self_urls,
            hubs,
            email,
            publisher,
            body,
            image_enclosure,
            content,
            rights,
            period,
            podcast,
            entries: _,
            history,
        } = self;
        let mut hasher = Hasher::new("feed");
        hasher.text(id);
        hasher.text(title);
        hasher.text(description);
        hasher.option(language.as_deref(), Hasher::text);
        hasher.text(home_url);
        hasher.option(image.as_deref(), Hasher::text);
        hasher.list(self_urls.iter(), |hasher, (format, url)| {
            hasher.text(format.name());
            hasher.text(url);
        });
        hasher.list(hubs.iter(), |hasher, hub| hasher.text(hub));
        hasher.option(email.as_deref(), Hasher::text);
        hasher.text(publisher);
        hasher.number(i64::from(*body == BodyMode::Full));
        hasher.number(i64::from(*image_enclosure));
        content.hash_into(&mut hasher);
        hasher.option(rights.as_deref(), Hasher::text);
        hasher.number(period.as_secs() as i64);
        hasher.option(podcast.as_deref(), |hasher, podcast| podcast.hash_into(hasher));
        hasher.list(entry_digests, Hasher::digest);
        history.hash_into(&mut hasher);
        hasher.finish()
    }
}
