//! Conflict markers: what git leaves in a file when two people changed the same lines.

use crate::vocabulary::{Finding, Place, Severity};
use std::sync::Arc;

/// What opens a block of code or text that is shown as it is, and what closes it.
const BLOCKS: [(&str, &str); 6] = [
    ("{% highlight", "endhighlight"),
    ("{%- highlight", "endhighlight"),
    ("{{< highlight", "/highlight"),
    ("{{% highlight", "/highlight"),
    ("<pre", "</pre>"),
    ("<!--", "-->"),
];

/// The line on which the first conflict starts, counted from one: `<<<<<<< ours`, then `=======`, then
/// `>>>>>>> theirs`, each at the margin. One of these alone is a heading or a quotation, and in a block
/// of code it is a sample.
pub(in crate::content) fn find(text: &str) -> Option<u32> {
    // All but a few files are done with this.
    if !text.contains("<<<<<<<") || !text.contains(">>>>>>>") {
        return None;
    }
    let mut fence: Option<&str> = None;
    let mut block: Option<&str> = None;
    let mut start = None;
    let mut is_halved = false;
    for (number, line) in (1..).zip(text.lines()) {
        // A conflict may lie across the end of a block of code.
        if start.is_none() {
            if let Some(end) = block {
                if line.contains(end) {
                    block = None;
                }
                continue;
            }
            let trimmed = line.trim();
            if let Some(open) = fence {
                // A fence is closed by one at least as long, with nothing after it.
                if trimmed.starts_with(open) && trimmed.trim_start_matches(&open[..1]).is_empty() {
                    fence = None;
                }
                continue;
            }
            if let Some(open) = fence_of(trimmed) {
                fence = Some(open);
                continue;
            }
            block = BLOCKS
                .iter()
                .find(|(open, close)| {
                    line.split_once(open)
                        .is_some_and(|(_, rest)| !rest.contains(close))
                })
                .map(|(_, close)| *close);
        }
        if is_marker(line, '<') {
            (start, is_halved) = (Some(number), false);
        } else if start.is_some() && is_middle(line) {
            is_halved = true;
        } else if is_halved && is_marker(line, '>') {
            return start;
        }
    }
    None
}

fn fence_of(line: &str) -> Option<&str> {
    ['`', '~'].into_iter().find_map(|mark| {
        let length = line.len() - line.trim_start_matches(mark).len();
        // Three backquotes with text and more of them after are code within a line.
        let is_fence = length >= 3 && !(mark == '`' && line[length..].contains('`'));
        is_fence.then(|| &line[..length])
    })
}

/// Seven of a character, and a name or nothing.
fn is_marker(line: &str, mark: char) -> bool {
    let rest = line.trim_start_matches(mark);
    line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '))
}

/// What stands between the two sides: git's and Mercurial's, or Jujutsu's.
fn is_middle(line: &str) -> bool {
    is_marker(line.trim_end(), '=') || is_marker(line, '%') || is_marker(line, '+')
}

/// What to tell the editor.
pub(in crate::content) fn finding(path: &Arc<str>, line: u32) -> Finding {
    Finding::new(
        path,
        Severity::Error,
        "conflict-markers",
        "two versions of the file were merged and differ here: the conflict markers are still in it",
    )
    .at(Some(Place::line(line)))
    .help(
        "keep the lines that are right, remove the others and the lines of “<<<<<<<”, “=======” and “>>>>>>>”",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFLICT: &str = "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> branch\n";

    #[test]
    fn a_conflict_is_found_in_front_matter_and_body() {
        for (text, line) in [
            (CONFLICT.to_owned(), 1),
            (format!("---\ntitle: x\n{CONFLICT}---\n"), 3),
            (format!("---\ntitle: x\n---\nText.\n\n{CONFLICT}"), 6),
            (format!("```\ncode\n```\n{CONFLICT}"), 4),
            (CONFLICT.replace("=======", "||||||| base\nbase\n======="), 1),
            ("<<<<<<< HEAD\n```\na\n=======\nb\n```\n>>>>>>> x\n".into(), 1),
            (
                "<<<<<<< Conflict 1 of 1\n%%%%%%% Changes\n-a\n+++++++ Side\nb\n>>>>>>> end\n".into(),
                1,
            ),
            (
                format!("Use `<pre>` and ```x``` here.\n<pre>a</pre>\n{CONFLICT}"),
                3,
            ),
        ] {
            assert_eq!(find(&text), Some(line), "{text}");
        }
    }

    #[test]
    fn headings_quotations_and_samples_are_no_conflict() {
        for text in [
            "A heading\n=======\n".to_owned(),
            "<<<<<<< HEAD\n>>>>>>> x\n".into(),
            "=======\n<<<<<<< HEAD\n>>>>>>> x\n".into(),
            ">>>>>>> a reply\n=======\n<<<<<<< HEAD\n".into(),
            "<<<<<<<<< a\n=======\n>>>>>>>>> b\n".into(),
            format!("```diff\n{CONFLICT}```\n"),
            format!("~~~~\n```\n{CONFLICT}~~~\n~~~~\n"),
            format!("{{% highlight bash %}}\n{CONFLICT}{{% endhighlight %}}\n"),
            format!("<pre><code>\n{CONFLICT}</code></pre>\n"),
            CONFLICT.replace('\n', "\n    ").replacen("<<<", "    <<<", 1),
            CONFLICT.replace("HEAD", "").replace("<<<<<<< ", "<<<<<<<x"),
        ] {
            assert_eq!(find(&text), None, "{text}");
        }
    }
}
