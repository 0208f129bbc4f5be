//! `[moved]` → where feeds went that are not, or will not be, where they were.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use url::Url;

use super::reader::{Location, Table, Tables};
use crate::vocabulary::{Complaint, date::without_leap_second};

/// What moved or ended, by the path at which it was.
pub type Moved = BTreeMap<String, Move>;

/// Where a feed went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its new place: a path of this server, or an absolute address; `None` if it ended.
    pub to: Option<String>,
    /// Since when its readers are told (RFC 9745).
    pub deprecated: Option<DateTime<Utc>>,
    /// Until when it stays where it is (RFC 8594); `None` if it left already.
    pub sunset: Option<DateTime<Utc>>,
}

/// What `[moved]` means. Days begin in the site's time zone.
pub(super) fn read(tables: Tables<'_>, time_zone: Tz) -> Moved {
    let paths: Vec<String> = tables.names().map(str::to_owned).collect();
    let moves = tables.read(|path, table| {
        let place = Location::Span(path.span());
        let problems = table.problems();
        let path = problems.checked(&place, local_path(path.get_ref()));
        path.zip(one_move(table, &paths, time_zone, &place))
    });
    moves.into_iter().flatten().collect()
}

fn one_move(mut table: Table<'_>, paths: &[String], time_zone: Tz, place: &Location) -> Option<Move> {
    let has_target = table.holds("to");
    let to = table.text("to", |to| target(to, paths));
    let is_gone = table.flag("gone").unwrap_or(false);
    let deprecated = table.text("deprecated", |written| moment(written, time_zone));
    let sunset = table.option_or_text("sunset", None, |written| moment(written, time_zone));
    if has_target == is_gone {
        let complaint = Complaint::new(
            "this must say where the feed went, or that it ended",
            "write either to = \"/new/path.xml\" or gone = true",
        );
        table.problems().add(place, complaint);
        return None;
    }
    if let Some((sunset, place)) = &sunset
        && deprecated.is_none_or(|deprecated| *sunset < deprecated)
    {
        let complaint = Complaint::new(
            "a feed can't leave before its readers are told",
            "write since when they are, no later than sunset: deprecated = \"2026-01-31\"",
        );
        table.problems().add(place, complaint);
    }
    Some(Move {
        to,
        deprecated,
        sunset: sunset.map(|(sunset, _)| sunset),
    })
}

fn local_path(written: &str) -> Result<String, Complaint> {
    let bad = |c: char| c.is_control() || "?#%".contains(c);
    if written.starts_with('/') && written.len() > 1 && !written.contains(bad) {
        return Ok(written.to_owned());
    }
    Err(Complaint::new(
        format!("“{written}” is no path of a feed"),
        "write it from its first “/” on, without a query, and not percent-encoded: \"/old/rss.xml\"",
    ))
}

fn target(written: &str, paths: &[String]) -> Result<String, Complaint> {
    if paths.iter().any(|path| path == written) {
        return Err(Complaint::new(
            format!("“{written}” is itself under [moved]"),
            "write where the feed is in the end: readers should need one step",
        ));
    }
    if written.starts_with('/') {
        return local_path(written);
    }
    match Url::parse(written) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url.into()),
        _ => Err(Complaint::new(
            format!("“{written}” is no address of a feed"),
            "write a path of this server, such as \"/rss.xml\", or an absolute http or https address",
        )),
    }
}

/// A day, at its beginning, or a moment.
fn moment(written: &str, time_zone: Tz) -> Result<DateTime<Utc>, Complaint> {
    let day = || {
        let midnight = NaiveDate::parse_from_str(written, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)?;
        // A midnight that a change of the clock skips is taken for what it would have been.
        let local = time_zone.from_local_datetime(&midnight).earliest();
        Some(local.map_or_else(|| midnight.and_utc(), |local| local.to_utc()))
    };
    DateTime::parse_from_rfc3339(written)
        .map(|moment| without_leap_second(moment.to_utc()))
        .ok()
        .or_else(day)
        .ok_or_else(|| {
            Complaint::new(
                format!("“{written}” is no date"),
                "write a day, such as \"2026-12-31\", or a moment: \"2026-12-31T12:00:00Z\"",
            )
        })
}
