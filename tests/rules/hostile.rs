//! The guarantee: for any bytes as content and any strings as configuration, every document keeps its
//! format's musts.
//!
//! `NEWSWIRE_CASES` says how many posts are made; each is named by a seed that makes it again.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::{DateTime, Utc};
use newswire::catalog::select;
use newswire::catalog::{Catalog, CatalogSettings, Extent};
use newswire::config::{Options, resolve};
use newswire::content::conventions::Rules;
use newswire::render::Renderer;

use super::{Verdict, judge, judge_atom, judge_opml};
use crate::support::MemoryTree;

/// How many posts stand in one site.
const POSTS: usize = 12;
/// How many posts an ordinary run makes.
const CASES: usize = 1200;

/// What breaks things, one piece at a time.
#[rustfmt::skip]
const PIECES: [&str; 64] = [
    "\0", "\u{1}", "\u{8}", "\u{b}", "\u{c}", "\u{1b}[31m", "\u{7f}", "\u{80}", "\u{85}", "\u{9f}", "\u{fffe}",
    "\u{ffff}", "\u{fdd0}", "\u{1fffe}", "\u{10ffff}", "\u{feff}", "\u{202e}", "\u{2066}", "\u{2028}", "\u{d7ff}",
    "\u{e000}", "]]>", "<![CDATA[", "<!--", "-->", "<?xml?>", "<!DOCTYPE x>", "&#0;", "&#11;", "&#x1b;", "&#xD800;",
    "&#xFFFE;", "&amp;amp;", "&", "<", ">", "\"", "'", "<script>alert(1)</script>", "<b>", "</b>", "<item>",
    "<entry>", "</channel>", "\\ud83d\\ude00", "\\x00", "{{< figure src=\"x\" >}}", "{{ x }}", "{% raw %}",
    "http://http://a.example", "javascript:alert(1)", "%zz%", "/../..//", "?#[]@", "日本語", "🚀", "e\u{301}\u{301}",
    " ", "\t", "\n", "\r", "\n---\n", "a", "Felix",
];

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// A hostile string; now and then an empty or a very long one.
    fn text(&mut self) -> String {
        match self.below(40) {
            0 => String::new(),
            1 => self.of(&PIECES).repeat(500),
            _ => (0..=self.below(4)).map(|_| self.of(&PIECES)).collect(),
        }
    }

    /// A date of any year, or something that is none.
    fn date(&mut self) -> String {
        let year = match self.below(4) {
            0 => self.below(10_000),
            1 => [1, 9999, 0, 1582, 1970][self.below(5)],
            _ => 2000 + self.below(30),
        };
        let (month, day) = (1 + self.below(12), 1 + self.below(31));
        let time = format!(
            "{:02}:{:02}:{:02}",
            self.below(25),
            self.below(60),
            self.below(61)
        );
        match self.below(6) {
            0 => format!("{year:04}-{month:02}-{day:02}"),
            1 => format!("{year:04}-{month:02}-{day:02}T{time}.5Z"),
            2 => format!("{year:04}-{month:02}-{day:02} {time} +{:02}59", self.below(24)),
            3 => format!("{year:04}-{month:02}-{day:02} {time} -{:02}30", self.below(15)),
            _ => format!("{year:04}-{month:02}-{day:02} {time}"),
        }
    }

    fn address(&mut self) -> String {
        let start = self.of(&[
            "",
            "/",
            "https://a.example/",
            "hhttps://a.example/",
            "//b.example/",
            "x.mp3?",
            "C:\\",
        ]);
        format!("{start}{}", self.text())
    }

    /// Deep nesting, of one kind or another.
    fn nested(&mut self) -> String {
        let depth = self.below(400);
        let (open, close) = [
            ("<div>", "</div>"),
            ("<b><p>", ""),
            ("> ", ""),
            ("[", "](x)"),
            ("- ", ""),
            ("*a ", "*"),
        ][self.below(6)];
        format!("{}{}{}", open.repeat(depth), self.text(), close.repeat(depth))
    }

    fn body(&mut self) -> String {
        let mut body = String::new();
        for _ in 0..self.below(5) {
            let block = match self.below(8) {
                0 => self.nested(),
                1 => format!("![{}]({})", self.text(), self.address()),
                2 => format!(
                    "<audio src=\"{}\"></audio><video><source src='{}'></video>",
                    self.address(),
                    self.address()
                ),
                3 => format!("<img src=\"{}\" width=9 alt='{}'>", self.address(), self.text()),
                4 => format!("[^1] {}\n\n[^1]: {}", self.text(), self.text()),
                5 => format!("```\n{}\n```", self.text()),
                _ => self.text(),
            };
            body.push_str(&block);
            body.push_str("\n\n");
        }
        body
    }

    /// A file of content: mostly front matter that reads, now and then any bytes at all.
    fn file(&mut self) -> Vec<u8> {
        if self.one_in(30) {
            return (0..self.below(200))
                .map(|_| self.next().to_le_bytes()[0])
                .collect();
        }
        let mut file = String::from("---\n");
        let _ = writeln!(file, "date: {}", quoted(&self.date()));
        for key in [
            "title",
            "summary",
            "rights",
            "image_caption",
            "guid",
            "slug",
            "section",
            "explicit",
            "episode_type",
        ] {
            if self.one_in(2) {
                let _ = writeln!(file, "{key}: {}", quoted(&self.text()));
            }
        }
        for key in ["lastmod", "publishDate"] {
            if self.one_in(4) {
                let _ = writeln!(file, "{key}: {}", quoted(&self.date()));
            }
        }
        for key in [
            "url",
            "image",
            "audio",
            "video",
            "canonical_url",
            "transcript",
            "chapters",
        ] {
            if self.one_in(4) {
                let _ = writeln!(file, "{key}: {}", quoted(&self.address()));
            }
        }
        for key in ["categories", "tags", "aliases", "gallery"] {
            if self.one_in(2) {
                let _ = writeln!(
                    file,
                    "{key}: [{}, {}]",
                    quoted(&self.text()),
                    quoted(&self.text())
                );
            }
        }
        for key in ["authors", "translators"] {
            if self.one_in(2) {
                let (name, url, email) = (
                    quoted(&self.text()),
                    quoted(&self.address()),
                    self.of(&["a@b.example", "a@b", "<a>@b.c", "ä@b.c"]),
                );
                let _ = writeln!(
                    file,
                    "{key}: [{{name: {name}, url: {url}, email: {}}}, {}]",
                    quoted(email),
                    quoted(&self.text())
                );
            }
        }
        if self.one_in(4) {
            let (name, text) = (quoted(&self.text()), quoted(&self.body()));
            let _ = writeln!(
                file,
                "comments: [{{name: {name}, value: {text}, date: {}}}, {text}]",
                quoted(&self.date())
            );
        }
        if self.one_in(3) {
            let language = self.of(&[
                "en",
                "en_GB",
                "fr-",
                "x",
                "zh-Hant-TW",
                "English",
                "\0",
                "de-1996",
            ]);
            let _ = writeln!(file, "lang: {}", quoted(language));
        }
        let _ = write!(file, "---\n{}", self.body());
        file.into_bytes()
    }

    /// A configuration that may be refused, but never harms a document.
    fn config(&mut self) -> String {
        let (title, description, copyright) = (self.text(), self.text(), self.text());
        let mut toml = format!(
            "[site]\nurl = \"https://felix.example/\"\ntitle = {}\ndescription = {}\ncopyright = {}\n[feeds]\nbody = \"{}\"\n",
            toml_text(&title),
            toml_text(&description),
            toml_text(&copyright),
            self.of(&["full", "summary"]),
        );
        if self.one_in(3) {
            let (category, email) = (self.text(), self.of(&["a@felix.example", "x"]));
            let _ = write!(
                toml,
                "image_enclosure = true\npodcast = true\n[podcast]\nauthor = {}\ncategory = {}\n[categories.{}]\ntitle = {}\nemail = \"{email}\"\n",
                toml_text(&self.text()),
                toml_text(&self.text()),
                toml_text(&category),
                toml_text(&self.text()),
            );
        }
        toml
    }
}

/// A text in YAML, whatever is in it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control()
                || !matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') =>
            {
                let _ = write!(quoted, "\\U{:08x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The same in TOML.
fn toml_text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

const PLAIN: &str = "[site]\nurl = \"https://felix.example/\"\n";

/// Judges every document of a hostile site.
fn judge_site(seed: u64) -> Verdict {
    let mut random = Random(seed);
    let text = random.config();
    let written = resolve(Some((&text, Path::new("feeds.toml"))), &Options::default());
    let config = written
        .unwrap_or_else(|_| resolve(Some((PLAIN, Path::new("feeds.toml"))), &Options::default()).unwrap());
    let tree = MemoryTree::default();
    for number in 0..POSTS {
        let folder = random.of(&["", "news/", "news/a/", "\u{1}/"]);
        tree.write(&format!("{folder}{number}.md"), random.file());
    }
    tree.write("authors/a/_index.md", random.file());
    let moment: DateTime<Utc> = "2026-06-01T00:00:00Z".parse().unwrap();
    let mut catalog = Catalog::new(CatalogSettings::new(&config, Rules::default()), moment, None);
    catalog
        .step(&tree, &Extent::Everything, moment)
        .map_err(|error| error.to_string())?;
    let snapshot = catalog.snapshot();
    let renderer = Renderer::new(1 << 20);
    for scope in snapshot.scopes() {
        for document in &scope.documents {
            let bytes = renderer
                .render(&snapshot, &scope.key, document.format)
                .ok_or("a document that is listed is not there")?;
            judge(&bytes, document.format)
                .map_err(|why| format!("{}: {why}\n{}", document.path, String::from_utf8_lossy(&bytes)))?;
        }
    }
    for (post, present) in snapshot.comments() {
        let comments =
            select::comments_of(&snapshot, post).ok_or("comments that are listed are not there")?;
        let text = String::from_utf8(comments.render()).map_err(|error| error.to_string())?;
        judge_atom(&text).map_err(|why| format!("{}: {why}\n{text}", present.path))?;
    }
    let list = String::from_utf8(snapshot.render_opml()).map_err(|error| error.to_string())?;
    judge_opml(&list).map_err(|why| format!("{why}\n{list}"))
}

#[test]
fn no_content_and_no_configuration_makes_a_document_that_breaks_a_rule() {
    let cases: usize = std::env::var("NEWSWIRE_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(CASES);
    let sites = cases.div_ceil(POSTS) as u64;
    let threads = 2;
    let found = std::sync::Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let found = &found;
            scope.spawn(move || {
                for seed in (thread..sites).step_by(threads as usize) {
                    if let Err(why) = judge_site(seed) {
                        let rule = why.lines().next().unwrap_or("").to_owned();
                        found.lock().unwrap().entry(rule).or_insert((seed, why));
                    }
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    assert!(
        found.is_empty(),
        "{:#?}\n\nthe first of them: {:?}",
        found
            .iter()
            .map(|(rule, (seed, _))| (seed, rule))
            .take(30)
            .collect::<Vec<_>>(),
        found.values().next()
    );
}
