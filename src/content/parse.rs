//! One file → what it is: a post, an author's record, or neither.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::address;
use super::author::AuthorRecord;
use super::conflict;
use super::date;
use super::decode::decode;
use super::dialect::Dialect;
use super::front_matter::{self, FrontMatterError, Map, Notation, Split};
use super::headers;
use super::ignored;
use super::inherited::{HandedDown, Section};
use super::location::{self, Location, Markup};
use super::post::Post;
use super::settings::ContentSettings;
use super::withdrawal::Withdrawal;
use crate::digest::Digest;
use crate::finding::{Finding, Severity};

mod dates;
mod headline;
mod reader;
mod terms;

use reader::Reader;

/// The largest file that is parsed, in bytes. The longest real post seen has under 200 KB.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What a file is.
#[derive(Clone, Debug)]
pub enum Parsed {
    /// A post.
    Post(Arc<Post>),
    /// A record of an author.
    Author(Arc<AuthorRecord>),
    /// The file of a section, which may hand front matter down to the posts below it.
    Section(Arc<Section>),
    /// Something else that belongs to the site, with what there is to say about it.
    NotAPost(Option<Finding>),
}

/// Why a file can't be used as it stands.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What to tell the editor.
    pub finding: Finding,
    /// Whether its last good version must go as well.
    pub withdrawal: Withdrawal,
}

/// Parses one file, of whose bytes `digest` is the digest, with what is handed down to it. Total: a panic in a parser is a fault of this file, and nothing more.
pub fn parse(
    path: &Arc<str>,
    bytes: &[u8],
    digest: Digest,
    settings: &ContentSettings,
    handed_down: &HandedDown,
) -> Result<Parsed, Fault> {
    catch_unwind(AssertUnwindSafe(|| {
        parse_file(path, bytes, digest, settings, handed_down)
    }))
    .unwrap_or_else(|_| {
        Err(Fault {
            finding: Finding::new(
                path,
                Severity::Error,
                "parser-panic",
                "reading this file crashed the parser",
            )
            .help("please report it with the file; simplifying its front matter may help meanwhile"),
            withdrawal: Withdrawal::read(&decode(bytes).0, settings.time_zone),
        })
    })
}

fn parse_file(
    path: &Arc<str>,
    bytes: &[u8],
    digest: Digest,
    settings: &ContentSettings,
    handed_down: &HandedDown,
) -> Result<Parsed, Fault> {
    if bytes.len() > MOST_BYTES {
        let message = format!("the file has {} bytes; {MOST_BYTES} is the most", bytes.len());
        return Err(Fault {
            finding: Finding::new(path, Severity::Error, "file-too-large", message)
                .help("split it, or move data out of the text"),
            withdrawal: Withdrawal::default(),
        });
    }
    let (decoded, guessed) = decode(bytes);
    let text = front_matter::normalize_line_ends(&decoded);
    let fault = |error: FrontMatterError| Fault {
        finding: Finding::new(path, Severity::Error, error.code, error.message)
            .at(error.place)
            .help(error.help),
        withdrawal: Withdrawal::read(&text, settings.time_zone),
    };
    if let Some(Markup::Unsupported(name)) = location::markup(path) {
        return Ok(Parsed::NotAPost(unsupported(path, name)));
    }
    let rules = settings.conventions.rules();
    if is_hidden(path, rules.dialect) || ignored::is_ignored(path, &rules.ignored) {
        return Ok(Parsed::NotAPost(None));
    }
    if let Some(line) = conflict::find(&text) {
        return Err(Fault {
            finding: conflict::finding(path, line),
            withdrawal: Withdrawal::read(&text, settings.time_zone),
        });
    }
    let (split, mut map, has_headers) = match front_matter::split(&text).map_err(fault)? {
        Some(split) => {
            let map = front_matter::parse(&split).map_err(fault)?;
            (split, map, false)
        }
        None => match headers::read(&text) {
            Some(headers) => (
                Split {
                    notation: Notation::Yaml,
                    front: &text[..headers.body],
                    front_line: 1,
                    body: &text[headers.body..],
                    body_line: headers.body_line,
                },
                headers.map,
                true,
            ),
            None if is_post_without_front_matter(path, settings) => (
                Split {
                    notation: Notation::Yaml,
                    front: "",
                    front_line: 1,
                    body: &text,
                    body_line: 1,
                },
                Map::default(),
                false,
            ),
            None => return Ok(Parsed::NotAPost(None)),
        },
    };
    if let Some(author_id) = location::author_id(path) {
        return Ok(Parsed::Author(Arc::new(AuthorRecord::read(
            path, author_id, &map,
        ))));
    }
    let location = Location::of(path, &rules.languages);
    let dialect = if has_headers {
        Some(Dialect::Pelican)
    } else if location.in_posts {
        Some(Dialect::Jekyll)
    } else {
        rules.dialect
    };
    if location.name == "_index" {
        let section = Section::read(path, &text, digest, &map, settings);
        return Ok(Parsed::Section(Arc::new(section)));
    }
    let origins = handed_down.complete(&mut map);
    if is_hidden(path, dialect) || address::has_no_page(&map) {
        return Ok(Parsed::NotAPost(None));
    }
    let reader = Reader {
        path,
        settings,
        location,
        dialect,
        split: &split,
        text: &text,
        map: &map,
        origins: &origins,
        findings: Vec::new(),
    };
    reader
        .post(digest, handed_down.digest(), guessed)
        .map_err(|finding| Fault {
            finding,
            withdrawal: Withdrawal::read(&text, settings.time_zone),
        })
}

/// A file in a markup that Newswire can't read. Read as Markdown it would be mangled.
fn unsupported(path: &Arc<str>, markup: &str) -> Option<Finding> {
    let name = path.rsplit('/').next().unwrap_or(path);
    // What every project has, and nobody publishes.
    let is_project_file = ["README", "CONTRIBUTING", "LICENSE", "CHANGELOG"]
        .iter()
        .any(|known| name.to_ascii_uppercase().starts_with(known));
    (!is_project_file).then(|| {
        Finding::new(
            path,
            Severity::Warning,
            "unsupported-markup",
            format!("it is written in {markup}, which is not read, so it stands in no feed"),
        )
        .help("write it in Markdown or HTML; a converter such as pandoc does most of it")
    })
}

/// Docusaurus and Eleventy publish a text without front matter; a date in its name tells it from a page.
fn is_post_without_front_matter(path: &str, settings: &ContentSettings) -> bool {
    let rules = settings.conventions.rules();
    matches!(rules.dialect, Some(Dialect::Docusaurus | Dialect::Eleventy))
        && date::from_file_name(Location::of(path, &rules.languages).name, settings.time_zone).is_some()
}

/// Whether the generator itself passes over a file because of a name that starts with `_`.
fn is_hidden(path: &str, dialect: Option<Dialect>) -> bool {
    dialect.is_some_and(Dialect::hides_underscores)
        && path
            .split('/')
            .any(|part| part.starts_with('_') && part != "_posts" && part != "_authors")
}
