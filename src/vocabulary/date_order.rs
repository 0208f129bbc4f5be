//! Dates of digits alone, such as `24-05-2015`: which number is the day?

use chrono::NaiveDate;

/// The order in which a site writes dates of digits alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrder {
    /// 31/05/2024
    DayMonthYear,
    /// 05/31/2024
    MonthDayYear,
    /// 24/05/31
    YearMonthDay,
}

impl DateOrder {
    /// Every order with its name in feeds.toml.
    pub const NAMES: [(&'static str, DateOrder); 3] = [
        ("dmy", DateOrder::DayMonthYear),
        ("mdy", DateOrder::MonthDayYear),
        ("ymd", DateOrder::YearMonthDay),
    ];

    /// The day that three numbers mean in this order. Of a year with two digits, 70 to 99 are in the
    /// twentieth century, as in POSIX.
    fn day(self, [first, second, third]: [&str; 3]) -> Option<NaiveDate> {
        let (year, month, day) = match self {
            DateOrder::DayMonthYear => (third, second, first),
            DateOrder::MonthDayYear => (third, first, second),
            DateOrder::YearMonthDay => (first, second, third),
        };
        let century = match (year.len(), year.parse::<i32>().ok()?) {
            (4, _) => 0,
            (2, 70..) => 1900,
            (2, _) => 2000,
            _ => return None,
        };
        if month.len() > 2 || day.len() > 2 {
            return None;
        }
        NaiveDate::from_ymd_opt(
            century + year.parse::<i32>().ok()?,
            month.parse().ok()?,
            day.parse().ok()?,
        )
    }
}

/// What three numbers joined by hyphens, slashes or dots mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits<'a> {
    /// One day and no other, with what follows it.
    Day(NaiveDate, &'a str),
    /// One of several days.
    Ambiguous,
    /// They are no date.
    None,
}

/// Reads the numbers at the start of a text. Without `order`, a day counts only if every order that
/// makes sense leads to it: `24-05-2015` can't be anything else, `08-02-21` can.
pub fn read(text: &str, order: Option<DateOrder>) -> Digits<'_> {
    let length = text
        .find(|c: char| !(c.is_ascii_digit() || "-/.".contains(c)))
        .unwrap_or(text.len());
    let (numbers, rest) = text.split_at(length);
    if !(rest.is_empty() || rest.starts_with([' ', 'T'])) {
        return Digits::None;
    }
    let mut parts = numbers.split(['-', '/', '.']);
    let (Some(first), Some(second), Some(third), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Digits::None;
    };
    let parts = [first, second, third];
    let orders: Vec<DateOrder> = match order {
        // A year with four digits can't be anything else.
        _ if first.len() == 4 => vec![DateOrder::YearMonthDay],
        Some(order) if third.len() != 4 || order != DateOrder::YearMonthDay => vec![order],
        _ => DateOrder::NAMES.iter().map(|(_, order)| *order).collect(),
    };
    let mut days: Vec<NaiveDate> = orders.iter().filter_map(|order| order.day(parts)).collect();
    days.dedup();
    match days[..] {
        [] => Digits::None,
        [day] => Digits::Day(day, rest),
        _ => Digits::Ambiguous,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_a_day_only_if_no_other_day_could_be_meant() {
        use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};
        for (text, order, day) in [
            ("24-05-2015", None, Some("2015-05-24")),
            ("05/24/2015", None, Some("2015-05-24")),
            ("2015/5/24", None, Some("2015-05-24")),
            ("05.05.2015", None, Some("2015-05-05")),
            ("05-04-2015", Some(DayMonthYear), Some("2015-04-05")),
            ("05-04-2015", Some(MonthDayYear), Some("2015-05-04")),
            ("08-02-21", Some(YearMonthDay), Some("2008-02-21")),
            ("08-02-99", Some(DayMonthYear), Some("1999-02-08")),
            ("2015-05-24", Some(MonthDayYear), Some("2015-05-24")),
            ("31-02-2015", None, None),
            ("1-2", None, None),
            ("1-2-3-4", None, None),
        ] {
            let expected = day.map_or(Digits::None, |day| Digits::Day(day.parse().unwrap(), ""));
            assert_eq!(read(text, order), expected, "{text} {order:?}");
        }
        assert_eq!(read("08-02-21 15:00", None), Digits::Ambiguous);
        assert_eq!(read("05/04/2015", None), Digits::Ambiguous);
    }
}
