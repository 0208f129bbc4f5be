//! Escaping for HTML, as the HTML standard serializes it (13.3).

use std::borrow::Cow;

/// What a text is, before it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Plain text.
    Plain,
    /// HTML: its character references stay.
    Html,
}

/// Adds text to HTML, so that what comes out of a parser again is the same. A NUL, which parsers drop, is
/// dropped; a carriage return is a line feed.
pub(in crate::content) fn push_text(html: &mut String, text: &str) {
    push(html, text, Source::Plain, false);
}

/// Adds text that is HTML already, with what could be taken for a tag escaped.
pub(in crate::content) fn push_escaped_text(html: &mut String, text: &str) {
    push(html, text, Source::Html, false);
}

/// Adds an attribute, with a space before it.
pub(in crate::content) fn push_attribute(html: &mut String, name: &str, value: &str) {
    attribute(html, name, value, Source::Plain);
}

/// Adds an attribute whose value is HTML already.
pub(in crate::content) fn push_escaped_attribute(html: &mut String, name: &str, value: &str) {
    attribute(html, name, value, Source::Html);
}

fn attribute(html: &mut String, name: &str, value: &str, source: Source) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    push(html, value, source, true);
    html.push('"');
}

fn push(html: &mut String, text: &str, source: Source, in_attribute: bool) {
    let is_plain = source == Source::Plain;
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let (replacement, length) = match byte {
            b'&' if is_plain => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' if in_attribute => ("&quot;", 1),
            0xc2 if is_plain && bytes.get(at + 1) == Some(&0xa0) => ("&nbsp;", 2),
            b'\r' => ("\n", 1),
            0 => ("", 1),
            _ => continue,
        };
        html.push_str(&text[done..at]);
        html.push_str(replacement);
        done = at + length;
    }
    html.push_str(&text[done..]);
}

/// Replaces the character references that serialized HTML holds, and numeric ones.
pub(in crate::content) fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut plain = String::with_capacity(text.len());
    plain.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(after) = rest.strip_prefix('&') {
        // No reference that is known here is longer than `&#1114111;`.
        let end = after.bytes().take(10).position(|b| b == b';');
        if let Some((end, character)) = end.and_then(|end| Some((end, reference(&after[..end])?))) {
            plain.push(character);
            rest = &after[end + 1..];
        } else {
            plain.push('&');
            rest = after;
        }
        let next = rest.find('&').unwrap_or(rest.len());
        plain.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(plain)
}

/// Plain text in which character references without their `#` are read: `isn&8217;t`, as one export of
/// posts into another leaves them. Three digits at least, and no sign that could stand for itself.
pub(in crate::content) fn mend_references(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('&') {
        let digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let end = at + 1 + digits;
        let character = text[at + 1..end].parse().ok().and_then(char::from_u32);
        let is_reference = (3..=5).contains(&digits) && text[end..].starts_with(';');
        if let Some(character) = character.filter(|c| is_reference && *c > '\u{9f}') {
            mended.push_str(&text[done..at]);
            mended.push(character);
            done = end + 1;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    mended.push_str(&text[done..]);
    Cow::Owned(mended)
}

fn reference(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => digits.parse(),
            };
            char::from_u32(number.ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_survives_escaping() {
        let mut html = String::new();
        push_text(&mut html, "“a” < b & c\u{a0}> é");
        assert_eq!(html, "“a” &lt; b &amp; c&nbsp;&gt; é");
        assert_eq!(unescape(&html), "“a” < b & c\u{a0}> é");
        assert_eq!(
            unescape("&#8220;&#x201d; &unknown; & &#xd800;"),
            "“” &unknown; & &#xd800;"
        );
    }

    proptest! {
        #[test]
        fn unescaping_undoes_escaping(text in "[^\r\0]{0,40}") {
            let mut html = String::new();
            push_text(&mut html, &text);
            prop_assert_eq!(unescape(&html), text);
        }
    }
}
