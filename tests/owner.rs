//! What the owner of a site is told: `init` and `check`.

use std::fs;
use std::path::Path;

use super::support::{Service, Site, newswire, xml};

/// A copy of a fixture, which may be written to.
pub(super) fn copy_of(dialect: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(dialect);
    copy_folder(&root, copy.path());
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn init_then_serve_works_for_every_dialect_without_editing_a_line() {
    for (dialect, feed) in [
        ("hugo", "/index.xml"),
        ("jekyll", "/feed.xml"),
        ("zola", "/atom.xml"),
        ("pelican", "/feeds/all.atom.xml"),
        ("eleventy", "/feed.xml"),
        ("astro", "/rss.xml"),
        ("docusaurus", "/news/rss.xml"),
    ] {
        let site = copy_of(dialect);
        let output = newswire().current_dir(&site).arg("init").output().unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{dialect}: {said}");
        assert!(
            said.contains(dialect) && !said.contains("to do"),
            "{dialect}: {said}"
        );
        let config = site.path().join("feeds.toml");
        let service = Service::start_with(&["--config", config.to_str().unwrap()]);
        service.eventually("the service is ready", || service.get("/readyz").status == 200);
        let answer = service.get(feed);
        assert!(
            xml::titles(answer.text()).len() > 1,
            "{dialect}: {}",
            answer.text()
        );
        assert!(answer.text().contains("https://lantern.example/"), "{dialect}");

        let again = newswire().current_dir(&site).arg("init").output().unwrap();
        assert_eq!(again.status.code(), Some(2), "what is there is not written over");
    }
}

/// Every public post with its address and id, and what `check` finds.
fn posts_and_findings(site: &Path) -> [String; 2] {
    [["list", "--posts", "--json"], ["check", "--json", "--all"]].map(|arguments| {
        let output = newswire().current_dir(site).args(arguments).output().unwrap();
        assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    })
}

#[test]
fn init_writes_what_it_guesses_from_a_program_with_the_line_and_no_address_or_id_changes() {
    for (dialect, extra, lines) in [
        (
            "astro",
            &[][..],
            &[
                "# Guessed from src/consts.ts, line 1:\ntitle = \"The Lantern\"\n",
                "# Guessed from astro.config.mjs, line 3:\nurl = \"https://lantern.example/\"\n",
                "# Guessed from src/consts.ts, line 2:\ndescription = \"News of the harbour\"\n",
                "# Posts in “blog” are at /writing/{below}/, as the generator's configuration says.\n\
                 # Guessed from src/pages/writing/[...slug].astro, line 2:\n",
            ][..],
        ),
        (
            "astro",
            &[(
                "src/content.config.ts",
                "const blog = defineCollection({\n  loader: glob({\n    pattern: '**/*.{md,mdx}',\n    \
                 base: './notes',\n  }),\n});\nexport const collections = { blog };\n",
            )][..],
            &[
                "# Guessed from src/content.config.ts, line 4:\ndir = \"notes\"\n",
                "# Guessed from src/pages/writing/[...slug].astro, line 2:\npermalink = \"/writing/{below}/\"\n",
            ][..],
        ),
        (
            "eleventy",
            &[][..],
            &["# Guessed from .eleventy.js, line 2:\ndir = \"src\"\n"][..],
        ),
        (
            "pelican",
            &[][..],
            &[
                "# Guessed from pelicanconf.py, line 2:\ntitle = \"The Lantern\"\n",
                "# Guessed from publishconf.py, line 1:\nurl = \"https://lantern.example/\"\n",
                "# Guessed from pelicanconf.py, line 5:\nlanguage = \"en\"\n",
                "# Guessed from pelicanconf.py, line 4:\ntimezone = \"Europe/London\"\n",
                "# Guessed from pelicanconf.py, line 6:\n# permalink = ",
            ][..],
        ),
    ] {
        let site = copy_of(dialect);
        for (path, text) in extra {
            fs::write(site.path().join(path), text).unwrap();
            fs::rename(site.path().join("src/content/blog"), site.path().join("notes")).unwrap();
        }
        // The preset that init chooses decides how ids are made, so it is in force before as well.
        let file = site.path().join("feeds.toml");
        fs::write(&file, format!("[feeds]\npreset = \"{dialect}\"\n")).unwrap();
        let before = posts_and_findings(site.path());
        assert!(
            before[0].contains("https://lantern.example/"),
            "{dialect}: {before:?}"
        );
        fs::remove_file(&file).unwrap();
        let output = newswire().current_dir(&site).arg("init").output().unwrap();
        assert!(output.status.success(), "{dialect}");
        let written = fs::read_to_string(&file).unwrap();
        for line in lines {
            assert!(written.contains(line), "{dialect}: {line}\n{written}");
        }
        assert_eq!(posts_and_findings(site.path()), before, "{dialect}");
    }
}

#[test]
fn init_says_what_it_could_not_read() {
    let site = tempfile::tempdir().unwrap();
    fs::write(
        site.path().join("pelicanconf.py"),
        "SITENAME = name()\nSITEURL = 'https://a.example'\n",
    )
    .unwrap();
    let output = newswire().current_dir(&site).arg("init").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("not read: SITENAME") && said.contains("to do: set title"),
        "{said}"
    );
    let written = fs::read_to_string(site.path().join("feeds.toml")).unwrap();
    assert!(
        written.contains("url = \"https://a.example/\"") && written.contains("# title ="),
        "{written}"
    );
}

#[test]
fn check_shows_the_line_with_a_caret_why_it_matters_and_the_mend() {
    let site = Site::new();
    site.write("bad.md", "---\ntitle: Bad\ndate: soonish\n---\n\nText.\n");
    let out = String::from_utf8(site.run(&["check"]).stdout).unwrap();
    for part in [
        "bad.md:3:1: error: can't read “date”",
        "  3 | date: soonish\n    | ^\n",
        "  why: without its date",
        "  help: write it as",
        "0 posts: 1 error, 0 warnings, 0 notes",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
}

#[test]
fn check_counts_the_findings_of_each_kind_and_shows_the_first_of_many() {
    let site = Site::new();
    for number in 10..30 {
        site.post(&format!("{number}.md"), "A", "2024-05-01", "draft: perhaps");
    }
    let out = String::from_utf8(site.run(&["check"]).stdout).unwrap();
    assert!(
        out.contains("     20  warning  bad-draft-mark (10 not shown: --all)"),
        "{out}"
    );
    assert_eq!(out.matches("[bad-draft-mark]").count(), 10, "{out}");
    let out = String::from_utf8(site.run(&["check", "--all"]).stdout).unwrap();
    assert_eq!(out.matches("[bad-draft-mark]").count(), 20, "{out}");
}

#[test]
fn check_speaks_json_and_sarif_and_fails_for_warnings_only_if_asked() {
    let site = Site::new();
    site.post("a b.md", "A", "2024-05-01", "draft: perhaps");
    let output = site.run(&["check", "--json"]);
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&line["code"], &line["severity"]),
        (&"bad-draft-mark".into(), &"warning".into())
    );
    assert_eq!(output.status.code(), Some(0));
    let output = site.run(&["check", "--sarif", "--strict"]);
    assert_eq!(output.status.code(), Some(1));
    let sarif: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(
        sarif["runs"][0]["tool"]["driver"]["rules"][0]["id"],
        result["ruleId"]
    );
    let location = &result["locations"][0]["physicalLocation"];
    assert!(
        location["artifactLocation"]["uri"]
            .as_str()
            .unwrap()
            .ends_with("content/a%20b.md")
    );
    assert_eq!(location["region"]["startLine"], 4);
}

#[test]
fn init_puts_the_feeds_of_a_blog_that_is_elsewhere_where_they_were() {
    for (base, feed) in [("/", "/rss.xml"), ("news", "/news/rss.xml")] {
        let site = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let full = site.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        };
        put(
            "docusaurus.config.js",
            &format!(
                "url: 'https://a.example', title: 'A', baseUrl: '/', blog: {{ path: 'blog', routeBasePath: '{base}' }}"
            ),
        );
        put("blog/2024-05-31-a.md", "---\ntitle: One\n---\nText.\n");
        let output = newswire().current_dir(&site).arg("init").output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut command = newswire();
        command.current_dir(&site);
        let documents = super::support::site::build(command, &site.path().join("out"));
        assert_eq!(
            xml::titles(std::str::from_utf8(&documents[feed]).unwrap()),
            ["One"],
            "{base}"
        );
    }
}
