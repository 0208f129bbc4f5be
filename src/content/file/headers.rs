//! Pelican's front matter: lines of `Title: A headline` at the top of the file, without a fence.

use super::front_matter::{Map, Value};

/// Names that a file's first line may start with, if it is to be taken for such headers.
const FIRST: [&str; 15] = [
    "title",
    "date",
    "author",
    "authors",
    "category",
    "tags",
    "slug",
    "status",
    "lang",
    "summary",
    "modified",
    "number",
    "template",
    "translation",
    "url",
];

/// Headers, and where what follows them starts.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) struct Headers {
    /// The fields, in order.
    pub(in crate::content) map: Map,
    /// Where the body starts, in bytes.
    pub(in crate::content) body: usize,
    /// The line on which the body starts, counted from one.
    pub(in crate::content) body_line: u32,
}

/// Reads the headers of a file; `None` if it has none. They end at the first blank line, or at one
/// that is no header; a line that is indented goes on with the one above (MultiMarkdown).
pub(in crate::content) fn read(text: &str) -> Option<Headers> {
    let start = text.len() - text.trim_start_matches('\n').len();
    let mut map = Map::default();
    let mut at = start;
    let mut line_number = 1 + start as u32;
    for line in text[start..].split_inclusive('\n') {
        if line.trim().is_empty() {
            at += line.len();
            line_number += 1;
            break;
        }
        // The first may be indented a little, too.
        let line = if map.0.is_empty() {
            line.trim_start_matches(' ')
        } else {
            line
        };
        if line.starts_with([' ', '\t'])
            && let Some((_, Value::Text(value))) = map.0.last_mut()
        {
            value.push('\n');
            value.push_str(line.trim());
        } else if let Some((key, value)) = header(line) {
            let is_known = FIRST.iter().any(|known| key.eq_ignore_ascii_case(known));
            if map.0.is_empty() && !is_known {
                return None;
            }
            if !map.0.iter().any(|(own, _)| own.eq_ignore_ascii_case(key)) {
                map.0
                    .push((key.to_owned(), Value::Text(unquoted(value).to_owned())));
            }
        } else {
            break;
        }
        at += line.len();
        line_number += 1;
    }
    // One line of prose such as “Date: see below” is no header block.
    map.get("title").is_some().then_some(Headers {
        map,
        body: at,
        body_line: line_number,
    })
}

fn header(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = !key.is_empty()
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    is_key.then(|| (key, value.trim()))
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .filter(|inner| !inner.contains(['"', '\'']))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_stand_at_the_top_quoted_or_not_and_end_at_a_blank_line() {
        let text = "Title: A: b\nDate: 2014-01-01\nSummary: one\n  two\nSlug: \"x\"\n\nThe text: here\n";
        let headers = read(text).unwrap();
        let value = |key| headers.map.get(key).cloned();
        assert_eq!(value("title"), Some(Value::Text("A: b".into())));
        assert_eq!(value("summary"), Some(Value::Text("one\ntwo".into())));
        assert_eq!(value("slug"), Some(Value::Text("x".into())));
        assert_eq!(&text[headers.body..], "The text: here\n");
        assert_eq!(headers.body_line, 7);
    }

    #[test]
    fn prose_and_fences_are_no_headers() {
        for text in [
            "",
            "Just text",
            "Note: this is prose\n",
            "Date: see below\n",
            "# Title: x\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
