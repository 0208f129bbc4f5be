//! Which files are posts, by the rules of each generator; and that none is passed over in silence.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::support::{Service, Site, newswire, xml};

/// A site as its generator has it, without a feeds.toml.
struct Bare(tempfile::TempDir);

impl Bare {
    fn new(files: &[(&str, &str)]) -> Self {
        let site = Bare(tempfile::tempdir().unwrap());
        for (path, text) in files {
            let path = site.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        site
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = newswire()
            .current_dir(self.0.path())
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Title and day of every entry, by title.
    fn entries(&self) -> Vec<String> {
        let out = self.0.path().join("out");
        self.run(&["build", "--out", out.to_str().unwrap()]);
        let text = fs::read_to_string(out.join("atom.xml")).unwrap();
        let document = xml::parse(&text);
        let mut entries: Vec<String> = xml::entries(&document)
            .iter()
            .map(|entry| {
                let title = xml::child(entry, "title").unwrap();
                let published = xml::child(entry, "published").unwrap();
                format!("{title} {}", published.replace("+00:00", "Z"))
            })
            .collect();
        entries.sort();
        entries
    }
}

fn named(out: &str, path: &str) -> bool {
    out.lines()
        .any(|line| line.starts_with(path) && line.contains(": "))
}

#[test]
fn names_with_dates_are_posts_of_zola() {
    let names = [
        "2024-01-02",
        "2024-01-02-dash",
        "2024-01-02_under",
        "2024-01-02 -space",
        "2024-01-03T14:00:00Z-full",
        "2024-01-03T14:00:00+02:00_zone",
    ];
    let files = names.map(|name| {
        (
            format!("content/b/{name}.md"),
            format!("+++\ntitle = \"{name}\"\n+++\nx\n"),
        )
    });
    let mut files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    files.push(("config.toml", "base_url = \"https://z.example\"\ntitle = \"Z\"\n"));
    let site = Bare::new(&files);
    assert_eq!(
        site.entries(),
        [
            "2024-01-02 -space 2024-01-02T00:00:00Z",
            "2024-01-02 2024-01-02T00:00:00Z",
            "2024-01-02-dash 2024-01-02T00:00:00Z",
            "2024-01-02_under 2024-01-02T00:00:00Z",
            "2024-01-03T14:00:00+02:00_zone 2024-01-03T14:00:00+02:00",
            "2024-01-03T14:00:00Z-full 2024-01-03T14:00:00Z",
        ]
    );
}

#[test]
fn names_with_dates_are_posts_of_pelican() {
    let site = Bare::new(&[
        (
            "pelicanconf.py",
            "SITENAME = 'P'\nSITEURL = 'https://p.example'\nPATH = 'content'\nTIMEZONE = 'UTC'\n",
        ),
        ("content/2024-01-02.md", "Title: a\n\nx\n"),
        ("content/2024-01-02_b.md", "Title: b\n\nx\n"),
        ("content/2024-01-02T10.md", "Title: c\n\nx\n"),
        ("content/2024-01-02.d.md", "Title: d\n\nx\n"),
        ("content/2024-01-02 e.md", "Title: e\n\nx\n"),
    ]);
    assert_eq!(
        site.entries(),
        ["a", "b", "c", "d", "e"].map(|title| format!("{title} 2024-01-02T00:00:00Z"))
    );
}

#[test]
fn names_and_folders_with_dates_are_posts_of_docusaurus_where_it_puts_them() {
    let post = |title| format!("---\ntitle: {title}\n---\nx\n");
    let paths = [
        ("2024-01-02.md", "/blog/2024/01/02/"),
        ("2024-1-2-a.md", "/blog/2024/1/2/a"),
        ("2024-01-02_b.md", "/blog/2024/01/02/_b"),
        ("tips/2024-01-02-c.md", "/blog/2024/01/02/tips/c"),
        ("2024/01/02-d.md", "/blog/2024/01/02/d"),
        ("2024-01-02-e/index.md", "/blog/2024/01/02/e"),
    ];
    let files = paths.map(|(path, _)| (format!("blog/{path}"), post(path)));
    let mut files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    files.push((
        "docusaurus.config.js",
        "module.exports = {title: 'D', url: 'https://d.example', baseUrl: '/'};",
    ));
    let site = Bare::new(&files);
    let listed = site.run(&["list", "--posts"]);
    for (path, address) in paths {
        let lines = format!("{path}\n  https://d.example{address}\n");
        assert!(listed.contains(&lines), "{lines} in {listed}");
    }
    assert_eq!(site.entries().len(), paths.len());
}

#[test]
fn of_jekylls_posts_those_with_a_date_in_the_name_count_and_others_are_named() {
    let site = Bare::new(&[
        ("_config.yml", "title: J\nurl: https://j.example\n"),
        ("_posts/24-01-02-two.md", "---\ntitle: two\n---\nx\n"),
        ("_posts/2024-01-02-three.mkdn", "---\ntitle: three\n---\nx\n"),
        ("_posts/2024-01-02-no-front-matter.md", "Just text.\n"),
        ("_posts/2024-01-02_under.md", "---\ntitle: under\n---\nx\n"),
        (
            "_posts/undated.md",
            "---\ntitle: undated\ndate: 2024-01-02\n---\nx\n",
        ),
        ("2024-01-02-outside.md", "---\ntitle: outside\n---\nx\n"),
        ("about.md", "---\ntitle: About\n---\nx\n"),
        ("README.md", "# A site\n"),
    ]);
    assert_eq!(
        site.entries(),
        ["No Front Matter", "three", "two"].map(|title| format!("{title} 2024-01-02T00:00:00Z"))
    );
    let out = site.run(&["check"]);
    for path in [
        "_posts/2024-01-02_under.md",
        "_posts/undated.md",
        "2024-01-02-outside.md",
    ] {
        assert!(named(&out, path), "{path} in {out}");
    }
    assert!(!named(&out, "about.md") && !named(&out, "README.md"), "{out}");
}

#[test]
fn front_matter_after_blanks_is_read_and_where_the_generator_does_not_that_is_said() {
    let post = " +++\ntitle = \"A\"\ndate = 2024-01-02\n+++\nText.\n";
    let hugo = Bare::new(&[
        ("hugo.toml", "baseURL = 'https://x.example/'\n"),
        ("content/a.md", post),
        (
            "content/b.md",
            "\n\n---\ntitle: B\ndate: 2024-01-02\n---\nText.\n",
        ),
    ]);
    assert_eq!(hugo.entries().len(), 2);
    assert!(hugo.run(&["check"]).contains("0 errors, 0 warnings, 0 notes"));
    let jekyll = Bare::new(&[
        ("_config.yml", "url: https://j.example\n"),
        ("_posts/2024-01-02-a.md", "\n---\ntitle: A\n---\nText.\n"),
    ]);
    assert_eq!(jekyll.entries(), ["A 2024-01-02T00:00:00Z"]);
    let out = jekyll.run(&["check"]);
    assert!(
        out.contains("a.md:1:1: warning:") && out.contains("[front-matter-indented]"),
        "{out}"
    );
}

#[test]
fn no_file_that_looks_like_a_post_is_passed_over_in_silence() {
    let site = Site::new();
    let lookalikes = [
        (
            "nikola.md",
            "<!--\n.. title: N\n.. date: 2024-01-02 10:00:00 UTC\n-->\n\nText.\n",
        ),
        (
            "fenced.md",
            "```yaml\n---\ntitle: F\ndate: 2024-01-02\n---\n```\n\nText.\n",
        ),
        (
            "semicolons.md",
            ";;;\n\"title\": \"S\",\n\"date\": \"2024-01-02\"\n;;;\n",
        ),
        (
            "indented.md",
            "   ---\n   title: I\n   date: 2024-01-02\n   ---\nText.\n",
        ),
        ("nbsp.md", "\u{a0}---\ntitle: B\ndate: 2024-01-02\n---\nText.\n"),
        ("unclosed.md", "---\ntitle: U\ndate: 2024-01-02\n\nText.\n"),
        (
            "below.md",
            "# A heading\n\n---\ntitle: B\ndate: 2024-01-02\n---\n",
        ),
        ("script.md", "---js\n{ title: 'S', date: '2024-01-02' }\n---\n"),
        ("headers.md", "Date: 2024-01-02\nTitle: H\n"),
        ("2024-01-02-text.md", "Only text.\n"),
    ];
    for (path, text) in lookalikes {
        site.write(path, text);
    }
    site.write(
        "mkdocs.md",
        "---\ntitle: M\ndate:\n  created: 2024-01-02\n---\nText.\n",
    );
    site.write(
        "README.md",
        "# About\n\n```yaml\ntitle: x\ndate: 2024-01-01\n```\n",
    );
    site.write("page.md", "Just a page.\n");
    let titles = xml::titles(std::str::from_utf8(&site.build()["/rss.xml"]).unwrap());
    let out = String::from_utf8(site.run(&["check", "--all"]).stdout).unwrap();
    assert!(titles.contains(&"M".to_owned()), "{titles:?}");
    for (path, _) in lookalikes {
        let title = titles.iter().any(|title| path.starts_with(&title.to_lowercase()));
        assert!(named(&out, path) || title, "{path} in {out}");
    }
    assert!(!named(&out, "README.md") && !named(&out, "page.md"), "{out}");
}

fn written_at(path: &Path, seconds: u64) {
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    File::options()
        .append(true)
        .open(path)
        .unwrap()
        .set_modified(moment)
        .unwrap();
}

#[test]
fn eleventys_words_for_dates_lose_no_post() {
    let site = Bare::new(&[
        (
            "eleventy.config.js",
            "module.exports = () => ({ dir: { input: 'src' } });",
        ),
        (
            "src/_data/metadata.json",
            r#"{"title": "E", "url": "https://e.example/"}"#,
        ),
        ("src/posts/posts.json", r#"{"tags": "post"}"#),
        ("src/posts/a.md", "---\ntitle: A\ndate: git Created\n---\nx\n"),
        ("src/posts/b.md", "---\ntitle: B\ndate: Last Modified\n---\nx\n"),
        (
            "src/posts/2024-03-04-c.md",
            "---\ntitle: C\ndate: git Last Modified\n---\nx\n",
        ),
        (
            "src/posts/d.md",
            "---\ntitle: D\ndate: created\nupdated: 2024-05-06\n---\nx\n",
        ),
    ]);
    let file = |name: &str| -> PathBuf { site.0.path().join("src/posts").join(name) };
    written_at(&file("a.md"), 1_700_000_000);
    written_at(&file("b.md"), 1_700_000_001);
    assert_eq!(
        site.entries(),
        [
            "A 2023-11-14T22:13:20Z",
            "B 2023-11-14T22:13:21Z",
            "C 2024-03-04T00:00:00Z",
            "D 2024-05-06T00:00:00Z",
        ]
    );
    let out = site.run(&["check"]);
    assert_eq!(out.matches("[date-keyword]").count(), 4, "{out}");
    assert!(
        out.contains("“git Created” is for the site's generator to look up"),
        "{out}"
    );
}

#[test]
fn a_post_dated_by_its_file_moves_with_it_like_in_a_fresh_process() {
    let site = Site::new();
    let text = "---\ntitle: A\ndate: Last Modified\n---\nx\n";
    site.write("a.md", text);
    site.post("b.md", "B", "2024-01-02", "");
    let path = site.content().join("a.md");
    written_at(&path, 1_700_000_000);
    let service = Service::start(&site);
    let titles = |service: &Service| xml::titles(service.get("/rss.xml").text());
    assert_eq!(titles(&service), ["B", "A"]);
    written_at(&path, 1_710_000_000);
    service.eventually("it moves", || titles(&service) == ["A", "B"]);
    service.agrees_with_a_fresh_process(&site);
    // A change of configuration reads no file.
    let toml = fs::read_to_string(site.config()).unwrap();
    fs::write(site.config(), toml.replace("Felix", "Phoenix")).unwrap();
    service.eventually("it is taken up", || {
        service.get("/rss.xml").text().contains("Phoenix")
    });
    assert_eq!(titles(&service), ["A", "B"]);
    service.agrees_with_a_fresh_process(&site);
}
