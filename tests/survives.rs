//! What a parser must survive, commonest first: each was found in posts of real sites.

use super::support::{Site, xml};

/// What the feed and `check` say of one file.
struct Told {
    atom: String,
    check: String,
}

fn told(path: &str, file: impl AsRef<[u8]>) -> Told {
    let site = Site::new();
    site.write(path, file);
    told_by(&site)
}

fn told_by(site: &Site) -> Told {
    let atom = String::from_utf8(site.build()["/atom.xml"].clone()).unwrap();
    xml::parse(&atom);
    let check = String::from_utf8(site.run(&["check", "--all"]).stdout).unwrap();
    Told { atom, check }
}

impl Told {
    fn titles(&self) -> Vec<String> {
        xml::titles(&self.atom)
    }

    fn has(&self, parts: &[&str]) {
        for part in parts {
            assert!(
                self.atom.contains(part),
                "{part} in {}\n{}",
                self.atom,
                self.check
            );
        }
    }

    fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.check.contains(part), "{part} in {}", self.check);
        }
    }
}

/// The front matter that most files here have, and a body.
fn post(more: &str, body: &str) -> String {
    format!("---\ntitle: A\ndate: 2024-05-01\n{more}\n---\n{body}\n")
}

#[test]
fn white_space_around_a_title_is_no_part_of_it() {
    let told = told(
        "a.md",
        "---\ntitle: >\n  A story\n  in two lines\ndate: 2024-05-01\n---\nx\n",
    );
    assert_eq!(told.titles(), ["A story in two lines"]);
}

#[test]
fn posts_of_one_moment_stand_in_the_order_of_their_paths() {
    let site = Site::new();
    for name in ["c", "a", "b"] {
        site.post(&format!("{name}.md"), name, "2024-05-01 10:00", "");
    }
    assert_eq!(told_by(&site).titles(), ["a", "b", "c"]);
}

#[test]
fn a_date_in_a_file_name_needs_no_padding() {
    told("2011-12-1-a.md", "---\ntitle: A\n---\nx\n").has(&["<published>2011-12-01T00:00:00+00:00"]);
}

#[test]
fn a_key_that_is_there_and_null_is_as_good_as_absent() {
    let nulls =
        "tags:\nauthors: ~\naliases: null\nimage:\ndraft:\npublished: ~\nsummary:\ncategories: [~]\nlastmod:";
    let told = told("a.md", post(nulls, "x"));
    assert_eq!(told.titles(), ["A"]);
    told.says(&["1 post: 0 errors, 0 warnings, 0 notes"]);
}

#[test]
fn every_script_passes_unharmed() {
    let text = "日本語のテキスト、ελληνικά, עברית, हिन्दी, 🚢";
    told("a.md", post("categories: [日本語]", text)).has(&[text, "label=\"日本語\""]);
}

#[test]
fn a_post_without_a_date_key_has_it_from_its_name_or_its_path() {
    told("2017-03-16-a.md", "---\ntitle: A\n---\nx\n").has(&["<published>2017-03-16T00:00:00+00:00"]);
    told("a.md", "+++\ntitle = \"A\"\npath = \"2017/03/16/a\"\n+++\nx\n").has(&["<published>2017-03-16T"]);
    told("blog/2017/03/16/a.md", "---\ntitle: A\n---\nx\n").has(&["<published>2017-03-16T"]);
}

#[test]
fn a_time_without_a_zone_is_in_that_of_the_site() {
    let file = "---\ntitle: A\ndate: 2019-07-25 17:00:00\n---\nx\n";
    told("a.md", file).has(&["<published>2019-07-25T17:00:00+01:00"]);
}

#[test]
fn template_code_is_carried_out_or_left_out_but_stays_in_samples() {
    let body = "{{< figure src=\"/a.jpg\" caption=\"Cap\" >}}\n\n{% if x %}[y]({{ site.baseurl }}/z){% endif %}\n\n`{{ code }}`\n\n```\n{% fence %}\n```\n";
    let told = told("a.md", post("", body));
    told.has(&[
        "https://felix.example/a.jpg",
        "Cap",
        "https://felix.example/z",
        "{{ code }}",
        "{% fence %}",
    ]);
    assert!(!told.atom.contains("{% if"), "{}", told.atom);
    told.says(&["[template-code]"]);
}

#[test]
fn links_of_every_kind_become_absolute_or_are_left_out_and_said() {
    let body = "[a](/root) ![b](rel.jpg) [c][ref] [d](//cdn.example/x) [e](file:///C:/x) [f](@/b.md) ![g]({static}/s.png) [h]({filename}b.md)\n\n[ref]: ../up\n";
    let site = Site::new();
    site.write("a.md", post("", body));
    site.post("b.md", "B", "2024-04-01", "");
    let told = told_by(&site);
    told.has(&[
        "https://felix.example/root",
        "https://felix.example/a/rel.jpg",
        "https://felix.example/up",
        "https://cdn.example/x",
        "https://felix.example/s.png",
    ]);
    assert_eq!(
        told.atom.matches("\"https://felix.example/b/\"").count(),
        1,
        "{}",
        told.atom
    );
    assert_eq!(
        told.atom.matches("https://felix.example/b/&quot;").count()
            + told.atom.matches("=\"https://felix.example/b/").count(),
        3,
        "{}",
        told.atom
    );
    told.says(&["[unsafe-link]", "file:///C:/x"]);
}

#[test]
fn the_date_in_the_front_matter_goes_before_that_in_the_file_name() {
    told("2011-12-01-a.md", "---\ntitle: A\ndate: 2012-01-02\n---\nx\n").has(&["<published>2012-01-02T"]);
}

#[test]
fn a_byline_of_several_people_is_taken_apart_and_no_person_is_split() {
    let names = |authors: &str| {
        let told = told("a.md", post(&format!("authors: \"{authors}\""), "x"));
        let document = xml::parse(&told.atom);
        let authors = document.descendants().filter(|node| {
            node.has_tag_name(("http://www.w3.org/2005/Atom", "author"))
                && node
                    .parent()
                    .is_some_and(|parent| parent.tag_name().name() == "entry")
        });
        authors
            .map(|author| xml::child(&author, "name").unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("[Ada Marsh](https://a.example/) (Harbour Ltd), [Ben Cole](https://b.example/)"),
        ["Ada Marsh", "Ben Cole"]
    );
    assert_eq!(names("Ada Marsh and Ben Cole"), ["Ada Marsh", "Ben Cole"]);
    assert_eq!(names("NARUSE, Yui"), ["NARUSE, Yui"]);
    assert_eq!(
        names("Ada Marsh, Harbour Director"),
        ["Ada Marsh, Harbour Director"]
    );
}

#[test]
fn a_line_of_hyphens_in_the_body_or_in_a_value_ends_nothing() {
    let file =
        "---\ntitle: A\ndate: 2024-05-01\nsummary: |\n  one\n  ---\n  two\n---\nabove\n\n---\n\nbelow\n";
    told("a.md", file).has(&["one --- two", "above", "below"]);
}

#[test]
fn signs_in_a_title_are_text_and_markup_is_left_out() {
    let told = told(
        "a.md",
        "---\ntitle: \"a < b & c > <i>d</i>\"\ndate: 2024-05-01\n---\nx\n",
    );
    assert_eq!(told.titles(), ["a < b & c > d"]);
}

#[test]
fn published_may_say_yes_or_no_or_when() {
    for (published, titles) in [("false", 0), ("true", 1), ("2023-01-01", 1)] {
        let file = format!("---\ntitle: A\npublished: {published}\ndate: 2024-05-01\n---\nx\n");
        assert_eq!(told("a.md", file).titles().len(), titles, "{published}");
    }
    told("a.md", "---\ntitle: A\npublished: 2023-01-01\n---\nx\n").has(&["<published>2023-01-01T"]);
}

#[test]
fn every_line_end_and_encoding_of_the_last_thirty_years_is_read() {
    let unix = "---\ntitle: Zoë\ndate: 2024-05-01\n---\n\none\n\ntwo\n";
    for bytes in [
        unix.as_bytes().to_vec(),
        unix.replace('\n', "\r\n").into_bytes(),
        unix.replace('\n', "\r").into_bytes(),
        [b"\xef\xbb\xbf", unix.as_bytes()].concat(),
        unix.replace('ë', "?")
            .bytes()
            .map(|b| if b == b'?' { 0xeb } else { b })
            .collect(),
    ] {
        let told = told("a.md", &bytes);
        assert_eq!(told.titles(), ["Zoë"]);
        told.has(&["&lt;p&gt;one&lt;/p&gt;"]);
    }
}

#[test]
fn a_post_may_have_no_body_and_a_title_may_be_a_number() {
    let told = told("a.md", "---\ntitle: 2024\ndate: 2024-05-01\n---\n");
    assert_eq!(told.titles(), ["2024"]);
}

#[test]
fn every_mark_of_the_cut_ends_the_summary() {
    for mark in [
        "<!-- truncate -->",
        "<!--more-->",
        "<!-- more -->",
        "<!-- MORE -->",
    ] {
        let told = told(
            "a.md",
            post("", &format!("First.\n\nSecond.\n\n{mark}\n\nThird.")),
        );
        told.has(&["First. Second.</summary>"]);
    }
}

#[test]
fn names_that_are_one_after_slugging_are_one_feed_and_said() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "tags: [open science]");
    site.post("b.md", "B", "2024-05-02", "tags: [open-science]");
    told_by(&site).says(&["[names-merged]"]);
    assert_eq!(
        xml::titles(std::str::from_utf8(&site.build()["/tags/open-science/atom.xml"]).unwrap()).len(),
        2
    );
}

#[test]
fn characters_that_xml_forbids_and_ends_of_cdata_break_nothing() {
    let told = told(
        "a.md",
        post("summary: \"x\\x0by]]>z\"", "a \u{b} b ]]> c \u{fffe} d"),
    );
    assert_eq!(told.titles(), ["A"]);
    told.has(&["]]"]);
}

#[test]
fn each_kind_of_broken_front_matter_is_named_with_its_line() {
    for (file, place) in [
        ("---\ntitle: A\ntags:\n\t- x\ndate: 2024-05-01\n---\n", "a.md:4:"),
        ("---\ntitle: Foo: bar\ndate: 2024-05-01\n---\n", "a.md:2:"),
        ("---\ntitle: A\ntitle: B\n---\n", "duplicate key “title”"),
        ("---\ntitle: \"a\\qb\"\n---\n", "a.md:2:"),
        ("{\"title\": \"A\",\n \"date\": }\n", "a.md:2:"),
        ("+++\ntitle = \"A\"\n+++ text\n", "text after the closing"),
        ("---\ntitle: A\n", "is not closed"),
    ] {
        told("a.md", file).says(&[place, "1 error,"]);
    }
    // A blank line above it harms nothing.
    let told = told("a.md", "\n---\ntitle: A\ndate: 2024-05-01\n---\nx\n");
    assert_eq!(told.titles(), ["A"]);
}

#[test]
fn neighbours_that_are_no_posts_are_no_posts() {
    let site = Site::new();
    site.post("a/index.md", "A", "2024-05-01", "");
    site.post("a/index.es.md", "A en español", "2024-05-01", "");
    site.write("_index.md", "---\ntitle: List\ndate: 2024-05-01\n---\nx\n");
    site.write("README.md", "# Read me\n");
    site.write("template.html", "<title>{{ title }}</title>\n");
    site.post("a.Rmd", "Twin", "2024-05-01", "");
    site.write("b.adoc", "= Title\n");
    let told = told_by(&site);
    assert_eq!(told.titles(), ["A en español", "A"]);
    told.has(&["https://felix.example/a/", "xml:lang=\"es\""]);
    told.says(&["b.adoc: warning: it is written in AsciiDoc", "2 posts"]);
}

#[test]
fn a_date_that_could_be_another_is_an_error_until_the_site_says_its_order() {
    let site = Site::new();
    site.write("a.md", "---\ntitle: A\ndate: 08-02-21 15:00\n---\nx\n");
    told_by(&site).says(&["[ambiguous-date]", "date_order"]);
    let toml = std::fs::read_to_string(site.config()).unwrap();
    std::fs::write(
        site.config(),
        format!("{toml}\n[content]\ndate_order = \"dmy\"\n"),
    )
    .unwrap();
    told_by(&site).has(&["<published>2021-02-08T15:00:00+00:00"]);
}

#[test]
fn a_link_to_a_post_follows_it_when_it_moves_comes_or_goes() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    site.write("a.md", post("", "[b](b.md)"));
    let service = super::support::Service::start(&site);
    let link = |path: &str| {
        service
            .get("/atom.xml")
            .text()
            .contains(&format!("\"https://felix.example{path}\""))
            || service
                .get("/atom.xml")
                .text()
                .contains(&format!("=&quot;https://felix.example{path}&quot;"))
    };
    service.eventually("the post is there", || {
        service.get("/atom.xml").text().contains("<title>A")
    });
    site.post("b.md", "B", "2024-04-01", "slug: first\nguid: urn:x:b");
    service.eventually("the link leads to the new post", || link("/first/"));
    service.agrees_with_a_fresh_process(&site);
    site.post("b.md", "B", "2024-04-01", "slug: second\nguid: urn:x:b");
    service.eventually("the link follows", || link("/second/"));
    service.agrees_with_a_fresh_process(&site);
    site.remove("b.md");
    service.eventually("the post is gone", || !link("/second/"));
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn a_link_follows_its_post_in_feeds_that_do_not_have_that_post() {
    let site = Site::new();
    site.write("news/a.md", post("categories: [news]", "[b](../b.md)"));
    site.post("b.md", "B", "2024-04-01", "slug: first\nguid: urn:x:b");
    let service = super::support::Service::start(&site);
    let leads_to = |path: &str| {
        let feed = service.get("/categories/news/atom.xml");
        feed.text().contains(&format!("https://felix.example{path}"))
    };
    assert!(leads_to("/first/"));
    site.post("b.md", "B", "2024-04-01", "slug: second\nguid: urn:x:b");
    service.eventually("the link follows", || leads_to("/second/"));
    service.agrees_with_a_fresh_process(&site);
}
