//! `[moved]` → where feeds went that are not, or will not be, where they were.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use toml::Spanned;
use url::Url;

use super::error::{Location, Problems};
use super::raw::{RawMove, RawMoves};
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
pub(super) fn resolve(raw: RawMoves, time_zone: Tz, problems: &mut Problems<'_>) -> Moved {
    let mut raw: Vec<(Spanned<String>, RawMove)> = raw.into_iter().collect();
    raw.sort_by_key(|(path, _)| path.span().start);
    let paths: Vec<String> = raw.iter().map(|(path, _)| path.get_ref().clone()).collect();
    let mut moved = Moved::new();
    for (path, written) in raw {
        let head = Location::Span(path.span());
        let path = problems.written(Some(path), |path| local_path(&path));
        let own = one_move(written, &paths, time_zone, &head, problems);
        if let Some((path, own)) = path.zip(own) {
            moved.insert(path, own);
        }
    }
    moved
}

fn one_move(
    raw: RawMove,
    paths: &[String],
    time_zone: Tz,
    head: &Location,
    problems: &mut Problems<'_>,
) -> Option<Move> {
    let says_where = raw.to.is_some() != raw.gone.unwrap_or(false);
    let to = problems.written(raw.to, |to| target(&to, paths));
    let deprecated = problems.written(raw.deprecated, |written| moment(&written, time_zone));
    let place = raw.sunset.as_ref().map(Spanned::span);
    let sunset = problems.written(raw.sunset, |written| moment(&written, time_zone));
    if !says_where {
        problems.add(
            head,
            Complaint::new(
                "this must say where the feed went, or that it ended",
                "write either to = \"/new/path.xml\" or gone = true",
            ),
        );
        return None;
    }
    if let (Some(sunset), Some(place)) = (sunset, place)
        && deprecated.is_none_or(|deprecated| sunset < deprecated)
    {
        problems.add(
            &Location::Span(place),
            Complaint::new(
                "a feed can't leave before its readers are told",
                "write since when they are, no later than sunset: deprecated = \"2026-01-31\"",
            ),
        );
    }
    Some(Move {
        to,
        deprecated,
        sunset,
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
