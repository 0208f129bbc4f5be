//! Expressions and tags of JSX: where they end, and the plain values in them.

/// No tag or expression is longer than this, in bytes.
pub(super) const LONGEST: usize = 20_000;

/// The length of an expression that is nothing but comments, and what the first one says. One without its
/// end goes on to the end of the text.
pub(super) fn comments(text: &str) -> Option<(usize, &str)> {
    let mut rest = text.strip_prefix('{')?.trim_start();
    let mut first = None;
    loop {
        let (comment, after) = if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").unwrap_or((comment, ""))
        } else if let Some(comment) = rest.strip_prefix("//") {
            comment.split_once('\n').unwrap_or((comment, ""))
        } else {
            break;
        };
        first.get_or_insert(comment);
        rest = after.trim_start();
    }
    let rest = if rest.is_empty() {
        rest
    } else {
        rest.strip_prefix('}')?
    };
    first.map(|comment| (text.len() - rest.len(), comment))
}

/// The length of an expression in braces; strings in it may hold braces of their own.
pub(super) fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    let mut comment_ends = 0;
    for (at, c) in text.char_indices().take(LONGEST) {
        match (quote, c) {
            _ if at < comment_ends => {}
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(own), c) if own == c => quote = None,
            (Some(_), _) => {}
            (None, '/') if text[at..].starts_with("/*") => {
                comment_ends = at + text[at..].find("*/")? + 2;
            }
            (None, '"' | '`') => quote = Some(c),
            // An apostrophe within a word starts no string.
            (None, '\'') if !text[..at].ends_with(char::is_alphanumeric) => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The length of a tag, whose attributes may hold strings and expressions.
pub(super) fn tag_length(text: &str) -> Option<usize> {
    let mut at = 1;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '>' => return Some(at + 1),
            '<' => return None,
            '{' => at += balanced(&text[at..])?,
            '"' | '\'' => at += text[at + 1..].find(c)? + 2,
            '\n' if text[at..].starts_with("\n\n") => return None,
            c => at += c.len_utf8(),
        }
        if at > LONGEST {
            return None;
        }
    }
    None
}

/// The plain value of an attribute: in quotes, or as a string in braces.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut from = 0;
    loop {
        let at = tag[from..].find(name)? + from;
        from = at + name.len();
        let is_start = tag[..at].ends_with(char::is_whitespace);
        let Some(value) = tag[from..].strip_prefix('=').filter(|_| is_start) else {
            continue;
        };
        return match value.strip_prefix('{') {
            Some(inside) => literal(inside.split('}').next()?.trim()),
            None => ['"', '\''].iter().find_map(|quote| {
                let inside = value.strip_prefix(*quote)?;
                inside.find(*quote).map(|end| &inside[..end])
            }),
        };
    }
}

/// The text of a string literal without variables.
pub(super) fn literal(expression: &str) -> Option<&str> {
    let quote = expression
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inside = expression.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.contains([quote, '\\']) && !inside.contains("${")).then_some(inside)
}
