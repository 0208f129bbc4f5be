//! What the visibility of a post is decided from.

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;

use crate::content::file::front_matter::Map;
use crate::vocabulary::Dialect;

/// What is decided from.
#[derive(Clone, Copy, Debug)]
pub(in crate::content) struct Input<'a> {
    /// The post's front matter, with what is handed down to it.
    pub(in crate::content) map: &'a Map,
    /// The generator whose rules hold.
    pub(in crate::content) dialect: Option<Dialect>,
    /// The zone of dates that name none.
    pub(in crate::content) zone: Tz,
    /// Its dates.
    pub(in crate::content) dates: Dates,
    /// The fields that the owner's own feeds ask for, in lower case.
    pub(in crate::content) asked_for: &'a [Box<str>],
    /// The keys whose values only running the site's program would tell.
    pub(in crate::content) doubts: &'a [String],
}

/// The dates of a post that count for its visibility.
#[derive(Clone, Copy, Debug)]
pub(in crate::content) struct Dates {
    /// Its date.
    pub(in crate::content) date: DateTime<FixedOffset>,
    /// From when on it is public, if it says so in a field for that.
    pub(in crate::content) publish: Option<DateTime<FixedOffset>>,
    /// From when on it is no longer public, if it says so.
    pub(in crate::content) expiry: Option<DateTime<FixedOffset>>,
}
