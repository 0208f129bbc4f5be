//! What is wrong with the configuration, told to a person: what, where, and the way out.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;

use crate::site::Fault;
use crate::vocabulary::{Complaint, Place};

/// Why a configuration can't be used: everything that was found wrong, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    /// Every problem, those of flags and variables first; never empty.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        ConfigError {
            problems: vec![problem],
        }
    }
}

impl ConfigError {
    /// The same, with others before those it has.
    pub(super) fn after(mut self, mut problems: Vec<Problem>) -> Self {
        problems.append(&mut self.problems);
        ConfigError { problems }
    }

    /// Of these problems, if there is one.
    pub(super) fn of(problems: Vec<Problem>) -> Option<Self> {
        (!problems.is_empty()).then_some(ConfigError { problems })
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    /// Each problem with its place, the line it stands on, and the way out; an empty line between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub origin: Origin,
    /// What, without a full stop at the end.
    pub message: String,
    /// The way out.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::Option(name) => write!(f, "{name}: {}", self.message)?,
            Origin::File(file) => write!(f, "{}: {}", file.display(), self.message)?,
            Origin::Line { file, place, excerpt } => {
                let (file, Place { line, column }) = (file.display(), *place);
                writeln!(f, "{file}:{line}:{column}: {}", self.message)?;
                let number = line.to_string();
                writeln!(f, "  {number} | {}", excerpt.line)?;
                let gutter = " ".repeat(number.len());
                let (indent, carets) = (" ".repeat(excerpt.offset), "^".repeat(excerpt.width));
                write!(f, "  {gutter} | {indent}{carets}")?;
            }
        }
        write!(f, "\n  help: {}", self.help)
    }
}

impl From<&Fault> for Problem {
    fn from(fault: &Fault) -> Self {
        let file = fault.file.clone();
        let origin = match (fault.place, &fault.line) {
            (Some(place), Some(line)) => Origin::Line {
                file,
                place,
                excerpt: Excerpt::new(line, place.column.saturating_sub(1) as usize, 1),
            },
            _ => Origin::File(file),
        };
        Problem {
            origin,
            message: fault.message.clone(),
            help: fault.help.clone(),
        }
    }
}

/// Where a problem is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In a flag or an environment variable, by its name.
    Option(&'static str),
    /// In the file as a whole.
    File(PathBuf),
    /// In a line of the file.
    Line {
        /// The file.
        file: PathBuf,
        /// The place.
        place: Place,
        /// The line.
        excerpt: Excerpt,
    },
}

/// A line of the file, and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, or the part of a long one around what is meant. Control characters are spaces.
    line: String,
    /// Where in `line` the part that is meant starts, in characters.
    offset: usize,
    /// Its length in characters; at least 1.
    width: usize,
}

/// A longer line is cut to what is around the error.
const LONGEST_LINE: usize = 120;
/// How much of a cut line stands before the error.
const BEFORE_THE_ERROR: usize = 40;

impl Excerpt {
    fn new(line: &str, offset: usize, width: usize) -> Self {
        let clean = |c: char| if c.is_control() { ' ' } else { c };
        if line.chars().count() <= LONGEST_LINE {
            return Excerpt {
                line: line.chars().map(clean).collect(),
                offset,
                width,
            };
        }
        let skip = offset.saturating_sub(BEFORE_THE_ERROR);
        Excerpt {
            line: line.chars().map(clean).skip(skip).take(LONGEST_LINE).collect(),
            offset: offset - skip,
            width: width.min(LONGEST_LINE - (offset - skip)),
        }
    }
}

/// Where a value was given: its place in the file, or the flag or variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Location {
    /// Bytes of the file.
    Span(Range<usize>),
    /// The name of a flag or an environment variable.
    Option(&'static str),
}

/// Collects problems, and knows the file they are in.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    file: &'a Path,
    text: &'a str,
    found: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl<'a> Problems<'a> {
    /// For a file of this text; both empty where there is none.
    pub(super) fn new(file: &'a Path, text: &'a str) -> Self {
        Problems {
            file,
            text,
            found: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Notes a complaint about what was given at a location.
    pub(super) fn add(&mut self, location: &Location, complaint: Complaint) {
        let problem = self.problem(location, complaint);
        self.found.push(problem);
    }

    /// Notes a complaint for which nothing has to stop.
    pub(super) fn warn(&mut self, location: &Location, complaint: Complaint) {
        let problem = self.problem(location, complaint);
        self.warnings.push(problem);
    }

    /// What was noted by [`Problems::warn`], in the order of the calls.
    pub(super) fn take_warnings(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.warnings)
    }

    /// The problem that a complaint about what was given at a location is.
    pub(super) fn problem(&self, location: &Location, complaint: Complaint) -> Problem {
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

    /// What a check makes of a value, if there is one; its complaint is noted.
    pub(super) fn value<T, U>(
        &mut self,
        value: Option<(T, Location)>,
        check: impl FnOnce(T) -> Result<U, Complaint>,
    ) -> Option<U> {
        let (value, location) = value?;
        match check(value) {
            Ok(checked) => Some(checked),
            Err(complaint) => {
                self.add(&location, complaint);
                None
            }
        }
    }

    /// The same for a value of the file.
    pub(super) fn written<T, U>(
        &mut self,
        written: Option<Spanned<T>>,
        check: impl FnOnce(T) -> Result<U, Complaint>,
    ) -> Option<U> {
        let value = written.map(|written| {
            let span = written.span();
            (written.into_inner(), Location::Span(span))
        });
        self.value(value, check)
    }

    /// Whether nothing was found wrong so far.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The place of bytes of the file.
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
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

    /// The value, if nothing was found wrong.
    pub(super) fn finish<T>(mut self, value: T) -> Result<T, ConfigError> {
        if self.found.is_empty() {
            return Ok(value);
        }
        // Stable: what is at one place, or has none, stays in the order it was found in.
        self.found.sort_by_key(|problem| match &problem.origin {
            Origin::Line { place, .. } => Some(*place),
            Origin::Option(_) | Origin::File(_) => None,
        });
        Err(ConfigError { problems: self.found })
    }
}

fn line_start(before: &str) -> usize {
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: Range<usize>) -> String {
        let mut problems = Problems::new(Path::new("feeds.toml"), text);
        problems.add(&Location::Span(span), Complaint::new("wrong", "right"));
        problems.finish(()).unwrap_err().to_string()
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
            format!("{}x{}", "a".repeat(40), "b".repeat(79)),
            format!("{}^", " ".repeat(40)),
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
