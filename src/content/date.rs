//! Dates as people write them, by an ordered table.
//!
//! A date without a zone is in the site's zone; one without a time is midnight there. A local time
//! that occurs twice is the first of the two; one that is skipped moves forward by the gap.

use chrono::{
    DateTime, Datelike, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone,
    Utc,
};
use chrono_tz::Tz;

/// Shapes with a zone, commonest first.
const ZONED: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M %#z",
    "%Y-%m-%dT%H:%M%#z",
];

/// Shapes without a zone, commonest first.
const NAIVE: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
];

/// Shapes without a time.
const DAYS: [&str; 4] = ["%Y-%m-%d", "%Y/%m/%d", "%B %d, %Y", "%d %B %Y"];

/// Reads a date. `None` if it has none of the known shapes, or its year is not within 1 to 9999
/// (RFC 3339 and RFC 5322 can't write others).
pub fn parse(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    // “UTC” and “GMT” are spelled-out zeros.
    let spelled = text
        .strip_suffix("UTC")
        .or_else(|| text.strip_suffix("GMT"))
        .map(|before| format!("{} +0000", before.trim_end()));
    let text = spelled.as_deref().unwrap_or(text);
    let date = ZONED
        .iter()
        .find_map(|shape| DateTime::parse_from_str(text, shape).ok())
        .or_else(|| {
            let naive = NAIVE
                .iter()
                .find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok())
                .or_else(|| {
                    DAYS.iter()
                        .find_map(|shape| NaiveDate::parse_from_str(text, shape).ok())
                        .map(|day| day.and_time(NaiveTime::MIN))
                })?;
            local(naive, zone)
        })
        .or_else(|| DateTime::parse_from_rfc2822(text).ok())?;
    let years = 1..=9999;
    (years.contains(&date.year()) && years.contains(&date.to_utc().year())).then_some(date)
}

/// The date at the start of a file name, with the rest of the name: `2011-12-1-a-story`.
pub fn from_file_name(name: &str, zone: Tz) -> Option<(DateTime<FixedOffset>, &str)> {
    let mut parts = name.splitn(4, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let date = local(day.and_time(NaiveTime::MIN), zone)?;
    (date.year() >= 1 && date.to_utc().year() >= 1).then(|| (date, parts.next().unwrap_or("")))
}

/// A local time in a zone, with the offset that was in force.
fn local(naive: NaiveDateTime, zone: Tz) -> Option<DateTime<FixedOffset>> {
    match zone.from_local_datetime(&naive) {
        LocalResult::Single(date) | LocalResult::Ambiguous(date, _) => Some(date.fixed_offset()),
        LocalResult::None => {
            // In a gap: read it with the offset from before the gap, which moves it past the end.
            // The longest gap on record is a whole day (Samoa, 2011).
            let before = (1..=48).find_map(|half_hours| {
                let earlier = naive.checked_sub_signed(Duration::minutes(30 * half_hours))?;
                zone.from_local_datetime(&earlier)
                    .latest()
                    .map(|date| date.fixed_offset())
            })?;
            let utc = naive.checked_sub_offset(*before.offset())?;
            Some(
                DateTime::<Utc>::from_naive_utc_and_offset(utc, Utc)
                    .with_timezone(&zone)
                    .fixed_offset(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONDON: Tz = chrono_tz::Europe::London;

    fn rfc3339(text: &str) -> Option<String> {
        parse(text, LONDON).map(|date| date.to_rfc3339())
    }

    #[test]
    fn every_shape_in_the_table_is_read() {
        for (written, meant) in [
            ("2011-12-01 22:17:59 +0000", "2011-12-01T22:17:59+00:00"),
            ("2011-07-01 22:17:59 +0100", "2011-07-01T22:17:59+01:00"),
            ("2011-12-01 9:17:59 +0000", "2011-12-01T09:17:59+00:00"),
            ("2024-05-31T10:00:00Z", "2024-05-31T10:00:00+00:00"),
            ("2024-05-31T10:00:00.250-07:00", "2024-05-31T10:00:00.250-07:00"),
            ("2019-01-25 17:00:00", "2019-01-25T17:00:00+00:00"),
            ("2019-07-25 17:00:00", "2019-07-25T17:00:00+01:00"),
            ("2019-07-25 17:00", "2019-07-25T17:00:00+01:00"),
            ("2019-01-25", "2019-01-25T00:00:00+00:00"),
            ("2017-11-8", "2017-11-08T00:00:00+00:00"),
            ("2019-07-25 17:00:00 UTC", "2019-07-25T17:00:00+00:00"),
            ("September 8, 2014", "2014-09-08T00:00:00+01:00"),
            ("8 September 2014", "2014-09-08T00:00:00+01:00"),
            ("Thu, 01 Dec 2011 22:17:59 +0000", "2011-12-01T22:17:59+00:00"),
            ("  2019-01-25\n", "2019-01-25T00:00:00+00:00"),
        ] {
            assert_eq!(rfc3339(written).as_deref(), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "2019-13-01",
            "2019-02-30",
            "0000-01-01",
            "10000-01-01",
            "9999-12-31 23:30:00 -0100",
        ] {
            assert_eq!(rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn a_local_time_that_occurs_twice_is_the_first_and_one_in_a_gap_moves_forward() {
        assert_eq!(
            rfc3339("2024-10-27 01:30:00").as_deref(),
            Some("2024-10-27T01:30:00+01:00")
        );
        assert_eq!(
            rfc3339("2024-03-31 01:30:00").as_deref(),
            Some("2024-03-31T02:30:00+01:00")
        );
        let samoa = parse("2011-12-30 12:00:00", chrono_tz::Pacific::Apia).unwrap();
        assert_eq!(samoa.to_rfc3339(), "2011-12-31T12:00:00+14:00");
    }

    #[test]
    fn a_file_name_may_start_with_a_date_padded_or_not() {
        let (date, rest) = from_file_name("2011-12-1-a-story", LONDON).unwrap();
        assert_eq!(
            (date.to_rfc3339().as_str(), rest),
            ("2011-12-01T00:00:00+00:00", "a-story")
        );
        for name in ["a-story", "2011-13-01-x", "20111-1-1-x", "2011-12", "٢٠١١-1-1-x"] {
            assert!(from_file_name(name, LONDON).is_none(), "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_date_that_the_formats_cannot_write(text in "\\PC{0,40}|[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{2}:[0-9]{2}( [+-][0-9]{4})?)?") {
            if let Some(date) = parse(&text, LONDON) {
                proptest::prop_assert!(DateTime::parse_from_rfc2822(&date.to_rfc2822()).is_ok());
                proptest::prop_assert!(DateTime::parse_from_rfc3339(&date.to_utc().to_rfc3339()).is_ok());
            }
        }
    }
}
