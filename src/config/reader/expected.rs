//! Types of values, and what is said of a value that is of another.

use crate::vocabulary::Complaint;

/// A type of value, as it is told to a person.
#[derive(Clone, Copy)]
pub(super) enum Type {
    Text,
    Flag,
    Number,
    Amount,
    List,
    Table,
    Tables,
}

impl Type {
    /// What is said of a value that is not of the type. The last key of `path` is the one it stands behind.
    pub(super) fn complaint(self, path: &[String], is_item: bool) -> Complaint {
        let key = path.last().map_or("", String::as_str);
        let (noun, help) = match self {
            Type::Text if is_item => ("text", "put it in quotes".to_owned()),
            Type::Text => ("text", format!("put it in quotes: {key} = \"…\"")),
            Type::Flag => ("true or false", format!("write {key} = true, or {key} = false")),
            Type::Number => ("a whole number", format!("write it without quotes: {key} = 50")),
            Type::Amount => (
                "text with a unit, or a number",
                format!("put the number and its unit in quotes: {key} = \"…\""),
            ),
            Type::List => ("a list", format!("put it in brackets: {key} = [\"…\", \"…\"]")),
            Type::Table => (
                "a table",
                format!(
                    "write {} on a line of its own, and its keys below it",
                    table_name(path)
                ),
            ),
            Type::Tables => (
                "a list of tables",
                format!("write [[{key}]] with two brackets, once for each"),
            ),
        };
        let subject = if is_item { "each item of " } else { "" };
        Complaint::new(format!("{subject}“{key}” must be {noun}"), help)
    }
}

/// A table as its head is written: `[categories."Food & Drink"]`.
pub(in crate::config) fn table_name(path: &[impl AsRef<str>]) -> String {
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
    let name = keys.join(".");
    match name.as_str() {
        "feed" => "[[feed]]".to_owned(),
        _ => format!("[{name}]"),
    }
}
