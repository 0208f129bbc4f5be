//! Dates as people write them, by an ordered table.
//!
//! A date without a zone is in the site's zone; one without a time is midnight there. A local time
//! that occurs twice is the first of the two; one that is skipped moves forward by the gap.

use chrono::{
    DateTime, Datelike, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone,
    Timelike, Utc,
};
use chrono_tz::Tz;

use super::date_order::{self, DateOrder, Digits};

/// Shapes with a zone, commonest first.
const ZONED: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M %#z",
    "%Y-%m-%dT%H:%M%#z",
];

/// Shapes without a zone, commonest first.
const NAIVE: [&str; 10] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%d %I:%M %p",
    "%B %d, %Y %H:%M:%S",
    "%B %d, %Y %H:%M",
    "%B %d, %Y %I:%M %p",
    "%d %B %Y %H:%M",
];

/// Shapes without a time.
const DAYS: [&str; 6] = [
    "%Y-%m-%d",
    "%B %d, %Y",
    "%d %B %Y",
    "%B %d %Y",
    "%d %B, %Y",
    "%Y%m%d",
];

/// Abbreviations of zones that mean one offset: those of RFC 5322, section 4.3, and a few more that
/// nobody else uses. `IST` and `BST` mean several, and are not here.
const ABBREVIATIONS: [(&str, &str); 17] = [
    ("UTC", "+0000"),
    ("GMT", "+0000"),
    ("UT", "+0000"),
    ("EST", "-0500"),
    ("EDT", "-0400"),
    ("CST", "-0600"),
    ("CDT", "-0500"),
    ("MST", "-0700"),
    ("MDT", "-0600"),
    ("PST", "-0800"),
    ("PDT", "-0700"),
    ("WET", "+0000"),
    ("WEST", "+0100"),
    ("CET", "+0100"),
    ("CEST", "+0200"),
    ("EET", "+0200"),
    ("EEST", "+0300"),
];

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDate {
    /// It has none of the known shapes, or its year is not within 1 to 9999 (RFC 3339 and RFC 5322
    /// can't write others).
    Unknown,
    /// It is one of several days: `08-02-21`.
    Ambiguous,
}

/// Reads a date, with numbers in no particular order: see [`read`].
pub fn parse(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    read(text, zone, None).ok()
}

/// Reads a date. Whatever has one of the common shapes takes one look; the rest is brought into one
/// first: numbers in another order, abbreviated zones, a remark in parentheses, `8th`.
pub fn read(text: &str, zone: Tz, order: Option<DateOrder>) -> Result<DateTime<FixedOffset>, NoDate> {
    let text = text.trim();
    // `08-02-21` is not the second of February in the year 8.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_short = digits < 4 && text[digits..].starts_with(['-', '/', '.']);
    let date = match shaped(text, zone).filter(|_| !is_short) {
        Some(date) => date,
        None => unusual(text, zone, order)?,
    };
    let date = without_leap_second(date);
    if can_be_written(&date) {
        Ok(date)
    } else {
        Err(NoDate::Unknown)
    }
}

/// The last second of the day for a second 60, which no feed can write, and which belongs to one day by its text
/// and to the next by its instant.
pub fn without_leap_second<Zone: TimeZone>(date: DateTime<Zone>) -> DateTime<Zone> {
    const SECOND: u32 = 1_000_000_000;
    let nanosecond = date.nanosecond();
    match nanosecond.checked_sub(SECOND) {
        Some(folded) => date.clone().with_nanosecond(folded).unwrap_or(date),
        None => date,
    }
}

/// Whether RFC 3339 and RFC 5322 have a year for a date.
pub fn can_be_written(date: &DateTime<FixedOffset>) -> bool {
    let years = 1..=9999;
    years.contains(&date.year()) && years.contains(&date.to_utc().year())
}

fn shaped(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    ZONED
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
}

/// What has no common shape, brought into one.
fn unusual(text: &str, zone: Tz, order: Option<DateOrder>) -> Result<DateTime<FixedOffset>, NoDate> {
    // Longer than any date with a remark: nothing is to be found in it.
    if text.len() > 80 {
        return Err(NoDate::Unknown);
    }
    // “2016-07-19 (optional)”
    let plain = match text.split_once('(') {
        Some((date, remark)) if remark.ends_with(')') => date.trim_end(),
        _ => text,
    };
    let plain = with_plain_zone(&without_ordinal(plain));
    let plain = match date_order::read(&plain, order) {
        Digits::Ambiguous => return Err(NoDate::Ambiguous),
        Digits::Day(day, rest) => format!("{}{rest}", day.format("%Y-%m-%d")),
        Digits::None => plain,
    };
    // “Fri Sep  3 11:21:31 +0200 2021”, as the command `date` writes it.
    let words: Vec<&str> = plain.split_whitespace().collect();
    let plain = match words[..] {
        [weekday, month, day, time, zone, year] if weekday.parse::<chrono::Weekday>().is_ok() => {
            let zone = ABBREVIATIONS
                .iter()
                .find(|(name, _)| *name == zone)
                .map_or(zone, |(_, offset)| offset);
            format!("{day} {month} {year} {time} {zone}")
        }
        _ => plain,
    };
    let without_weekday = || {
        let (weekday, rest) = plain.split_once(',')?;
        let weekday = weekday.get(..3)?.parse::<chrono::Weekday>();
        weekday.is_ok().then(|| rest.trim_start())
    };
    shaped(&plain, zone)
        .or_else(|| DateTime::parse_from_rfc2822(&plain).ok())
        // A wrong weekday does not make the day wrong.
        .or_else(|| {
            let rest = without_weekday()?;
            DateTime::parse_from_rfc2822(rest)
                .ok()
                .or_else(|| shaped(rest, zone))
        })
        .ok_or(NoDate::Unknown)
}

/// `8th September 2014` without the `th`.
fn without_ordinal(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split(' ') {
        if !plain.is_empty() {
            plain.push(' ');
        }
        let (bare, comma) = word.strip_suffix(',').map_or((word, ""), |bare| (bare, ","));
        let number = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|ending| bare.strip_suffix(ending))
            .filter(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
        plain.push_str(number.unwrap_or(bare));
        plain.push_str(comma);
    }
    plain
}

/// `14:00 EDT` and `12:00-400` with the zone as four digits.
fn with_plain_zone(text: &str) -> String {
    if let Some((before, last)) = text.rsplit_once(' ')
        && let Some((_, offset)) = ABBREVIATIONS.iter().find(|(name, _)| *name == last)
    {
        return format!("{before} {offset}");
    }
    if let Some(at) = text.rfind(['+', '-']) {
        let (before, offset) = text.split_at(at);
        let digits = &offset[1..];
        let is_short = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
        if is_short && before.contains(':') {
            return format!("{} {}0{digits}", before.trim_end(), &offset[..1]);
        }
    }
    text.to_owned()
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

/// The first day in a path: `2017/03/16/a-story`, `blog/2017-03-16/a`.
pub fn from_path(path: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let mut starts = path.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at);
    let bytes = path.as_bytes();
    starts.find_map(|at| {
        let is_start = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let rest = path.get(at..).filter(|_| is_start)?;
        let day = rest.get(..10)?.replace('/', "-");
        let is_whole = rest[10..].is_empty() || rest[10..].starts_with(['/', '-']);
        let day = NaiveDate::parse_from_str(&day, "%Y-%m-%d")
            .ok()
            .filter(|_| is_whole)?;
        local(day.and_time(NaiveTime::MIN), zone).filter(|date| date.to_utc().year() >= 1)
    })
}

/// A local time in a zone, with the offset that was in force.
pub fn local(naive: NaiveDateTime, zone: Tz) -> Option<DateTime<FixedOffset>> {
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
mod tests;
