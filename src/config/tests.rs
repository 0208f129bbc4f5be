//! The configuration as a whole: defaults and precedence.

mod mistakes;

use std::path::Path;
use std::time::Duration;

use chrono_tz::Tz;

use super::reader::head;
use super::resolve::tables;
use super::{Condition, Config, FeedSettings, Given, Options, Query, Wanted, resolve};
use crate::vocabulary::{
    BodyMode, Format, HtmlPolicy, IdRule, Order, PathPattern, PermalinkPattern, ScopeKind, TextPattern,
};

const EXAMPLE: &str = include_str!("../../feeds.toml");
const DOCUMENTATION: &str = include_str!("../../docs/configuration.md");

fn config(text: &str) -> Config {
    resolve(Some((text, Path::new("feeds.toml"))), &Options::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn error(text: &str) -> String {
    error_with(text, &Options::default())
}

fn error_with(text: &str, options: &Options) -> String {
    resolve(Some((text, Path::new("feeds.toml"))), options)
        .expect_err(text)
        .to_string()
}

fn listen(name: &'static str, address: &str) -> Options {
    Options {
        listen: Some(Given::new(name, address)),
        ..Options::default()
    }
}

#[test]
fn no_file_and_an_empty_file_are_a_preview_of_the_defaults() {
    let none = resolve(None, &Options::default()).unwrap();
    let empty = config("");
    assert_eq!(empty.file.as_deref(), Some(Path::new("feeds.toml")));
    assert_eq!(Config { file: None, ..empty }, none);

    assert_eq!(none.site.title, "Feeds");
    assert_eq!(none.site.url.as_str(), "http://127.0.0.1:8080/");
    assert!(none.site.is_preview);
    assert_eq!(none.site.description, "Latest posts");
    assert_eq!(none.site.language, None);
    assert_eq!(none.content_dir, Path::new("content"));
    assert_eq!(none.site.time_zone, Tz::UTC);
    assert_eq!(none.content.permalink, None);
    assert_eq!(none.content.html, HtmlPolicy::Sanitize);
    assert_eq!(none.feeds.ids, IdRule::Tag);
    assert_eq!(none.site.authority, "localhost,2026");
    assert_eq!(none.feeds.url, none.site.url);
    assert!(none.feeds.scopes.is_empty());
    assert!(none.feeds.own.is_empty());
    assert!(none.feeds.fields().is_empty());
    for kind in ScopeKind::ALL {
        let Some(settings) = none.feeds.kinds.get(&kind) else {
            assert_eq!(kind, ScopeKind::Language, "a site of one language needs none");
            continue;
        };
        assert_eq!(settings.path, PathPattern::default_for(kind));
        let title = if kind == ScopeKind::Site {
            "Feeds"
        } else {
            "News – Feeds"
        };
        assert_eq!(settings.feed.title.fill("News", "Feeds"), title);
        assert_eq!(
            settings.feed,
            FeedSettings {
                title: settings.feed.title.clone(),
                description: settings.feed.description.clone(),
                language: None,
                formats: Format::ALL.to_vec(),
                limit: 50,
                body: BodyMode::Full,
                order: Order::Newest,
                excludes: Vec::new(),
                image: None,
                image_enclosure: false,
                poll: None,
                podcast: false,
            }
        );
    }
    assert_eq!(none.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(none.http.max_age, Duration::from_mins(15));
    assert_eq!(none.http.document_cache, 64 * 1024 * 1024);
    assert_eq!(none.http.drain, Duration::from_secs(10));
    assert_eq!(none.admin, None);
    assert_eq!(none.watch.full_scan, Duration::from_mins(1));
    assert_eq!(none.watch.max_delay, Duration::from_secs(2));
}

#[test]
fn a_url_alone_makes_a_site() {
    let config = config("[site]\nurl = \"https://www.example.org/blog\"");
    assert!(!config.site.is_preview);
    assert_eq!(config.site.url.as_str(), "https://www.example.org/blog/");
    assert_eq!(config.site.title, "example.org");
    assert_eq!(config.site.description, "Latest posts from example.org");
    assert_eq!(config.site.authority, "www.example.org,2026");
    assert_eq!(config.feeds.url, config.site.url);
}

#[test]
fn the_example_loads_and_says_what_its_comments_say() {
    let lantern = config(EXAMPLE);
    assert_eq!(lantern.site.title, "The Lantern");
    assert_eq!(lantern.site.url.as_str(), "https://lantern.example/");
    assert_eq!(lantern.site.time_zone, Tz::Europe__London);
    assert_eq!(lantern.content_dir, Path::new("content"));
    assert_eq!(lantern.feeds.scopes.len(), 5);
    assert_eq!(lantern.feeds.own.len(), 1);
    // With every comment that is a setting taken in: what is said to be the default is, but for
    // the two that would switch something on or off.
    let uncommented = |line: &'static str| {
        let bare = line.trim_start_matches("# ");
        let is_setting = bare.starts_with('[') || bare.split(' ').nth(1) == Some("=");
        if is_setting { bare } else { line }
    };
    let everything: Vec<&str> = EXAMPLE.lines().map(uncommented).collect();
    let everything = everything.join("\n");
    let mut everything = config(&everything);
    assert_eq!(everything.admin.take().unwrap().to_string(), "127.0.0.1:9090");
    let tags = everything
        .feeds
        .kinds
        .insert(ScopeKind::Tag, lantern.feeds.kinds[&ScopeKind::Tag].clone());
    assert_eq!(tags, None, "the comment switches tags off");
    let permalink = everything.content.permalink.take();
    assert_eq!(permalink, Some(PermalinkPattern::default()));
    assert_eq!(everything, lantern);
}

#[test]
fn the_documentation_names_every_key_of_every_table() {
    let sections: Vec<&str> = DOCUMENTATION.split("\n## ").collect();
    for (table, keys) in tables() {
        let section = sections
            .iter()
            .find(|section| {
                section
                    .lines()
                    .next()
                    .unwrap_or("")
                    .contains(&format!("`{}`", head(&table)))
            })
            .unwrap_or_else(|| panic!("no section on [{table}]"));
        for key in keys {
            let is_table = tables().iter().any(|(name, _)| *name == format!("{table}.{key}"));
            assert!(
                is_table || section.contains(&format!("\n| `{key}` | ")),
                "[{table}] {key} is not documented"
            );
        }
    }
}

#[test]
fn the_documentation_names_every_flag_and_variable() {
    use clap::Args;
    for argument in Options::augment_args(clap::Command::new("newswire")).get_arguments() {
        let (flag, variable) = (argument.get_long().unwrap(), argument.get_env().unwrap());
        let value = argument.get_value_names().unwrap()[0].as_str();
        let row = format!("\n| `--{flag} {value}` | `{}` | ", variable.display());
        assert!(DOCUMENTATION.contains(&row), "{row}");
    }
}

#[test]
fn each_kind_takes_from_feeds_what_it_does_not_say_itself() {
    let config = config(
        r#"
        [feeds]
        title = "{site}: {title}"
        description = "All of {title}"
        formats = ["atom"]
        limit = 20
        body = "summary"
        order = "updated"
        image = "/logo.png"
        image_enclosure = true
        [feeds.category]
        path = "/c/{slug}.{file}"
        limit = 5
        body = "full"
        language = "de"
        [feeds.tag]
        enabled = false
        [feeds.language]
        enabled = true
        [categories.news]
        title = "The news"
        limit = 7
        order = "newest"
        [categories.culture]
        title = "{site} on {title}"
        path = "/culture.{file}"
        [tags.sea]
        enabled = true
        "#,
    );
    let kinds = &config.feeds.kinds;
    let category = &kinds[&ScopeKind::Category];
    assert_eq!(category.path.as_str(), "/c/{slug}.{file}");
    assert_eq!(
        category.feed,
        FeedSettings {
            title: TextPattern::parse("{site}: {title}").unwrap(),
            description: TextPattern::parse("All of {title}").unwrap(),
            language: Some("de".into()),
            formats: vec![Format::Atom],
            limit: 5,
            body: BodyMode::Full,
            order: Order::Updated,
            excludes: Vec::new(),
            image: Some("/logo.png".into()),
            image_enclosure: true,
            poll: None,
            podcast: false,
        }
    );
    assert_eq!(kinds[&ScopeKind::Author].feed.limit, 20);
    assert_eq!(kinds[&ScopeKind::Author].feed.body, BodyMode::Summary);
    assert!(!kinds.contains_key(&ScopeKind::Tag));
    assert!(kinds.contains_key(&ScopeKind::Language));
    let site = &kinds[&ScopeKind::Site].feed;
    assert_eq!(site.title.fill("A", "B"), "B", "the site is no part of itself");
    assert_eq!(site.image.as_deref(), Some("/logo.png"));

    let scope = |kind, name: &str| config.feeds.scopes[&(kind, name.to_owned())].clone();
    let news = scope(ScopeKind::Category, "news");
    assert_eq!(news.title.as_deref(), Some("The news"));
    assert_eq!(news.path, category.path);
    assert_eq!(
        news.feed,
        FeedSettings {
            limit: 7,
            order: Order::Newest,
            ..category.feed.clone()
        }
    );
    let culture = scope(ScopeKind::Category, "culture");
    assert_eq!(culture.title, None, "a pattern is the title of the feed alone");
    assert_eq!(culture.feed.title.fill("culture", "Felix"), "Felix on culture");
    assert_eq!(culture.path.as_str(), "/culture.{file}");
    assert!(scope(ScopeKind::Tag, "sea").enabled);
}

#[test]
fn a_feed_of_ones_own_says_which_posts_it_holds() {
    let config = config(
        r#"
        [site]
        timezone = "Europe/London"
        [[feed]]
        name = "front-page"
        match = { category = ["News", "comment"], Featured = true, extra.rank = [1, "two"], language = "de_CH" }
        exclude = [{ tag = "imported" }, { after = 2024-07-01, before = "2024-08-01 12:00" }]
        limit = 9
        [[feed]]
        name = "Everything"
        match = {}
        exclude = {}
        "#,
    );
    let [front, everything] = config.feeds.own.as_slice() else {
        panic!("{:?}", config.feeds.own)
    };
    let field = |name: &str, wanted: Vec<Wanted>| Condition::Field {
        name: name.into(),
        wanted,
    };
    let Some(Query(includes)) = &front.includes else {
        panic!()
    };
    let [includes] = includes.as_slice() else { panic!() };
    assert_eq!(includes.len(), 4);
    for condition in [
        Condition::In(ScopeKind::Category, vec!["News".into(), "comment".into()]),
        field("featured", vec![Wanted::Flag(true)]),
        field(
            "extra.rank",
            vec![Wanted::Text("1".into()), Wanted::Text("two".into())],
        ),
        Condition::Language(vec!["de-CH".into()]),
    ] {
        assert!(includes.contains(&condition), "{condition:?} in {includes:?}");
    }
    assert_eq!(
        config.feeds.scopes[&(ScopeKind::Custom, "front-page".into())]
            .feed
            .excludes,
        [Query(vec![
            vec![Condition::In(ScopeKind::Tag, vec!["imported".into()])],
            vec![
                Condition::After("2024-06-30T23:00:00Z".parse().unwrap()),
                Condition::Before("2024-08-01T11:00:00Z".parse().unwrap()),
            ],
        ])]
    );
    assert_eq!(everything.includes, None);
    let fields = config.feeds.fields();
    let fields: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
    assert_eq!(fields, ["extra.rank", "featured"]);
    let settings = &config.feeds.scopes[&(ScopeKind::Custom, "front-page".into())];
    assert_eq!(settings.feed.limit, 9);
    assert_eq!(
        settings.feed.language.as_deref(),
        Some("de-CH"),
        "a feed of posts in one language is in that language"
    );
}

#[test]
fn options_go_before_the_file_and_the_file_before_the_default() {
    let text = r#"
        [site]
        title = "File"
        url = "https://file.example/"
        timezone = "Europe/London"
        [content]
        dir = "posts"
        [feeds]
        url = "https://feeds.file.example/"
        [http]
        listen = "127.0.0.1:1"
        [admin]
        listen = "127.0.0.1:2"
    "#;
    let file = Some((text, Path::new("/etc/newswire/feeds.toml")));
    let config = resolve(file, &Options::default()).unwrap();
    assert_eq!(
        config.content_dir,
        Path::new("/etc/newswire/posts"),
        "relative to the file"
    );
    assert_eq!(config.site.title, "File");

    let options = Options {
        config: None,
        content: Some(Given::new("--content", "here/posts")),
        listen: Some(Given::new("--listen", "127.0.0.1:3")),
        admin_listen: Some(Given::new("NEWSWIRE_ADMIN_LISTEN", "127.0.0.1:4")),
        site_url: Some(Given::new("--site-url", "https://flag.example")),
        site_title: Some(Given::new("--site-title", "Flag")),
        feeds_url: Some(Given::new("--feeds-url", "https://feeds.flag.example")),
        timezone: Some(Given::new("NEWSWIRE_TIMEZONE", "Asia/Tokyo")),
        state_dir: Some(Given::new("--state-dir", "kept")),
    };
    let config = resolve(file, &options).unwrap();
    assert_eq!(
        config.content_dir,
        Path::new("here/posts"),
        "relative to the working directory"
    );
    assert_eq!(config.http.listen.port(), 3);
    assert_eq!(config.admin.map(|address| address.port()), Some(4));
    assert_eq!(config.site.url.as_str(), "https://flag.example/");
    assert_eq!(config.site.title, "Flag");
    assert_eq!(config.feeds.url.as_str(), "https://feeds.flag.example/");
    assert_eq!(config.site.time_zone, Tz::Asia__Tokyo);
    assert_eq!(config.site.authority, "flag.example,2026");
}

#[test]
fn a_preview_moves_with_its_listener_and_a_site_stays() {
    let at = "[::1]:4711".parse().unwrap();
    let options = listen("--listen", "127.0.0.1:0");
    let preview = resolve(None, &options).unwrap().with_listen_address(at);
    assert_eq!(preview.http.listen, at);
    for url in [&preview.site.url, &preview.feeds.url] {
        assert_eq!(url.as_str(), "http://[::1]:4711/");
    }
    assert_eq!(preview.site.authority, "localhost,2026");

    let elsewhere = config("[feeds]\nurl = \"https://feeds.example/\"").with_listen_address(at);
    assert_eq!(elsewhere.feeds.url.as_str(), "https://feeds.example/");

    let site = config("[site]\nurl = \"https://example.org/\"");
    let moved = site.clone().with_listen_address(at);
    assert_eq!(moved.http.listen, at);
    assert_eq!((moved.site, moved.feeds), (site.site, site.feeds));
}

#[test]
fn a_byte_order_mark_and_other_line_ends_change_nothing() {
    let plain = "titel = 1\n[site]\ntitle = \"A\"\ntilte = 1\n";
    assert_eq!(error(&format!("\u{feff}{plain}")), error(plain));
    assert_eq!(error(&plain.replace('\n', "\r\n")), error(plain));
}

#[test]
fn a_preview_may_listen_on_every_loopback_address_and_a_site_anywhere() {
    for address in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80"] {
        assert!(resolve(None, &listen("--listen", address)).is_ok(), "{address}");
    }
    let site = Some(("site.url = \"https://example.org/\"", Path::new("feeds.toml")));
    for address in ["0.0.0.0:80", "[::]:80", "192.0.2.1:80"] {
        assert!(resolve(None, &listen("--listen", address)).is_err(), "{address}");
        assert!(resolve(site, &listen("--listen", address)).is_ok(), "{address}");
    }
}

#[test]
fn names_in_both_kinds_and_hidden_kinds_do_not_collide() {
    // One name in two kinds is two feeds; a kind that is off has no addresses.
    config("[categories.news]\n[tags.news]\n[sections.news]\n[authors.news]");
    config("[feeds.tag]\nenabled = false\npath = \"/categories/{slug}/{file}\"");
    config("[feeds.tag]\nenabled = false\n[tags.a]\nslug = \"b\"\n[tags.b]");
}

#[test]
fn what_the_tables_files_ask_for_is_what_is_known() {
    let tables = tables();
    let keys = |name: &str| {
        let table = tables.iter().find(|(table, _)| table == name);
        table.map(|(_, keys)| keys.join(" "))
    };
    assert_eq!(keys("admin").unwrap(), "listen");
    assert_eq!(
        keys("feeds.tag").unwrap(),
        "enabled path title description language formats limit body order image image_enclosure poll podcast exclude"
    );
    let of_scopes = "title description email slug enabled path language formats limit body order image image_enclosure poll podcast";
    assert_eq!(keys("authors.NAME").unwrap(), format!("{of_scopes} exclude"));
    assert_eq!(keys("feed").unwrap(), format!("name match exclude {of_scopes}"));
    assert_eq!(keys("feeds.colour"), None);
    assert_eq!(tables.len(), 22);
}
