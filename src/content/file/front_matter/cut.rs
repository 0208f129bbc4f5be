//! Where the front matter of a file ends.

use std::borrow::Cow;

use super::error::FrontMatterError;
use crate::vocabulary::Place;

/// How front matter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// Between lines of `---`.
    Yaml,
    /// Between lines of `+++`.
    Toml,
    /// A bare object at the top of the file.
    Json,
}

/// A file, cut in two.
#[derive(Debug, PartialEq, Eq)]
pub struct Split<'a> {
    /// How the front matter is written.
    pub notation: Notation,
    /// The front matter without its delimiters.
    pub front: &'a str,
    /// The line of the file on which `front` starts, counted from one.
    pub front_line: u32,
    /// What follows.
    pub body: &'a str,
    /// The line of the file on which `body` starts, counted from one.
    pub body_line: u32,
}

/// Text with every line end a `\n`: `\r\n` and the lone `\r` of old editors become one.
pub fn normalize_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What may stand before front matter: white space, as Hugo and Zola have it, and a byte-order mark that
/// comes late or twice.
pub fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{feff}'
}

/// Cuts a file in front matter and body; `None` if it has no front matter. The text has `\n` line
/// ends and no byte-order mark. White space may stand before the first delimiter; the second is a line
/// at the margin, so that `---` within a value or in the body is text.
pub fn split(text: &str) -> Result<Option<Split<'_>>, FrontMatterError> {
    let rest = text.trim_start_matches(is_blank);
    let leading_lines = text[..text.len() - rest.len()].matches('\n').count() as u32;
    let first = rest.lines().next().map_or("", str::trim_end);
    let (notation, delimiter) = if starts_object(rest) {
        return split_json(rest, leading_lines + 1).map(Some);
    } else if first == "+++" {
        (Notation::Toml, "+++")
    } else if let Some(language) = first.strip_prefix("---") {
        let Some(notation) = named(language.trim(), leading_lines + 1)? else {
            return Ok(None);
        };
        (notation, "---")
    } else {
        return Ok(None);
    };
    let front_start = rest.find('\n').map_or(rest.len(), |index| index + 1);
    let mut at = front_start;
    for (count, line) in rest[front_start..].split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        // YAML itself ends a document with dots; Jekyll and Pelican accept them.
        if bare == delimiter || notation == Notation::Yaml && bare == "..." {
            return Ok(Some(Split {
                notation,
                front: &rest[front_start..at],
                front_line: leading_lines + 2,
                body: &rest[at + line.len()..],
                body_line: leading_lines + 3 + count as u32,
            }));
        }
        if delimiter == "+++" && line.starts_with(delimiter) {
            let place = Place {
                line: leading_lines + 2 + count as u32,
                column: 4,
            };
            return Err(FrontMatterError::new(
                "front-matter-delimiter",
                "there is text after the closing “+++”",
                "put it on the next line",
                place,
            ));
        }
        at += line.len();
    }
    Err(FrontMatterError::new(
        "front-matter-unclosed",
        format!("the front matter is not closed: no second line of “{delimiter}” at the margin"),
        format!("add a line “{delimiter}” between the front matter and the text"),
        Place::line(leading_lines + 1),
    ))
}

/// Whether a text starts with a JSON object, and not with a template's code or a list of attributes.
fn starts_object(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|rest| {
        let first = rest.trim_start().chars().next();
        first.is_none_or(|first| !"{%#:.".contains(first))
    })
}

/// The notation that the first delimiter names: Eleventy and Docusaurus read `---json`. `None` if the
/// line is something else.
fn named(language: &str, line: u32) -> Result<Option<Notation>, FrontMatterError> {
    match language.to_ascii_lowercase().as_str() {
        "" | "yaml" | "yml" => Ok(Some(Notation::Yaml)),
        "json" => Ok(Some(Notation::Json)),
        "toml" => Ok(Some(Notation::Toml)),
        "js" | "javascript" | "coffee" | "cson" => Err(FrontMatterError::new(
            "front-matter-script",
            format!("the front matter is written in “{language}”, a program, which is not run"),
            "write it in YAML, between two lines of “---”",
            Place::line(line),
        )),
        _ => Ok(None),
    }
}

/// A JSON object ends where its braces balance; whatever follows is the body.
fn split_json(rest: &str, first_line: u32) -> Result<Split<'_>, FrontMatterError> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (index, byte) in rest.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    let (front, body) = rest.split_at(index + 1);
                    let body = body.strip_prefix('\n').map_or((body, 0), |body| (body, 1));
                    return Ok(Split {
                        notation: Notation::Json,
                        front,
                        front_line: first_line,
                        body: body.0,
                        body_line: first_line + front.matches('\n').count() as u32 + body.1,
                    });
                }
            }
            _ => {}
        }
    }
    Err(FrontMatterError::new(
        "front-matter-unclosed",
        "the front matter is not closed: its first “{” has no “}”",
        "close the object before the text begins",
        Place::line(first_line),
    ))
}
