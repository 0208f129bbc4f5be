//! Fields that an expression finds in the path of a post.

use regex::Regex;

use crate::content::file::front_matter::{Map, Value};

/// An expression whose named groups are fields.
#[derive(Clone, Debug)]
pub struct Groups {
    expression: Regex,
    part: PathPart,
}

/// The part of a path that an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathPart {
    /// The name of the file without its ending.
    Stem,
    /// The name of the folder that the file is in.
    Folder,
    /// All of it.
    Whole,
}

impl PartialEq for Groups {
    fn eq(&self, other: &Self) -> bool {
        self.part == other.part && self.expression.as_str() == other.expression.as_str()
    }
}

impl Eq for Groups {}

impl Groups {
    /// The fields that an expression finds.
    pub fn new(expression: Regex, part: PathPart) -> Self {
        Groups { expression, part }
    }

    /// Whether it may find a field.
    pub fn has(&self, key: &str) -> bool {
        let mut names = self.expression.capture_names().flatten();
        names.any(|name| name.eq_ignore_ascii_case(key))
    }

    /// The fields in a path. The names of fields are in lower case.
    pub(super) fn find(&self, path: &str) -> Map {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let text = match self.part {
            PathPart::Stem => name.rsplit_once('.').map_or(name, |(stem, _)| stem),
            PathPart::Folder => folder.rsplit('/').next().unwrap_or(""),
            PathPart::Whole => path,
        };
        let Some(found) = self.expression.captures(text).filter(|_| !text.is_empty()) else {
            return Map::default();
        };
        let names = self.expression.capture_names().flatten();
        let pairs = names.filter_map(|name| {
            let value = found.name(name)?.as_str().to_owned();
            Some((name.to_lowercase(), Value::Text(value)))
        });
        Map(pairs.collect())
    }
}
