use super::*;
use crate::content::file::front_matter::{self, Map, Notation, Split};
use crate::content::post::KeptBack;
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;

fn map(text: &str) -> Map {
    let split = Split {
        notation: Notation::Yaml,
        front: text,
        front_line: 2,
        body: "",
        body_line: 1,
    };
    front_matter::parse(&split).unwrap()
}

fn decided(dialect: Option<Dialect>, text: &str) -> Visibility {
    let date: DateTime<FixedOffset> = "2024-01-01T00:00:00Z".parse().unwrap();
    decide(Input {
        asked_for: &[],
        doubts: &[],
        map: &map(text),
        dialect,
        zone: Tz::UTC,
        dates: Dates {
            date,
            publish: None,
            expiry: None,
        },
    })
}

fn dialect(name: &str) -> Option<Dialect> {
    let mut names = Dialect::NAMES.iter();
    names
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, dialect)| *dialect)
}

/// What becomes of a post, in the words of docs/visibility.md.
fn effect(dialect: Option<Dialect>, text: &str) -> String {
    let visibility = decided(dialect, text);
    let kept_back = match visibility.kept_back {
        Some((KeptBack::Draft, _)) => "draft",
        Some((KeptBack::Hidden, _)) => "hidden",
        None if visibility.public_until.is_some() => "until then",
        None if visibility.public_from.to_rfc3339() != "2024-01-01T00:00:00+00:00" => "from then",
        None => "shown",
    };
    match visibility.remarks.iter().map(|remark| remark.severity).min() {
        Some(severity) => format!("{kept_back}, {}", severity.as_str()),
        None => kept_back.to_owned(),
    }
}

/// The rows of docs/visibility.md that name a test: generators, front matter, effect, what is said, test.
fn rows() -> Vec<[String; 5]> {
    let book = include_str!("../../../../docs/visibility.md");
    let rows = book
        .lines()
        .filter(|line| line.starts_with("| ") && line.ends_with("` |"));
    rows.map(|line| {
        let mut cells = line
            .trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().to_owned());
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
    .collect()
}

#[test]
fn the_table_in_the_book_says_what_is_done() {
    let rows = rows();
    let rows: Vec<_> = (rows.iter())
        .filter(|row| row[4] == "`the_table_in_the_book_says_what_is_done`")
        .collect();
    assert!(rows.len() > 60, "{}", rows.len());
    for [generators, front_matter, does, says, _] in rows {
        for generator in generators.split(", ") {
            let dialect = dialect(generator);
            assert_eq!(dialect.is_none(), generator == "none", "{generator}");
            let said = if says == "–" {
                String::new()
            } else {
                format!(", {says}")
            };
            let text = front_matter.trim_matches('`');
            assert_eq!(
                effect(dialect, text),
                format!("{does}{said}"),
                "{generator}: {text}"
            );
        }
    }
}

#[test]
fn every_row_of_the_book_names_a_test_that_there_is() {
    let promises = include_str!("../../../../tests/visibility.rs");
    let here = include_str!("tests.rs");
    for [_, front_matter, .., test] in rows() {
        let declared = format!("fn {}()", test.trim_matches('`'));
        assert!(
            promises.contains(&declared) || here.contains(&declared),
            "{front_matter}: {test}"
        );
    }
}

#[test]
fn what_is_said_names_the_key_as_written_and_the_way_out() {
    let visibility = decided(Some(Dialect::Zola), "'Draft ': true\n");
    let remark = &visibility.remarks[0];
    assert_eq!((remark.key.as_str(), remark.code), ("Draft ", "kept-back"));
    assert!(remark.help.contains("“draft: true”"), "{remark:?}");
    for (dialect, fault, meant) in [
        (None, "drfat: true", "draft"),
        (Some(Dialect::Jekyll), "publised: false", "published"),
        (Some(Dialect::Hugo), "expirydat: 2020-01-01", "expiryDate"),
        (Some(Dialect::Hugo), "publish_date: 2099-01-01", "publishDate"),
        (Some(Dialect::Docusaurus), "unlistd: true", "unlisted"),
        (Some(Dialect::Pelican), "statsu: hidden", "status"),
        (Some(Dialect::Hugo), "biuld: {list: never}", "build"),
    ] {
        let visibility = decided(dialect, fault);
        let remark = &visibility.remarks[0];
        assert_eq!(remark.code, "misspelt-key", "{fault}");
        assert!(remark.message.contains(&format!("“{meant}”")), "{remark:?}");
    }
    // What is another word, or says nothing that such a key could say.
    for other in [
        "drift: slowly",
        "drafts: 3",
        "publisher: ACME",
        "updated: 2020-01-01",
        "stats: true",
        "craft: true",
    ] {
        assert_eq!(decided(None, other).remarks, [], "{other}");
    }
}

#[test]
fn hugo_shows_a_post_from_its_publish_date_on_and_others_from_the_later_date() {
    let date: DateTime<FixedOffset> = "2099-01-01T00:00:00Z".parse().unwrap();
    let publish: DateTime<FixedOffset> = "2020-01-01T00:00:00Z".parse().unwrap();
    for (dialect, from) in [
        (Some(Dialect::Hugo), publish),
        (Some(Dialect::Zola), date),
        (None, date),
    ] {
        let visibility = decide(Input {
            asked_for: &[],
            doubts: &[],
            map: &Map::default(),
            dialect,
            zone: Tz::UTC,
            dates: Dates {
                date,
                publish: Some(publish),
                expiry: None,
            },
        });
        assert_eq!(visibility.public_from, from, "{dialect:?}");
    }
}
