//! Bad input is one clear message, and costs nothing else.

use std::fs;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use newswire::config::{Options, resolve};
use newswire::content::conventions::Rules;
use newswire::content::fields::inherited::HandedDown;
use newswire::content::{ContentSettings, SourceFile, parse};

use super::support::{Service, Site, xml};

fn check(site: &Site) -> (Option<i32>, String) {
    let output = site.run(&["check"]);
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn check_names_file_line_column_and_the_way_out_and_fails_only_for_errors() {
    let site = Site::new();
    site.post("good.md", "Good", "2024-05-01", "");
    let (code, out) = check(&site);
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "1 post: 0 errors, 0 warnings, 0 notes\n")
    );

    site.write("bad.md", "---\ntitle: Bad\ndate: soonish\n---\n\nText.\n");
    let (code, out) = check(&site);
    assert_eq!(code, Some(1));
    assert!(
        out.contains("bad.md:3:1: error: can't read “date”: “soonish” is no date it knows [bad-date]"),
        "{out}"
    );
    assert!(out.contains("help: write it as"), "{out}");
}

#[test]
fn an_unknown_shortcode_is_named_with_its_line() {
    let site = Site::new();
    site.write(
        "a.md",
        "---\ntitle: A\ndate: 2024-05-01\n---\n\nText.\n\n{{< opening-hours >}}ten{{< /opening-hours >}}\n",
    );
    let (code, out) = check(&site);
    assert_eq!(code, Some(0));
    assert!(
        out.contains("a.md:8:1: warning:") && out.contains("opening-hours"),
        "{out}"
    );
}

#[test]
fn pipes_sockets_links_out_and_unparsable_files_are_left_out_and_the_rest_is_served() {
    let site = Site::new();
    site.post("good.md", "Good", "2024-05-01", "");
    let made = Command::new("mkfifo")
        .arg(site.content().join("pipe.md"))
        .status()
        .unwrap();
    assert!(made.success());
    let _socket = UnixListener::bind(site.content().join("socket.md")).unwrap();
    fs::write(
        site.path().join("outside.md"),
        "---\ntitle: Outside\ndate: 2024-05-01\n---\n",
    )
    .unwrap();
    std::os::unix::fs::symlink(site.path().join("outside.md"), site.content().join("link.md")).unwrap();
    std::os::unix::fs::symlink(site.content(), site.content().join("circle")).unwrap();
    site.write("nul.md", b"---\ntitle: \"a\0b\"\n---\n");
    site.write("empty.md", "");

    let service = Service::start(&site);
    assert_eq!(xml::titles(service.get("/rss.xml").text()), ["Good"]);
    let (_, out) = check(&site);
    for named in ["pipe.md", "socket.md", "link.md", "nul.md", "circle"] {
        assert_eq!(out.matches(&format!("{named}:")).count(), 1, "{named} in {out}");
    }
}

#[test]
fn links_within_the_root_are_followed_as_a_configmap_needs() {
    let site = Site::new();
    let hidden = site.content().join("..2024_05_01");
    fs::create_dir(&hidden).unwrap();
    fs::write(
        hidden.join("a.md"),
        "---\ntitle: Mounted\ndate: 2024-05-01\n---\n",
    )
    .unwrap();
    std::os::unix::fs::symlink("..2024_05_01", site.content().join("..data")).unwrap();
    std::os::unix::fs::symlink("..data/a.md", site.content().join("a.md")).unwrap();
    let documents = site.build();
    assert_eq!(
        xml::titles(std::str::from_utf8(&documents["/rss.xml"]).unwrap()),
        ["Mounted"]
    );
}

#[test]
fn a_port_in_use_an_unknown_key_and_a_relative_url_are_one_message_each() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = site.run(&["serve", "--listen", &address]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.contains(&address) && stderr.contains("in use"), "{stderr}");

    for (toml, message) in [
        ("[site]\ntitel = \"x\"\n", "2:1"),
        ("[site]\nurl = \"felix.example\"\n", "absolute"),
    ] {
        fs::write(site.config(), toml).unwrap();
        let output = site.run(&["list"]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(message), "{stderr}");
    }
}

#[test]
fn hostile_strings_leave_every_document_well_formed() {
    let site = Site::new();
    for (number, hostile) in [
        "\\0\\x0b",
        "]]>",
        "<b>&amp;",
        "\\uFFFE\\uFFFF",
        "\\e[31m",
        "a\\u202Eb",
    ]
    .iter()
    .enumerate()
    {
        let text = format!(
            "---\ntitle: \"x{hostile}\"\nsummary: \"y{hostile}\"\ndate: 2024-05-0{}\ncategories: [\"z{hostile}\"]\nauthors: [\"w{hostile}\"]\n---\n\nA {hostile} b &#11; c &#x1b; ]]> \u{b}\n",
            number + 1
        );
        site.write(&format!("{number}.md"), text);
    }
    for (path, document) in site.build() {
        let text = String::from_utf8(document).unwrap();
        assert!(!xml::titles(&text).is_empty(), "{path}");
    }
}

#[test]
fn an_image_address_with_an_ampersand_leaves_every_document_well_formed() {
    let site = Site::new();
    let image = "https://img.example/a_&_b \"c\".jpg?x=1&y=<2>";
    site.post(
        "a.md",
        "A",
        "2024-05-01",
        &format!("image: '{image}'\nimage_caption: \"<b> & 'c'\""),
    );
    for (path, document) in site.build() {
        let text = String::from_utf8(document).unwrap();
        if !text.starts_with("<?xml") || path.contains("opml") {
            assert_eq!(xml::titles(&text).len(), 1, "{path}");
            continue;
        }
        let document = xml::parse(&text);
        let media = document
            .descendants()
            .find(|node| node.has_tag_name(("http://search.yahoo.com/mrss/", "content")))
            .unwrap();
        let url = media.attribute("url").unwrap();
        assert!(url.contains("a_&_b") && url.contains("x=1&y="), "{path}: {url}");
        assert_eq!(xml::child(&media, "title"), Some("<b> & 'c'"));
    }
}

#[test]
fn no_post_that_fuzzing_has_come_by_makes_the_parser_panic() {
    let config = resolve(None, &Options::default()).unwrap();
    let settings = ContentSettings::new(&config, Rules::default());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/front_matter");
    let mut count = 0;
    for file in folder.read_dir().unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let parsed = parse(
            SourceFile::new(&"news/post.md".into(), &bytes),
            &settings,
            &HandedDown::default(),
        );
        if let Err(fault) = parsed {
            assert_ne!(fault.finding.code, "parser-panic", "{fault:?}");
        }
        count += 1;
    }
    assert!(count > 10);
}
