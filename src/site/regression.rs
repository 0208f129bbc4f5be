//! Whether what was found of a generator's configuration a moment ago still stands. Pure.

use std::fmt;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::found::Found;
use super::guess::script;
use super::search::Search;

/// Why what a new search finds is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Regression {
    /// A file is there and can't be read. Kept until it can be.
    Fault(Fault),
    /// There is nothing in the configuration itself any more. Kept until there is.
    Empty(PathBuf),
    /// The configuration itself is not there. Kept until it is, or until somebody accepts that.
    Away(PathBuf),
    /// A file beside it is not there: it may be on its way to its place. Believed after a while.
    Missing(PathBuf),
    /// A file ends where it went on before. Believed after a while.
    CutOff(PathBuf),
    /// A script ends in the middle of something. Believed after a longer while.
    Open(PathBuf),
}

impl Regression {
    /// Whether an operator may accept it.
    pub fn is_acceptable(&self) -> bool {
        !matches!(self, Regression::Fault(_))
    }
}

impl fmt::Display for Regression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Regression::Fault(fault) => fault.fmt(f),
            Regression::Empty(file) => write!(f, "{}: there is nothing in it any more", file.display()),
            Regression::Away(file) | Regression::Missing(file) => {
                write!(f, "{}: it is not there any more", file.display())
            }
            Regression::CutOff(file) | Regression::Open(file) => {
                write!(f, "{}: it seems to be half written", file.display())
            }
        }
    }
}

/// What is wrong with a search, where the one before found something. `is_there` tells whether a file is.
pub fn regression(before: &Search, now: &Search, is_there: impl Fn(&Path) -> bool) -> Option<Regression> {
    let own = before.found.as_ref()?;
    // Elsewhere, other files count.
    if !before.roots.iter().any(|root| now.roots.contains(root)) {
        return None;
    }
    if let Some(fault) = now.faults.iter().find(|fault| is_new(fault, before)) {
        return Some(Regression::Fault(fault.clone()));
    }
    let is_in_use = |file: &Path| now.found.as_ref().is_some_and(|found: &Found| found.file == file);
    if !is_in_use(&own.file) && !is_there(&own.file) {
        return Some(Regression::Away(own.file.clone()));
    }
    let is_empty = |search: &Search| {
        search
            .texts
            .get(&own.file)
            .is_some_and(|text| text.trim().is_empty())
    };
    if is_empty(now) && !is_empty(before) {
        return Some(Regression::Empty(own.file.clone()));
    }
    for (file, text) in &before.texts {
        match now.texts.get(file) {
            Some(present) if present == text => {}
            Some(present) if is_open(file, present) && !is_open(file, text) => {
                return Some(Regression::Open(file.clone()));
            }
            Some(present) if text.starts_with(present.as_str()) => {
                return Some(Regression::CutOff(file.clone()));
            }
            None if is_in_use(&own.file) && !is_there(file) => {
                return Some(Regression::Missing(file.clone()));
            }
            _ => {}
        }
    }
    None
}

/// What was wrong already when the other search was believed changes nothing.
fn is_new(fault: &Fault, before: &Search) -> bool {
    !before.faults.iter().any(|known| known.file == fault.file)
}

/// Whether a script ends in the middle of something.
fn is_open(file: &Path, text: &str) -> bool {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("py") => script::is_open(text, "#"),
        Some("js" | "mjs" | "cjs" | "ts" | "mts") => script::is_open(text, "//"),
        _ => false,
    }
}
