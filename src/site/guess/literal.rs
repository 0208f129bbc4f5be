//! Literals of JavaScript and Python: what a program says without being run.

use crate::content::file::front_matter::{Map, Value};

/// The language of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) enum Language {
    /// JavaScript or TypeScript.
    Script,
    /// Python.
    Python,
}

use Language::{Python, Script};

/// What is written where a value is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::site) enum Written {
    /// A literal without parts.
    Plain(Value),
    /// A list or tuple.
    List(Vec<Written>),
    /// An object or dictionary.
    Map(Vec<(String, Written)>),
    /// An expression that only running the program would tell the value of.
    Made(String),
}

/// The key under which an object's parts stand that are no keys with values: `...defaults`.
pub(in crate::site) const SPREAD: &str = "...";

/// How deep literals may be nested.
const DEEPEST: usize = 32;

impl Written {
    /// The value, if nothing in it is made by the program.
    pub(in crate::site) fn value(&self) -> Option<Value> {
        Some(match self {
            Written::Plain(value) => value.clone(),
            Written::List(items) => Value::List(items.iter().map(Written::value).collect::<Option<_>>()?),
            Written::Map(entries) => {
                let pairs = entries
                    .iter()
                    .map(|(key, item)| Some((key.clone(), item.value()?)));
                Value::Map(Map(pairs.collect::<Option<_>>()?))
            }
            Written::Made(_) => return None,
        })
    }

    /// The text, if it is a literal of text.
    pub(in crate::site) fn text(&self) -> Option<&str> {
        match self {
            Written::Plain(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The same, with names of constants of the program replaced by their literals.
    pub(in crate::site) fn resolved(self, program: &str) -> Self {
        self.resolve(program, 0)
    }

    fn resolve(self, program: &str, depth: usize) -> Self {
        match self {
            Written::Made(name) if depth < DEEPEST && is_name(&name) => {
                // Other variables may change.
                let start = format!("const {name}");
                let after = program.split(start.as_str()).skip(1);
                let found = after
                    .filter_map(|after| after.trim_start().strip_prefix('='))
                    .find(|value| !value.starts_with(['=', '>']));
                match found {
                    Some(value) => read(value, Script).resolve(program, depth + 1),
                    None => Written::Made(name),
                }
            }
            Written::Map(entries) => {
                let entries = entries.into_iter();
                Written::Map(
                    entries
                        .map(|(key, item)| (key, item.resolve(program, depth + 1)))
                        .collect(),
                )
            }
            written => written,
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'))
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

/// What a text starts with, as the value of a statement.
pub(in crate::site) fn read(text: &str, language: Language) -> Written {
    expression(text, language, false, 0).0
}

/// What a text starts with, up to the end of the item within brackets if it `is_inner`, else of the statement.
fn expression(text: &str, language: Language, is_inner: bool, depth: usize) -> (Written, &str) {
    let start = after_noise(text, language, &[]);
    if depth < DEEPEST
        && let Some((written, rest)) = literal(start, language, depth)
    {
        let mut end = rest;
        if language == Script {
            // A type of TypeScript's changes nothing.
            let typed = after_noise(rest, language, &[]);
            if typed.starts_with("as ") || typed.starts_with("satisfies ") {
                end = &typed[length(typed, language, is_inner)..];
            }
        }
        let after = if is_inner {
            after_noise(end, language, &[])
        } else {
            let line = end.lines().next().unwrap_or("");
            after_noise(line, language, &[])
        };
        let closers: &[char] = if is_inner {
            &[',', ']', '}', ')', ':']
        } else {
            &[',', ';', ')']
        };
        if after.is_empty() || after.starts_with(closers) {
            return (written, if is_inner { after } else { end });
        }
    }
    let end = length(start, language, is_inner);
    (Written::Made(start[..end].trim().to_owned()), &start[end..])
}

/// The literal that a text starts with, and what follows it.
fn literal(text: &str, language: Language, depth: usize) -> Option<(Written, &str)> {
    let is_list = text.starts_with('[') || language == Python && text.starts_with('(');
    if is_list {
        let (items, rest, has_comma) = list(&text[1..], language, depth)?;
        let is_only_bracketed = text.starts_with('(') && !has_comma;
        return Some(match <[Written; 1]>::try_from(items) {
            Ok([only]) if is_only_bracketed => (only, rest),
            Ok([only]) => (Written::List(vec![only]), rest),
            Err(items) => (Written::List(items), rest),
        });
    }
    if let Some(pairs) = text.strip_prefix('{') {
        return map(pairs, language, depth);
    }
    if let Some(inner) = text.strip_prefix('(').filter(|_| language == Script) {
        // `({ … })`
        let (inner, rest) = expression(inner, language, true, depth + 1);
        return Some((inner, rest.strip_prefix(')')?));
    }
    if let Some((mut string, mut rest)) = string(text, language) {
        // Python joins literals that stand next to each other.
        while language == Python
            && let Some((more, after)) = self::string(after_noise(rest, language, &['\n']), language)
        {
            string.push_str(&more);
            rest = after;
        }
        return Some((Written::Plain(Value::Text(string)), rest));
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-')));
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let value = match word {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        "null" | "None" => Value::Null,
        "undefined" if language == Script => Value::Null,
        number if number.parse::<f64>().is_ok_and(f64::is_finite) => Value::Number(number.to_owned()),
        _ => return None,
    };
    Some((Written::Plain(value), rest))
}

/// The items up to the closing bracket, what follows it, and whether there was a comma.
fn list(text: &str, language: Language, depth: usize) -> Option<(Vec<Written>, &str, bool)> {
    let (mut items, mut rest, mut has_comma) = (Vec::new(), text, false);
    loop {
        rest = after_noise(rest, language, &[]);
        if let Some(after) = rest.strip_prefix([']', ')']) {
            return Some((items, after, has_comma));
        }
        let (item, after) = expression(rest, language, true, depth + 1);
        items.push(item);
        rest = after_noise(after, language, &[]);
        match rest.strip_prefix(',') {
            Some(after) => (has_comma, rest) = (true, after),
            None if rest.starts_with([']', ')']) => {}
            None => return None,
        }
    }
}

/// The pairs up to the closing brace, and what follows it.
fn map(text: &str, language: Language, depth: usize) -> Option<(Written, &str)> {
    let (mut entries, mut rest): (Vec<(String, Written)>, _) = (Vec::new(), text);
    loop {
        rest = after_noise(rest, language, &[',']);
        if let Some(after) = rest.strip_prefix('}') {
            return Some((Written::Map(entries), after));
        }
        if rest.is_empty() {
            return None;
        }
        let (key, after) = key(rest, language);
        let (key, (value, after)) = match (key, after.strip_prefix(':')) {
            (Some(key), Some(after)) => (key, expression(after, language, true, depth + 1)),
            // `{ tags }`
            (Some(key), None) if after.starts_with([',', '}']) => {
                let value = Written::Made(key.clone());
                (key, (value, after))
            }
            // `permalink(data) { … }`, or what is no key with a value at all.
            (key, _) => {
                let end = length(rest, language, true);
                let written = rest[..end].trim().to_owned();
                let is_method = language == Script && after.starts_with('(');
                let key = key.filter(|_| is_method).unwrap_or_else(|| SPREAD.to_owned());
                (key, (Written::Made(written), &rest[end..]))
            }
        };
        if after.len() == rest.len() {
            return None;
        }
        // Of two the later one counts.
        entries.retain(|(known, _)| *known != key || key == SPREAD);
        entries.push((key, value));
        rest = after;
    }
}

/// The key that a pair starts with, and what follows it.
fn key(text: &str, language: Language) -> (Option<String>, &str) {
    if let Some((key, rest)) = string(text, language) {
        return (Some(key), after_noise(rest, language, &[]));
    }
    if language == Python {
        return (None, text);
    }
    let text = text.strip_prefix("async ").map_or(text, str::trim_start);
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let key = (!name.is_empty()).then(|| name.to_owned());
    (key, after_noise(rest, language, &[]))
}

/// The literal of text that a text starts with, and what follows it.
pub(in crate::site) fn string(text: &str, language: Language) -> Option<(String, &str)> {
    let mut is_raw = false;
    let mut inner = text;
    if language == Python {
        let mut start = text.char_indices().take(2);
        let (quote, _) = start.find(|(_, c)| matches!(c, '"' | '\''))?;
        let prefix = &text[..quote];
        if prefix.len() > 1 || !prefix.chars().all(|c| "rRuU".contains(c)) {
            return None;
        }
        is_raw = prefix.eq_ignore_ascii_case("r");
        inner = &text[quote..];
    }
    let quote = inner
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'') || *c == '`' && language == Script)?;
    let three: String = std::iter::repeat_n(quote, 3).collect();
    let end = if language == Python && inner.starts_with(&three) {
        three
    } else {
        quote.to_string()
    };
    let goes_on = end.len() == 3 || quote == '`';
    let mut value = String::new();
    let mut rest = &inner[end.len()..];
    loop {
        if let Some(after) = rest.strip_prefix(end.as_str()) {
            return Some((value, after));
        }
        let c = rest.chars().next()?;
        rest = &rest[c.len_utf8()..];
        match c {
            '\n' if !goes_on => return None,
            '$' if quote == '`' && rest.starts_with('{') => return None,
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = &rest[escaped.len_utf8()..];
                push_escaped(&mut value, escaped, is_raw, language);
            }
            c => value.push(c),
        }
    }
}

fn push_escaped(value: &mut String, escaped: char, is_raw: bool, language: Language) {
    match escaped {
        _ if is_raw => value.extend(['\\', escaped]),
        'n' => value.push('\n'),
        't' => value.push('\t'),
        '\n' => {}
        '\\' | '\'' | '"' => value.push(escaped),
        // Python leaves what it does not know as it is.
        _ if language == Python => value.extend(['\\', escaped]),
        _ => value.push(escaped),
    }
}

/// How long the expression is that a text starts with: up to a comma or a closing bracket if it `is_inner`,
/// else to the end of the statement.
fn length(text: &str, language: Language, is_inner: bool) -> usize {
    let (mut depth, mut rest) = (0_usize, text);
    while let Some(c) = rest.chars().next() {
        let after_comment = after_comment(rest, language);
        let after_string = string(rest, language).map(|(_, after)| after);
        // A template with variables in it is skipped as well.
        let after_template = || rest.strip_prefix('`').and_then(|inner| inner.split_once('`'));
        if let Some(after) = after_comment.or(after_string) {
            rest = after;
            continue;
        }
        if language == Script
            && let Some((_, after)) = after_template()
        {
            rest = after;
            continue;
        }
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if is_inner && depth == 0 => break,
            ';' if depth == 0 => break,
            '\n' if !is_inner && depth == 0 => break,
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    text.len() - rest.len()
}

/// The text after white space, comments, and some more.
fn after_noise<'a>(mut text: &'a str, language: Language, more: &[char]) -> &'a str {
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || more.contains(&c));
        match after_comment(text, language) {
            Some(after) => text = after,
            None => return text,
        }
    }
}

fn after_comment(text: &str, language: Language) -> Option<&str> {
    let line = if language == Python { "#" } else { "//" };
    if text.starts_with(line) {
        return Some(text.find('\n').map_or("", |at| &text[at..]));
    }
    let block = text.strip_prefix("/*").filter(|_| language == Script)?;
    Some(block.split_once("*/").map_or("", |(_, after)| after))
}

#[cfg(test)]
mod tests;
