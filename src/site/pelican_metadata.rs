//! What Pelican's settings hand down to articles, in its order (`pelican/readers.py`): metadata by default, those
//! of paths, and those that expressions find in names. What an article says itself counts most.

use super::guess::literal::{SPREAD, Written};
use super::guess::{python, python_regex};
use crate::content::fields::inherited::{Defaults, Doubt, Doubtful, Groups, PathPart, Target};
use crate::content::file::front_matter::{Map, Value};

/// Pelican's own default.
const FILENAME_METADATA: &str = r"(?P<date>\d{4}-\d{2}-\d{2}).*";

/// The two files of settings; what is said in `publishconf.py` counts more.
pub(super) struct Settings<'a> {
    files: [&'a str; 2],
}

impl<'a> Settings<'a> {
    pub(super) fn new(own: &'a str, publish: &'a str) -> Self {
        Settings {
            files: [publish, own],
        }
    }

    fn get(&self, name: &str) -> Option<Written> {
        self.files.iter().find_map(|file| python::assigned(file, name))
    }

    fn is_changed(&self, name: &str) -> bool {
        self.files.iter().any(|file| python::is_changed(file, name))
    }

    /// The lines that say something of a setting in a way that can't be read mention one of these words.
    fn mentions(&self, name: &str, words: &[&str]) -> bool {
        let mut lines = self.files.iter().flat_map(|file| file.lines());
        lines.any(|line| line.contains(name) && words.iter().any(|word| line.contains(word)))
    }

    /// The strings of a list; `None` where it holds anything else.
    pub(super) fn strings(&self, name: &str) -> Option<Vec<String>> {
        match self.get(name) {
            None => Some(Vec::new()),
            Some(Written::List(items)) => {
                let texts = items.iter().map(|item| item.text().map(str::to_owned));
                texts.collect()
            }
            Some(_) => None,
        }
    }

    /// The text of a setting, or its default; `None` where it has none.
    fn text(&self, name: &str, default: &str, unread: &mut Vec<String>) -> Option<String> {
        let text = match self.get(name) {
            None => default.to_owned(),
            Some(Written::Plain(Value::Text(text))) => text,
            Some(Written::Plain(_)) => return None,
            Some(_) => {
                unread.push(format!("{name} is made by the program, and can't be read"));
                return None;
            }
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

/// What the settings hand down; later ones count more.
pub(super) fn read(settings: &Settings<'_>, origin: &str, unread: &mut Vec<String>) -> Vec<Defaults> {
    let mut all = Vec::new();
    let values = |pairs: Vec<(&str, Value)>| {
        let pairs = pairs.into_iter().map(|(key, value)| (key.to_owned(), value));
        Defaults::new(Target::all(), Map(pairs.collect()), origin)
    };
    if let Some(written) = settings.get("DEFAULT_METADATA") {
        all.push(metadata(
            Target::all(),
            &written,
            "DEFAULT_METADATA",
            origin,
            unread,
        ));
    }
    let has_categories = settings
        .text("CATEGORY_SAVE_AS", "category/{slug}.html", unread)
        .is_some();
    let category = settings
        .text("DEFAULT_CATEGORY", "misc", unread)
        .filter(|_| has_categories);
    all.push(values(vec![(
        "category",
        category.map_or_else(|| Value::List(Vec::new()), Value::Text),
    )]));
    if let Some(date) = date(settings, unread) {
        all.push(values(vec![("date", date)]));
    }
    if let Some(written) = settings.get("EXTRA_PATH_METADATA") {
        all.extend(extra(written, origin, unread));
    }
    for name in ["DEFAULT_METADATA", "EXTRA_PATH_METADATA"] {
        if settings.is_changed(name) {
            unread.push(format!("{name} is changed by the program: that can't be read"));
            if settings.mentions(name, &MARKS) {
                all.push(in_doubt(Target::all(), origin));
            }
        }
    }
    all.extend(of_names(settings, has_categories, &all, origin, unread));
    all
}

/// Words that tell of what decides whether an article is public.
const MARKS: [&str; 2] = ["status", "draft"];

fn in_doubt(target: Target, origin: &str) -> Defaults {
    Defaults {
        doubts: vec![Doubt {
            key: "status".to_owned(),
            posts: Doubtful::Silent,
        }],
        ..Defaults::new(target, Map::default(), origin)
    }
}

/// One dictionary of metadata.
fn metadata(
    target: Target,
    written: &Written,
    name: &str,
    origin: &str,
    unread: &mut Vec<String>,
) -> Defaults {
    let pairs: Vec<(String, Written)> = match written {
        Written::Map(pairs) => pairs.clone(),
        // A tuple of pairs.
        Written::List(items) => {
            let pair = |item: &Written| match item {
                Written::List(pair) => Some((pair.first()?.text()?.to_owned(), pair.get(1)?.clone())),
                _ => None,
            };
            items.iter().filter_map(pair).collect()
        }
        Written::Plain(_) => Vec::new(),
        Written::Made(expression) => {
            unread.push(format!("{name} is made by the program, and can't be read"));
            return if MARKS.iter().any(|mark| expression.contains(mark)) {
                in_doubt(target, origin)
            } else {
                Defaults::new(target, Map::default(), origin)
            };
        }
    };
    let mut defaults = Defaults::new(target, Map::default(), origin);
    for (key, item) in pairs {
        match item.value() {
            Some(value) => defaults.values.0.push((key, value)),
            None => {
                unread.push(format!(
                    "{name}: “{key}” is made by the program, and can't be read"
                ));
                let is_part = matches!(&item, Written::Made(expression) if expression.contains("status"));
                if key.eq_ignore_ascii_case("status") || is_part {
                    defaults.doubts.push(Doubt {
                        key: "status".to_owned(),
                        posts: Doubtful::Silent,
                    });
                }
            }
        }
    }
    defaults
}

/// Metadata of files and folders, the nearest last.
fn extra(written: Written, origin: &str, unread: &mut Vec<String>) -> Vec<Defaults> {
    const NAME: &str = "EXTRA_PATH_METADATA";
    let Written::Map(mut paths) = written else {
        return vec![metadata(Target::all(), &written, NAME, origin, unread)];
    };
    paths.sort_by(|(one, _), (other, _)| one.cmp(other));
    let of_path = |(path, written): (String, Written)| {
        if path == SPREAD {
            return metadata(Target::all(), &written, NAME, origin, unread);
        }
        let target = Target::Below(path.strip_suffix('/').unwrap_or(&path).to_owned());
        metadata(target, &written, NAME, origin, unread)
    };
    paths.into_iter().map(of_path).collect()
}

/// The date of articles without one: a moment, or `fs`, when the file was last written.
fn date(settings: &Settings<'_>, unread: &mut Vec<String>) -> Option<Value> {
    let parts = match settings.get("DEFAULT_DATE")? {
        Written::Plain(Value::Text(text)) => {
            return Some(Value::Text(text)).filter(|text| *text != Value::Text(String::new()));
        }
        Written::Plain(_) => return None,
        Written::List(items) => {
            let number = |item: &Written| match item {
                Written::Plain(Value::Number(number)) => number.parse::<u32>().ok(),
                _ => None,
            };
            items.iter().map(number).collect::<Option<Vec<_>>>()
        }
        _ => None,
    };
    let Some(parts) = parts.filter(|parts| parts.len() >= 3) else {
        unread.push("DEFAULT_DATE is made by the program, and can't be read".to_owned());
        return None;
    };
    let part = |at: usize| parts.get(at).copied().unwrap_or(0);
    Some(Value::Text(format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        part(0),
        part(1),
        part(2),
        part(3),
        part(4),
        part(5)
    )))
}

/// What expressions find: the name of a file counts more than its path, and that more than its folder.
fn of_names(
    settings: &Settings<'_>,
    has_categories: bool,
    known: &[Defaults],
    origin: &str,
    unread: &mut Vec<String>,
) -> Vec<Defaults> {
    let mut all: Vec<Defaults> = Vec::new();
    let mut add = |name: &str, expression: &str, part: PathPart| match python_regex::translate(expression) {
        Ok(expression) => all.push(Defaults {
            groups: Some(Groups::new(expression, part)),
            ..Defaults::new(Target::all(), Map::default(), origin)
        }),
        Err(why) => {
            unread.push(format!("{name} “{expression}” {why}: what it finds is not known"));
            if expression.contains("?P<status>") {
                all.push(in_doubt(Target::all(), origin));
            }
        }
    };
    let uses_folders = !matches!(
        settings.get("USE_FOLDER_AS_CATEGORY"),
        Some(Written::Plain(Value::Bool(false) | Value::Null))
    );
    if has_categories && uses_folders {
        add("USE_FOLDER_AS_CATEGORY", "(?P<category>.*)", PathPart::Folder);
    }
    let mut made = Vec::new();
    let of_path = settings.text("PATH_METADATA", "", &mut made);
    if let Some(expression) = &of_path {
        add("PATH_METADATA", expression, PathPart::Whole);
    }
    // By default it finds what is found anyway, unless another date would count more.
    let has_date = |defaults: &Defaults| defaults.values.get("date").is_some();
    let is_needed = settings.get("FILENAME_METADATA").is_some()
        || known.iter().any(has_date)
        || of_path.is_some_and(|expression| expression.contains("?P<date>"));
    let of_file = settings.text("FILENAME_METADATA", FILENAME_METADATA, &mut made);
    if let Some(expression) = of_file.filter(|_| is_needed) {
        add("FILENAME_METADATA", &expression, PathPart::Stem);
    }
    unread.append(&mut made);
    all
}
