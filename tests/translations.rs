//! One text in several languages: each entry names the others, and each language has its feed.

use std::fs;

use super::support::{Service, Site, xml};

/// The languages and addresses that the entries of a feed name, by title.
fn alternates(atom: &str) -> Vec<(String, Vec<(String, String)>)> {
    let document = xml::parse(atom);
    xml::entries(&document)
        .iter()
        .map(|entry| {
            let links = entry.children().filter(|node| node.tag_name().name() == "link");
            let others = links.filter_map(|link| {
                let language = link.attribute("hreflang")?;
                assert_eq!(link.attribute("rel").unwrap_or("alternate"), "alternate");
                Some((language.to_owned(), link.attribute("href")?.to_owned()))
            });
            (xml::child(entry, "title").unwrap().to_owned(), others.collect())
        })
        .collect()
}

fn pairs(expected: &[(&str, &[(&str, &str)])]) -> Vec<(String, Vec<(String, String)>)> {
    expected
        .iter()
        .map(|(title, others)| {
            let others = others
                .iter()
                .map(|(language, path)| ((*language).to_owned(), format!("https://felix.example{path}")));
            ((*title).to_owned(), others.collect())
        })
        .collect()
}

#[test]
fn an_entry_names_its_translations_as_they_come_and_go() {
    let site = Site::new();
    let toml = fs::read_to_string(site.config()).unwrap();
    fs::write(
        site.config(),
        toml.replace("[watch]", "language = \"en\"\n[watch]"),
    )
    .unwrap();
    let write = |path: &str, title: &str, more: &str| {
        site.write(
            path,
            format!("---\ntitle: {title}\ndate: 2024-05-31\ncategories: [{title}]\n{more}---\nText.\n"),
        );
    };
    write("news/boat/index.md", "Boat", "");
    write("news/tide.md", "Tide", "");
    let service = Service::start(&site);
    let boat = || alternates(service.get("/categories/boat/atom.xml").text());
    assert_eq!(boat(), pairs(&[("Boat", &[])]));

    // A feed that does not have the translation changes with it.
    write("news/boat/index.es.md", "Barco", "guid: urn:x:barco\n");
    let with_spanish = pairs(&[("Boat", &[("es", "/es/news/boat/")])]);
    service.eventually("the translation is named", || boat() == with_spanish);
    assert_eq!(
        alternates(service.get("/categories/barco/atom.xml").text()),
        pairs(&[("Barco", &[("en", "/news/boat/")])])
    );
    service.agrees_with_a_fresh_process(&site);

    write("news/boat/index.de.md", "Boot", "draft: true\n");
    write("news/boat/index.fr.md", "Bateau", "");
    let with_french = pairs(&[("Boat", &[("es", "/es/news/boat/"), ("fr", "/fr/news/boat/")])]);
    service.eventually("the French is named, and no draft", || boat() == with_french);
    service.agrees_with_a_fresh_process(&site);

    write(
        "news/boat/index.es.md",
        "Barco",
        "slug: barco\nguid: urn:x:barco\n",
    );
    let moved = pairs(&[("Boat", &[("es", "/es/news/barco/"), ("fr", "/fr/news/boat/")])]);
    service.eventually("the new address is named", || boat() == moved);
    site.remove("news/boat/index.fr.md");
    let without = pairs(&[("Boat", &[("es", "/es/news/barco/")])]);
    service.eventually("what is gone is not named", || boat() == without);
    service.agrees_with_a_fresh_process(&site);
    site.remove("news/boat/index.de.md");
    site.remove("news/boat/index.es.md");
    let alone = pairs(&[("Boat", &[])]);
    service.eventually("the last one is gone", || boat() == alone);
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn each_generator_says_in_its_own_way_what_is_a_translation() {
    let post = |title: &str, more: &str| format!("---\ntitle: {title}\ndate: 2024-05-31\n{more}\n---\nx\n");
    for (name, files, expected) in [
        (
            "folders named for languages",
            vec![
                (
                    "_config.yml",
                    "permalink: /:categories/:title/\nurl: https://felix.example\n".to_owned(),
                ),
                ("en/news/_posts/2024-05-31-a.md", post("One", "lang: en")),
                ("pt_br/news/_posts/2024-05-31-a.md", post("Um", "lang: pt_br")),
            ],
            pairs(&[
                ("One", &[("pt-br", "/pt_br/news/a/")]),
                ("Um", &[("en", "/en/news/a/")]),
            ]),
        ),
        (
            "Hugo's key",
            vec![
                ("hugo.toml", "baseURL = 'https://felix.example/'\n".to_owned()),
                ("content/a.md", post("One", "lang: en\ntranslationKey: one")),
                ("content/b.md", post("Uno", "lang: es\ntranslationKey: one")),
                ("content/c.md", post("Zwei", "lang: de\ntranslationKey: two")),
            ],
            pairs(&[
                ("One", &[("es", "/b/")]),
                ("Uno", &[("en", "/a/")]),
                ("Zwei", &[]),
            ]),
        ),
        (
            "Pelican's slug",
            vec![
                (
                    "pelicanconf.py",
                    "SITEURL = 'https://felix.example'\nDEFAULT_LANG = 'en'\n".to_owned(),
                ),
                (
                    "content/a.md",
                    "Title: One\nDate: 2024-05-31\nSlug: one\n\nx\n".to_owned(),
                ),
                (
                    "content/b.md",
                    "Title: Un\nDate: 2024-05-31\nSlug: one\nLang: fr\n\nx\n".to_owned(),
                ),
            ],
            pairs(&[("One", &[("fr", "/one-fr.html")]), ("Un", &[("en", "/one.html")])]),
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let full = root.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
        let mut command = super::support::newswire();
        command.current_dir(root.path());
        let documents = super::support::site::build(command, &root.path().join("out"));
        let atom = String::from_utf8(documents["/atom.xml"].clone()).unwrap();
        assert_eq!(alternates(&atom), expected, "{name}");
    }
}

#[test]
fn each_language_of_a_site_has_a_feed_without_a_word_of_configuration() {
    let post = |title: &str| format!("---\ntitle: {title}\ndate: 2024-05-31\n---\nx\n");
    for (files, feeds) in [
        (
            vec![
                (
                    "hugo.toml",
                    "baseURL = 'https://felix.example/'\n[languages.en]\n[languages.es]\n".to_owned(),
                ),
                ("content/a.md", post("One")),
                ("content/a.es.md", post("Uno")),
            ],
            vec![
                ("/languages/en/atom.xml", "One"),
                ("/languages/es/atom.xml", "Uno"),
            ],
        ),
        (
            vec![
                ("_config.yml", "url: https://felix.example\n".to_owned()),
                (
                    "en/_posts/2024-05-31-a.md",
                    "---\ntitle: One\nlang: en\n---\nx\n".to_owned(),
                ),
                (
                    "ja/news/_posts/2024-05-31-a.md",
                    "---\ntitle: Ichi\nlang: ja\n---\nx\n".to_owned(),
                ),
            ],
            vec![
                ("/languages/en/atom.xml", "One"),
                ("/languages/ja/atom.xml", "Ichi"),
            ],
        ),
        (
            vec![
                ("hugo.toml", "baseURL = 'https://felix.example/'\n".to_owned()),
                ("content/a.md", post("One")),
            ],
            vec![("/atom.xml", "One")],
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let full = root.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
        let mut command = super::support::newswire();
        command.current_dir(root.path());
        let documents = super::support::site::build(command, &root.path().join("out"));
        for (path, title) in &feeds {
            let feed = documents
                .get(*path)
                .unwrap_or_else(|| panic!("{path} in {:?}", documents.keys()));
            assert_eq!(
                xml::titles(std::str::from_utf8(feed).unwrap()),
                [*title],
                "{path}"
            );
        }
        let count = documents
            .keys()
            .filter(|path| path.starts_with("/languages/"))
            .count();
        assert_eq!(
            count,
            if feeds.len() > 1 { 6 } else { 0 },
            "{:?}",
            documents.keys()
        );
    }
}

#[test]
fn readers_of_a_hugo_or_zola_site_go_on_with_the_posts_of_its_main_language() {
    let post = |title: &str| format!("---\ntitle: {title}\ndate: 2024-05-31\n---\nx\n");
    for (file, text, main, other, lists) in [
        (
            "hugo.toml",
            "title = 'A'\nbaseURL = 'https://felix.example/'\n[languages.en]\n[languages.es]\n",
            "/index.xml",
            "/es/index.xml",
            &[
                ("/all-rss.xml", 2),
                ("/atom.xml", 1),
                ("/feed.json", 1),
                ("/categories/index.xml", 2),
            ][..],
        ),
        (
            "config.toml",
            "title = 'A'\nbase_url = 'https://felix.example'\n[languages.es]\n",
            "/atom.xml",
            "/es/atom.xml",
            &[("/all-atom.xml", 2), ("/rss.xml", 1)],
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [
            (file, text.to_owned()),
            ("content/a.md", post("One")),
            ("content/a.es.md", post("Uno")),
        ] {
            let full = root.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
        let init = super::support::newswire()
            .current_dir(root.path())
            .arg("init")
            .output()
            .unwrap();
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        let config = root.path().join("feeds.toml");
        let service = Service::start_with(&["--config", config.to_str().unwrap()]);
        service.eventually("the service is ready", || service.get("/readyz").status == 200);
        let follow = |path: &str| {
            let answer = service.get(path);
            match answer.header("location") {
                Some(to) => service.get(to.strip_prefix("https://felix.example").unwrap_or(to)),
                None => answer,
            }
        };
        assert_eq!(service.get(main).status, 200, "{main}");
        assert_eq!(xml::titles(service.get(main).text()), ["One"], "{main}");
        assert!(
            service.get(main).text().contains("<title>A</title>")
                || service
                    .get(main)
                    .text()
                    .contains("<title type=\"text\">A</title>"),
            "{}",
            service.get(main).text()
        );
        assert_eq!(xml::titles(follow(other).text()), ["Uno"], "{other}");
        for (path, count) in lists {
            let answer = follow(path);
            assert_eq!(answer.status, 200, "{path}");
            let found =
                answer.text().matches("One").count().min(1) + answer.text().matches("Uno").count().min(1);
            assert_eq!(found, *count, "{path}: {}", answer.text());
        }
    }
}
