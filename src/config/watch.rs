//! `[watch]`: when the disk is looked at.

use std::time::Duration;

use super::amount;
use super::reader::Table;

const MODES: [(&str, WatchMode); 3] = [
    ("auto", WatchMode::Auto),
    ("events", WatchMode::Events),
    ("poll", WatchMode::Poll),
];

/// When the disk is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// How changes are noticed.
    pub mode: WatchMode,
    /// How often everything is looked at where file events can't be relied on.
    pub poll_interval: Duration,
    /// How long posts are kept that vanished in a way that looks like an accident.
    pub hold: Duration,
    /// How often everything is looked at, whatever events said.
    pub full_scan: Duration,
    /// How long a burst of changes may put off publishing.
    pub max_delay: Duration,
    /// How long a file that is being written waits to be closed.
    pub close_timeout: Duration,
}

/// How changes are noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchMode {
    /// By file events where they can be relied on, else by polling.
    Auto,
    /// By file events, and the look at everything now and then.
    Events,
    /// By looking often.
    Poll,
}

/// What `[watch]` means.
pub(super) fn read(mut table: Table<'_>) -> Watch {
    const SHORTEST: Duration = Duration::from_millis(100);
    const HOUR: Duration = Duration::from_hours(1);
    const DAY: Duration = Duration::from_hours(24);
    let mode = table.choice("mode", &MODES);
    let mut time = |key, least, most, default| {
        let written = table.amount(key, |written| amount::duration(written, least..=most));
        written.unwrap_or(default)
    };
    Watch {
        mode: mode.unwrap_or(WatchMode::Auto),
        poll_interval: time("poll_interval", SHORTEST, HOUR, Duration::from_secs(2)),
        hold: time("hold", Duration::ZERO, DAY, Duration::from_secs(30)),
        full_scan: time("full_scan", Duration::from_secs(1), DAY, Duration::from_mins(1)),
        max_delay: time("max_delay", SHORTEST, HOUR, Duration::from_secs(2)),
        close_timeout: time("close_timeout", SHORTEST, HOUR, Duration::from_secs(30)),
    }
}
