//! Front matter: finding it, and reading it into one [`Value`] whatever it is written in.
//!
//! The only file that names `serde_yaml`. Sizes and nesting are capped before anything parses: the
//! YAML scanner is quadratic in flow nesting, so a few hundred brackets could stall a scan.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::finding::Place;

/// The most front matter that is parsed, in bytes. Real posts have under two kilobytes.
pub const MOST_BYTES: usize = 64 * 1024;
/// The deepest nesting of brackets that is parsed.
pub const MOST_NESTING: usize = 64;

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

/// What is wrong with front matter, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatterError {
    /// A stable name for the kind of fault.
    pub code: &'static str,
    /// The sentence for the editor.
    pub message: String,
    /// The way out.
    pub help: String,
    /// Where in the file.
    pub place: Option<Place>,
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

/// A value in front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, or `null`.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as text.
    Number(String),
    /// Text; dates too.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping, in the order written.
    Map(Map),
}

/// A mapping. Keys are unique; look-ups ignore ASCII case, as Hugo does.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Map(pub Vec<(String, Value)>);

impl Map {
    /// The value of a key, unless it is absent or null.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
            .filter(|value| **value != Value::Null)
    }

    /// Takes over the keys of YAML's merge key (`<<`) that are not there already.
    fn merge(&mut self) {
        let Some(index) = self.0.iter().position(|(key, _)| key == "<<") else {
            return;
        };
        let sources = match self.0.remove(index).1 {
            Value::Map(map) => vec![map],
            Value::List(list) => list
                .into_iter()
                .filter_map(|value| {
                    if let Value::Map(map) = value {
                        Some(map)
                    } else {
                        None
                    }
                })
                .collect(),
            _ => Vec::new(),
        };
        for (key, value) in sources.into_iter().flat_map(|map| map.0) {
            if !self.0.iter().any(|(own, _)| *own == key) {
                self.0.push((key, value));
            }
        }
    }
}

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
        _ => Err(FrontMatterError {
            code: "front-matter-not-a-mapping",
            message: "the front matter is not a list of “key: value” lines".into(),
            help: "write each field on a line of its own, such as “title: A headline”".into(),
            place: Some(Place {
                line: split.front_line,
                column: 1,
            }),
        }),
    }
}

fn guard(split: &Split<'_>) -> Result<(), FrontMatterError> {
    let refuse = |message: String, help: &str, line: u32| {
        Err(FrontMatterError {
            code: "front-matter-too-large",
            message,
            help: help.into(),
            place: Some(Place { line, column: 1 }),
        })
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

fn yaml_error(error: &serde_yaml::Error, split: &Split<'_>) -> FrontMatterError {
    let whole = error.to_string();
    let message = whole.split(" at line ").next().unwrap_or(&whole).to_owned();
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
    FrontMatterError {
        code: "front-matter-yaml",
        message: format!("the front matter can't be read: {message}"),
        help: help.into(),
        place,
    }
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
    FrontMatterError {
        code: "front-matter-toml",
        message: format!(
            "the front matter can't be read: {}",
            error.message().replace('\n', ", ")
        ),
        help: "write “key = value”, with text in quotes".into(),
        place,
    }
}

fn json_error(error: &serde_json::Error, split: &Split<'_>) -> FrontMatterError {
    let whole = error.to_string();
    FrontMatterError {
        code: "front-matter-json",
        message: format!(
            "the front matter can't be read: {}",
            whole.split(" at line ").next().unwrap_or(&whole)
        ),
        help: "every key and text is in double quotes, and no comma follows the last".into(),
        place: Some(Place {
            line: split.front_line + (error.line() as u32).saturating_sub(1),
            column: (error.column() as u32).max(1),
        }),
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::default();
        while let Some((key, value)) = access.next_entry::<Key, Value>()? {
            // TOML's native dates arrive as a map with one private key.
            if key.0 == "$__toml_private_datetime" {
                return Ok(value);
            }
            if map.0.iter().any(|(own, _)| *own == key.0) {
                return Err(de::Error::custom(format_args!("duplicate key “{}”", key.0)));
            }
            map.0.push((key.0, value));
        }
        map.merge();
        Ok(Value::Map(map))
    }

    fn visit_enum<A: de::EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        // A YAML tag such as `!quote`: the tag says nothing about a post, its value does.
        let (Key(_), variant) = access.variant()?;
        de::VariantAccess::newtype_variant(variant)
    }
}

/// A mapping's key as text: YAML allows numbers, booleans and null as keys.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Text(text) | Value::Number(text) => Ok(Key(text)),
            Value::Bool(value) => Ok(Key(value.to_string())),
            Value::Null => Ok(Key("null".into())),
            Value::List(_) | Value::Map(_) => Err(de::Error::custom("a key can't be a list or a mapping")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Map, FrontMatterError> {
        parse(&split(text)?.expect("front matter"))
    }

    fn text(map: &Map, key: &str) -> String {
        match map.get(key) {
            Some(Value::Text(text) | Value::Number(text)) => text.clone(),
            other => panic!("{key}: {other:?}"),
        }
    }

    #[test]
    fn three_notations_read_the_same() {
        for file in [
            "---\ntitle: A\nn: 3\n---\nbody",
            "+++\ntitle = \"A\"\nn = 3\n+++\nbody",
            "{ \"title\": \"A\",\n\"n\": 3 }\nbody",
        ] {
            let split = split(file).unwrap().unwrap();
            assert_eq!(split.body, "body");
            assert_eq!(file.lines().nth(split.body_line as usize - 1), Some("body"));
            let map = parse(&split).unwrap();
            assert_eq!((text(&map, "title"), text(&map, "N")), ("A".into(), "3".into()));
        }
    }

    #[test]
    fn three_hyphens_inside_a_value_or_the_body_do_not_end_the_front_matter() {
        let file = "---\ntitle: a --- b\nsubtitle: >\n  one\n  ---\n  two\n---\nbody\n\n---\n\nmore";
        let split = split(file).unwrap().unwrap();
        assert_eq!(split.body, "body\n\n---\n\nmore");
        assert_eq!(text(&parse(&split).unwrap(), "subtitle"), "one --- two\n");
    }

    #[test]
    fn a_file_without_front_matter_has_none() {
        for file in [
            "",
            "just text",
            "--- not alone\n",
            "{{ template }}",
            "  ---\nindented: true\n---\n",
        ] {
            assert_eq!(split(file).unwrap(), None, "{file:?}");
        }
    }

    #[test]
    fn blank_lines_before_the_delimiter_are_forgiven() {
        let file = "\n\n---\ntitle: A\n---\nbody";
        let split = split(file).unwrap().unwrap();
        assert_eq!((split.front_line, split.body_line), (4, 6));
    }

    #[test]
    fn toml_dates_are_text() {
        let map = read("+++\ndate = 2024-05-31T10:00:00Z\nday = 2024-05-31\n+++\n").unwrap();
        assert_eq!(text(&map, "date"), "2024-05-31T10:00:00Z");
        assert_eq!(text(&map, "day"), "2024-05-31");
    }

    #[test]
    fn merge_keys_and_tags_are_understood() {
        let map = read("---\nbase: &b {a: 1, b: 2}\nown:\n  <<: *b\n  b: 3\nc: !t x\n---\n").unwrap();
        let Some(Value::Map(own)) = map.get("own") else {
            panic!()
        };
        assert_eq!(
            (text(own, "a"), text(own, "b"), text(&map, "c")),
            ("1".into(), "3".into(), "x".into())
        );
    }

    #[test]
    fn a_fault_names_line_column_and_the_way_out() {
        for (file, line, message, help) in [
            ("---\ntitle: Foo: bar\n---\n", 2, "mapping values", "in quotes"),
            (
                "---\na: 1\nlist:\n\t- x\n---\n",
                4,
                "cannot start any token",
                "not tabs",
            ),
            ("---\na: 1\nb: 2\na: 3\n---\n", 2, "duplicate key “a”", "keep one"),
            ("---\na: \"\\q\"\n---\n", 2, "escape", "single quotes"),
            ("---\ntitle: A\n", 1, "not closed", "add a line “---”"),
            ("+++\na = \n+++\n", 2, "can't be read", "key = value"),
            ("+++\na = 1\n+++ text\n", 3, "after the closing", "next line"),
            ("{\"a\": 1,}\n", 1, "can't be read", "no comma"),
            ("{\"a\": {\n", 1, "not closed", "close the object"),
            ("---\n- a\n- b\n---\n", 2, "not a list of", "title: A headline"),
        ] {
            let error = read(file).unwrap_err();
            assert!(error.message.contains(message), "{file:?}: {error:?}");
            assert!(error.help.contains(help), "{file:?}: {error:?}");
            assert_eq!(
                error.place.map(|place| place.line),
                Some(line),
                "{file:?}: {error:?}"
            );
        }
    }

    #[test]
    fn hostile_sizes_and_nesting_are_refused_before_parsing() {
        let deep = format!("---\na: {}\n---\n", "[".repeat(20_000));
        let large = format!("---\na: {}\n---\n", "x".repeat(MOST_BYTES));
        for file in [deep, large] {
            assert_eq!(read(&file).unwrap_err().code, "front-matter-too-large");
        }
    }
}
