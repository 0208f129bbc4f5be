//! HTTP dates (RFC 9110, section 5.6.7).

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

const DAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Writes a moment in the preferred form: `Sun, 06 Nov 1994 08:49:37 GMT`. Fractions of a second
/// are cut off; years outside 0–9999 can't be written, and are kept within.
pub(crate) fn format(moment: DateTime<Utc>) -> [u8; 29] {
    let mut text = *b"Thu, 00 Jan 0000 00:00:00 GMT";
    text[..3].copy_from_slice(DAYS[moment.weekday().num_days_from_monday() as usize]);
    digits(&mut text[5..7], moment.day());
    text[8..11].copy_from_slice(MONTHS[moment.month0() as usize].as_bytes());
    digits(&mut text[12..16], moment.year().clamp(0, 9999) as u32);
    digits(&mut text[17..19], moment.hour());
    digits(&mut text[20..22], moment.minute());
    digits(&mut text[23..25], moment.second());
    text
}

fn digits(slot: &mut [u8], mut number: u32) {
    for digit in slot.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Reads a date in any of the three forms that a recipient must accept:
///
/// - `Sun, 06 Nov 1994 08:49:37 GMT` (the preferred one),
/// - `Sunday, 06-Nov-94 08:49:37 GMT` (RFC 850; two digits of a year mean the one that is at most
///   50 years after `now`),
/// - `Sun Nov  6 08:49:37 1994` (asctime).
///
/// The day of the week is not compared with the date. `None` for anything else.
pub(crate) fn parse(text: &[u8], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // The longest form has 35 characters; nothing longer deserves a look.
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= 64)?;
    let mut words = text.split([' ', ',', '-', '\t']).filter(|word| !word.is_empty());
    let mut next = || words.next();
    let weekday = next()?;
    if weekday.len() < 3 || !weekday.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let second = next()?;
    let (day, month, year, time) = if second.starts_with(|c: char| c.is_ascii_digit()) {
        let (month, year, time) = (next()?, next()?, next()?);
        if !matches!(next()?, "GMT" | "UTC") {
            return None;
        }
        (second, month, year, time)
    } else {
        let (day, time, year) = (next()?, next()?, next()?);
        (day, second, year, time)
    };
    if next().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? as u32 + 1;
    let date = NaiveDate::from_ymd_opt(parse_year(year, now)?, month, number(day, 1..=2)?)?;
    let mut parts = time.split(':');
    let hour = number(parts.next()?, 2..=2)?;
    let minute = number(parts.next()?, 2..=2)?;
    let second = number(parts.next()?, 2..=2)?;
    if parts.next().is_some() || second > 60 {
        return None;
    }
    // A leap second has no second of its own here.
    Some(date.and_hms_opt(hour, minute, second.min(59))?.and_utc())
}

fn parse_year(text: &str, now: DateTime<Utc>) -> Option<i32> {
    let year = number(text, 2..=4)? as i32;
    match text.len() {
        4 => Some(year),
        2 => {
            let year = now.year() - now.year().rem_euclid(100) + year;
            Some(if year > now.year() + 50 { year - 100 } else { year })
        }
        _ => None,
    }
}

fn number(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    if !lengths.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(year, month, day, hour, minute, second)
            .unwrap()
    }

    fn now() -> DateTime<Utc> {
        at(2026, 11, 20, 12, 0, 0)
    }

    #[test]
    fn the_three_forms_of_rfc_9110_section_5_6_7_are_read() {
        let expected = Some(at(1994, 11, 6, 8, 49, 37));
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            // Forms that clients are known to send.
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "sun, 06 nov 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 UTC",
            "  Sun, 06 Nov 1994 08:49:37 GMT ",
        ] {
            assert_eq!(parse(text.as_bytes(), now()), expected, "{text}");
        }
    }

    #[test]
    fn two_digits_of_a_year_are_never_more_than_fifty_years_ahead() {
        for (text, year) in [
            ("76", 2076),
            ("77", 1977),
            ("99", 1999),
            ("00", 2000),
            ("26", 2026),
        ] {
            let text = format!("Sunday, 06-Nov-{text} 08:49:37 GMT");
            assert_eq!(parse(text.as_bytes(), now()).unwrap().year(), year, "{text}");
        }
    }

    #[test]
    fn what_is_no_http_date_is_refused() {
        for text in [
            "",
            "0",
            "now",
            "1994-11-06T08:49:37Z",
            "06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sun, 06 Nov 994 08:49:37 GMT",
            "Sun, 06 Now 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse(text.as_bytes(), now()), None, "{text}");
        }
    }

    #[test]
    fn a_leap_second_is_the_last_second_of_its_minute() {
        assert_eq!(
            parse(b"Sat, 31 Dec 2016 23:59:60 GMT", now()),
            Some(at(2016, 12, 31, 23, 59, 59))
        );
    }

    proptest! {
        #[test]
        fn every_moment_is_read_back_as_written(seconds in -62_167_219_200_i64..253_402_300_800) {
            let moment = DateTime::from_timestamp(seconds, 999_999_999).unwrap();
            let text = format(moment);
            prop_assert_eq!(parse(&text, now()), DateTime::from_timestamp(seconds, 0));
            prop_assert_eq!(
                std::str::from_utf8(&text).unwrap(),
                moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
            );
        }

        #[test]
        fn no_bytes_make_the_parser_panic(text in prop::collection::vec(any::<u8>(), 0..70)) {
            parse(&text, now());
        }
    }
}
