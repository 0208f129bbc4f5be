//! `newswire list`: the feeds, with their addresses and numbers of posts; or the posts, with theirs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::SecondsFormat;
use serde::Serialize;

use super::now::Now;
use super::scan;
use crate::catalog::Snapshot;
use crate::catalog::select;
use crate::setup::Setup;

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    /// List the public posts instead, each file with its address on the site
    #[arg(long)]
    posts: bool,
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
    /// When its newest entry last changed, as its documents say it.
    updated: Option<String>,
    /// What the entity tag at the first of its addresses is made of. It changes with everything that the feed shows.
    digest: Option<String>,
    /// The same for each format.
    digests: BTreeMap<&'static str, String>,
    /// Its address in each format.
    urls: BTreeMap<&'static str, String>,
}

/// What `--posts --json` prints, one a line.
#[derive(Serialize)]
struct PostListing<'a> {
    /// The file, relative to the content directory.
    path: &'a str,
    /// Its address on the site.
    url: String,
    id: &'a str,
    title: &'a str,
    published: String,
}

pub(super) fn run(setup: &Setup, arguments: &Arguments) -> anyhow::Result<()> {
    let (_, snapshot) = scan::scan(setup, arguments.now.moment())?;
    let mut out = io::stdout().lock();
    let written = match (arguments.posts, arguments.json) {
        (true, json) => print_posts(&mut out, &snapshot, json),
        (false, true) => serde_json::to_writer_pretty(&mut out, &listing(&snapshot))
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out)),
        (false, false) => print(&mut out, &listing(&snapshot)),
    };
    match written {
        // `newswire list | head` is no fault.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn listing(snapshot: &Snapshot) -> Listing {
    let mut counts = BTreeMap::new();
    let feeds = snapshot
        .scopes()
        .map(|scope| {
            *counts.entry(scope.key.kind.name()).or_insert(0) += 1;
            let documents = &scope.documents;
            let updated = select::feed_of(snapshot, &scope.key).and_then(|feed| feed.updated());
            FeedListing {
                kind: scope.key.kind.name(),
                slug: scope.key.slug.to_string(),
                title: scope.title.clone(),
                posts: scope.entries.len(),
                updated: updated.map(|updated| updated.to_rfc3339_opts(SecondsFormat::Secs, true)),
                digest: documents.first().map(|document| document.digest.to_string()),
                digests: documents
                    .iter()
                    .map(|document| (document.format.name(), document.digest.to_string()))
                    .collect(),
                urls: documents
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
    Listing {
        posts: snapshot.listed().len(),
        counts,
        feeds,
    }
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

/// The public posts, newest first.
fn print_posts(out: &mut impl Write, snapshot: &Snapshot, json: bool) -> io::Result<()> {
    for published in snapshot.listed() {
        let post = &published.post;
        let url = snapshot.settings().content.absolute(&post.permalink);
        if json {
            let listing = PostListing {
                path: &post.path,
                url,
                id: &published.id,
                title: &post.title,
                published: post.published.to_rfc3339(),
            };
            serde_json::to_writer(&mut *out, &listing)?;
            writeln!(out)?;
        } else {
            writeln!(out, "{}\n  {url}", post.path)?;
        }
    }
    Ok(())
}
