//! Tests of values.

use proptest::prelude::*;

use super::*;
use crate::vocabulary::complaint::message_and_help;

#[test]
fn a_language_is_a_tag() {
    for tag in ["en", "en-GB", "zh-Hant-TW", "de-CH-1996", "x-ours", "es-419"] {
        assert_eq!(language(tag).as_deref(), Ok(tag));
    }
    for (written, help) in [
        ("en_GB", "write en-GB"),
        ("en_GB.UTF-8", "write en-GB"),
        ("English", "write a language tag, such as en, en-GB or zh-Hant"),
        ("", "write a language tag, such as en, en-GB or zh-Hant"),
        ("en-", "write a language tag, such as en, en-GB or zh-Hant"),
        ("x", "write a language tag, such as en, en-GB or zh-Hant"),
    ] {
        assert_eq!(message_and_help(language(written)).1, help, "{written}");
    }
}

#[test]
fn a_time_zone_has_its_nearest_name_proposed() {
    assert_eq!(time_zone("Europe/London"), Ok(Tz::Europe__London));
    for (written, meant) in [
        ("Europe/Londn", "Europe/London"),
        ("europe/london", "Europe/London"),
        ("London", "Europe/London"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("Berlin", "Europe/Berlin"),
        ("utc", "UTC"),
    ] {
        let help = format!("did you mean “{meant}”? Names are those of the IANA time zone database");
        assert_eq!(message_and_help(time_zone(written)).1, help, "{written}");
    }
    for written in ["+01:00", "", "/"] {
        let help = "write a name of the IANA time zone database, such as Europe/London, or UTC";
        assert_eq!(message_and_help(time_zone(written)).1, help, "{written}");
    }
}

#[test]
fn an_authority_is_a_name_and_a_date_by_rfc_4151() {
    for good in [
        "example.org,2024",
        "example.org,2024-02",
        "example.org,2024-02-29",
        "localhost,2026",
        "editor.in-chief_1@example.org,2024",
    ] {
        assert_eq!(authority(good).as_deref(), Ok(good));
    }
    for bad in [
        "example.org",
        "example.org,24",
        "example.org,2024-13",
        "example.org,2023-02-29",
        "example.org,2024-02-01-01",
        "example.org,+024",
        "example.org, 2024",
        "-example.org,2024",
        "example..org,2024",
        "https://example.org/,2024",
        "@example.org,2024",
        "a@b@example.org,2024",
        ",2024",
        "",
    ] {
        assert!(authority(bad).is_err(), "{bad}");
    }
    assert_eq!(
        message_and_help(authority("Example.org")).1,
        "add a year in which the name was yours: example.org,2026"
    );
}

#[test]
fn an_authority_is_made_from_a_host_that_can_be_one() {
    let of = |url: &str| default_authority(&Url::parse(url).unwrap());
    assert_eq!(
        of("https://example.org:8443/blog/").as_deref(),
        Ok("example.org,2026")
    );
    assert_eq!(of("https://example.org./").as_deref(), Ok("example.org,2026"));
    assert_eq!(
        of("https://bücher.example/").as_deref(),
        Ok("xn--bcher-kva.example,2026")
    );
    assert!(of("http://[2001:db8::1]/").is_err());
    assert!(of("https://my_host.example/").is_err());
}

#[test]
fn an_email_address_stands_alone() {
    for good in [
        "news@example.org",
        "o'brien+news@mail.example.org",
        "müller@bücher.example",
    ] {
        assert_eq!(email(good).as_deref(), Ok(good));
    }
    for bad in [
        "news",
        "news@",
        "@example.org",
        "news@localhost",
        "a b@example.org",
        "a@b@example.org",
        "a@.org",
        "",
    ] {
        assert!(email(bad).is_err(), "{bad}");
    }
    assert_eq!(
        message_and_help(email("The News <news@example.org>")).1,
        "write the address alone: news@example.org"
    );
}

#[test]
fn a_slug_is_one_part_of_a_path() {
    for good in ["news", "food-and-drink", "C++", "日本", "a.b"] {
        assert_eq!(segment(good).as_deref(), Ok(good));
    }
    for (bad, help) in [
        ("food & drink", "write food-drink"),
        ("a/b", "write a-b"),
        ("..", "write "),
        ("", "write a part of an address, such as food-and-drink"),
    ] {
        let found = message_and_help(segment(bad)).1;
        assert!(
            found.starts_with(help) && found.len() > "write ".len(),
            "{bad}: {found}"
        );
    }
}

#[test]
fn an_image_has_an_address_or_a_path_on_the_site() {
    for (written, meant) in [
        ("https://cdn.example/a b.png", "https://cdn.example/a%20b.png"),
        ("/images/logo.png", "/images/logo.png"),
        (" /Ü.png?v=2 ", "/%C3%9C.png?v=2"),
    ] {
        assert_eq!(image(written).as_deref(), Ok(meant));
    }
    for bad in [
        "logo.png",
        "//cdn.example/logo.png",
        "ftp://a.example/x.png",
        "data:image/png,",
        "",
    ] {
        assert!(image(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic(text in ".*") {
        let _ = image(&text);
        let _ = language(&text);
        let _ = time_zone(&text);
        let _ = authority(&text);
        let _ = email(&text);
        let _ = segment(&text);
    }
}
