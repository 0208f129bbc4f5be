//! Collects what is wrong with the configuration, with its place.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::path::Path;

use super::unknown::UnknownKeys;
use crate::config::error::{ConfigError, Origin, Problem};
use crate::vocabulary::{Complaint, Excerpt, Place};

/// More problems than this in one file help nobody.
const MOST_PROBLEMS: usize = 200;

/// Where a value was given: its place in the file, or the flag or variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::config) enum Location {
    /// Bytes of the file.
    Span(Range<usize>),
    /// The name of a flag or an environment variable.
    Option(&'static str),
}

impl Location {
    /// The place in the file, if it is there.
    pub(in crate::config) fn span(self) -> Option<Range<usize>> {
        match self {
            Location::Span(span) => Some(span),
            Location::Option(_) => None,
        }
    }
}

/// Collects problems, and knows the file they are in.
///
/// Every table of a file complains to the same collector, so it is changed through a shared reference.
#[derive(Debug)]
pub(in crate::config) struct Problems<'a> {
    file: &'a Path,
    text: &'a str,
    found: RefCell<Vec<Problem>>,
    if_all_else_is_good: RefCell<Vec<Problem>>,
    warnings: RefCell<Vec<Problem>>,
    is_muted: Cell<bool>,
    pub(super) keys: RefCell<UnknownKeys>,
}

impl<'a> Problems<'a> {
    /// For a file of this text; both empty where there is none.
    pub(in crate::config) fn new(file: &'a Path, text: &'a str) -> Self {
        Problems {
            file,
            text,
            found: RefCell::default(),
            if_all_else_is_good: RefCell::default(),
            warnings: RefCell::default(),
            is_muted: Cell::new(false),
            keys: RefCell::default(),
        }
    }

    /// Notes a complaint about what was given at a location.
    pub(in crate::config) fn add(&self, location: &Location, complaint: Complaint) {
        self.note(&self.found, location, complaint);
    }

    /// Notes a complaint that only holds where nothing else is wrong: a site may seem to be a preview because
    /// its url is misspelt.
    pub(in crate::config) fn add_if_all_else_is_good(&self, location: &Location, complaint: Complaint) {
        self.note(&self.if_all_else_is_good, location, complaint);
    }

    /// Notes a complaint for which nothing has to stop.
    pub(in crate::config) fn warn(&self, location: &Location, complaint: Complaint) {
        self.note(&self.warnings, location, complaint);
    }

    fn note(&self, list: &RefCell<Vec<Problem>>, location: &Location, complaint: Complaint) {
        let mut list = list.borrow_mut();
        if !self.is_muted.get() && list.len() < MOST_PROBLEMS {
            list.push(self.problem(location, complaint));
        }
    }

    /// Does something without noting any complaint.
    pub(super) fn muted<T>(&self, action: impl FnOnce() -> T) -> T {
        let before = self.is_muted.replace(true);
        let outcome = action();
        self.is_muted.set(before);
        outcome
    }

    /// The problem that a complaint about what was given at a location is.
    pub(in crate::config) fn problem(&self, location: &Location, complaint: Complaint) -> Problem {
        let Complaint { message, help } = complaint;
        let origin = match location {
            Location::Option(name) => Origin::Option(name),
            Location::Span(span) => self.line(span),
        };
        Problem {
            origin,
            message,
            help,
        }
    }

    /// What a check makes of a value; its complaint is noted.
    pub(in crate::config) fn checked<T>(
        &self,
        location: &Location,
        checked: Result<T, Complaint>,
    ) -> Option<T> {
        checked.map_err(|complaint| self.add(location, complaint)).ok()
    }

    /// The place of bytes of the file.
    pub(in crate::config) fn place(&self, span: &Range<usize>) -> Place {
        let (before, _) = self.split(span);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start(before)..].chars().count() + 1;
        Place {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    fn line(&self, span: &Range<usize>) -> Origin {
        let (before, after) = self.split(span);
        let start = line_start(before);
        let rest = after.split('\n').next().unwrap_or("").trim_end();
        let line = &self.text[start..before.len() + rest.len()];
        let marked = span.end.saturating_sub(before.len()).min(rest.len());
        let marked = self.text.get(before.len()..before.len() + marked).unwrap_or("");
        let offset = before[start..].chars().count();
        Origin::Line {
            file: self.file.to_owned(),
            place: self.place(span),
            excerpt: Excerpt::new(line, offset, marked.chars().count().max(1)),
        }
    }

    /// The text before and from the start of a span; a span beyond the text starts at its end.
    fn split(&self, span: &Range<usize>) -> (&'a str, &'a str) {
        self.text.split_at_checked(span.start).unwrap_or((self.text, ""))
    }

    /// Every table below the top with the keys that it was asked for, in the order in which they are listed.
    #[cfg(test)]
    pub(in crate::config) fn tables(&self) -> Vec<(String, Vec<&'static str>)> {
        self.keys.borrow().tables()
    }

    /// Takes the warnings, if nothing was found wrong.
    ///
    /// # Errors
    /// Everything that was found wrong, in the order of the file.
    pub(in crate::config) fn finish(&self) -> Result<Vec<Problem>, ConfigError> {
        for (span, complaint) in self.keys.take().complaints() {
            self.add(&Location::Span(span), complaint);
        }
        let mut problems = self.found.take();
        if problems.is_empty() {
            problems = self.if_all_else_is_good.take();
        }
        // Stable: what is at one place, or has none, stays in the order it was found in.
        problems.sort_by_key(|problem| match &problem.origin {
            Origin::Line { place, .. } => Some(*place),
            Origin::Option(_) | Origin::File(_) => None,
        });
        ConfigError::of(problems).map_or_else(|| Ok(self.warnings.take()), Err)
    }
}

fn line_start(before: &str) -> usize {
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: Range<usize>) -> String {
        let problems = Problems::new(Path::new("feeds.toml"), text);
        problems.add(&Location::Span(span), Complaint::new("wrong", "right"));
        problems.finish().unwrap_err().to_string()
    }

    #[test]
    fn the_caret_stands_under_the_text_that_is_meant() {
        for (text, span, expected) in [
            (
                "ab = 1",
                0..2,
                "feeds.toml:1:1: wrong\n  1 | ab = 1\n    | ^^\n  help: right",
            ),
            // Columns are characters, not bytes, and a carriage return is no part of a line.
            (
                "é\r\n“é” = 1\r\n",
                15..16,
                "feeds.toml:2:7: wrong\n  2 | “é” = 1\n    |       ^\n  help: right",
            ),
            // A tab takes one column, so that the caret stays below its text.
            (
                "\ta\n",
                1..2,
                "feeds.toml:1:2: wrong\n  1 |  a\n    |  ^\n  help: right",
            ),
            // What runs over several lines is marked on its first.
            (
                "a = [\n1,\n]",
                4..10,
                "feeds.toml:1:5: wrong\n  1 | a = [\n    |     ^\n  help: right",
            ),
            // The end of the text, and what can't be, have a place as well.
            (
                "a =",
                3..3,
                "feeds.toml:1:4: wrong\n  1 | a =\n    |    ^\n  help: right",
            ),
            (
                "a\n",
                2..2,
                "feeds.toml:2:1: wrong\n  2 | \n    | ^\n  help: right",
            ),
            ("", 9..12, "feeds.toml:1:1: wrong\n  1 | \n    | ^\n  help: right"),
        ] {
            assert_eq!(shown(text, span), expected, "{text:?}");
        }
    }

    #[test]
    fn a_long_line_is_cut_to_what_is_around_the_error() {
        let text = format!("{}x{}", "a".repeat(500), "b".repeat(500));
        let (line, mark) = (
            format!("…{}x{}…", "a".repeat(40), "b".repeat(79)),
            format!("{}^", " ".repeat(41)),
        );
        assert_eq!(
            shown(&text, 500..501),
            format!("feeds.toml:1:501: wrong\n  1 | {line}\n    | {mark}\n  help: right")
        );
    }

    proptest::proptest! {
        #[test]
        fn every_span_of_every_text_can_be_shown(text in "\\PC*\n?\r?\\PC*", start in 0_usize..80, length in 0_usize..80) {
            shown(&text, start..start + length);
        }
    }
}
