//! What is wrong with the configuration, told to a person: what, where, and the way out.

use std::fmt;
use std::path::PathBuf;

use crate::site::Fault;
use crate::vocabulary::Place;

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
    pub(super) fn new(line: &str, offset: usize, width: usize) -> Self {
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
