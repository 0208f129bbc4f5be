//! Headlines and standfirsts as the plain text that every format wants (RSS profile, “character data”).

use super::field::fold;
use crate::content::body::html::escape::{mend_references, unescape};

/// The elements that authors put into a headline.
const INLINE: [&str; 19] = [
    "a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong",
    "sub", "sup", "u", "font",
];

/// A text without the markup of a few words in it, on one line, its character references read. A
/// sign that opens no element, or an element that is never closed, stands for itself: `Why <b> is dead`.
pub(in crate::content) fn plain(text: &str) -> String {
    let mut text = without_comments(text)
        .replace("<br>", " ")
        .replace("<br/>", " ")
        .replace("<br />", " ");
    for name in INLINE {
        while let Some(without) = without_pair(&text, name) {
            text = without;
        }
    }
    fold(&mend_references(&unescape(&text)))
}

/// The text without comments of HTML; one without its end is text.
fn without_comments(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        let Some((_, after)) = comment.split_once("-->") else {
            break;
        };
        shown.push_str(before);
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// The text without the first pair of an element's tags, if there is one.
fn without_pair(text: &str, name: &str) -> Option<String> {
    let opening = format!("<{name}");
    let closing = format!("</{name}>");
    let start = text
        .match_indices(&opening)
        .map(|(start, _)| start)
        .find(|start| text[start + opening.len()..].starts_with(['>', ' ']))?;
    let inside = start + text[start..].find('>')? + 1;
    let end = inside + text[inside..].find(&closing)?;
    Some([&text[..start], &text[inside..end], &text[end + closing.len()..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_words_goes_and_signs_stay() {
        for (written, meant) in [
            ("Why it glows in <em>January</em>", "Why it glows in January"),
            ("<a href=\"/x\">A <b>bold</b></a>\n claim", "A bold claim"),
            ("Q&amp;A: 1 < 2 & 3 > 2", "Q&A: 1 < 2 & 3 > 2"),
            ("Why <b> is dead", "Why <b> is dead"),
            ("One<br/>two", "One two"),
            ("One <!-- hidden -->two <!-- and", "One two <!-- and"),
            ("</em><em>", "</em><em>"),
            (
                "It isn&8217;t &012; of AT&T, &1a;",
                "It isn’t &012; of AT&T, &1a;",
            ),
        ] {
            assert_eq!(plain(written), meant, "{written}");
        }
    }
}
