//! What can be read of a Python program: the literals that its variables are assigned, nothing more.

use super::script::quoted;

/// What a variable is assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Assigned {
    /// A literal.
    Plain(String),
    /// A literal that something else is said about: `'a' if X else 'b'`.
    Perhaps(String),
    /// An expression.
    Made,
}

/// The string that a variable is assigned last; of a list of one, that one.
pub(super) fn string(text: &str, name: &str) -> Option<Assigned> {
    let value = value(text, name)?.lines().next().unwrap_or("").trim();
    let list = value.strip_prefix('[').map(str::trim);
    let literal = list.unwrap_or(value).trim_start_matches(['u', 'r']);
    Some(match quoted(literal) {
        Some((value, rest)) => {
            let rest = rest.split('#').next().unwrap_or("").trim();
            if matches!(rest, "" | "," | "]" | ",]" | ";") {
                Assigned::Plain(value)
            } else {
                Assigned::Perhaps(value)
            }
        }
        None if matches!(value, "None" | "False" | "True" | "[]") => Assigned::Plain(String::new()),
        None => Assigned::Made,
    })
}

/// The strings of a list or tuple; an error, in a phrase, where it holds anything else.
pub(super) fn list(text: &str, name: &str) -> Option<Result<Vec<String>, &'static str>> {
    let Some(mut rest) = value(text, name)?.strip_prefix(['[', '(']) else {
        return Some(Err("is no list that can be read"));
    };
    let mut strings = Vec::new();
    loop {
        rest = after_noise(rest);
        if rest.starts_with([']', ')']) {
            return Some(Ok(strings));
        }
        let Some((string, after)) = quoted(rest.trim_start_matches(['u', 'r'])) else {
            return Some(Err("holds something besides strings"));
        };
        strings.push(string);
        rest = after;
    }
}

/// The pairs of strings of a dictionary, or of a tuple of pairs; an error, in a phrase, where it holds
/// anything else.
pub(super) fn pairs(text: &str, name: &str) -> Option<Result<Vec<(String, String)>, &'static str>> {
    let mut rest = value(text, name)?;
    let mut pairs = Vec::new();
    loop {
        rest = after_noise(after_noise(rest).trim_start_matches(['{', '(', '[']));
        if rest.starts_with(['}', ')', ']']) {
            return Some(Ok(pairs));
        }
        let pair = quoted(rest).and_then(|(key, after)| {
            let after = after_noise(after_noise(after).strip_prefix(':').unwrap_or(after));
            let (value, after) = quoted(after)?;
            Some((key, value, after))
        });
        let Some((key, value, after)) = pair else {
            return Some(Err("holds something besides strings"));
        };
        pairs.push((key, value));
        // What closes a pair of its own.
        rest = after_noise(after);
        if let Some(after) = rest.strip_prefix(')').map(after_noise)
            && after.starts_with(['(', ')'])
        {
            rest = after;
        }
    }
}

/// What follows the last assignment to a variable at the margin.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let mut values = starts.filter_map(|start| {
        let value = text[start..].strip_prefix(name)?.trim_start_matches([' ', '\t']);
        let value = value.strip_prefix('=')?;
        (!value.starts_with('=')).then(|| value.trim_start_matches([' ', '\t']))
    });
    values.next_back()
}

/// The text after white space, commas and comments.
fn after_noise(mut text: &str) -> &str {
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        match text.strip_prefix('#') {
            Some(comment) => text = comment.split_once('\n').map_or("", |(_, after)| after),
            None => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_of_python_are_plain_or_said_to_be_not() {
        let text = "SITENAME = u\"It's\"\nSITEURL = 'https://a.example' if not X else ''\nPATH = os.getcwd()\nAUTHOR='A' # me\n";
        let plain = |value: &str| Some(Assigned::Plain(value.into()));
        assert_eq!(string(text, "SITENAME"), plain("It's"));
        assert_eq!(
            string(text, "SITEURL"),
            Some(Assigned::Perhaps("https://a.example".into()))
        );
        assert_eq!(string(text, "PATH"), Some(Assigned::Made));
        assert_eq!(string(text, "AUTHOR"), plain("A"));
        assert_eq!(string(text, "SITE"), None);
    }

    #[test]
    fn literals_are_read_and_nothing_is_guessed() {
        let text = "A = ['x',  # one\n  \"y\"]\nB = ('x',)\nC = [x]\nD = {'k': 'v', \"l\": 'w',}\n\
                    E = (('k', 'v'), ('l', 'w'))\nF = {'k': f()}\nG = other()\nH = []\nI = {}\nA_B = 'no'\n";
        let strings =
            |strings: &[&str]| Some(Ok(strings.iter().map(ToString::to_string).collect::<Vec<_>>()));
        assert_eq!(list(text, "A"), strings(&["x", "y"]));
        assert_eq!(list(text, "B"), strings(&["x"]));
        assert_eq!(list(text, "H"), strings(&[]));
        assert_eq!(list(text, "Z"), None);
        for name in ["C", "G"] {
            assert!(list(text, name).is_some_and(|read| read.is_err()), "{name}");
        }
        let both = [("k", "v"), ("l", "w")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        for name in ["D", "E"] {
            assert_eq!(pairs(text, name), Some(Ok(both.to_vec())), "{name}");
        }
        assert_eq!(pairs(text, "I"), Some(Ok(Vec::new())));
        for name in ["F", "G"] {
            assert!(pairs(text, name).is_some_and(|read| read.is_err()), "{name}");
        }
    }
}
