//! What the fields of one post are read from, and what there is to say about them.

use super::source_file::SourceFile;
use crate::content::fields::inherited::Completed;
use crate::content::file::front_matter::{Map, Split};
use crate::content::place::location::Location;
use crate::content::settings::ContentSettings;
use crate::vocabulary::{Dialect, Finding, Place, Severity};

/// Reads the fields of one post, and collects what there is to say about them.
pub(super) struct PostParser<'a> {
    pub(super) file: SourceFile<'a>,
    /// The path in the composed form, of which addresses are made.
    pub(super) composed: &'a str,
    pub(super) settings: &'a ContentSettings,
    pub(super) location: Location<'a>,
    pub(super) dialect: Option<Dialect>,
    pub(super) split: &'a Split<'a>,
    pub(super) text: &'a str,
    pub(super) map: &'a Map,
    /// What of that the file does not say itself.
    pub(super) completed: &'a Completed,
    pub(super) findings: Vec<Finding>,
}

impl PostParser<'_> {
    pub(super) fn warn(&mut self, code: &'static str, place: Option<Place>, message: &str, help: &str) {
        self.findings.push(
            Finding::new(self.file.path, Severity::Warning, code, message)
                .at(place)
                .help(help),
        );
    }

    /// A field's name for a message, with the file that says it if that is another.
    pub(super) fn named(&self, key: &str) -> String {
        let mut origins = self.completed.origins.iter();
        match origins.find(|(handed, _)| handed.eq_ignore_ascii_case(key)) {
            Some((_, origin)) => format!("“{key}” (handed down by {origin})"),
            None => format!("“{key}”"),
        }
    }

    /// Where a top-level field stands in the file.
    pub(super) fn place(&self, key: &str) -> Option<Place> {
        self.split
            .front
            .lines()
            .zip(self.split.front_line..)
            .find_map(|(line, number)| {
                let start = line.len() - line.trim_start_matches(['"', '\'', '{', ' ']).len();
                let rest = line[start..].get(key.len()..)?;
                let is_key = line[start..].get(..key.len())?.eq_ignore_ascii_case(key)
                    && rest.trim_start_matches(['"', '\'', ' ']).starts_with([':', '=']);
                is_key.then(|| Place {
                    line: number,
                    column: line[..start].chars().count() as u32 + 1,
                })
            })
    }
}
