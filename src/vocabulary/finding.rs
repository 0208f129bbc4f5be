//! What Newswire has to tell an editor about a file: a fault, a doubt, or a note.

use std::fmt;
use std::sync::Arc;

/// A position in a text file, both counted from one. Columns count characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character within the line.
    pub column: u32,
}

impl Place {
    /// The start of a line.
    pub fn line(line: u32) -> Self {
        Place { line, column: 1 }
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file can't be used as it stands; its last good version is served, if there is one.
    Error,
    /// The post is served, but something in it was guessed, dropped or mended.
    Warning,
    /// Good to know, and nothing to do.
    Note,
}

impl Severity {
    /// The word printed in front of a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One thing to tell an editor, with the place and the way out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the content directory, with `/` between its parts.
    pub path: Arc<str>,
    /// Where in the file, when that is known.
    pub place: Option<Place>,
    /// How much it matters.
    pub severity: Severity,
    /// A stable kebab-case name for this kind of finding, for filters and metrics.
    pub code: &'static str,
    /// What is the matter, in one sentence without a full stop at the end.
    pub message: String,
    /// What to do about it, if anything can be done.
    pub help: Option<String>,
}

impl Finding {
    /// A finding without a place or help; add them with [`Finding::at`] and [`Finding::help`].
    pub fn new(path: &Arc<str>, severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Finding {
            path: Arc::clone(path),
            place: None,
            severity,
            code,
            message: message.into(),
            help: None,
        }
    }

    /// The same finding, at a place.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// The same finding, with the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Finding {
    /// `path:line:column: severity: message [code]`, and the help on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(place) = self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        write!(
            f,
            ": {}: {} [{}]",
            self.severity.as_str(),
            self.message,
            self.code
        )?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_file_line_column_and_the_way_out() {
        let finding = Finding::new(
            &"news/a.md".into(),
            Severity::Error,
            "bad-date",
            "can't read the date “soon”",
        )
        .at(Some(Place { line: 3, column: 7 }))
        .help("write it as 2024-05-31 14:00");
        assert_eq!(
            finding.to_string(),
            "news/a.md:3:7: error: can't read the date “soon” [bad-date]\n  help: write it as 2024-05-31 14:00"
        );
    }
}
