//! `newswire list`: the feeds, with their addresses and numbers of posts.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Now, scan};
use crate::catalog::Snapshot;
use crate::config::{Config, ScopeKind};

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    now: Now,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Listing {
    /// Public posts.
    posts: usize,
    /// How many feeds there are of each kind.
    counts: BTreeMap<&'static str, usize>,
    feeds: Vec<FeedListing>,
}

#[derive(Serialize)]
struct FeedListing {
    kind: &'static str,
    slug: String,
    title: String,
    /// Public posts in its scope, of which the feed holds the newest.
    posts: usize,
    /// Its address in each format.
    urls: BTreeMap<&'static str, String>,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let (_, snapshot) = scan::scan(config, arguments.now.moment())?;
    let listing = listing(&snapshot);
    let mut out = io::stdout().lock();
    let written = if arguments.json {
        serde_json::to_writer_pretty(&mut out, &listing)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        print(&mut out, &listing)
    };
    match written {
        // `newswire list | head` is no fault.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn listing(snapshot: &Snapshot) -> Listing {
    let mut counts = BTreeMap::new();
    let mut posts = 0;
    let feeds = snapshot
        .scopes()
        .map(|scope| {
            *counts.entry(scope.key.kind.name()).or_insert(0) += 1;
            if scope.key.kind == ScopeKind::Site {
                posts = scope.entries.len();
            }
            FeedListing {
                kind: scope.key.kind.name(),
                slug: scope.key.slug.to_string(),
                title: scope.title.clone(),
                posts: scope.entries.len(),
                urls: scope
                    .documents
                    .iter()
                    .map(|document| {
                        (
                            document.format.name(),
                            snapshot.settings().public_url(&document.path),
                        )
                    })
                    .collect(),
            }
        })
        .collect();
    Listing { posts, counts, feeds }
}

fn print(out: &mut impl Write, listing: &Listing) -> io::Result<()> {
    for feed in &listing.feeds {
        writeln!(out, "{:<9} {:>6}  {}", feed.kind, feed.posts, feed.title)?;
        for url in feed.urls.values() {
            writeln!(out, "                  {url}")?;
        }
    }
    writeln!(out, "{} posts, {} feeds", listing.posts, listing.feeds.len())
}
