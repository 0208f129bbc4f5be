//! What feeds.toml means: every value present, checked and resolved. Knows nothing of posts and of feeds' texts.
//!
//! [`resolve()`] asks a file for each of its tables, and each table has a file here, which holds what the table
//! means, reads it, and checks it: `site`, `content`, `feeds`, `kind`, `scope`,
//! `http` and so on. [`options`] are the flags and variables that go before the file. Everything that is
//! wrong is one [`ConfigError`].
//!
//! To add a key, add to its table's file a field, and the line that reads it: `drain: table.amount("drain", …)`.
//! That makes the key known, with its type, its check and its place in messages. A setting of feeds goes into
//! `feed_settings.rs` alone: `[feeds]`, the kinds and the single feeds have it then. What is left is a row in
//! `docs/configuration.md`, which a test asks for. A new table needs a file, and a line in `resolve.rs`.

use std::net::SocketAddr;
use std::path::PathBuf;

mod address;
mod address_conflicts;
mod admin;
mod amount;
mod content;
mod directory;
mod error;
mod feed_settings;
mod feeds;
mod file;
mod generator;
mod http;
mod kind;
mod moved;
pub mod options;
mod own_feed;
mod podcast;
mod preset;
mod query;
mod reader;
mod resolve;
mod scope;
mod site;
mod state;
mod values;
mod watch;

#[cfg(test)]
mod tests;

pub use content::Content;
pub use error::{ConfigError, Origin, Problem};
pub use feed_settings::FeedSettings;
pub use feeds::Feeds;
pub use file::{DEFAULT_FILE, LARGEST_FILE};
pub use generator::{GeneratorDefaults, GeneratorFiles};
pub use http::{DEFAULT_LISTEN, Http, ListenAddress};
pub use kind::KindSettings;
pub use moved::{Move, Moved};
pub use options::{Given, Options};
pub use own_feed::OwnFeed;
pub use preset::Preset;
pub use query::{Condition, Query, Wanted};
pub use resolve::{FindDefaults, read, resolve};
pub use scope::ScopeSettings;
pub use site::Site;
pub use watch::{Watch, WatchMode};

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
    /// How posts are read.
    pub content: Content,
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
            self.site.url = url;
        }
        self
    }
}
