//! What the settings and data files of a generator hand down to posts.

use std::collections::BTreeSet;
use std::fs;

use super::support::{Service, Site, xml};

/// A site of a generator: its files, and a feeds.toml that says where the content is.
fn site(content: &str, files: &[(&str, &str)]) -> Site {
    let site = Site::new();
    fs::remove_dir(site.content()).unwrap();
    let config = format!(
        "[site]\nurl = \"https://x.example/\"\ntitle = \"X\"\ntimezone = \"UTC\"\nauthority = \"x.example,2026\"\n\
         [content]\ndir = \"{content}\"\n"
    );
    fs::write(site.config(), config).unwrap();
    for (path, text) in files {
        write(&site, path, text);
    }
    site
}

/// Writes a file beside its place, then moves it there.
fn write(site: &Site, path: &str, text: &str) {
    let path = site.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let beside = path.with_file_name(".beside");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

fn titles(service: &Service, path: &str) -> BTreeSet<String> {
    let answer = service.get(path);
    if answer.status == 404 {
        return BTreeSet::new();
    }
    xml::titles(answer.text()).into_iter().collect()
}

fn built(site: &Site, path: &str) -> BTreeSet<String> {
    let documents = site.build();
    let document = documents.get(path).map_or(&b"<rss/>"[..], Vec::as_slice);
    xml::titles(std::str::from_utf8(document).unwrap())
        .into_iter()
        .collect()
}

fn checked(site: &Site) -> String {
    String::from_utf8(site.run(&["check"]).stdout).unwrap()
}

fn set<const N: usize>(titles: [&str; N]) -> BTreeSet<String> {
    titles.map(str::to_owned).into()
}

// Pelican 4.12 was asked.
#[test]
fn pelican_completes_articles_by_its_settings_then_paths_then_names() {
    let settings = "SITENAME = 'A'\nTIMEZONE = 'UTC'\nPATH = 'content'\nARTICLE_PATHS = ['articles']\n\
        DEFAULT_METADATA = {'status': 'draft', 'tags': 'one, two'}\nDEFAULT_DATE = (2012, 3, 2, 14, 1)\n\
        EXTRA_PATH_METADATA = {\n    'articles/news': {'status': 'published'},\n    'articles/secret': {'status': 'hidden'},\n\
        \x20   'articles/secret/deep/x.md': {'status': 'published', 'slug': 'sx'},\n}\n\
        PATH_METADATA = r'articles/(?P<series>\\d{4})/(?P<slug>[^/]*)\\.md'\n\
        FILENAME_METADATA = r'(?P<date>\\d{4}-\\d{2}-\\d{2})_(?P<slug>[^_]*)(_(?P<status>draft|published))?'\n\
        ARTICLE_URL = '{category}/{date:%Y}/{slug}.html'\n";
    let site = site("content/articles", &[("pelicanconf.py", settings)]);
    let article = |path: &str, title: &str, more: &str| {
        let text = format!("Title: {title}\n{more}\nText.\n");
        write(&site, &format!("content/articles/{path}"), &text);
    };
    article("plain.md", "Plain", "");
    article(
        "own.md",
        "Own",
        "Status: published\nDate: 2020-05-05\nCategory: Mine\n",
    );
    article("news/a.md", "News A", "");
    article("news/2021-01-02_slug.md", "News B", "");
    article("news/2021-01-03_slug2_draft.md", "News C", "");
    article("secret/s.md", "S", "");
    article("secret/deep/x.md", "X", "");
    article("secret/deep/y.md", "Y", "Status: published\n");
    article("2020/z.md", "Z", "Status: published\n");
    let shown = set(["News A", "News B", "Own", "X", "Y", "Z"]);
    assert_eq!(built(&site, "/rss.xml"), shown);
    assert_eq!(built(&site, "/tags/two/rss.xml"), shown);
    let rss = String::from_utf8(site.build().remove("/rss.xml").unwrap()).unwrap();
    for link in [
        "https://x.example/news/2021/slug.html",
        "https://x.example/mine/2020/own.html",
        "https://x.example/news/2012/news-a.html",
        "https://x.example/deep/2012/sx.html",
        "https://x.example/2020/2012/z.html",
    ] {
        assert!(rss.contains(link), "{link}: {rss}");
    }
    assert!(
        rss.contains("<pubDate>Fri, 02 Mar 2012 14:01:00 +0000</pubDate>"),
        "{rss}"
    );
}

#[test]
fn a_change_of_pelicans_settings_changes_only_the_articles_that_they_are_for() {
    let settings = "SITENAME = 'A'\nTIMEZONE = 'UTC'\n";
    let site = site("content", &[("pelicanconf.py", settings)]);
    for (path, title) in [("a/one.md", "One"), ("b/two.md", "Two")] {
        let text = format!("Title: {title}\nDate: 2024-05-01\n\nText.\n");
        write(&site, &format!("content/{path}"), &text);
    }
    let service = Service::start(&site);
    assert_eq!(titles(&service, "/rss.xml"), set(["One", "Two"]));
    let untouched = service
        .get("/categories/b/rss.xml")
        .header("etag")
        .unwrap()
        .to_owned();
    let configure = |more: &str| write(&site, "pelicanconf.py", &format!("{settings}{more}"));
    configure("EXTRA_PATH_METADATA = {'a': {'status': 'draft'}}\n");
    service.eventually("one is a draft", || titles(&service, "/rss.xml") == set(["Two"]));
    assert_eq!(
        service.get("/categories/b/rss.xml").header("etag").unwrap(),
        untouched
    );
    service.agrees_with_a_fresh_process(&site);
    // What decides it and can't be read keeps back whoever does not say it.
    write(
        &site,
        "content/c/three.md",
        "Title: Three\nDate: 2024-05-01\nStatus: published\n\nText.\n",
    );
    configure("DEFAULT_METADATA = {'status': status_of(today)}\n");
    service.eventually("who says it is shown", || {
        titles(&service, "/rss.xml") == set(["Three"])
    });
    service.agrees_with_a_fresh_process(&site);
    let out = checked(&site);
    assert!(
        out.contains(
            "a/one.md: warning: “status” (handed down by pelicanconf.py) is made by the site's program"
        ),
        "{out}"
    );
    configure("FILENAME_METADATA = '(?P<slug>.*)(?<!x)'\n");
    service.eventually("all are shown", || titles(&service, "/rss.xml").len() == 3);
    let out = checked(&site);
    assert!(
        out.contains("FILENAME_METADATA “(?P<slug>.*)(?<!x)” is an expression that can't be read"),
        "{out}"
    );
}

#[test]
fn pelican_files_articles_under_the_category_that_its_settings_name() {
    for (settings, categories) in [
        ("", ["misc", "a"]),
        ("DEFAULT_CATEGORY = 'else'\n", ["else", "a"]),
        ("USE_FOLDER_AS_CATEGORY = False\n", ["misc", "misc"]),
        ("DEFAULT_METADATA = (('category', 'x'),)\n", ["misc", "a"]),
        ("CATEGORY_SAVE_AS = ''\n", ["", ""]),
    ] {
        let site = site("content", &[("pelicanconf.py", settings)]);
        write(&site, "content/top.md", "Title: Top\nDate: 2024-05-01\n\nText.\n");
        write(&site, "content/a/in.md", "Title: In\nDate: 2024-05-01\n\nText.\n");
        for (category, title) in categories.iter().zip(["Top", "In"]) {
            let has = built(&site, &format!("/categories/{category}/rss.xml"));
            assert_eq!(
                has.contains(title),
                !category.is_empty(),
                "{settings} {title} {has:?}"
            );
        }
    }
}

#[test]
fn pelican_takes_the_time_of_a_file_for_its_date_where_the_settings_say_so() {
    let site = site("content", &[("pelicanconf.py", "DEFAULT_DATE = 'fs'\n")]);
    write(&site, "content/undated.md", "Title: Undated\n\nText.\n");
    write(&site, "content/2024-01-02-in-name.md", "Title: Named\n\nText.\n");
    assert_eq!(built(&site, "/rss.xml"), set(["Undated", "Named"]));
    let out = checked(&site);
    assert!(
        out.contains("undated.md: warning: “fs” is for the site's generator"),
        "{out}"
    );
}

const ELEVENTY: (&str, &str) = (
    "eleventy.config.js",
    "export default () => ({ dir: { input: 'src' } });\n",
);

fn post(site: &Site, path: &str, more: &str) {
    let title = path.rsplit('/').next().unwrap();
    let text = format!("---\ntitle: {title}\ndate: 2024-05-01\n{more}---\nText.\n");
    write(site, &format!("src/{path}.md"), &text);
}

#[test]
fn data_of_eleventys_folders_and_templates_counts_as_the_posts_own() {
    let site = site("src", &[ELEVENTY]);
    for name in [
        "json",
        "data",
        "common",
        "module",
        "scattered/file",
        "scattered/script",
        "scattered/open",
    ] {
        let path = if name.contains('/') {
            name.to_owned()
        } else {
            format!("{name}/{name}-post")
        };
        post(&site, &path, "");
    }
    post(&site, "json/shown", "draft: false\n");
    post(&site, "tagged/own", "tags: [own]\n");
    post(&site, "tagged/deep/nearer", "");
    post(&site, "computed/marked", "draft: false\n");
    assert_eq!(built(&site, "/rss.xml").len(), 11);
    for (file, text) in [
        ("json/json.json", r#"{"draft": true}"#),
        ("data/data.11tydata.json", r#"{"permalink": false}"#),
        (
            "common/common.11tydata.cjs",
            "// A comment.\nconst isOut = true;\nmodule.exports = { eleventyExcludeFromCollections: isOut };\n",
        ),
        (
            "module/module.11tydata.mjs",
            "export default {\n  draft: true, // not yet\n};\n",
        ),
        ("scattered/file.json", r#"{"draft": true}"#),
        (
            "scattered/script.11tydata.js",
            "export default { draft: true };\n",
        ),
        ("tagged/tagged.json", r#"{"tags": ["outer"], "draft": true}"#),
        ("tagged/tagged.11tydata.js", "export default { draft: false };\n"),
        ("tagged/deep/deep.json", r#"{"tags": "inner"}"#),
        (
            "computed/computed.json",
            r#"{"eleventyComputed": {"draft": true}}"#,
        ),
    ] {
        write(&site, &format!("src/{file}"), text);
    }
    assert_eq!(built(&site, "/rss.xml"), set(["shown", "own", "nearer", "open"]));
    assert_eq!(built(&site, "/tags/outer/rss.xml"), set(["own", "nearer"]));
    assert_eq!(built(&site, "/tags/inner/rss.xml"), set(["nearer"]));
    assert_eq!(built(&site, "/tags/own/rss.xml"), set(["own"]));
}

#[test]
fn a_data_file_of_eleventy_that_comes_changes_or_goes_changes_only_the_posts_below_it() {
    let site = site("src", &[ELEVENTY]);
    post(&site, "a/one", "categories: [a]\n");
    post(&site, "b/two", "categories: [b]\n");
    post(&site, "b/three", "categories: [b]\n");
    let service = Service::start(&site);
    assert_eq!(titles(&service, "/rss.xml"), set(["one", "two", "three"]));
    let etag = |path: &str| service.get(path).header("etag").unwrap().to_owned();
    let untouched = etag("/categories/a/rss.xml");
    write(&site, "src/b/two.11tydata.json", r#"{"draft": true}"#);
    service.eventually("two is a draft", || {
        titles(&service, "/rss.xml") == set(["one", "three"])
    });
    write(
        &site,
        "src/b/b.11tydata.js",
        "module.exports = { tags: ['handed'] };\n",
    );
    service.eventually("three has a tag", || {
        titles(&service, "/tags/handed/rss.xml") == set(["three"])
    });
    service.agrees_with_a_fresh_process(&site);
    assert_eq!(etag("/categories/a/rss.xml"), untouched);
    fs::remove_file(site.path().join("src/b/two.11tydata.json")).unwrap();
    service.eventually("two is shown", || titles(&service, "/rss.xml").len() == 3);
    service.agrees_with_a_fresh_process(&site);
    assert_eq!(etag("/categories/a/rss.xml"), untouched);
}

#[test]
fn a_data_script_of_eleventy_that_may_hide_posts_and_can_not_be_read_keeps_them_back_and_is_named() {
    let site = site("src", &[ELEVENTY]);
    for folder in ["a", "b", "c", "d"] {
        post(&site, &format!("{folder}/{folder}-silent"), "");
        post(&site, &format!("{folder}/{folder}-said"), "draft: false\n");
    }
    let is_out = "export default async () => ({ draft: await isOut() });\n";
    for (file, text) in [
        ("a/a.11tydata.js", is_out),
        (
            "b/b.11tydata.js",
            "export default { eleventyComputed: { draft: (data) => data.wip } };\n",
        ),
        (
            "c/c.11tydata.js",
            "export default { permalink: (data) => `/c/${data.page.fileSlug}/` };\n",
        ),
        ("d/d.11tydata.js", "export default () => ({ layout: pick() });\n"),
    ] {
        write(&site, &format!("src/{file}"), text);
    }
    assert_eq!(
        built(&site, "/rss.xml"),
        set(["a-said", "c-silent", "c-said", "d-silent", "d-said"])
    );
    let out = checked(&site);
    for said in [
        "a/a-silent.md: warning: “draft” (handed down by a.11tydata.js) is made by the site's program",
        "b/b-said.md:4:1: warning: “draft” (handed down by b.11tydata.js) is made by the site's program",
        "c.11tydata.js: “permalink” is made by the script",
        "d.11tydata.js: it is a script that only Eleventy can run",
    ] {
        assert!(out.contains(said), "{said}\n{out}");
    }
}
