//! Regular expressions of Python.

use regex::Regex;

/// The expression that finds what Python's `re.match` does; an error, in a phrase, where that is not known.
pub(in crate::site) fn translate(expression: &str) -> Result<Regex, &'static str> {
    let mut translated = String::from("^(?:");
    let mut rest = expression;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let escaped = after.chars().next().ok_or("ends in a backslash")?;
                match escaped {
                    'Z' => translated.push_str(r"\z"),
                    _ => translated.extend(['\\', escaped]),
                }
                rest = &after[escaped.len_utf8()..];
                continue;
            }
            '[' if !in_class => {
                in_class = true;
                translated.push('[');
                rest = after;
                if let Some(after) = rest.strip_prefix('^') {
                    translated.push('^');
                    rest = after;
                }
                // A closing bracket that comes first is one of the class.
                if let Some(after) = rest.strip_prefix(']') {
                    translated.push_str(r"\]");
                    rest = after;
                }
                continue;
            }
            ']' if in_class => {
                in_class = false;
                translated.push(c);
            }
            // These mean more to Rust than to Python.
            '[' | '&' | '~' if in_class => translated.extend(['\\', c]),
            c => translated.push(c),
        }
        rest = after;
    }
    translated.push(')');
    Regex::new(&translated).map_err(|_| "is an expression that can't be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_of_python_find_what_they_find_there() {
        for (expression, text, found) in [
            (r"(?P<x>\d{4}-\d{2}).*", "2024-01-02", Some("2024-01")),
            (r"(?P<x>b)", "ab", None),
            (r"(?P<x>[][&~]+)", "[]&&~", Some("[]&&~")),
            (r"(?P<x>[^]/[]+)", "a&b]", Some("a&b")),
            (r"(?P<x>a|ab)\Z", "ab", Some("ab")),
            (r"(?i)(?P<x>É+)", "éÉ", Some("éÉ")),
            (r"a|(?P<x>b)", "b", Some("b")),
            (r"(?P<x>[\w-]+)", "é-1_", Some("é-1_")),
        ] {
            let read = translate(expression).unwrap();
            let captures = read.captures(text);
            let own = captures.as_ref().and_then(|found| found.name("x"));
            assert_eq!(own.map(|found| found.as_str()), found, "{expression} {text}");
        }
        for expression in [r"(?P<x>a)(?!b)", r"(?P<x>a)(?P=x)", r"(?<=a)b", "(", "a\\"] {
            assert!(translate(expression).is_err(), "{expression}");
        }
    }
}
