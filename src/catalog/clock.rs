//! The present moment, behind a seam.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// No clock that is right shows an earlier moment: the program is younger. Raised with releases, and not read
/// from the machine that builds, so that every build is the same.
pub const EARLIEST: DateTime<Utc> = DateTime::from_timestamp(1_767_225_600, 0).expect("2026-01-01 is a date");

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment, which somebody may set back or forth.
    fn now(&self) -> DateTime<Utc>;

    /// The time since the clock was made, which only ever grows.
    fn elapsed(&self) -> Duration;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock {
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that stands still, for `--now` and tests.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}
