//! One file → what it is: a post, an author's record, or neither.

use crate::content::fields::inherited::{HandedDown, Section};
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::file::decode::decode;
use crate::content::file::front_matter::{FrontMatterError, Map, Notation, Split};
use crate::content::file::markup::{Markup, markup};
use crate::content::file::{conflict_markers, front_matter, headers, ignored, unrecognized};
use crate::content::place::location::Location;
use crate::content::place::{dated_name, location};
use crate::content::post::AuthorRecord;
use crate::content::settings::ContentSettings;
use crate::vocabulary::{Dialect, Finding, Place, Severity, nfc};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

mod dates;
mod headline;
mod malformed_fields;
mod parsed;
mod post;
mod post_parser;
mod source_file;
mod terms;

pub use parsed::Parsed;
use post_parser::PostParser;
pub use source_file::SourceFile;

/// The largest file that is parsed, in bytes. The longest real post seen has under 200 KB.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Why a file can't be used as it stands.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What to tell the editor.
    pub finding: Finding,
    /// Whether its last good version must go as well.
    pub withdrawal: Withdrawal,
}

/// Parses one file, with what is handed down to it. Total: a panic in a parser is a fault of this file, and
/// nothing more.
pub fn parse(
    file: SourceFile<'_>,
    settings: &ContentSettings,
    handed_down: &HandedDown,
) -> Result<Parsed, Fault> {
    catch_unwind(AssertUnwindSafe(|| parse_file(file, settings, handed_down))).unwrap_or_else(|_| {
        Err(Fault {
            finding: Finding::new(
                file.path,
                Severity::Error,
                "parser-panic",
                "reading this file crashed the parser",
            )
            .help("please report it with the file; simplifying its front matter may help meanwhile"),
            withdrawal: Withdrawal::read(&decode(file.bytes).0, settings, &[]),
        })
    })
}

fn parse_file(
    file: SourceFile<'_>,
    settings: &ContentSettings,
    handed_down: &HandedDown,
) -> Result<Parsed, Fault> {
    let SourceFile { path, bytes, .. } = file;
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
        withdrawal: Withdrawal::read(&text, settings, &[]),
    };
    if let Some(Markup::Unsupported(name)) = markup(path) {
        return Ok(Parsed::NotAPost(unsupported(path, name)));
    }
    let rules = settings.conventions.rules();
    let composed = nfc::compose(path);
    if is_hidden(path, rules.dialect)
        || [path.as_ref(), composed.as_ref()]
            .iter()
            .any(|path| ignored::is_ignored(path, &rules.ignored))
    {
        return Ok(Parsed::NotAPost(None));
    }
    if let Some(line) = conflict_markers::find(&text) {
        return Err(Fault {
            finding: conflict_markers::finding(path, line),
            withdrawal: Withdrawal::read(&text, settings, &[]),
        });
    }
    let Some((split, mut map, has_headers)) = front_matter_of(path, &text, settings).map_err(fault)? else {
        return Ok(Parsed::NotAPost(
            unrecognized::finding(path, &text).or_else(|| dated_page(path, settings)),
        ));
    };
    if let Some(author_id) = location::author_id(path) {
        return Ok(Parsed::Author(Arc::new(AuthorRecord::read(
            path,
            &nfc::compose(author_id),
            &map,
        ))));
    }
    let location = Location::of(&composed, &rules.languages);
    let dialect = if has_headers {
        Some(Dialect::Pelican)
    } else if location.in_posts {
        Some(Dialect::Jekyll)
    } else {
        rules.dialect
    };
    if location.name == "_index" {
        let section = Section::read(path, &text, file.digest, &map, settings);
        return Ok(Parsed::Section(Arc::new(section)));
    }
    let completed = handed_down.complete(&mut map);
    if is_hidden(path, dialect) {
        return Ok(Parsed::NotAPost(None));
    }
    let parser = PostParser {
        file,
        composed: &composed,
        settings,
        location,
        dialect,
        split: &split,
        text: &text,
        map: &map,
        completed: &completed,
        findings: unread_by_generator(path, &text, has_headers, rules.dialect)
            .into_iter()
            .collect(),
    };
    parser.post(guessed).map_err(|finding| Fault {
        finding,
        withdrawal: Withdrawal::read(&text, settings, &[]),
    })
}

/// A file cut in two, what its front matter says, and whether that is headers without a fence; `None` if it
/// is no post for want of any.
fn front_matter_of<'t>(
    path: &str,
    text: &'t str,
    settings: &ContentSettings,
) -> Result<Option<(Split<'t>, Map, bool)>, FrontMatterError> {
    if let Some(split) = front_matter::split(text)? {
        let map = front_matter::parse(&split)?;
        return Ok(Some((split, map, false)));
    }
    let cut = |at: usize, body_line| Split {
        notation: Notation::Yaml,
        front: &text[..at],
        front_line: 1,
        body: &text[at..],
        body_line,
    };
    if let Some(headers) = headers::read(text) {
        return Ok(Some((cut(headers.body, headers.body_line), headers.map, true)));
    }
    Ok(is_post_without_front_matter(path, settings).then(|| (cut(0, 1), Map::default(), false)))
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

/// Docusaurus, Eleventy and Jekyll publish a text without front matter; a date in its name tells it from
/// a page.
fn is_post_without_front_matter(path: &str, settings: &ContentSettings) -> bool {
    let rules = settings.conventions.rules();
    let is_read = match rules.dialect {
        Some(Dialect::Docusaurus | Dialect::Eleventy) => true,
        Some(Dialect::Jekyll) | None => {
            Location::of(path, &rules.languages).in_posts || rules.posts_are_anywhere
        }
        _ => false,
    };
    is_read && has_dated_name(path, settings)
}

fn has_dated_name(path: &str, settings: &ContentSettings) -> bool {
    let rules = settings.conventions.rules();
    let location = Location::of(path, &rules.languages);
    let dialect = if location.in_posts {
        Some(Dialect::Jekyll)
    } else {
        rules.dialect
    };
    dated_name::of(path, &location, dialect, settings.time_zone).is_some()
}

/// A text without front matter whose name has a date is perhaps a post.
fn dated_page(path: &Arc<str>, settings: &ContentSettings) -> Option<Finding> {
    has_dated_name(path, settings).then(|| {
        Finding::new(
            path,
            Severity::Warning,
            "no-front-matter",
            "its name has a date, and it has no front matter, so it stands in no feed",
        )
        .help("if it is a post, begin it with a line “---”, a line such as “title: A headline”, and another “---”")
    })
}

/// Front matter after blanks is read, though the site's generator may not: then the site shows it as
/// text, under another headline.
fn unread_by_generator(
    path: &Arc<str>,
    text: &str,
    has_headers: bool,
    dialect: Option<Dialect>,
) -> Option<Finding> {
    let blanks = &text[..text.len() - text.trim_start_matches(front_matter::is_blank).len()];
    let is_read = match dialect? {
        Dialect::Hugo | Dialect::Zola => true,
        // Only whole lines may be blank.
        Dialect::Astro => blanks.is_empty() || blanks.ends_with('\n'),
        // Headers may be indented like any paragraph.
        Dialect::Pelican if has_headers => blanks.bytes().all(|b| b == b' '),
        Dialect::Pelican | Dialect::Jekyll | Dialect::Eleventy | Dialect::Docusaurus => blanks.is_empty(),
    };
    let is_there = has_headers || text[blanks.len()..].starts_with(['-', '+', '{']);
    (is_there && !is_read).then(|| {
        Finding::new(
            path,
            Severity::Warning,
            "front-matter-indented",
            "there are blanks before the front matter: it is read here, but the site's generator takes it for text",
        )
        .at(Some(Place::line(1)))
        .help("remove what stands before the front matter")
    })
}

/// Whether the generator itself passes over a file because of a name that starts with `_`.
fn is_hidden(path: &str, dialect: Option<Dialect>) -> bool {
    dialect.is_some_and(Dialect::hides_underscores)
        && path
            .split('/')
            .any(|part| part.starts_with('_') && part != "_posts" && part != "_authors")
}
