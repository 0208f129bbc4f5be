use actix_web::http::header::HeaderValue;
use chrono::TimeZone;
use proptest::prelude::*;

use super::Precondition::{Failed, Holds, NotModified};
use super::*;
use crate::feed::Coding::{Brotli, Gzip, Identity, Zstd};

fn changed() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap()
}

fn now() -> DateTime<Utc> {
    changed() + TimeDelta::hours(1)
}

fn present() -> Representation {
    Representation {
        digest: Digest::of(b"now"),
        coding: Gzip,
        last_modified: Some(changed()),
    }
}

/// `H` stands for the present digest, `O` for another.
fn headers(lines: &[(HeaderName, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let value = value
            .replace('H', &present().digest.to_string())
            .replace('O', &Digest::of(b"then").to_string());
        headers.append(name.clone(), HeaderValue::from_str(&value).unwrap());
    }
    headers
}

fn verdict(lines: &[(HeaderName, &str)]) -> Precondition {
    evaluate(&headers(lines), &present(), now())
}

#[test]
fn if_none_match_is_answered_generously_by_rfc_9110_section_13_1_2() {
    for (value, expected) in [
        // Every coding's tag of the present digest matches, and is confirmed as it was named.
        ("\"gz.H\"", NotModified(Gzip)),
        ("\"H\"", NotModified(Identity)),
        ("\"br.H\"", NotModified(Brotli)),
        ("\"zst.H\"", NotModified(Zstd)),
        // Weak comparison, section 8.8.3.2.
        ("W/\"H\"", NotModified(Identity)),
        ("W/\"gz.H\"", NotModified(Gzip)),
        ("w/\"gz.H\"", NotModified(Gzip)),
        // What proxies append, even where the tag names its coding.
        ("\"H-gzip\"", NotModified(Identity)),
        ("\"H;gzip\"", NotModified(Identity)),
        ("\"H--gzip\"", NotModified(Identity)),
        ("W/\"H-gzip\"", NotModified(Identity)),
        ("\"gz.H-gzip\"", NotModified(Gzip)),
        ("\"br.H-br\"", NotModified(Brotli)),
        ("\"gz.H-gzip-gzip\"", NotModified(Gzip)),
        ("\"H\"-gzip", NotModified(Identity)),
        // Lists; what would be sent now is confirmed before the rest.
        ("\"O\", \"H\"", NotModified(Identity)),
        ("\"H\", \"gz.H\"", NotModified(Gzip)),
        ("\"br.H\",\"H\"", NotModified(Brotli)),
        ("\"a,b\", \"H\"", NotModified(Identity)),
        (", ,\"H\",", NotModified(Identity)),
        ("*", NotModified(Gzip)),
        (" * ", NotModified(Gzip)),
        // Tags that lost a quote or both.
        ("H", NotModified(Identity)),
        ("gz.H", NotModified(Gzip)),
        ("\"H", NotModified(Identity)),
        ("O, H", NotModified(Identity)),
        // And what does not match.
        ("\"O\"", Holds),
        ("\"gz.O\", W/\"O\"", Holds),
        ("\"H0\"", Holds),
        ("\"xz.H\"", Holds),
        ("\"0H\"", Holds),
        ("\"*\"", Holds),
        ("W/*", Holds),
        ("\"\"", Holds),
        ("", Holds),
        (",", Holds),
        ("\"", Holds),
    ] {
        assert_eq!(verdict(&[(header::IF_NONE_MATCH, value)]), expected, "{value}");
    }
}

#[test]
fn several_lines_of_tags_are_one_list() {
    let line = |value| (header::IF_NONE_MATCH, value);
    assert_eq!(verdict(&[line("\"O\""), line("\"H\"")]), NotModified(Identity));
    assert_eq!(verdict(&[line("\"H\""), line("\"gz.H\"")]), NotModified(Gzip));
}

#[test]
fn a_tag_rules_and_a_date_beside_it_is_ignored_by_rfc_9110_section_13_1_3() {
    let late = "Fri, 20 Nov 2026 12:30:00 GMT";
    let early = "Thu, 19 Nov 2026 12:00:00 GMT";
    for (tag, date, expected) in [
        ("\"O\"", late, Holds),
        ("\"gz.H\"", early, NotModified(Gzip)),
        ("", late, Holds),
    ] {
        let lines = [(header::IF_NONE_MATCH, tag), (header::IF_MODIFIED_SINCE, date)];
        assert_eq!(verdict(&lines), expected, "{tag} {date}");
    }
}

#[test]
fn if_modified_since_compares_dates_and_ignores_what_is_none() {
    for (value, expected) in [
        ("Fri, 20 Nov 2026 12:00:00 GMT", NotModified(Gzip)),
        ("Friday, 20-Nov-26 12:00:00 GMT", NotModified(Gzip)),
        ("Fri Nov 20 12:00:00 2026", NotModified(Gzip)),
        // Invented by the client, and later: nothing has changed since.
        ("Fri, 20 Nov 2026 12:34:56 GMT", NotModified(Gzip)),
        ("Fri, 20 Nov 2026 11:59:59 GMT", Holds),
        ("Thu, 01 Jan 1970 00:00:00 GMT", Holds),
        // From a clock that runs ahead of ours.
        ("Fri, 20 Nov 2026 13:00:01 GMT", Holds),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Holds),
        ("yesterday", Holds),
        ("0", Holds),
        ("", Holds),
    ] {
        assert_eq!(
            verdict(&[(header::IF_MODIFIED_SINCE, value)]),
            expected,
            "{value}"
        );
    }
}

#[test]
fn two_dates_are_none() {
    let line = (header::IF_MODIFIED_SINCE, "Fri, 20 Nov 2026 12:30:00 GMT");
    assert_eq!(verdict(std::slice::from_ref(&line)), NotModified(Gzip));
    assert_eq!(verdict(&[line.clone(), line]), Holds);
}

#[test]
fn a_date_says_nothing_while_a_change_is_under_two_seconds_old() {
    let headers = headers(&[(header::IF_MODIFIED_SINCE, "Fri, 20 Nov 2026 12:00:00 GMT")]);
    for (milliseconds, expected) in [
        (-3000, Holds),
        (0, Holds),
        (1999, Holds),
        (2000, NotModified(Gzip)),
    ] {
        let now = changed() + TimeDelta::milliseconds(milliseconds);
        assert_eq!(evaluate(&headers, &present(), now), expected, "{milliseconds} ms");
    }
}

#[test]
fn fractions_of_a_second_do_not_cost_a_client_its_304() {
    let present = Representation {
        last_modified: Some(changed() + TimeDelta::milliseconds(900)),
        ..present()
    };
    let headers = headers(&[(header::IF_MODIFIED_SINCE, "Fri, 20 Nov 2026 12:00:00 GMT")]);
    assert_eq!(evaluate(&headers, &present, now()), NotModified(Gzip));
}

#[test]
fn without_a_last_modified_a_date_never_matches() {
    let present = Representation {
        last_modified: None,
        ..present()
    };
    let headers = headers(&[(header::IF_MODIFIED_SINCE, "Fri, 20 Nov 2026 12:30:00 GMT")]);
    assert_eq!(evaluate(&headers, &present, now()), Holds);
}

#[test]
fn if_match_compares_exactly_by_rfc_9110_section_13_1_1() {
    for (value, expected) in [
        ("\"gz.H\"", Holds),
        ("*", Holds),
        ("\"O\", \"gz.H\"", Holds),
        ("\"H\"", Failed),
        ("W/\"gz.H\"", Failed),
        ("\"gz.H-gzip\"", Failed),
        ("\"gz.H\"-gzip", Failed),
        ("gz.H", Failed),
        ("\"gz.H", Failed),
        ("\"O\"", Failed),
        ("", Failed),
    ] {
        assert_eq!(verdict(&[(header::IF_MATCH, value)]), expected, "{value}");
    }
}

#[test]
fn if_unmodified_since_counts_only_without_if_match() {
    let early = (header::IF_UNMODIFIED_SINCE, "Fri, 20 Nov 2026 11:59:59 GMT");
    let exact = (header::IF_UNMODIFIED_SINCE, "Fri, 20 Nov 2026 12:00:00 GMT");
    assert_eq!(verdict(std::slice::from_ref(&early)), Failed);
    assert_eq!(verdict(&[exact]), Holds);
    assert_eq!(verdict(&[(header::IF_UNMODIFIED_SINCE, "soon")]), Holds);
    assert_eq!(verdict(&[early, (header::IF_MATCH, "\"gz.H\"")]), Holds);
}

#[test]
fn both_kinds_of_tags_are_evaluated_in_the_order_of_rfc_9110_section_13_2_2() {
    let matching = (header::IF_NONE_MATCH, "\"gz.H\"");
    assert_eq!(verdict(&[(header::IF_MATCH, "\"O\""), matching.clone()]), Failed);
    assert_eq!(
        verdict(&[(header::IF_MATCH, "\"gz.H\""), matching]),
        NotModified(Gzip)
    );
}

#[test]
fn if_range_compares_exactly_by_rfc_9110_section_13_1_5() {
    for (value, expected) in [
        ("\"gz.H\"", true),
        ("Fri, 20 Nov 2026 12:00:00 GMT", true),
        ("\"H\"", false),
        ("W/\"gz.H\"", false),
        ("\"gz.H-gzip\"", false),
        ("\"O\"", false),
        ("*", false),
        ("\"gz.H\", \"O\"", false),
        ("Fri, 20 Nov 2026 12:00:01 GMT", false),
        ("Fri, 20 Nov 2026 11:59:59 GMT", false),
        ("", false),
    ] {
        let headers = headers(&[(header::IF_RANGE, value)]);
        assert_eq!(range_counts(&headers, &present(), now()), expected, "{value}");
    }
    assert!(range_counts(&headers(&[]), &present(), now()));
    let date = headers(&[(header::IF_RANGE, "Fri, 20 Nov 2026 12:00:00 GMT")]);
    let young = changed() + TimeDelta::milliseconds(1999);
    assert!(
        !range_counts(&date, &present(), young),
        "another change may follow"
    );
}

#[test]
fn last_modified_is_never_in_the_future() {
    assert_eq!(shown_last_modified(changed(), now()), changed());
    assert_eq!(shown_last_modified(now(), changed()), changed());
}

proptest! {
    #[test]
    fn only_a_tag_with_the_present_digest_gives_a_304(value in "[a-f0-9W/\", .;-]{0,60}") {
        prop_assert_eq!(verdict(&[(header::IF_NONE_MATCH, &value)]), Holds);
    }

    #[test]
    fn a_tag_of_ours_is_found_in_any_list(
        before in "(\"[a-z0-9,]{0,8}\" ?, ?){0,3}",
        weak in any::<bool>(),
        suffix in "((-|;|--)(gzip|br|zstd|df))?",
    ) {
        let weak = if weak { "W/" } else { "" };
        let value = format!("{before}{weak}\"br.H{suffix}\"");
        prop_assert_eq!(verdict(&[(header::IF_NONE_MATCH, &value)]), NotModified(Brotli));
    }

    #[test]
    fn reading_any_list_ends(value in prop::collection::vec(any::<u8>(), 0..100)) {
        let count = Tags { rest: &value }.count();
        prop_assert!(count <= value.len());
    }
}
