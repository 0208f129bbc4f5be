//! How often to poll a feed. Made from the feed's entries and never from the present moment, so that a feed that does
//! not change keeps its period.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The periods that can be given both in minutes (RSS ttl) and as a number of times an hour or a day
/// (the syndication module): from a quarter of an hour to four hours.
const PERIODS: [u64; 7] = [15, 20, 30, 60, 120, 180, 240];
/// The period of a feed that has no two entries to measure between, in minutes.
const DEFAULT_PERIOD: u64 = 60;

/// Half the median gap between entries published at these moments, newest first: who polls that often
/// has an entry, on average, after a quarter of a gap. Rounded down to `PERIODS`.
pub fn usual(published: impl Iterator<Item = DateTime<Utc>>) -> Duration {
    let moments: Vec<DateTime<Utc>> = published.collect();
    let mut gaps: Vec<i64> = moments
        .windows(2)
        .map(|pair| (pair[0] - pair[1]).num_minutes().abs())
        .collect();
    let minutes = if gaps.is_empty() {
        DEFAULT_PERIOD
    } else {
        let middle = gaps.len() / 2;
        let (_, median, _) = gaps.select_nth_unstable(middle);
        let wanted = u64::try_from(*median / 2).unwrap_or(0);
        let step = PERIODS.iter().rev().find(|step| **step <= wanted);
        *step.unwrap_or(&PERIODS[0])
    };
    Duration::from_secs(minutes * 60)
}

/// A period as the syndication module has it: a unit, and how often within it.
pub fn frequency(period: Duration) -> (&'static str, u64) {
    let minutes = (period.as_secs() / 60).max(1);
    if minutes <= 60 {
        ("hourly", (60 / minutes).max(1))
    } else {
        ("daily", (24 * 60 / minutes).max(1))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn of(gap_minutes: i64) -> u64 {
        let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        usual((0..10).map(|number| start - TimeDelta::minutes(number * gap_minutes))).as_secs() / 60
    }

    #[test]
    fn the_period_is_half_the_gap_within_a_quarter_of_an_hour_and_four_hours() {
        for (gap, period) in [
            (0, 15),
            (29, 15),
            (40, 20),
            (119, 30),
            (120, 60),
            (500, 240),
            (100_000, 240),
        ] {
            assert_eq!(of(gap), period, "{gap}");
        }
        assert_eq!(usual(std::iter::empty()), Duration::from_hours(1));
    }

    #[test]
    fn minutes_and_times_an_hour_or_day_say_the_same() {
        for minutes in PERIODS {
            let (unit, times) = frequency(Duration::from_secs(minutes * 60));
            let whole = if unit == "hourly" { 60 } else { 24 * 60 };
            assert_eq!(whole, times * minutes, "{minutes}");
        }
    }
}
