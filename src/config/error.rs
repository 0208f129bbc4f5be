//! What is wrong with the configuration, told to a person: what, where, and the way out.

use std::fmt;
use std::path::PathBuf;

use crate::vocabulary::{Excerpt, Place};

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
    #[must_use]
    pub fn after(mut self, mut problems: Vec<Problem>) -> Self {
        problems.append(&mut self.problems);
        ConfigError { problems }
    }

    /// Of these problems, if there is one.
    pub fn of(problems: Vec<Problem>) -> Option<Self> {
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
                f.write_str(&excerpt.under(line))?;
            }
        }
        write!(f, "\n  help: {}", self.help)
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
