//! Newswire turns a directory of posts into feeds, and serves them.
//!
//! ```text
//! files ──scan──▶ posts ──index──▶ catalog snapshot ──select──▶ feed ──render──▶ document ──▶ HTTP
//! ```
//!
//! Every document is a pure function of its inputs. The modules follow the picture from left to
//! right, and depend on each other in that direction only:
//!
//! - [`vocabulary`]: what all of them share.
//! - [`config`]: feeds.toml, first as written, then as meant.
//! - [`content`]: one file → one post. Pure.
//! - [`lock`]: the ids that readers know, pinned for ever. Pure.
//! - [`feed`]: a feed and its entries → documents. Pure.
//! - [`catalog`]: all posts → which entry stands in which feed, in which order.
//! - [`watch`]: when to look at the disk.
//! - [`state`]: what survives a restart.
//! - [`current_snapshot`]: where one thread puts each snapshot, and requests find it.
//! - [`status`]: the reasons that /readyz gives.
//! - [`server`]: the snapshot over HTTP.
//! - [`setup`]: the configuration together with what is found of the site.
//! - [`site`]: the configuration of the site's own generator.
//! - [`cli`]: the commands that put these together.

pub mod catalog;
pub mod cli;
pub mod config;
pub mod content;
pub mod current_snapshot;
pub mod feed;
pub mod lock;
pub mod metrics;
pub mod render;
pub mod server;
pub mod setup;
pub mod site;
pub mod state;
pub mod status;
pub mod telemetry;
pub mod vocabulary;
pub mod watch;
