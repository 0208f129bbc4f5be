//! The present moment, behind a seam.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still, for `--now` and tests.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// How long to sleep until a moment: never more than a minute at once, so that a clock that is set
/// is noticed.
pub fn until(moment: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (moment - now).to_std().unwrap_or(Duration::ZERO).min(Duration::from_secs(60))
}
