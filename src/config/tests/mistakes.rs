//! The exact text of every error, and that none is a panic.

use proptest::prelude::*;

use super::*;

/// Mistakes by name: `=== NAME`, the file, `---`, and what is said about it.
const MISTAKES: &str = include_str!("../mistakes.txt");

#[test]
fn every_mistake_is_told_with_its_place_and_the_way_out() {
    let cases = MISTAKES.split("\n=== ").skip(1);
    let mut count = 0;
    for case in cases {
        let (name, case) = case.split_once('\n').unwrap();
        let (text, expected) = case.split_once("---\n").unwrap();
        assert_eq!(error(text), expected.trim_end_matches('\n'), "{name}");
        count += 1;
    }
    assert_eq!(count, 53);
}

#[test]
fn however_many_mistakes_there_are_each_is_told() {
    let keys: Vec<String> = (0..30).map(|number| format!("key{number} = 1\n")).collect();
    let keys = keys.concat();
    let items = "\"rs\", ".repeat(30);
    let told = error(&format!("{keys}[feeds]\nlimit = 0\nformats = [{items}]\n"));
    assert_eq!(told.matches("unknown key").count(), 30);
    assert_eq!(told.matches("unknown value").count(), 30);
    assert_eq!(told.matches("a feed can't hold 0 entries").count(), 1);
}

#[test]
fn flags_and_variables_are_called_by_their_own_names() {
    let given = Given::new;
    for (options, expected) in [
        (
            listen("--listen", "0.0.0.0:80"),
            "--listen: without the site's url this is a preview, which can't be served to others at 0.0.0.0:80\n  \
             help: set url under [site], or --site-url, to where the site is public; or listen on 127.0.0.1:80",
        ),
        (
            listen("NEWSWIRE_LISTEN", "8080"),
            "NEWSWIRE_LISTEN: “8080” is no address to listen on\n  help: write 127.0.0.1:8080",
        ),
        (
            Options {
                admin_listen: Some(given("--admin-listen", "127.0.0.1:8080")),
                ..Options::default()
            },
            "--admin-listen: the feeds are served at 127.0.0.1:8080 already\n  \
             help: leave it out to have health checks and metrics there too, or take another port",
        ),
        (
            Options {
                site_url: Some(given("NEWSWIRE_SITE_URL", "http://[::1]/")),
                ..Options::default()
            },
            "NEWSWIRE_SITE_URL: no id can be made from the host “[::1]”\n  \
             help: set authority under [site] to a name that is yours, and since when: example.org,2024",
        ),
        (
            Options {
                content: Some(Given::new("--content", "")),
                site_title: Some(given("--site-title", "")),
                feeds_url: Some(given("--feeds-url", "lantern.example")),
                timezone: Some(given("NEWSWIRE_TIMEZONE", "London")),
                ..Options::default()
            },
            "--content: there is nothing in it\n  \
             help: name a directory, or leave it out: then it is content\n\n\
             --site-title: there is nothing in it\n  \
             help: write some text, or leave it out: then the default holds\n\n\
             NEWSWIRE_TIMEZONE: unknown time zone “London”\n  \
             help: did you mean “Europe/London”? Names are those of the IANA time zone database\n\n\
             --feeds-url: “lantern.example” is no absolute http or https address\n  \
             help: write the whole address: https://lantern.example/",
        ),
    ] {
        assert_eq!(error_with("", &options), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_reading_panic(text in "(\\PC|\n|\"|=|\\[|\\]|\\.){0,200}") {
        let _ = resolve(Some((&text, Path::new("feeds.toml"))), &Options::default());
    }

    #[test]
    fn no_damage_to_a_good_file_makes_reading_panic(
        start in 0..EXAMPLE.len(),
        length in 0_usize..40,
        instead in "(\\PC|\n|\"|=|\\[|\\]|\\.){0,5}",
    ) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, instead.bytes());
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = resolve(Some((&text, Path::new("feeds.toml"))), &Options::default()) {
            prop_assert!(error.to_string().starts_with("feeds.toml:"));
        }
    }
}
