//! The text of feeds.toml → [`RawConfig`], with every key that is unknown and every value of the
//! wrong type reported, not only the first.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::error::{Location, Problem, Problems};
use super::raw::{Amount, RawConfig};
use super::retired;
use crate::vocabulary::{Complaint, complaint::nearest};

/// More complaints than this about keys and types help nobody.
const MOST_COMPLAINTS: usize = 20;

/// Reads the text. What is wrong is noted in `problems` and left out of the result.
///
/// # Errors
/// The first error of syntax: what follows one is guesswork.
pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Result<RawConfig, Problem> {
    let document = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let complaint = syntax(error.message(), text.get(span.clone()).unwrap_or(""));
        problems.problem(&Location::Span(span), complaint)
    })?;
    let span = document.span();
    let mut table = document.into_inner();
    retired::strike(&mut table, problems);
    strike_lists_for_tables(&mut table, &mut Vec::new(), problems);
    // serde stops at the first error: strike out what it names, and read on.
    for _ in 0..MOST_COMPLAINTS {
        let error =
            match RawConfig::deserialize(Deserializer::from(Spanned::new(span.clone(), table.clone()))) {
                Ok(raw) => return Ok(raw),
                Err(error) => error,
            };
        let found = error.span().and_then(|span| {
            let mut path = Vec::new();
            let is_item = strike(&mut table, &span, &mut path)?;
            Some((span, path, is_item))
        });
        let Some((span, path, is_item)) = found else {
            // Not reached with what serde and toml do today: every error lies in some entry.
            let complaint = Complaint::new(error.message(), TOML_HELP);
            problems.add(&Location::Span(error.span().unwrap_or_default()), complaint);
            return Ok(RawConfig::default());
        };
        problems.add(&Location::Span(span), meaning(error.message(), &path, is_item));
    }
    Ok(RawConfig::default())
}

/// Takes out the entry that a span points at, by its key or its value. `path` becomes its keys.
/// Returns whether the span is an item of a list, or `None` if there is no such entry.
fn strike(table: &mut DeTable<'_>, span: &Range<usize>, path: &mut Vec<String>) -> Option<bool> {
    let mut struck = None;
    for (key, value) in table.iter_mut() {
        path.push(key.get_ref().to_string());
        let value_span = value.span();
        if key.span() == *span {
            struck = Some((key.clone(), false));
            break;
        }
        let inner_tables = match value.get_mut() {
            DeValue::Table(inner) => vec![inner],
            DeValue::Array(items) => items.iter_mut().filter_map(as_table).collect(),
            _ => Vec::new(),
        };
        for inner in inner_tables {
            if let Some(is_item) = strike(inner, span, path) {
                return Some(is_item);
            }
        }
        if value_span.start <= span.start && span.end <= value_span.end {
            let is_item = value_span != *span && matches!(value.get_ref(), DeValue::Array(_));
            struck = Some((key.clone(), is_item));
            break;
        }
        path.pop();
    }
    let (key, is_item) = struck?;
    table.remove(&key);
    Some(is_item)
}

fn as_table<'a, 'de>(item: &'a mut Spanned<DeValue<'de>>) -> Option<&'a mut DeTable<'de>> {
    match item.get_mut() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// Whether a path leads to a list of tables: `[[feed]]`.
fn is_list_of_tables(path: &[impl AsRef<str>]) -> bool {
    matches!(path, [key] if key.as_ref() == "feed")
}

/// serde would take a list for a table, its items for the keys in order: nobody means that.
fn strike_lists_for_tables(table: &mut DeTable<'_>, path: &mut Vec<String>, problems: &mut Problems<'_>) {
    let mut lists = Vec::new();
    for (key, value) in table.iter_mut() {
        path.push(key.get_ref().to_string());
        let span = value.span();
        match value.get_mut() {
            DeValue::Array(items) if is_list_of_tables(path) => {
                for table in items.iter_mut().filter_map(as_table) {
                    strike_lists_for_tables(table, path, problems);
                }
            }
            DeValue::Array(_) if known_keys(path).is_some() => {
                problems.add(&Location::Span(span), wrong_type("a map", path, false));
                lists.push(key.clone());
            }
            DeValue::Table(inner) => strike_lists_for_tables(inner, path, problems),
            _ => {}
        }
        path.pop();
    }
    for key in lists {
        table.remove(&key);
    }
}

/// What serde says → what that means to the person who wrote the file.
fn meaning(message: &str, path: &[String], is_item: bool) -> Complaint {
    let key = path.last().map_or("", String::as_str);
    if let Some(known) = message.strip_prefix(&format!("unknown field `{key}`")) {
        return Complaint::new(
            format!("unknown key “{key}”"),
            unknown_key_help(key, &names_in_backticks(known)),
        );
    }
    if message.starts_with("unknown field") {
        // Of a key that is not in the file: toml hands on a date as a table of its own making.
        return wrong_type("a map", path, is_item);
    }
    match message.rsplit_once(", expected ") {
        // An integer in the place of a number is one that is too large.
        Some((found, "i64" | Amount::EXPECTED)) if found.contains(": integer") => {
            Complaint::new(format!("“{key}” is out of range"), "write a smaller number")
        }
        Some((found, expected)) if found.starts_with("invalid type") => wrong_type(expected, path, is_item),
        _ => Complaint::new(
            format!("“{key}” can't be read: {message}"),
            "write a smaller number",
        ),
    }
}

fn wrong_type(expected: &str, path: &[String], is_item: bool) -> Complaint {
    let key = path.last().map_or("", String::as_str);
    let (noun, help) = match expected {
        "a string" if is_item => ("text", "put it in quotes".to_owned()),
        "a string" => ("text", format!("put it in quotes: {key} = \"…\"")),
        "a boolean" => ("true or false", format!("write {key} = true, or {key} = false")),
        "i64" => ("a whole number", format!("write it without quotes: {key} = 50")),
        "a sequence" if is_list_of_tables(path) => (
            "a list of tables",
            format!("write [[{key}]] with two brackets, once for each"),
        ),
        "a sequence" => ("a list", format!("put it in brackets: {key} = [\"…\", \"…\"]")),
        Amount::EXPECTED => (
            "text with a unit, or a number",
            format!("put the number and its unit in quotes: {key} = \"…\""),
        ),
        _ => (
            "a table",
            format!(
                "write {} on a line of its own, and its keys below it",
                table_name(path)
            ),
        ),
    };
    let subject = if is_item { "each item of " } else { "" };
    Complaint::new(format!("{subject}“{key}” must be {noun}"), help)
}

fn names_in_backticks(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// A table as its head is written: `[categories."Food & Drink"]`.
pub(super) fn table_name(path: &[impl AsRef<str>]) -> String {
    let is_bare = |key: &str| {
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let keys: Vec<String> = path
        .iter()
        .map(AsRef::as_ref)
        .map(|key| {
            if is_bare(key) {
                key.to_owned()
            } else {
                format!("{key:?}")
            }
        })
        .collect();
    if is_list_of_tables(path) {
        return format!("[[{}]]", keys.join("."));
    }
    format!("[{}]", keys.join("."))
}

/// The head of one of [`tables`].
pub(super) fn head(table: &str) -> String {
    if is_list_of_tables(&[table]) {
        format!("[[{table}]]")
    } else {
        format!("[{table}]")
    }
}

fn unknown_key_help(key: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    let tables = tables();
    let holders = |key: &str| {
        let holds = tables
            .iter()
            .filter(|(_, keys)| keys.iter().any(|known| known == key));
        let names: Vec<String> = holds.map(|(table, _)| head(table)).take(3).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let everywhere = tables.iter().flat_map(|(_, keys)| keys).map(String::as_str);
    if let Some(tables) = holders(key) {
        format!("“{key}” belongs in {tables}. Known here: {all}")
    } else if let Some(name) = nearest(key, known.iter().copied()) {
        format!("did you mean “{name}”? Known here: {all}")
    } else if let Some((name, tables)) =
        nearest(key, everywhere).and_then(|name| holders(name).map(|at| (name, at)))
    {
        format!("did you mean “{name}” in {tables}? Known here: {all}")
    } else {
        format!("known here: {all}")
    }
}

/// The keys a table may hold; `None` if there is no table at that path.
///
/// Asked of [`RawConfig`] itself, by offering it a key that can't be: a list kept beside the types
/// would one day differ from them.
fn known_keys(path: &[String]) -> Option<Vec<String>> {
    let spanned = |value| Spanned::new(0..0, value);
    let mut table = DeTable::new();
    table.insert(Spanned::new(0..0, "?".into()), spanned(DeValue::Boolean(true)));
    for (depth, key) in path.iter().enumerate().rev() {
        let inner = DeValue::Table(std::mem::replace(&mut table, DeTable::new()));
        let value = if is_list_of_tables(&path[..=depth]) {
            DeValue::Array([spanned(inner)].into_iter().collect())
        } else {
            inner
        };
        table.insert(Spanned::new(0..0, key.as_str().into()), spanned(value));
    }
    let error = RawConfig::deserialize(Deserializer::from(Spanned::new(0..0, table))).err()?;
    let known = error.message().strip_prefix("unknown field `?`")?;
    Some(
        names_in_backticks(known)
            .iter()
            .map(ToString::to_string)
            .collect(),
    )
}

/// Every table below the top with the keys it may hold, in the order of [`RawConfig`]. The name of
/// a single scope stands as `NAME`.
pub(super) fn tables() -> Vec<(String, Vec<String>)> {
    fn collect(path: &mut Vec<String>, tables: &mut Vec<(String, Vec<String>)>) {
        if let Some(keys) = known_keys(path) {
            if !path.is_empty() {
                tables.push((path.join("."), keys.clone()));
            }
            for key in keys {
                path.push(key);
                collect(path, tables);
                path.pop();
            }
        } else if path.len() == 1 {
            // A table whose keys are names: what is below one of them?
            path.push("NAME".to_owned());
            collect(path, tables);
            path.pop();
        }
    }
    let mut tables = Vec::new();
    collect(&mut Vec::new(), &mut tables);
    tables
}

const TOML_HELP: &str = "the file is written in TOML, see https://toml.io/en/v1.0.0";

/// What the TOML parser says → what that means. `written` is the text it stopped at.
fn syntax(message: &str, written: &str) -> Complaint {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_say_which_keys_there_are() {
        let tables = tables();
        let keys = |name: &str| {
            tables
                .iter()
                .find(|(table, _)| table == name)
                .map(|(_, keys)| keys.join(" "))
        };
        assert_eq!(keys("admin").unwrap(), "listen");
        assert_eq!(
            keys("feeds.tag").unwrap(),
            "enabled path title description language formats limit body order image image_enclosure poll podcast exclude"
        );
        let of_scopes = "title description email slug enabled path language formats limit body order image image_enclosure poll podcast";
        assert_eq!(keys("authors.NAME").unwrap(), format!("{of_scopes} exclude"));
        assert_eq!(keys("feed").unwrap(), format!("name match exclude {of_scopes}"));
        assert_eq!(keys("feeds.colour"), None);
        assert_eq!(tables.len(), 22);
    }
}
