//! Dates in the names of files and folders, by the rules of each generator.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;

use super::location::Location;
use crate::vocabulary::{Dialect, date};

type Date = DateTime<FixedOffset>;

/// A name with a date in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::content) struct DatedName<'a> {
    pub(in crate::content) date: Date,
    /// The name without its date; the whole name if nothing else is in it, or if the date is no part
    /// that the generator takes away.
    pub(in crate::content) bare: &'a str,
}

/// The date that a generator finds in a name. `2011-12-1-a-story` has one for all of them, the rest is
/// each one's own.
pub(in crate::content) fn of<'a>(
    path: &str,
    location: &Location<'a>,
    dialect: Option<Dialect>,
    zone: Tz,
) -> Option<DatedName<'a>> {
    let name = location.name;
    let found = match dialect {
        Some(Dialect::Hugo) => with_time(name, zone),
        Some(Dialect::Docusaurus) => docusaurus(path).and_then(|(day, _)| {
            let (_, bare) = date::from_file_name(name, zone).unzip();
            Some((midnight(day, zone)?, bare.unwrap_or(name)))
        }),
        _ => None,
    };
    let (date, bare) = found
        .or_else(|| date::from_file_name(name, zone))
        .or_else(|| match dialect {
            Some(Dialect::Jekyll) => two_digits(name, zone),
            Some(Dialect::Eleventy) => Some((anywhere(path, zone)?, name)),
            Some(Dialect::Zola) => zola(name, zone),
            Some(Dialect::Pelican) => {
                let (day, rest) = day(name)?;
                Some((
                    midnight(day, zone)?,
                    rest.trim_start_matches([' ', '_', '-', '.']),
                ))
            }
            Some(Dialect::Docusaurus) => None,
            Some(Dialect::Hugo | Dialect::Astro) | None => {
                let (day, rest) = day(name)?;
                let rest = rest.strip_prefix([' ', '_'])?;
                Some((midnight(day, zone)?, rest))
            }
        })?;
    let bare = if bare.is_empty() { name } else { bare };
    date::can_be_written(&date).then_some(DatedName { date, bare })
}

/// The day at the start of a text, in full: `2024-01-02`, and what follows it.
fn day(text: &str) -> Option<(NaiveDate, &str)> {
    let (day, rest) = text.split_at_checked(10)?;
    let is_plain = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if !day.bytes().enumerate().all(is_plain) {
        return None;
    }
    Some((NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?, rest))
}

fn midnight(day: NaiveDate, zone: Tz) -> Option<Date> {
    date::local(day.and_time(NaiveTime::MIN), zone)
}

/// Zola: a day, or a moment as in RFC 3339, then a hyphen or an underscore. The day alone counts too:
/// whoever names a file so means it.
fn zola(name: &str, zone: Tz) -> Option<(Date, &str)> {
    let (day, mut rest) = day(name)?;
    let mut date = midnight(day, zone)?;
    if rest.starts_with('T') {
        let end = rest[1..]
            .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
            .map_or(rest.len(), |at| at + 1);
        let length = match &rest.as_bytes()[end..] {
            [b'Z', ..] => 1,
            [b'+' | b'-', _, _, b':', ..] => 6,
            _ => 0,
        };
        let moment = rest.get(..end + length)?;
        date = date::parse(&name[..10 + moment.len()], zone)?.with_nanosecond(0)?;
        rest = &rest[moment.len()..];
    }
    let rest = rest.strip_prefix(char::is_whitespace).unwrap_or(rest);
    match rest.strip_prefix(['_', '-']) {
        Some(bare) => Some((date, bare)),
        None => rest.is_empty().then_some((date, "")),
    }
}

/// Hugo: `2024-01-02-10-30-00-a-story`.
fn with_time(name: &str, zone: Tz) -> Option<(Date, &str)> {
    let (day, rest) = day(name)?;
    let (time, rest) = rest.strip_prefix(['-', 'T'])?.split_at_checked(8)?;
    if !(rest.is_empty() || rest.starts_with(['-', '_', ' '])) {
        return None;
    }
    let time = NaiveTime::parse_from_str(&time.replace('-', ":"), "%H:%M:%S").ok()?;
    let date = date::local(day.and_time(time), zone).map(date::without_leap_second)?;
    Some((date, rest.trim_start_matches(['-', '_', ' '])))
}

/// Jekyll: `24-01-02-a-story`, of this century up to 68.
fn two_digits(name: &str, zone: Tz) -> Option<(Date, &str)> {
    let (year, rest) = name.split_once('-').filter(|(year, _)| year.len() == 2)?;
    let year: i32 = year
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| year.parse().ok())??;
    let century = if year > 68 { 1900 } else { 2000 };
    let mut parts = rest.splitn(3, '-');
    let number = |text: Option<&str>| -> Option<u32> {
        let text = text.filter(|text| matches!(text.len(), 1 | 2))?;
        text.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| text.parse().ok())?
    };
    let (month, day) = (number(parts.next())?, number(parts.next())?);
    let day = NaiveDate::from_ymd_opt(century + year, month, day)?;
    Some((midnight(day, zone)?, parts.next()?))
}

/// Eleventy: the first day in the whole path.
fn anywhere(path: &str, zone: Tz) -> Option<Date> {
    let mut starts = path.match_indices(|c: char| c.is_ascii_digit());
    let (day, _) = starts.find_map(|(at, _)| day(&path[at..]))?;
    midnight(day, zone)
}

/// Docusaurus: the last day in the whole path, its numbers joined by hyphens or slashes; and the
/// address that it makes of the path, in which the day comes first.
pub(in crate::content) fn docusaurus(path: &str) -> Option<(NaiveDate, String)> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let (start, end, day) = (0..stem.len()).rev().find_map(|start| {
        let length = day_length(&stem.as_bytes()[start..])?;
        let day = stem[start..start + length].replace('-', "/");
        Some((start, start + length, day))
    })?;
    let rest = stem[end..].strip_prefix(['-', '/']).unwrap_or(&stem[end..]);
    let text = rest.strip_suffix("/index").unwrap_or(rest);
    let date = NaiveDate::parse_from_str(&day, "%Y/%m/%d").ok()?;
    Some((date, format!("{day}/{}{text}", &stem[..start])))
}

/// How long `2024-1-2` or `2024/01/02` at the start of a text is.
fn day_length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize, most: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter()
            .take(most)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let is_mark = |at: usize| matches!(text.get(at), Some(b'-' | b'/'));
    if digits(0, 4) < 4 || !is_mark(4) {
        return None;
    }
    let month = digits(5, 2);
    let after = 5 + month;
    if month == 0 || !is_mark(after) {
        return None;
    }
    let day = digits(after + 1, 2);
    (day > 0).then_some(after + 1 + day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(dialect: Option<Dialect>, path: &str) -> Option<(String, String)> {
        let location = Location::of(path, &[]);
        let found = of(path, &location, dialect, Tz::UTC)?;
        Some((found.date.to_rfc3339(), found.bare.to_owned()))
    }

    #[test]
    fn each_generator_finds_the_dates_it_finds() {
        use Dialect::{Astro, Docusaurus, Eleventy, Hugo, Jekyll, Pelican, Zola};
        let day = "2024-01-02T00:00:00+00:00";
        for (dialect, path, date, bare) in [
            (None, "2024-01-02-a.md", day, "a"),
            (None, "2024-1-2-a.md", day, "a"),
            (None, "2024-01-02_a.md", day, "a"),
            (Some(Astro), "2024-01-02 a.md", day, "a"),
            (Some(Hugo), "2024-01-02.md", day, "2024-01-02"),
            (
                Some(Hugo),
                "p/2024-01-02-10-30-00-a.md",
                "2024-01-02T10:30:00+00:00",
                "a",
            ),
            (
                Some(Hugo),
                "2024-01-02T10:30:00-a.md",
                "2024-01-02T10:30:00+00:00",
                "a",
            ),
            (
                Some(Hugo),
                "2016-12-31-23-59-60.md",
                "2016-12-31T23:59:59+00:00",
                "2016-12-31-23-59-60",
            ),
            (Some(Zola), "b/2024-01-02_a.md", day, "a"),
            (Some(Zola), "b/2024-01-02 -a.md", day, "a"),
            (Some(Zola), "b/2024-01-02.md", day, "2024-01-02"),
            (Some(Zola), "b/2024-01-02_a/index.md", day, "a"),
            (
                Some(Zola),
                "2024-01-03T14:00:00Z-a.md",
                "2024-01-03T14:00:00+00:00",
                "a",
            ),
            (
                Some(Zola),
                "2024-01-03T14:00:00.5+02:00_a.md",
                "2024-01-03T14:00:00+02:00",
                "a",
            ),
            (
                Some(Zola),
                "2024-01-03T14:00:00-a.md",
                "2024-01-03T14:00:00+00:00",
                "a",
            ),
            (Some(Pelican), "2024-01-02.dot.md", day, "dot"),
            (Some(Pelican), "2024-01-02T10.md", day, "T10"),
            (Some(Pelican), "2024-01-02 a.md", day, "a"),
            (Some(Pelican), "2024-01-02x.md", day, "x"),
            (Some(Jekyll), "_posts/24-01-02-a.md", day, "a"),
            (
                Some(Jekyll),
                "_posts/99-1-2-a.md",
                "1999-01-02T00:00:00+00:00",
                "a",
            ),
            (Some(Jekyll), "_posts/sub/2024-1-2-a.md", day, "a"),
            (Some(Eleventy), "blog/x-2024-01-02.md", day, "x-2024-01-02"),
            (Some(Eleventy), "blog/2024-01-02-a.md", day, "a"),
            (Some(Eleventy), "2024-01-02/a.md", day, "a"),
            (Some(Docusaurus), "2024/01/02-a.md", day, "02-a"),
            (Some(Docusaurus), "2024-01-02/index.mdx", day, "2024-01-02"),
            (Some(Docusaurus), "2024-01-02-a/index.md", day, "a"),
            (Some(Docusaurus), "2024-01-02-a/part.md", day, "part"),
        ] {
            let wanted = Some((date.to_owned(), bare.to_owned()));
            assert_eq!(found(dialect, path), wanted, "{dialect:?} {path}");
        }
        for (dialect, path) in [
            (None, "a.md"),
            (None, "2024-01-02x.md"),
            (None, "2024-13-02_x.md"),
            (None, "x-2024-01-02.md"),
            (Some(Zola), "2024-01-02x.md"),
            (Some(Jekyll), "_posts/2024-01-02_a.md"),
            (Some(Jekyll), "_posts/nodate.md"),
            (Some(Jekyll), "_posts/24-13-02-a.md"),
            (Some(Pelican), "x2024-01-02.md"),
            (Some(Pelican), "2024-01-02/a.md"),
            (Some(Eleventy), "2024-1-2.a.md"),
            (Some(Docusaurus), "2024-13-45-a.md"),
            (Some(Docusaurus), "a/é/b.md"),
        ] {
            assert_eq!(found(dialect, path), None, "{dialect:?} {path}");
        }
    }

    #[test]
    fn docusaurus_puts_the_day_first_in_the_address() {
        // Its own expression was asked.
        for (path, address) in [
            ("2024-1-2-short.md", "2024/1/2/short"),
            ("2024-01-02.md", "2024/01/02/"),
            ("2024-01-02_under.md", "2024/01/02/_under"),
            ("tips/2024-01-02-in.md", "2024/01/02/tips/in"),
            ("pre-2024-01-02-post.md", "2024/01/02/pre-post"),
            ("2024/01/02-x.md", "2024/01/02/x"),
            ("2024/01/02/x/index.md", "2024/01/02/x"),
            ("2024-01-02/index.md", "2024/01/02/index"),
            ("2024-01-02-x/index.mdx", "2024/01/02/x"),
            ("a/2024/01/02.md", "2024/01/02/a/"),
            ("2024-01-02-x/2024-01-03-y.md", "2024/01/03/2024-01-02-x/y"),
            ("12024-01-02-x.md", "2024/01/02/1x"),
            ("2024-01/02-x.md", "2024/01/02/x"),
            ("x/2024-01-02-y/z/index.md", "2024/01/02/x/y/z"),
        ] {
            assert_eq!(docusaurus(path).unwrap().1, address, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_path_makes_a_date_that_cannot_be_written(path in "[0-9]{0,5}[-/T]?[0-9]{0,2}[-/:]?[0-9]{0,3}[-_ ./Té]?\\PC{0,12}\\.md") {
            let location = Location::of(&path, &[]);
            for dialect in Dialect::NAMES.map(|(_, dialect)| Some(dialect)).into_iter().chain([None]) {
                if let Some(found) = of(&path, &location, dialect, chrono_tz::Europe::London) {
                    proptest::prop_assert!(date::can_be_written(&found.date));
                }
            }
        }
    }
}
