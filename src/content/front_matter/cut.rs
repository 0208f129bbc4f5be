//! Where the front matter of a file ends.

use std::borrow::Cow;

use super::FrontMatterError;
use crate::finding::Place;

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

/// Cuts a file in front matter and body; `None` if it has no front matter. The text has `\n` line
/// ends and no byte-order mark. A delimiter is a line of its own at the margin, so that `---` within
/// a value or in the body is text.
pub fn split(text: &str) -> Result<Option<Split<'_>>, FrontMatterError> {
    let start = text.len() - text.trim_start().len();
    let leading_lines = text[..start].matches('\n').count() as u32;
    // Only whole blank lines may precede the delimiter.
    let start = text[..start].rfind('\n').map_or(0, |index| index + 1);
    let rest = &text[start..];
    let notation = match rest.lines().next().map(str::trim_end) {
        Some("---") => Notation::Yaml,
        Some("+++") => Notation::Toml,
        _ if rest.starts_with('{') && !rest.starts_with("{{") && !rest.starts_with("{%") => Notation::Json,
        _ => return Ok(None),
    };
    if notation == Notation::Json {
        return split_json(rest, leading_lines + 1).map(Some);
    }
    let delimiter = if notation == Notation::Yaml { "---" } else { "+++" };
    let front_start = rest.find('\n').map_or(rest.len(), |index| index + 1);
    let mut at = front_start;
    for (count, line) in rest[front_start..].split_inclusive('\n').enumerate() {
        if line.trim_end() == delimiter {
            return Ok(Some(Split {
                notation,
                front: &rest[front_start..at],
                front_line: leading_lines + 2,
                body: &rest[at + line.len()..],
                body_line: leading_lines + 3 + count as u32,
            }));
        }
        if notation == Notation::Toml && line.starts_with(delimiter) {
            return Err(FrontMatterError {
                code: "front-matter-delimiter",
                message: "there is text after the closing “+++”".into(),
                help: "put it on the next line".into(),
                place: Some(Place {
                    line: leading_lines + 2 + count as u32,
                    column: 4,
                }),
            });
        }
        at += line.len();
    }
    Err(FrontMatterError {
        code: "front-matter-unclosed",
        message: format!("the front matter is not closed: no second line of “{delimiter}”"),
        help: format!("add a line “{delimiter}” between the front matter and the text"),
        place: Some(Place {
            line: leading_lines + 1,
            column: 1,
        }),
    })
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
    Err(FrontMatterError {
        code: "front-matter-unclosed",
        message: "the front matter is not closed: its first “{” has no “}”".into(),
        help: "close the object before the text begins".into(),
        place: Some(Place {
            line: first_line,
            column: 1,
        }),
    })
}
