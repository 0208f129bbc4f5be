//! The moment a command works for: now, or the one it is told.

use chrono::{DateTime, Utc};

use crate::catalog::clock::{Clock, SystemClock};
use crate::vocabulary::date::without_leap_second;

/// The moment a command works for.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Now {
    /// Work as if it were this moment, such as 2026-05-01T12:00:00Z
    #[arg(long, value_name = "MOMENT")]
    now: Option<DateTime<Utc>>,
}

impl Now {
    pub(super) fn moment(self) -> DateTime<Utc> {
        self.now
            .map_or_else(|| SystemClock::default().now(), without_leap_second)
    }
}
