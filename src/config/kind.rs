//! `[feeds.category]` and its like: the feeds of a kind.

use std::ops::Range;

use chrono_tz::Tz;

use super::reader::{Location, Table};
use super::{FeedSettings, Preset, values};
use crate::vocabulary::{Complaint, PathPattern, ScopeKind, TextPattern};

/// The settings that feeds of one kind share.
#[derive(Clone, Debug, PartialEq)]
pub struct KindSettings {
    /// Where its feeds are served.
    pub path: PathPattern,
    /// What its feeds are like.
    pub feed: FeedSettings,
}

/// What is written about the feeds of a kind.
pub(super) struct Written {
    pub(super) settings: KindSettings,
    /// `enabled`
    pub(super) enabled: Option<bool>,
    /// The place of `path`.
    pub(super) path: Option<Range<usize>>,
}

/// What the table of a kind says; where it says nothing, `base` holds, or the preset.
pub(super) fn read(
    mut table: Table<'_>,
    kind: ScopeKind,
    base: FeedSettings,
    preset: Option<Preset>,
    zone: Tz,
) -> Written {
    let enabled = table.flag("enabled");
    let path = table.option_or_text("path", None, |written| {
        path_pattern(written, kind, PathPattern::parse(written, kind))
    });
    let (path, place) = path.unzip();
    let base = FeedSettings {
        title: table.text("title", TextPattern::parse).unwrap_or(base.title),
        description: table
            .text("description", TextPattern::parse)
            .unwrap_or(base.description),
        language: table.text("language", values::language).or(base.language),
        ..base
    };
    let default_path = || preset.map_or_else(|| PathPattern::default_for(kind), |preset| preset.path(kind));
    Written {
        settings: KindSettings {
            path: path.unwrap_or_else(default_path),
            feed: FeedSettings::read(&mut table, base, zone),
        },
        enabled,
        path: place.and_then(Location::span),
    }
}

/// The complaint about a pattern of addresses, if there is one.
pub(super) fn path_pattern(
    written: &str,
    kind: ScopeKind,
    parsed: Result<PathPattern, String>,
) -> Result<PathPattern, Complaint> {
    parsed.map_err(|reason| {
        let default = PathPattern::default_for(kind);
        Complaint::new(
            format!("path “{written}” {reason}"),
            format!("write it like the default: {}", default.as_str()),
        )
    })
}
