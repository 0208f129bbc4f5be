//! Which fields of front matter Hugo reads which of its four dates from: its own list, or the table
//! `[frontmatter]` of the site's configuration.

use crate::content::fields::field;
use crate::content::file::front_matter::Map;

/// The fields of each date, in the order in which they are asked; names in small letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFields {
    /// Of the date itself.
    pub date: Vec<String>,
    /// Of the moment from which on a page is public.
    pub publish: Vec<String>,
    /// Of the moment from which on it no longer is.
    pub expiry: Vec<String>,
    /// Of the last change.
    pub modified: Vec<String>,
}

/// In place of a field: the date that the file's name starts with.
pub const FILE_NAME: &str = ":filename";

const DATE: &[&str] = &["date", "publishdate", "lastmod"];
const PUBLISH: &[&str] = &["publishdate", "date"];
const EXPIRY: &[&str] = &["expirydate"];
const MODIFIED: &[&str] = &[":git", "lastmod", "date", "publishdate"];

/// Other names of a field, which are asked after it.
const ALIASES: [(&str, &[&str]); 3] = [
    ("lastmod", &["modified"]),
    ("publishdate", &["pubdate", "published"]),
    ("expirydate", &["unpublishdate"]),
];

impl Default for DateFields {
    fn default() -> Self {
        DateFields::read(&Map::default())
    }
}

impl DateFields {
    /// Reads the table `[frontmatter]`.
    pub fn read(table: &Map) -> Self {
        let fields = |key: &'static str, default: &[&str]| {
            let written = field::list(table, &[key]);
            let written: Vec<String> = if written.is_empty() {
                default.iter().map(|&name| name.to_owned()).collect()
            } else {
                (written.iter())
                    .flat_map(|name| {
                        if name.eq_ignore_ascii_case(":default") {
                            default.iter().map(|&name| name.to_owned()).collect()
                        } else {
                            vec![name.to_lowercase()]
                        }
                    })
                    .collect()
            };
            with_aliases(written)
        };
        DateFields {
            date: fields("date", DATE),
            publish: fields("publishDate", PUBLISH),
            expiry: fields("expiryDate", EXPIRY),
            modified: fields("lastmod", MODIFIED),
        }
    }

    /// The sources of a date that are not in the file: `:git` and `:fileModTime`.
    pub fn outside(&self) -> impl Iterator<Item = &str> {
        [&self.date, &self.publish, &self.expiry]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(|name| name.starts_with(':') && *name != FILE_NAME)
    }
}

fn with_aliases(names: Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::with_capacity(names.len() * 2);
    for name in names {
        let aliases = ALIASES
            .iter()
            .find(|(of, _)| *of == name)
            .map_or(&[][..], |(_, aliases)| aliases);
        let aliases = aliases.iter().map(|&alias| alias.to_owned());
        for name in std::iter::once(name).chain(aliases) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

/// Whether something other than a date may stand in a field, so that it is no fault: those that are
/// not Hugo's first name for a date.
pub fn is_lenient(name: &str) -> bool {
    ALIASES.iter().any(|(_, aliases)| aliases.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::file::front_matter::Value;

    #[test]
    fn the_table_of_a_site_names_fields_in_order_and_aliases_follow_them() {
        let list = |names: &[&str]| Value::List(names.iter().map(|&name| Value::Text(name.into())).collect());
        let table = Map(vec![
            ("date".into(), list(&["myDate", ":filename", ":default"])),
            ("expirydate".into(), list(&["gone", ":fileModTime"])),
        ]);
        let fields = DateFields::read(&table);
        let all = [
            "date",
            "publishdate",
            "pubdate",
            "published",
            "lastmod",
            "modified",
        ];
        assert_eq!(fields.date, [&["mydate", ":filename"][..], &all].concat());
        assert_eq!(fields.expiry, ["gone", ":filemodtime"]);
        assert_eq!(fields.publish, ["publishdate", "pubdate", "published", "date"]);
        assert_eq!(fields.outside().collect::<Vec<_>>(), [":filemodtime"]);
    }
}
