//! Files without front matter that look as if they had some: written for another program, indented,
//! in a block of code, or behind something. They are no posts, and never passed over in silence.

use std::sync::Arc;

use crate::vocabulary::{Finding, Place, Severity};

/// So many lines are looked at: front matter stands at the top.
const MOST_LINES: usize = 60;

/// What a field says, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    /// When the post was written or published.
    Date,
    /// Something else that posts have.
    Other,
}

/// What looks like front matter, if something does.
pub(in crate::content) fn finding(path: &Arc<str>, text: &str) -> Option<Finding> {
    let start = text.get(..text.len().min(4)).unwrap_or(text);
    if start.contains('\0') {
        return Some(unread(
            path,
            1,
            "there are zero bytes in its text, so it stands in no feed: it is perhaps in UTF-16",
            "save it as UTF-8",
        ));
    }
    let line = first_field(text)?;
    Some(unread(
        path,
        line,
        "it looks like a post, but its front matter is none that is read, so it stands in no feed",
        "put it at the very top of the file, at the margin, between two lines of “---”: title: A headline",
    ))
}

fn unread(path: &Arc<str>, line: u32, message: &str, help: &str) -> Finding {
    Finding::new(path, Severity::Warning, "front-matter-unread", message)
        .at(Some(Place::line(line)))
        .help(help)
}

/// The line of the first field of a block at the top that has a title and a date, or a title or a date
/// behind a delimiter.
fn first_field(text: &str) -> Option<u32> {
    let mut lines = (1..)
        .zip(text.lines().take(MOST_LINES))
        .map(|(number, line)| (number, plain(line)))
        .filter(|(_, line)| !line.is_empty())
        .peekable();
    // Comments, imports and headings may come first, each on a line of its own.
    let mut has_heading = false;
    while let Some((_, line)) = lines.next_if(|(_, line)| is_prelude(line)) {
        has_heading |= line.starts_with("# ");
    }
    // Below a heading a block of code is a sample.
    if has_heading && lines.peek().is_some_and(|(_, line)| line.starts_with(['`', '~'])) {
        return None;
    }
    let mut is_delimited = false;
    while lines.next_if(|(_, line)| is_delimiter(line)).is_some() {
        is_delimited = true;
    }
    let mut first = None;
    let (mut has_title, mut has_date) = (false, false);
    for (number, line) in lines {
        let Some(field) = field(line) else {
            // What follows a field may belong to it; text that follows none is text.
            if first.is_none() || is_delimiter(line) {
                break;
            }
            continue;
        };
        first.get_or_insert(number);
        has_title |= field == Field::Title;
        has_date |= field == Field::Date;
    }
    let is_post = has_title && has_date || is_delimited && (has_title || has_date);
    first.filter(|_| is_post)
}

/// A line without what can't be seen.
fn plain(line: &str) -> &str {
    line.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    })
}

fn is_prelude(line: &str) -> bool {
    let is_comment = line.starts_with("<!--") && line.ends_with("-->");
    let starts = [
        "# ",
        "import ",
        "<!doctype",
        "<!DOCTYPE",
        "<html",
        "<head",
        "<meta charset",
    ];
    is_comment && nikola(line).is_none() || starts.iter().any(|start| line.starts_with(start))
}

/// What stands around front matter, here or in another program.
fn is_delimiter(line: &str) -> bool {
    let start = line.chars().next().unwrap_or(' ');
    let is_rule = "-+;=~`%—–*_".contains(start) && line.chars().filter(|c| *c == start).count() >= 1;
    let rest = line.trim_start_matches(start);
    let is_fence = "`~-;+".contains(start) && line.len() - rest.len() >= 3 && is_word(rest.trim());
    is_rule && rest.is_empty()
        || is_fence
        || line == "<!--"
        || line == "{"
        || line == "/*"
        || line == "(**"
        // What MDX exports.
        || line.starts_with("export const ") && line.ends_with('{')
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Which of the known fields a line sets: `title: x`, `title = x`, `"title": x`, and what reStructuredText,
/// Org mode, LaTeX's and HTML's relatives make of it.
fn field(line: &str) -> Option<Field> {
    let line = nikola(line).unwrap_or(line);
    if let Some(meta) = line.strip_prefix("<meta name=") {
        let name = meta.split(['"', '\'']).nth(1)?;
        return known(name);
    }
    if line.starts_with("<title>") {
        return Some(Field::Title);
    }
    let line = line.trim_start_matches(|c: char| "\"'.:#+>*@%\\ {-".contains(c));
    let (name, value) = line.split_once([':', '='])?;
    if plain(value).is_empty() {
        return None;
    }
    known(name.trim_matches(|c: char| c.is_whitespace() || "\"'*".contains(c)))
}

/// Nikola's `.. title: x`, also as the first line of a comment.
fn nikola(line: &str) -> Option<&str> {
    line.strip_prefix("<!--")
        .unwrap_or(line)
        .trim_start()
        .strip_prefix(".. ")
}

fn known(name: &str) -> Option<Field> {
    match name.to_ascii_lowercase().as_str() {
        "title" => Some(Field::Title),
        "date" | "pubdate" | "published" | "created" | "publishdate" => Some(Field::Date),
        "draft" | "slug" | "tags" | "categories" | "category" | "author" | "authors" | "description"
        | "summary" | "layout" | "lang" | "status" => Some(Field::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Option<u32> {
        finding(&"a.md".into(), text).and_then(|finding| Some(finding.place?.line))
    }

    #[test]
    fn front_matter_that_is_not_read_is_named_with_its_line() {
        for (text, expected) in [
            (
                "<!--\n.. title: A\n.. slug: a\n.. date: 2024-01-01 10:00:00 UTC\n-->\n\nText",
                2,
            ),
            ("<!-- .. title: A -->\n<!-- .. date: 2024-01-01 -->\n\nText", 1),
            (".. title: A\n.. date: 2024-01-01\n\nText", 1),
            ("```\n---\ntitle: A\ndate: 2024-01-01\n---\n```\nText", 3),
            ("```yaml\ntitle: A\n```\nText", 2),
            (";;;\n\"title\": \"A\",\n\"date\": \"2024-01-01\"\n;;;\nText", 2),
            ("\u{a0}---\ntitle: A\n---\n", 2),
            ("\u{200b}+++\ntitle = \"A\"\n+++\n", 2),
            ("<!-- licence -->\n---\ntitle: A\n---\n", 3),
            ("# A heading\n\n---\ntitle: A\n---\n", 4),
            ("—\ntitle: A\n—\n", 2),
            ("----\ntitle: A\ndate: 2024-01-01\n----\n", 2),
            ("title: A\ndate: 2024-01-01\n", 1),
            ("Date: 2024-01-01\nTags: x\nTitle: A\n", 1),
            (":title: A\n:date: 2024-01-01\n", 1),
            ("#+TITLE: A\n#+DATE: 2024-01-01\n", 1),
            (
                "export const metadata = {\n  title: 'A',\n  date: '2024-01-01',\n}\n",
                2,
            ),
            (
                "<html>\n<head>\n<title>A</title>\n<meta name=\"date\" content=\"2024-01-01\">\n",
                3,
            ),
            ("-\0-\0-\0\n\0", 1),
        ] {
            assert_eq!(line(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn readmes_and_pages_are_passed_over() {
        for text in [
            "",
            "\n\n",
            "# A project\n\n```yaml\n---\ntitle: My post\ndate: 2024-01-01\n---\n```\n",
            "# A project\n\nWhat it is.\n\n```yaml\n---\ntitle: My post\ndate: 2024-01-01\n---\n```\n",
            "Just text: with a colon\n",
            "Note: see below\n\nMore.",
            "Title: only a title\n\nText.",
            "```rust\nlet title = 1;\n```\n",
            "<!-- a comment -->\n\nText with title: x\n",
            "- title: a list\n- other: thing\n",
            "***\n\nText\n",
            "<p>date: 2024</p>\n",
        ] {
            assert_eq!(line(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}|(<!--|---|\\+\\+\\+|```|\\.\\. |title|date|:|=|\\n| |\u{200b}|é){0,20}") {
            let _ = finding(&"a.md".into(), &text);
        }
    }
}
