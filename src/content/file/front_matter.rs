//! Front matter: finding it, and reading it into one [`Value`] whatever it is written in.
//!
//! The only file that names `serde_yaml`. Sizes and nesting are capped before anything parses: the
//! YAML scanner is quadratic in flow nesting, so a few hundred brackets could stall a scan.

use crate::vocabulary::Place;

mod cut;
mod error;
mod value;

pub use cut::{Notation, Split, is_blank, normalize_line_ends, split};
pub use error::FrontMatterError;
pub use value::{Map, Value};

/// The most front matter that is parsed, in bytes. Real posts have under two kilobytes.
pub const MOST_BYTES: usize = 64 * 1024;
/// The deepest nesting of brackets that is parsed.
pub const MOST_NESTING: usize = 64;

/// Reads front matter.
pub fn parse(split: &Split<'_>) -> Result<Map, FrontMatterError> {
    guard(split)?;
    let value = match split.notation {
        Notation::Yaml if split.front.trim().is_empty() => return Ok(Map::default()),
        Notation::Yaml => {
            serde_yaml::from_str::<Value>(split.front).map_err(|error| yaml_error(&error, split))?
        }
        Notation::Toml => toml::from_str::<Value>(split.front).map_err(|error| toml_error(&error, split))?,
        Notation::Json => {
            serde_json::from_str::<Value>(split.front).map_err(|error| json_error(&error, split))?
        }
    };
    match value {
        Value::Map(map) => Ok(map),
        Value::Null => Ok(Map::default()),
        _ => Err(FrontMatterError::new(
            "front-matter-not-a-mapping",
            "the front matter is not a list of “key: value” lines",
            "write each field on a line of its own, such as “title: A headline”",
            Place::line(split.front_line),
        )),
    }
}

fn guard(split: &Split<'_>) -> Result<(), FrontMatterError> {
    let refuse = |message: String, help: &str, line: u32| {
        let place = Place::line(line);
        Err(FrontMatterError::new(
            "front-matter-too-large",
            message,
            help,
            place,
        ))
    };
    if split.front.len() > MOST_BYTES {
        return refuse(
            format!(
                "the front matter has {} bytes; {MOST_BYTES} is the most",
                split.front.len()
            ),
            "move what is not about the post into its text, or into a file of its own",
            split.front_line,
        );
    }
    let mut depth = 0_usize;
    for (count, line) in split.front.lines().enumerate() {
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > MOST_NESTING {
                return refuse(
                    format!("brackets are nested more than {MOST_NESTING} deep"),
                    "close the brackets, or put the value in quotes and make it shorter",
                    split.front_line + count as u32,
                );
            }
        }
    }
    Ok(())
}

fn unreadable(code: &'static str, message: &str, help: &str, place: Option<Place>) -> FrontMatterError {
    let message = format!("the front matter can't be read: {message}");
    FrontMatterError::new(code, message, help, place)
}

fn yaml_error(error: &serde_yaml::Error, split: &Split<'_>) -> FrontMatterError {
    let whole = error.to_string();
    let message = whole.split(" at line ").next().unwrap_or(&whole);
    let place = error.location().map(|location| Place {
        line: split.front_line + location.line().saturating_sub(1) as u32,
        column: location.column().max(1) as u32,
    });
    let help = if message.contains("mapping values are not allowed") {
        "a colon followed by a space starts a new field; put the whole value in quotes"
    } else if message.contains("cannot start any token") {
        "indent with spaces, not tabs, and put a value in quotes that starts with @, ` or %"
    } else if message.contains("escape") {
        "in double quotes a backslash starts an escape; use single quotes"
    } else if message.contains("duplicate key") {
        "keep one of the two"
    } else {
        "check the quotes, the indentation and the colons on this line and the one before"
    };
    unreadable("front-matter-yaml", message, help, place)
}

fn toml_error(error: &toml::de::Error, split: &Split<'_>) -> FrontMatterError {
    let place = error.span().map(|span| {
        let before = &split.front[..span.start.min(split.front.len())];
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Place {
            line: split.front_line + before.matches('\n').count() as u32,
            column: before[line_start..].chars().count() as u32 + 1,
        }
    });
    let message = error.message().replace('\n', ", ");
    unreadable(
        "front-matter-toml",
        &message,
        "write “key = value”, with text in quotes",
        place,
    )
}

fn json_error(error: &serde_json::Error, split: &Split<'_>) -> FrontMatterError {
    let whole = error.to_string();
    let message = whole.split(" at line ").next().unwrap_or(&whole);
    let place = Place {
        line: split.front_line + (error.line() as u32).saturating_sub(1),
        column: (error.column() as u32).max(1),
    };
    let help = "every key and text is in double quotes, and no comma follows the last";
    unreadable("front-matter-json", message, help, Some(place))
}

#[cfg(test)]
mod tests;
