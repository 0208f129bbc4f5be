//! Tests of dates.

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
        ("2026-1-13T00:00:00.000Z", "2026-01-13T00:00:00+00:00"),
        ("2019-03-07T0:00:00-08:00", "2019-03-07T00:00:00-08:00"),
        ("2014-06-11 12:00-400", "2014-06-11T12:00:00-04:00"),
        ("2016-03-22 14:00 EDT", "2016-03-22T14:00:00-04:00"),
        ("2016-03-22 14:00:05 CEST", "2016-03-22T14:00:05+02:00"),
        ("2016-07-19 (optional)", "2016-07-19T00:00:00+01:00"),
        ("24-05-2015", "2015-05-24T00:00:00+01:00"),
        ("24/05/2015 15:00", "2015-05-24T15:00:00+01:00"),
        ("2019/01/25 17:00", "2019-01-25T17:00:00+00:00"),
        ("8th September 2014", "2014-09-08T00:00:00+01:00"),
        ("Sep 8th, 2014", "2014-09-08T00:00:00+01:00"),
        ("Monday, September 8, 2014", "2014-09-08T00:00:00+01:00"),
        ("Fri, 01 Dec 2011 22:17:59 +0000", "2011-12-01T22:17:59+00:00"),
        ("2019-01-25 05:30 PM", "2019-01-25T17:30:00+00:00"),
        ("Fri Sep  3 11:21:31 CEST 2021", "2021-09-03T11:21:31+02:00"),
        ("20190125", "2019-01-25T00:00:00+00:00"),
        ("1979-05-27 07:32:00Z", "1979-05-27T07:32:00+00:00"),
    ] {
        assert_eq!(rfc3339(written).as_deref(), Some(meant), "{written}");
    }
}

#[test]
fn a_date_that_could_be_another_is_not_guessed_unless_the_site_says_its_order() {
    for text in ["08-02-21 15:00", "05/04/2015"] {
        assert_eq!(read(text, LONDON, None), Err(NoDate::Ambiguous), "{text}");
    }
    for (order, meant) in [
        (DateOrder::DayMonthYear, "2021-02-08T15:00:00+00:00"),
        (DateOrder::MonthDayYear, "2021-08-02T15:00:00+01:00"),
        (DateOrder::YearMonthDay, "2008-02-21T15:00:00+00:00"),
    ] {
        let date = read("08-02-21 15:00", LONDON, Some(order)).unwrap();
        assert_eq!(date.to_rfc3339(), meant);
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
fn a_second_sixty_is_the_last_of_its_minute() {
    for (text, read) in [
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("2016-12-31 23:59:60.5 +0000", "2016-12-31T23:59:59.500+00:00"),
        ("2016-12-31 23:59:60", "2016-12-31T23:59:59+00:00"),
        ("Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59+00:00"),
        ("2017-01-01T05:29:60+05:30", "2017-01-01T05:29:59+05:30"),
    ] {
        assert_eq!(rfc3339(text).as_deref(), Some(read), "{text}");
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

#[test]
fn a_day_in_a_path_is_found_wherever_it_starts() {
    for (path, day) in [
        ("2017/03/16/a-story", Some("2017-03-16")),
        ("inside-rust/2023/09/04/x", Some("2023-09-04")),
        ("blog/2017-03-16/a", Some("2017-03-16")),
        ("v2017/03/16/a", None),
        ("2017/3/a", None),
        ("2017/13/16/a", None),
    ] {
        let found = from_path(path, Tz::UTC).map(|date| date.date_naive().to_string());
        assert_eq!(found.as_deref(), day, "{path}");
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
