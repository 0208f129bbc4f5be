//! Units of the calendar, by which archives are divided: years, months and days. They are those of UTC,
//! whatever the site's zone is, for a page must not lose entries to its neighbour when that is mended.

use std::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};

/// A year, a month of a year, or a day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A year, by its first day.
    Year(NaiveDate),
    /// A month, by its first day.
    Month(NaiveDate),
    /// A day.
    Day(NaiveDate),
}

impl Unit {
    /// The year of a moment.
    pub fn year(moment: DateTime<Utc>) -> Self {
        let date = moment.date_naive();
        // The first of January stands in every year.
        Unit::Year(date.with_ordinal(1).unwrap_or(date))
    }

    /// When it begins.
    pub fn start(self) -> DateTime<Utc> {
        let (Unit::Year(first) | Unit::Month(first) | Unit::Day(first)) = self;
        first.and_time(NaiveTime::MIN).and_utc()
    }

    /// When it is over: the first moment after it.
    pub fn end(self) -> DateTime<Utc> {
        let after = match self {
            Unit::Year(first) => first.checked_add_months(Months::new(12)),
            Unit::Month(first) => first.checked_add_months(Months::new(1)),
            Unit::Day(day) => day.checked_add_days(Days::new(1)),
        };
        after.map_or(DateTime::<Utc>::MAX_UTC, |day| {
            day.and_time(NaiveTime::MIN).and_utc()
        })
    }

    /// Whether a moment lies in it.
    pub fn contains(self, moment: DateTime<Utc>) -> bool {
        (self.start()..self.end()).contains(&moment)
    }

    /// The larger unit that it is a part of.
    pub fn parent(self) -> Option<Unit> {
        match self {
            Unit::Year(_) => None,
            Unit::Month(first) => Some(Unit::Year(first.with_month(1)?)),
            Unit::Day(day) => Some(Unit::Month(day.with_day(1)?)),
        }
    }

    /// The part of it in which a moment lies; a day has no parts.
    pub fn part(self, moment: DateTime<Utc>) -> Option<Unit> {
        let date = moment.date_naive();
        match self {
            Unit::Year(_) => Some(Unit::Month(date.with_day(1)?)),
            Unit::Month(_) => Some(Unit::Day(date)),
            Unit::Day(_) => None,
        }
    }

    /// The unit of the same size in which a moment lies.
    #[must_use]
    pub fn alike(self, moment: DateTime<Utc>) -> Unit {
        let year = Unit::year(moment);
        match self {
            Unit::Year(_) => year,
            Unit::Month(_) => year.part(moment).unwrap_or(year),
            Unit::Day(_) => Unit::Day(moment.date_naive()),
        }
    }

    /// Reads what [`fmt::Display`] writes: `2024`, `2024-03`, `2024-03-07`.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return None;
        }
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
        let year = i32::try_from(number(0..4)?).ok().filter(|year| *year > 0)?;
        let unit = match text.len() {
            4 => Unit::Year(NaiveDate::from_ymd_opt(year, 1, 1)?),
            7 => Unit::Month(NaiveDate::from_ymd_opt(year, number(5..7)?, 1)?),
            10 => Unit::Day(NaiveDate::from_ymd_opt(year, number(5..7)?, number(8..10)?)?),
            _ => return None,
        };
        // One way to write it only.
        (unit.to_string() == text).then_some(unit)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unit::Year(first) => write!(f, "{:04}", first.year()),
            Unit::Month(first) => write!(f, "{:04}-{:02}", first.year(), first.month()),
            Unit::Day(day) => write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_unit_is_read_in_one_way_only() {
        for text in ["2024", "2024-03", "2024-02-29", "0001", "9999-12-31"] {
            assert_eq!(Unit::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "0000",
            "24",
            "2024-3",
            "2024-13",
            "2023-02-29",
            "2024-02-2",
            "2024_02",
            "+024",
            "20240",
            "2024-+1",
        ] {
            assert_eq!(Unit::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn units_of_one_size_meet_and_contain_their_parts(seconds in -60_000_000_000_i64..253_000_000_000) {
            let moment = DateTime::from_timestamp(seconds, 0).unwrap();
            let year = Unit::year(moment);
            let month = year.part(moment).unwrap();
            let day = month.part(moment).unwrap();
            prop_assert_eq!(day.part(moment), None);
            prop_assert_eq!((month.parent(), day.parent()), (Some(year), Some(month)));
            for unit in [year, month, day] {
                prop_assert!(unit.contains(moment) && !unit.contains(unit.end()));
                prop_assert_eq!(unit.alike(unit.end()).start(), unit.end());
                prop_assert_eq!(unit.alike(moment), unit);
                prop_assert_eq!(Unit::parse(&unit.to_string()), Some(unit));
            }
        }
    }
}
