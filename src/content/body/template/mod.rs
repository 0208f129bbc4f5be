//! Template code in a post's text: shortcodes, `{{ expressions }}` and `{% tags %}`.
//!
//! Whether a piece of it is an instruction or a sample in a block of code is only known once the
//! Markdown is parsed. So each piece is replaced by a marker that Markdown takes for a letter, and
//! whoever writes the parsed text decides. Markers are Unicode noncharacters, which no text has.

pub(in crate::content) mod call;
pub(in crate::content) mod figure;
pub(in crate::content) mod shortcode;
pub(in crate::content) mod value;

use std::borrow::Cow;

use shortcode::Shortcode;

/// Stands for the mark that ends a post's summary, until the summary is taken.
pub(in crate::content) const CUT: char = '\u{fdd2}';

const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';
/// Sixteen noncharacters from here on are the digits of a marker's number.
const DIGIT: u32 = 0xfde0;

/// A piece of template code.
#[derive(Clone, Debug)]
pub(in crate::content) struct Piece<'a> {
    /// As written.
    pub(in crate::content) written: &'a str,
    /// Its place in the text it was taken from, in bytes.
    pub(in crate::content) at: usize,
    /// What it is.
    pub(in crate::content) kind: Kind<'a>,
    /// A piece counts once, however often its marker was copied.
    pub(in crate::content) used: bool,
}

/// What a piece of template code is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::content) enum Kind<'a> {
    /// A shortcode.
    Shortcode(Shortcode<'a>),
    /// An expression or tag of a template.
    Code,
    /// A noncharacter of the author's own, which would pass for a marker.
    Noncharacter,
}

/// A text with markers for its template code.
#[derive(Debug)]
pub(in crate::content) struct Marked<'a> {
    /// The text.
    pub(in crate::content) text: Cow<'a, str>,
    /// The pieces, by the numbers in their markers.
    pub(in crate::content) pieces: Vec<Piece<'a>>,
    /// After each marker: where the marked and the original text go on.
    resumes: Vec<(usize, usize)>,
}

impl Marked<'_> {
    /// The place in the original text of a place in the marked one.
    pub(in crate::content) fn origin(&self, at: usize) -> usize {
        let after = self.resumes.partition_point(|(marked, _)| *marked <= at);
        match after.checked_sub(1).and_then(|index| self.resumes.get(index)) {
            Some((marked, original)) => original + (at - marked),
            None => at,
        }
    }
}

/// Marks the template code of a text. Takes time linear in the text.
pub(in crate::content) fn mark(text: &str) -> Marked<'_> {
    let mut marked = Marked {
        text: Cow::Borrowed(text),
        pieces: Vec::new(),
        resumes: Vec::new(),
    };
    // All noncharacters that serve here start with this byte; so do some CJK characters.
    if !text.contains("{{") && !text.contains("{%") && !text.as_bytes().contains(&0xef) {
        return marked;
    }
    let mut out = String::new();
    let mut done = 0;
    let mut from = 0;
    // An opening without its end is searched for it to the end of the text; many of them must not
    // cost the text's length each. Past this sum, openings are text.
    let mut budget = 4 * text.len() + 4096;
    let mut raw_ends = true;
    while let Some(at) = text[from..].find(|c| c == '{' || is_ours(c)).map(|at| from + at) {
        let Some((kind, length)) = piece(&text[at..], &text[..at], &mut budget) else {
            from = at + 1;
            continue;
        };
        out.push_str(&text[done..at]);
        push_marker(&mut out, marked.pieces.len());
        marked.pieces.push(Piece {
            written: &text[at..at + length],
            at,
            kind,
            used: false,
        });
        done = at + length;
        from = done;
        // What stands between these two marks is a sample, whatever it looks like.
        if raw_ends && is_tag(&text[at..done], "raw") {
            let end = end_of_raw(&text[done..]);
            raw_ends = end.is_some();
            from = end.map_or(done, |end| done + end);
        }
        marked.resumes.push((out.len(), done));
    }
    if !marked.pieces.is_empty() {
        out.push_str(&text[done..]);
        marked.text = Cow::Owned(out);
    }
    marked
}

/// Where the mark stands that ends a sample.
fn end_of_raw(text: &str) -> Option<usize> {
    text.match_indices("endraw").find_map(|(at, word)| {
        let before = text[..at].trim_end();
        let start = before
            .strip_suffix('-')
            .unwrap_or(before)
            .strip_suffix("{%")?
            .len();
        let after = text[at + word.len()..].trim_start();
        let is_closed = after.strip_prefix('-').unwrap_or(after).starts_with("%}");
        is_closed.then_some(start)
    })
}

fn is_tag(piece: &str, name: &str) -> bool {
    let inside = piece.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}"));
    inside.is_some_and(|inside| inside.trim_matches('-').trim() == name)
}

/// The piece that `text` starts with, and its length.
fn piece<'a>(text: &'a str, before: &str, budget: &mut usize) -> Option<(Kind<'a>, usize)> {
    if let Some(own) = text.chars().next().filter(|c| is_ours(*c)) {
        return Some((Kind::Noncharacter, own.len_utf8()));
    }
    if text.starts_with("{{<") || text.starts_with("{{%") {
        if *budget == 0 {
            return None;
        }
        return match shortcode::read(text) {
            // A fence inside means that the opening stands in a block of code of its own.
            Ok((_, length)) if text[..length].contains("\n```") => None,
            Ok((shortcode, length)) => Some((Kind::Shortcode(shortcode), length)),
            Err(looked_at) => {
                *budget = budget.saturating_sub(looked_at);
                None
            }
        };
    }
    let (inside, length) = if let Some(rest) = text.strip_prefix("{{") {
        let inside = &rest[..rest.find(['{', '}', '`', '\n'])?];
        let whole = rest[inside.len()..].starts_with("}}");
        (inside, whole.then_some(inside.len() + 4)?)
    } else {
        let rest = text.strip_prefix("{%")?;
        if *budget == 0 {
            return None;
        }
        let Some(end) = end_of_tag(rest) else {
            *budget = budget.saturating_sub(LONGEST_TAG.min(rest.len()));
            return None;
        };
        // As above: a sample that begins in a block of code.
        if rest[..end].contains("\n```") || rest[..end].contains("\n~~~") {
            return None;
        }
        (&rest[..end], end + 4)
    };
    is_code(inside, before).then_some((Kind::Code, length))
}

/// No tag is longer than this, in bytes.
const LONGEST_TAG: usize = 2_000;

/// Where a tag ends that starts before `text`: in its paragraph, with whole expressions in it at most.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut at = 0;
    while at < LONGEST_TAG {
        let next = at + text[at..].find(['%', '{', '\n'])?;
        let rest = &text[next..];
        at = if rest.starts_with("%}") {
            return Some(next);
        } else if let Some(inside) = rest.strip_prefix("{{") {
            let length = inside.find(['{', '}', '`', '\n'])?;
            inside[length..].starts_with("}}").then_some(next + length + 4)?
        } else if rest.starts_with('%')
            || rest.starts_with('\n') && !rest[1..].trim_start_matches(' ').starts_with('\n')
        {
            next + 1
        } else {
            return None;
        };
    }
    None
}

/// Whether what stands in the braces is an expression, rather than prose or a formula:
/// `\frac{{a}}{b}` is LaTeX.
fn is_code(inside: &str, before: &str) -> bool {
    let expression = inside.trim_start_matches(['-', '~']).trim_start();
    let starts = expression.starts_with(|c: char| c.is_alphabetic() || "._$\"'/(".contains(c));
    let in_formula = inside.starts_with(char::is_alphanumeric)
        && before.ends_with(|c: char| c.is_alphanumeric() || "}^_\\".contains(c));
    starts && !in_formula
}

fn is_ours(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}')
}

fn push_marker(out: &mut String, number: usize) {
    out.push(OPEN);
    let mut shift = usize::BITS - number.leading_zeros();
    shift = shift.div_ceil(4) * 4;
    while shift > 0 {
        shift -= 4;
        let digit = (number >> shift) & 0xf;
        out.extend(char::from_u32(DIGIT + digit as u32));
    }
    out.push(CLOSE);
}

/// A stretch of marked text.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) enum Part<'a> {
    /// Plain text.
    Text(&'a str),
    /// The piece with this number.
    Piece(usize),
}

/// Whether a text may hold markers.
pub(in crate::content) fn has_markers(text: &str) -> bool {
    text.as_bytes().contains(&0xef) && text.contains(is_ours)
}

/// The parts of a marked text. What is left of a damaged marker is dropped.
pub(in crate::content) fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    let is_ours = |c| is_ours(c) && c != CUT;
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            if !is_ours(first) {
                let (plain, after) = rest.split_at(rest.find(is_ours).unwrap_or(rest.len()));
                rest = after;
                return Some(Part::Text(plain));
            }
            rest = &rest[first.len_utf8()..];
            if first == OPEN
                && let Some(number) = read_marker(&mut rest)
            {
                return Some(Part::Piece(number));
            }
        }
    })
}

fn read_marker(rest: &mut &str) -> Option<usize> {
    let mut number = 0usize;
    for (at, c) in rest.char_indices() {
        if c == CLOSE {
            *rest = &rest[at + c.len_utf8()..];
            return Some(number);
        }
        let digit = u32::from(c).checked_sub(DIGIT).filter(|digit| *digit < 16)?;
        number = number.checked_mul(16)? + digit as usize;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> Vec<&str> {
        mark(text).pieces.iter().map(|piece| piece.written).collect()
    }

    #[test]
    fn template_code_is_found() {
        assert_eq!(
            written("a {{< x >}} b {{ site.url }}/c {%- if y -%}{{- z }}{{% n %}}"),
            [
                "{{< x >}}",
                "{{ site.url }}",
                "{%- if y -%}",
                "{{- z }}",
                "{{% n %}}"
            ]
        );
        assert_eq!(written("![]({{site.baseurl}}/a.jpg)"), ["{{site.baseurl}}"]);
    }

    #[test]
    fn prose_and_formulas_are_left_alone() {
        for text in [
            "an unclosed {{ and then {% prose",
            "`{{` opens and `}}` closes",
            "x^{{2}}, \\frac{{a}}{b}",
            "{{}} {{ 1 + {{ 2",
            "{{ over\nlines }}",
            "100{%} or {% 5%}",
        ] {
            assert_eq!(written(text), [""; 0], "{text}");
            assert_eq!(mark(text).text, text);
        }
    }

    #[test]
    fn places_in_the_marked_text_lead_back() {
        let text = "ab {{ x }} cd {{< y >}}ef";
        let marked = mark(text);
        for word in ["ab", "cd", "ef"] {
            let at = marked.text.find(word).unwrap();
            assert_eq!(marked.origin(at), text.find(word).unwrap());
        }
    }

    #[test]
    fn many_openings_without_an_end_take_no_time() {
        let text = "{{</*".repeat(200_000);
        let started = std::time::Instant::now();
        assert_eq!(mark(&text).pieces.len(), 0);
        assert!(started.elapsed().as_secs() < 3);
    }

    proptest! {
        #[test]
        fn putting_the_pieces_back_gives_the_text(text in "(\\{\\{[<%]? ?|[<%]?}}|\\{%|%}|[a \"`\n\u{fdd0}-\u{fdef}\u{ff01}é]){0,40}") {
            let marked = mark(&text);
            let mut back = String::new();
            if marked.pieces.is_empty() {
                back.push_str(&marked.text);
            } else {
                for part in parts(&marked.text) {
                    match part {
                        Part::Text(plain) => back.push_str(plain),
                        Part::Piece(number) => back.push_str(marked.pieces[number].written),
                    }
                }
            }
            prop_assert_eq!(back, text);
        }
    }
}
