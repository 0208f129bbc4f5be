//! What feeds.toml means: every value present, checked and resolved.
//!
//! [`raw`] is what is written; [`mod@resolve`] turns the one into the other, and [`options`] are the
//! flags and variables that go before the file. Everything that is wrong is one [`ConfigError`].

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::content::ContentSettings;
use crate::lock::FILE_NAME;
use crate::vocabulary::{BodyMode, Format, Order, PathPattern, Podcast, ScopeKind, TextPattern};

mod address;
mod address_conflicts;
mod amount;
mod error;
mod feeds;
mod generator;
mod http;
mod load;
mod moved;
pub mod options;
mod podcast;
mod preset;
pub mod query;
pub mod raw;
mod raw_feeds;
mod raw_value;
mod read;
pub mod resolve;
mod retired;
mod scope;
mod values;

#[cfg(test)]
mod tests;

pub use error::{ConfigError, Excerpt, Origin, Problem};
pub use generator::GeneratorFiles;
pub use http::{Http, ListenAddress, Network};
pub use load::{DEFAULT_FILE, LARGEST_FILE, Loaded, load, look};
pub use moved::{Move, Moved};
pub use options::{Given, Options};
pub use preset::Preset;
pub use query::{Condition, OwnFeed, Query, Wanted};
pub use resolve::resolve;

/// The whole configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The file it was read from, if there is one.
    pub file: Option<PathBuf>,
    /// Where what the site's own generator is told was read, if one was found.
    pub generator: Option<GeneratorFiles>,
    /// The site the posts belong to.
    pub site: Site,
    /// Where the posts are.
    pub content_dir: PathBuf,
    /// What parsing and rendering a file depend on.
    pub content: Arc<ContentSettings>,
    /// The feeds.
    pub feeds: Feeds,
    /// Feeds that moved or ended.
    pub moved: Moved,
    /// The public server.
    pub http: Http,
    /// The address of health checks and metrics, where they have one of their own.
    pub admin: Option<SocketAddr>,
    /// When the disk is looked at.
    pub watch: Watch,
    /// Where what has to survive a restart is kept, if anywhere.
    pub state_dir: Option<PathBuf>,
    /// What is no mistake, but has no effect.
    pub warnings: Vec<Problem>,
}

impl Config {
    /// Where the lock file may be, first the place where a new one is written: beside the
    /// configuration file, or with the content.
    pub fn lock_files(&self) -> Vec<PathBuf> {
        let beside = self.file.as_ref().map(|file| file.with_file_name(FILE_NAME));
        let mut files: Vec<PathBuf> = beside.into_iter().collect();
        let within = self.content_dir.join(FILE_NAME);
        if !files.contains(&within) {
            files.push(within);
        }
        files
    }

    /// The same configuration, listening at this address: where a server was asked to take any
    /// free port, the one it got. The address of a preview is where it listens, so it changes too,
    /// and with it everything made from it.
    #[must_use]
    pub fn with_listen_address(mut self, listen: SocketAddr) -> Config {
        self.http.listen = listen;
        if self.site.is_preview {
            let url = address::preview_url(listen);
            if self.feeds.url == self.site.url {
                self.feeds.url = url.clone();
            }
            self.content = Arc::new(ContentSettings {
                site_url: url.clone(),
                ..ContentSettings::clone(&self.content)
            });
            self.site.url = url;
        }
        self
    }
}

/// The site the posts belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name.
    pub title: String,
    /// Its address, absolute and ending in `/`.
    pub url: Url,
    /// Whether `url` was left out: then this is a preview, on the loopback interface only.
    pub is_preview: bool,
    /// What it is, in a sentence.
    pub description: String,
    /// Its language, as an RFC 5646 tag.
    pub language: Option<String>,
    /// Who holds the rights in what it publishes.
    pub copyright: Option<String>,
}

/// The feeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Feeds {
    /// Where the feeds are public, absolute and ending in `/`.
    pub url: Url,
    /// The settings of each kind of scope; a kind that is absent has no feeds, but for those of
    /// `scopes` that say otherwise.
    pub kinds: BTreeMap<ScopeKind, KindSettings>,
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

/// The settings that feeds of one kind share.
#[derive(Clone, Debug, PartialEq)]
pub struct KindSettings {
    /// Where its feeds are served.
    pub path: PathPattern,
    /// What its feeds are like.
    pub feed: FeedSettings,
}

/// What a feed is like.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedSettings {
    /// Its title.
    pub title: TextPattern,
    /// What it carries, in a sentence.
    pub description: TextPattern,
    /// Its language, as an RFC 5646 tag, where it is not the site's.
    pub language: Option<String>,
    /// The formats it is published in, in order.
    pub formats: Vec<Format>,
    /// How many entries it holds at most; at least 1.
    pub limit: usize,
    /// Whether entries carry their whole text.
    pub body: BodyMode,
    /// Which entries it holds, and in which order.
    pub order: Order,
    /// Which posts it does not hold: what meets one of these. What is said for all feeds and for its kind
    /// is here too.
    pub excludes: Vec<Query>,
    /// Its own image: absolute, or a path on the site that starts with `/`.
    pub image: Option<String>,
    /// Whether the entry's image is an enclosure too.
    pub image_enclosure: bool,
    /// How often to ask for it; `None` to go by its entries.
    pub poll: Option<Duration>,
    /// Whether it is the podcast.
    pub podcast: bool,
}

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

/// When the disk is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// How changes are noticed.
    pub mode: WatchMode,
    /// How often everything is looked at where file events can't be relied on.
    pub poll_interval: Duration,
    /// How long posts are kept that vanished in a way that looks like an accident.
    pub hold: Duration,
    /// How often everything is looked at, whatever events said.
    pub full_scan: Duration,
    /// How long a burst of changes may put off publishing.
    pub max_delay: Duration,
    /// How long a file that is being written waits to be closed.
    pub close_timeout: Duration,
}

/// How changes are noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchMode {
    /// By file events where they can be relied on, else by polling.
    Auto,
    /// By file events, and the look at everything now and then.
    Events,
    /// By looking often.
    Poll,
}
