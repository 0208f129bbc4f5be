//! What can be read of a configuration that is a program: plain literals, nothing more.

/// The string that a key or variable of a script has where it first has one: `title: 'Electron'`,
/// `const SITE_TITLE = "x"`. Comments are passed over.
pub(in crate::site) fn string(text: &str, key: &str) -> Option<String> {
    strings(text, key).next()
}

/// All of them, in order.
pub(in crate::site) fn strings<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = String> {
    values(text, key).filter_map(|value| quoted(value).map(|(value, _)| value))
}

/// The strings of the list that a key has: `locales: ["en", "es"]`.
pub(in crate::site) fn list(text: &str, key: &str) -> Vec<String> {
    let Some(mut rest) = values(text, key).find_map(|value| value.strip_prefix('[')) else {
        return Vec::new();
    };
    let mut strings = Vec::new();
    while let Some((value, after)) = quoted(rest.trim_start_matches(|c: char| c.is_whitespace() || c == ','))
    {
        strings.push(value);
        rest = after;
    }
    strings
}

/// True or false, where a key first has one of them.
pub(in crate::site) fn truth(text: &str, key: &str) -> Option<bool> {
    values(text, key).find_map(|value| {
        if value.starts_with("true") {
            Some(true)
        } else if value.starts_with("false") {
            Some(false)
        } else {
            None
        }
    })
}

/// The text of the object that a key has, with its braces.
pub(in crate::site) fn object<'a>(text: &'a str, key: &'a str) -> Option<&'a str> {
    values(text, key)
        .find(|value| value.starts_with('{'))
        .map(|value| {
            let mut depth = 0_usize;
            let end = value.find(|c| {
                match c {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            });
            &value[..end.map_or(value.len(), |end| end + 1)]
        })
}

/// What follows each `key:` or `key =`, outside of comments.
pub(super) fn values<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(key).filter_map(move |(at, _)| {
        let line = &text[text[..at].rfind('\n').map_or(0, |index| index + 1)..at];
        let in_comment = line.contains("//") && !line.contains("://") || line.trim_start().starts_with('*');
        let before = text[..at].chars().next_back();
        let is_start = before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-')));
        if in_comment || !is_start {
            return None;
        }
        let rest = text[at + key.len()..]
            .trim_start_matches(['"', '\''])
            .trim_start();
        let rest = rest.strip_prefix(':').or_else(|| rest.strip_prefix('='))?;
        (!rest.starts_with('=')).then(|| rest.trim_start())
    })
}

/// The string literal that a text starts with, and what follows it. One with a variable in it is none.
pub(in crate::site) fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => {
                escaped = false;
                value.push(if c == 'n' { '\n' } else { c });
            }
            '\\' => escaped = true,
            c if c == quote => {
                let has_variable = quote == '`' && value.contains("${");
                return (!has_variable).then(|| (value, &text[at + c.len_utf8()..]));
            }
            '\n' if quote != '`' => return None,
            c => value.push(c),
        }
    }
    None
}

/// Whether a script ends within brackets, a string or a comment. `comment` begins one up to the end of the line.
pub(in crate::site) fn is_open(text: &str, comment: &str) -> bool {
    let (mut depth, mut rest) = (0_i32, text);
    while let Some(c) = rest.chars().next() {
        // What ends where, and what is between.
        let end = if rest.starts_with("\"\"\"") || rest.starts_with("'''") {
            Some((3, &rest[..3]))
        } else if rest.starts_with("/*") && comment == "//" {
            Some((2, "*/"))
        } else if rest.starts_with(comment) {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            continue;
        } else if matches!(c, '"' | '\'' | '`') {
            Some((1, &rest[..1]))
        } else {
            None
        };
        if let Some((start, end)) = end {
            let Some(after) = behind(&rest[start..], end) else {
                return true;
            };
            rest = after;
            continue;
        }
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    depth > 0
}

/// The text behind the first end that no backslash stands before.
fn behind<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = text[from..].find(end) {
        let at = from + at;
        let backslashes = text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Some(&text[at + end.len()..]);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_ends_too_soon_is_told_from_one_that_is_whole() {
        let whole = "// it's\nmodule.exports = (c) => ({ dir: { input: \"a\\\"b\" }, t: `x'y` }); /* ' */\n";
        for end in 0..whole.len() {
            let is_cut = end > whole.find("({").unwrap_or(0) && end < whole.len() - 10;
            if is_cut {
                assert!(is_open(&whole[..end], "//"), "{}", &whole[..end]);
            }
        }
        assert!(!is_open(whole, "//"));
        assert!(!is_open("A = '''it's (''' # (\nB = [1]\n", "#"));
        assert!(is_open("A = '''it's\n", "#") && is_open("A = [\n", "#") && is_open("A = 'b", "#"));
    }

    #[test]
    fn literals_of_a_script_are_read_and_nothing_else() {
        let text = "// title: 'No'\nconst config = {\n  subtitle: 'no',\n  title: `It's`,\n  url: process.env.URL,\n  \
                    blog: { path: './b', a: {} },\n  trailingSlash: false,\n};";
        assert_eq!(string(text, "title").as_deref(), Some("It's"));
        assert_eq!(string(text, "url"), None);
        assert_eq!(object(text, "blog"), Some("{ path: './b', a: {} }"));
        assert_eq!(truth(text, "trailingSlash"), Some(false));
        assert_eq!(string("x = `a${b}`", "x"), None);
        assert_eq!(
            list("i18n: { locales: ['en', \"es\",\n 'pt-br' ] }", "locales"),
            ["en", "es", "pt-br"]
        );
    }
}
