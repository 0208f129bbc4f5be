use std::fs;
use std::path::Path;

use super::*;
use crate::vocabulary::Dialect;

fn found(files: &[(&str, &str)]) -> Found {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut found = find(directory.path(), None).unwrap();
    found.content_dir = found
        .content_dir
        .strip_prefix(directory.path())
        .unwrap()
        .to_owned();
    found
}

#[test]
fn each_generator_is_known_by_its_own_configuration() {
    for (files, dialect, title, url, content_dir) in [
        (
            &[("hugo.toml", "baseURL = 'https://a.example/'\ntitle = 'A'\n")][..],
            Dialect::Hugo,
            Some("A"),
            Some("https://a.example/"),
            "content",
        ),
        (
            &[(
                "_config.yml",
                "title: A\nurl: https://a.example\nbaseurl: /blog\n",
            )],
            Dialect::Jekyll,
            Some("A"),
            Some("https://a.example/blog"),
            "",
        ),
        (
            &[("config.toml", "base_url = 'https://a.example'\ntitle = 'A'\n")],
            Dialect::Zola,
            Some("A"),
            Some("https://a.example"),
            "content",
        ),
        (
            &[
                ("pelicanconf.py", "SITENAME = 'A'\nSITEURL = ''\n"),
                ("publishconf.py", "SITEURL = 'https://a.example'\n"),
            ],
            Dialect::Pelican,
            Some("A"),
            Some("https://a.example"),
            "content",
        ),
        (
            &[
                (".eleventy.js", "return { dir: { input: 'src' } }"),
                ("src/_data/metadata.json", "{\"title\": \"A\"}"),
            ],
            Dialect::Eleventy,
            Some("A"),
            None,
            "src",
        ),
        (
            &[
                ("astro.config.mjs", "site: 'https://a.example',"),
                ("src/consts.ts", "export const SITE_TITLE = 'A';"),
            ],
            Dialect::Astro,
            Some("A"),
            Some("https://a.example/"),
            "src/content",
        ),
        (
            &[(
                "docusaurus.config.js",
                "title: 'A', url: 'https://a.example', baseUrl: '/x/', blog: { path: './news' }",
            )],
            Dialect::Docusaurus,
            Some("A"),
            Some("https://a.example/x/"),
            "news",
        ),
    ] {
        let found = found(files);
        assert_eq!(found.rules.dialect, Some(dialect));
        assert_eq!(found.title.as_deref(), title, "{dialect:?}");
        assert_eq!(found.url.as_deref(), url, "{dialect:?}");
        assert_eq!(found.content_dir, Path::new(content_dir), "{dialect:?}");
    }
}

#[test]
fn what_a_program_makes_is_said_and_not_guessed() {
    let text = "SITENAME = name()\nARTICLE_URL = 'x/{oops}/'\nDEFAULT_METADATA = {'status': status()}\n";
    let found = found(&[("pelicanconf.py", text)]);
    assert!(found.unread.iter().any(|line| line.contains("DEFAULT_METADATA")));
    assert_eq!(found.title, None);
    assert!(found.unread.iter().any(|line| line.contains("SITENAME")));
    assert!(found.unread.iter().any(|line| line.contains("oops")));
}

#[test]
fn languages_of_hugo_may_have_a_file_each() {
    let found = found(&[
        (
            "config/_default/hugo.toml",
            "baseURL = 'https://a.example/'\ndefaultContentLanguage = 'es'\n",
        ),
        (
            "config/_default/languages.en.toml",
            "title = 'A'\ncontentDir = 'content/en'\n",
        ),
        (
            "config/_default/languages.es.toml",
            "title = 'B'\ncontentDir = 'content/es'\n",
        ),
        (
            "config/_default/languages.fr.toml",
            "contentDir = 'content/french'\n",
        ),
    ]);
    assert_eq!(found.languages, ["es", "en", "fr"]);
    assert_eq!(
        (found.title.as_deref(), found.language.as_deref()),
        (Some("B"), Some("es"))
    );
    assert!(
        found.unread.iter().any(|line| line.contains("content/french")),
        "{:?}",
        found.unread
    );
}
