//! What can be read of a Python program: the literals that its variables are assigned, nothing more.

use super::literal::{self, Language, Written};
use super::script::quoted;
use super::{Guess, Program};

/// What a variable is assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::site) enum Assigned {
    /// A literal.
    Plain(String),
    /// A literal that something else is said about: `'a' if X else 'b'`.
    Perhaps(String),
    /// An expression.
    Made,
}

/// The string that a variable is assigned last; of a list of one, that one.
pub(in crate::site) fn string(text: &str, name: &str) -> Option<Assigned> {
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

/// The same, with its line.
pub(in crate::site) fn guess(program: Program<'_>, name: &str) -> Option<Guess<Assigned>> {
    let rest = value(program.text, name)?;
    let assigned = string(program.text, name)?;
    Some(program.guess(assigned, program.text.len() - rest.len()))
}

/// What a variable is assigned last.
pub(in crate::site) fn assigned(text: &str, name: &str) -> Option<Written> {
    Some(literal::read(value(text, name)?, Language::Python))
}

/// Whether a variable is also changed in another way than by an assignment at the margin.
pub(in crate::site) fn is_changed(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let bare = line.trim_start();
        let is_inside = bare.len() < line.len();
        let after = bare.strip_prefix(name).map(str::trim_start);
        after.is_some_and(|after| {
            let is_assigned = after.starts_with('=') && !after.starts_with("==");
            after.starts_with(['[', '.', '|', '+']) || is_inside && is_assigned
        })
    })
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
    fn a_variable_that_is_changed_elsewhere_is_told_from_one_that_is_not() {
        let text = "A = {}\nB = {}\nif X:\n    A = {'k': 'v'}\nB['k'] = 'v'\nCC = 1\nif C == 1:\n    pass\n";
        assert_eq!(
            ["A", "B", "C", "CC"].map(|name| is_changed(text, name)),
            [true, true, false, false]
        );
        assert!(assigned(text, "A").is_some() && assigned(text, "C").is_none());
    }
}
