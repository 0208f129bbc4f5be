//! Errors of syntax: what the TOML parser says → what that means to the person who wrote the file.
//!
//! The parser gives a place and a sentence, and nothing else to tell errors apart. A sentence that is not
//! known here is shown as it is; `mistakes.txt` fails where a new version of the parser words one anew.

use crate::vocabulary::Complaint;

const TOML_HELP: &str = "the file is written in TOML, see https://toml.io/en/v1.0.0";

/// What the TOML parser says → what that means. `written` is the text it stopped at.
pub(super) fn complaint(message: &str, written: &str) -> Complaint {
    let (said, _) = message.split_once(", expected ").unwrap_or((message, ""));
    let curly = ['“', '”', '„', '‘', '’'];
    let (message, help) = match said {
        "string values must be quoted" | "invalid boolean" if written.is_empty() => (
            "there is no value after the “=”",
            "write a value, or take the line out: then the default holds",
        ),
        _ if written.starts_with(curly) => (
            "text goes in straight quotes",
            &*format!("write {}", quoted(written.trim_matches(curly))),
        ),
        "invalid boolean" if ["true", "false"].contains(&written.to_lowercase().as_str()) => {
            ("true and false are written in lower case", "write true, or false")
        }
        "string values must be quoted" | "invalid boolean" => {
            ("text goes in quotes", &*format!("write {}", quoted(written)))
        }
        "duplicate key" => (
            &*format!("“{written}” is here for the second time"),
            "keep one of the two; a table is opened once, with all its keys below",
        ),
        "unclosed table" | "unclosed array table" => (
            "the name of the table has no closing “]”",
            "a name with spaces or signs in it goes in quotes: [categories.\"Food & Drink\"]",
        ),
        "unclosed array" => (
            "the list has no closing “]”",
            "a list is written as [\"one\", \"other\"]",
        ),
        "missing comma between array elements" => (
            "there is no comma before this",
            "a list is written as [\"one\", \"other\"]",
        ),
        "key with no value" => ("a key needs a “=” and a value", "write it as key = \"value\""),
        "unexpected key or value" => (
            "there is more on this line than a key and its value",
            "start a new line here, or put a # in front of a remark",
        ),
        "missing escaped value" => (
            "“\\” starts an escape, and this is none",
            "write \\\\ for a backslash, or put the text in single quotes",
        ),
        "invalid unquoted key" => (
            "a name with accents or signs in it goes in quotes",
            "write it as [categories.\"Café\"]",
        ),
        "unexpected leading zero" => ("a number can't start with 0", "take the 0 out"),
        _ if said.starts_with("invalid ") && said.ends_with(" string") => (
            "the text has no closing quote",
            "close it on the same line; text over several lines stands between \"\"\" and \"\"\"",
        ),
        _ if said.starts_with("invalid ") && !written.is_empty() => (
            &*format!("“{written}” is no value"),
            "text goes in quotes; numbers, true and false go without",
        ),
        _ => (said, TOML_HELP),
    };
    Complaint::new(message, help)
}

fn quoted(text: &str) -> String {
    if text.contains(['"', '\\', '\n']) {
        "it as \"…\"".to_owned()
    } else {
        format!("\"{text}\"")
    }
}
