//! What is there of a generator's configuration and can't be read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::content::file::front_matter::FrontMatterError;
use crate::vocabulary::Place;

/// The names that only one generator has. Others, such as `config.yml`, are many programs'.
const UNMISTAKABLE: [&str; 8] = [
    "hugo.",
    "zola.",
    "_config.",
    "pelicanconf.",
    "eleventy.config.",
    ".eleventy.",
    "astro.config.",
    "docusaurus.config.",
];
/// Keys that tell whose a `config.toml` is.
const KEYS: [&str; 7] = [
    "baseURL",
    "baseurl",
    "base_url",
    "languageCode",
    "theme",
    "permalinks",
    "contentDir",
];
/// Names of files about people: without them bylines are shorter, and nothing else is wrong.
const PEOPLE: [&str; 3] = ["author", "people", "contributors"];

/// A file that is there and can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which.
    pub file: PathBuf,
    /// Where in it.
    pub place: Option<Place>,
    /// The text of that line.
    pub line: Option<String>,
    /// What is wrong, without a full stop at the end.
    pub message: String,
    /// The way out.
    pub help: String,
    /// Whether it is known for a generator's by its name or its text.
    pub is_certain: bool,
}

impl fmt::Display for Fault {
    /// In one line, for the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(Place { line, column }) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {} ({})", self.message, self.help)
    }
}

impl Fault {
    /// A file that the system does not let read, or that is no text.
    pub(super) fn unreadable(file: &Path, error: &io::Error) -> Self {
        Fault {
            file: file.to_owned(),
            place: None,
            line: None,
            message: format!("can't be read: {error}"),
            help: "see that it is a text in UTF-8, and that this user may read it".into(),
            is_certain: has_unmistakable_name(file),
        }
    }

    /// A file whose text is not what its ending says.
    pub(super) fn broken(file: &Path, text: &str, error: FrontMatterError) -> Self {
        let line = error.place.and_then(|place| {
            let index = usize::try_from(place.line).ok()?.checked_sub(1)?;
            text.lines().nth(index).map(str::to_owned)
        });
        Fault {
            file: file.to_owned(),
            // A file that ends too soon is wrong behind its last line.
            place: error.place.filter(|_| line.is_some()),
            line,
            message: error.message.replace("the front matter ", ""),
            help: error.help,
            is_certain: has_unmistakable_name(file) || KEYS.iter().any(|key| text.contains(key)),
        }
    }

    /// Whether only bylines depend on it.
    pub fn is_about_people(&self) -> bool {
        let own = [Some(self.file.as_path()), self.file.parent()];
        own.into_iter().flatten().any(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            PEOPLE.iter().any(|people| name.contains(people))
        })
    }
}

fn has_unmistakable_name(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    UNMISTAKABLE.iter().any(|start| name.starts_with(start))
}
