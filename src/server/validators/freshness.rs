//! Cache-Control (RFC 9111, section 5.2.2; RFC 5861) and CDN-Cache-Control (RFC 9213). Pure.

use std::fmt::Write;
use std::time::Duration;

use chrono::{DateTime, Utc};

/// How long a cache may serve a stale copy while this server can't be reached, in seconds.
const STALE_IF_ERROR: u64 = 24 * 60 * 60;
/// How long a 404 may be cached, in seconds.
const BRIEF: u64 = 60;

/// The Cache-Control of a document: fresh for `max_age`, stale for as long again while it is revalidated, and for a
/// day if that fails; but never past `next_change`, at which the document changes by the passing of time alone.
pub(crate) fn cache_control(
    max_age: Duration,
    next_change: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> String {
    let left = seconds_left(next_change, now);
    let max_age = max_age.as_secs().min(left);
    let mut value = String::with_capacity(80);
    // Writing to a string can't fail.
    let _ = write!(value, "max-age={max_age}");
    for (directive, seconds) in [
        ("stale-while-revalidate", max_age),
        ("stale-if-error", STALE_IF_ERROR),
    ] {
        let seconds = seconds.min(left - max_age);
        if seconds > 0 {
            let _ = write!(value, ", {directive}={seconds}");
        }
    }
    value
}

/// The CDN-Cache-Control of a document: how long a cache that is purged may keep it; never past `next_change`.
pub(crate) fn cdn_cache_control(
    max_age: Duration,
    next_change: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> String {
    let max_age = max_age.as_secs().min(seconds_left(next_change, now));
    format!("max-age={max_age}")
}

/// The Cache-Control of a 404: a minute, so that repeated requests cost little and a new feed is soon found; never
/// past `next_change`.
pub(crate) fn brief_cache_control(next_change: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    format!("max-age={}", seconds_left(next_change, now).min(BRIEF))
}

fn seconds_left(next_change: Option<DateTime<Utc>>, now: DateTime<Utc>) -> u64 {
    next_change.map_or(u64::MAX, |change| {
        u64::try_from((change - now).num_seconds()).unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap()
    }

    fn value(max_age: u64, seconds_left: Option<i64>) -> String {
        cache_control(
            Duration::from_secs(max_age),
            seconds_left.map(|seconds| now() + TimeDelta::seconds(seconds)),
            now(),
        )
    }

    #[test]
    fn a_copy_is_used_for_max_age_and_then_stale_with_limits() {
        for (max_age, left, expected) in [
            (
                900,
                None,
                "max-age=900, stale-while-revalidate=900, stale-if-error=86400",
            ),
            (
                900,
                Some(1000),
                "max-age=900, stale-while-revalidate=100, stale-if-error=100",
            ),
            (900, Some(900), "max-age=900"),
            (900, Some(60), "max-age=60"),
            (900, Some(0), "max-age=0"),
            (900, Some(-5), "max-age=0"),
            (0, None, "max-age=0, stale-if-error=86400"),
        ] {
            assert_eq!(value(max_age, left), expected, "{max_age} {left:?}");
        }
    }

    #[test]
    fn a_404_is_remembered_for_a_minute_at_most() {
        let value = |left| brief_cache_control(Some(now() + TimeDelta::seconds(left)), now());
        assert_eq!(brief_cache_control(None, now()), "max-age=60");
        assert_eq!(value(3600), "max-age=60");
        assert_eq!(value(7), "max-age=7");
        assert_eq!(value(-7), "max-age=0");
    }

    proptest! {
        #[test]
        fn no_copy_outlives_the_next_change(max_age in 0..1_000_000_u64, left in -10..1_000_000_i64) {
            let value = value(max_age, Some(left));
            let seconds: Vec<i64> = value
                .split('=')
                .skip(1)
                .map(|rest| rest.split(',').next().unwrap().parse().unwrap())
                .collect();
            for stale in seconds[1..].iter().chain([&0]) {
                prop_assert!(seconds[0] + stale <= left.max(0), "{}", value);
            }
        }
    }
}
