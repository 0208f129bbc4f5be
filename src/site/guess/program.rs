//! A guess, and the program that it is made from.

use std::path::{Path, PathBuf};

/// A line of a program, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The program.
    pub file: PathBuf,
    /// The line that a guess is made from.
    pub line: usize,
}

/// A value that the text of a program suggests, with the line that it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::site) struct Guess<T> {
    pub(in crate::site) value: T,
    pub(in crate::site) source: Source,
}

impl<T> Guess<T> {
    pub(in crate::site) fn map<U>(self, change: impl FnOnce(T) -> U) -> Guess<U> {
        Guess {
            value: change(self.value),
            source: self.source,
        }
    }
}

/// The text of a program, or a part of it.
#[derive(Clone, Copy, Debug)]
pub(in crate::site) struct Program<'a> {
    file: &'a Path,
    pub(super) text: &'a str,
    first_line: usize,
}

impl<'a> Program<'a> {
    pub(in crate::site) fn new(file: &'a Path, text: &'a str) -> Self {
        Program {
            file,
            text,
            first_line: 1,
        }
    }

    /// A part of its text.
    pub(in crate::site) fn part(self, part: &'a str) -> Self {
        let before = self.text.find(part).map_or("", |at| &self.text[..at]);
        Program {
            text: part,
            first_line: self.first_line + before.matches('\n').count(),
            ..self
        }
    }

    /// A guess that is made from the text at a byte.
    pub(super) fn guess<T>(self, value: T, at: usize) -> Guess<T> {
        let line = self.first_line + self.text[..at].matches('\n').count();
        let file = self.file.to_owned();
        Guess {
            value,
            source: Source { file, line },
        }
    }

    /// A guess that is made from the first of some words that the text holds, or from its start.
    pub(in crate::site) fn guess_by<T>(self, value: T, words: &[&str]) -> Guess<T> {
        let at = words.iter().find_map(|word| self.text.find(word));
        self.guess(value, at.unwrap_or(0))
    }

    /// The string that a key or variable of a script first has: see [`super::script::string`].
    pub(in crate::site) fn string(self, key: &'a str) -> Option<Guess<String>> {
        self.strings(key).next()
    }

    /// All of them, in order.
    pub(in crate::site) fn strings(self, key: &'a str) -> impl Iterator<Item = Guess<String>> {
        super::script::values(self.text, key).filter_map(move |rest| {
            let (value, _) = super::script::quoted(rest)?;
            Some(self.guess(value, self.text.len() - rest.len()))
        })
    }
}
