//! What a feed is like: settings that stand in `[feeds]`, in the table of a kind, and in that of a single feed.
//!
//! A setting is a field of [`FeedSettings`], a line in [`FeedSettings::read`] and one in
//! [`FeedSettings::default_for`].

use std::time::Duration;

use chrono_tz::Tz;

use super::query::{self, Query};
use super::reader::{Amount, Table};
use super::{amount, values};
use crate::vocabulary::{BodyMode, Complaint, Format, Order, ScopeKind, TextPattern};

const BODY_MODES: [(&str, BodyMode); 2] = [("full", BodyMode::Full), ("summary", BodyMode::Summary)];
const ORDERS: [(&str, Order); 2] = [("newest", Order::Newest), ("updated", Order::Updated)];

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

impl FeedSettings {
    /// What the feeds of a kind are like if nothing is written at all.
    pub(super) fn default_for(kind: ScopeKind, site_description: &str) -> Self {
        FeedSettings {
            title: match kind {
                ScopeKind::Site => TextPattern::site_after(""),
                _ => TextPattern::title_and_site(),
            },
            description: match kind {
                ScopeKind::Site => TextPattern::literal(site_description),
                ScopeKind::Custom => TextPattern::site_after("Selected posts from "),
                ScopeKind::Section | ScopeKind::Category | ScopeKind::Language => {
                    TextPattern::title_on_site("Posts in ")
                }
                ScopeKind::Author => TextPattern::title_on_site("Posts by "),
                ScopeKind::Tag => TextPattern::title_on_site("Posts tagged "),
            },
            language: None,
            formats: Format::ALL.to_vec(),
            limit: 50,
            body: BodyMode::Full,
            order: Order::Newest,
            image: None,
            image_enclosure: false,
            poll: None,
            podcast: false,
            excludes: Vec::new(),
        }
    }

    /// What a table says, over what holds where it says nothing. Its title, description and language are
    /// left to those who know what they mean there. Dates in conditions that name no zone are in `zone`.
    pub(super) fn read(table: &mut Table<'_>, base: FeedSettings, zone: Tz) -> Self {
        FeedSettings {
            formats: formats(table).unwrap_or(base.formats),
            limit: table.number("limit", values::limit).unwrap_or(base.limit),
            body: table.choice("body", &BODY_MODES).unwrap_or(base.body),
            order: table.choice("order", &ORDERS).unwrap_or(base.order),
            image: table.text("image", values::image).or(base.image),
            image_enclosure: table.flag("image_enclosure").unwrap_or(base.image_enclosure),
            poll: table.amount("poll", poll).or(base.poll),
            podcast: table.flag("podcast").unwrap_or(base.podcast),
            // What opts out of all feeds does not come back because one of them says more.
            excludes: base
                .excludes
                .into_iter()
                .chain(query::read(table, "exclude", zone))
                .collect(),
            ..base
        }
    }
}

fn formats(table: &mut Table<'_>) -> Option<Vec<Format>> {
    let names = Format::ALL.map(|format| (format.name(), format));
    let if_empty = Complaint::new(
        "a feed needs a format",
        "name one, or write enabled = false under a kind or scope that shall have no feeds",
    );
    let mut seen = Vec::new();
    let formats = table.list("formats", Some(if_empty), |name| {
        let format = values::choice(name, &names)?;
        if seen.contains(&format) {
            return Err(Complaint::new(
                format!("“{name}” is here for the second time"),
                "take it out",
            ));
        }
        seen.push(format);
        Ok(format)
    });
    formats.map(|_| seen)
}

/// How often to ask: a time that is told alike in minutes and as so many times an hour or a day.
fn poll(written: &Amount<'_>) -> Result<Duration, Complaint> {
    let period = amount::duration(written, Duration::from_mins(1)..=Duration::from_hours(24))?;
    let minutes = period.as_secs() / 60;
    let whole = if minutes <= 60 { 60 } else { 24 * 60 };
    if period.as_secs().is_multiple_of(60) && whole % minutes == 0 {
        return Ok(period);
    }
    Err(Complaint::new(
        format!("an hour or a day is not a whole number of times {written}"),
        "write 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 12h or 24h",
    ))
}
