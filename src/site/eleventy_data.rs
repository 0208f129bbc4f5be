//! Eleventy's data files of folders and of templates: front matter that posts share, as far as it is written in
//! literals. Of what only running a script would tell, a key that decides whether posts are public is a doubt.

use std::fs;
use std::path::Path;

use super::data_file::data;
use super::fault::Fault;
use super::found::{Found, join, name_of};
use super::guess::literal::{self, Language, SPREAD, Written};
use super::search_log::SearchLog;
use crate::content::fields::inherited::{Defaults, Doubt, Doubtful, Target};
use crate::content::file::front_matter::{Map, Value};
use crate::content::place::template_address;

/// How many folders are searched for data files: those of posts lie near the top.
const MOST_FOLDERS: usize = 2_000;
/// In so many of them a data file that comes later is noticed; they are looked at every second.
const WATCHED_FOLDERS: usize = 100;

/// The endings of data files; later ones count more (Eleventy's `TemplateData.getLocalDataPaths`).
const ENDINGS: [&str; 5] = [
    ".json",
    ".11tydata.json",
    ".11tydata.mjs",
    ".11tydata.cjs",
    ".11tydata.js",
];

/// The endings of templates that may be posts.
const TEMPLATES: [&str; 4] = [".md", ".mdx", ".html", ".markdown"];

/// The keys that decide whether posts are public.
const DECISIVE: [&str; 10] = [
    "draft",
    "published",
    "permalink",
    "eleventyExcludeFromCollections",
    "hidden",
    "private",
    "unlisted",
    "listed",
    "publishDate",
    "expiryDate",
];

/// The key of values that are computed last, and hold whatever the post says.
const COMPUTED: &str = "eleventyComputed";

/// Reads the data files of every folder, the outer ones first: nearer ones count more.
pub(super) fn read(log: &SearchLog, content_dir: &Path, found: &mut Found) {
    let mut folders = vec![(content_dir.to_owned(), String::new())];
    let mut of_templates = Vec::new();
    let mut at = 0;
    while let Some((folder, path)) = folders.get(at).cloned() {
        at += 1;
        if at <= WATCHED_FOLDERS {
            log.names(&folder);
        }
        let (below, files) = contents(&folder);
        // The folder of content itself has a data file as well, unless it is the root of the site.
        let name = name_of(&folder);
        for ending in ENDINGS {
            let file = format!("{name}{ending}");
            if files.contains(&file) {
                read_file(log, &folder.join(file), &Target::Below(path.clone()), found);
            }
        }
        for ending in ENDINGS {
            for file in files.iter().filter(|file| file.ends_with(ending)) {
                let stem = &file[..file.len() - ending.len()];
                let is_template = |ending: &str| files.contains(&format!("{stem}{ending}"));
                if stem != name && TEMPLATES.iter().any(|ending| is_template(ending)) {
                    of_templates.push((folder.join(file), Target::File(join(&path, stem))));
                }
            }
        }
        for name in below {
            if folders.len() < MOST_FOLDERS {
                folders.push((folder.join(&name), join(&path, &name)));
            }
        }
    }
    for (file, target) in of_templates {
        read_file(log, &file, &target, found);
    }
}

/// The folders of content in a folder, and the files in it, in order.
fn contents(folder: &Path) -> (Vec<String>, Vec<String>) {
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            files.push(name);
        } else if !name.starts_with(['.', '_']) && name != "node_modules" {
            folders.push(name);
        }
    }
    folders.sort();
    files.sort();
    (folders, files)
}

fn read_file(log: &SearchLog, file: &Path, target: &Target, found: &mut Found) {
    let Some(text) = log.text(file) else {
        return;
    };
    let mut said = Said {
        values: Map::default(),
        computed: Map::default(),
        doubts: Vec::new(),
        unread: Vec::new(),
    };
    match entries(file, &text) {
        Ok(Some(entries)) => said.take_in(entries, &text, found),
        Ok(None) => {
            said.unread
                .push("it is a script that only Eleventy can run".to_owned());
            said.doubt_all_named_in(&text);
        }
        Err(fault) => {
            said.unread.push(fault.message.clone());
            said.doubt_all_named_in(&text);
            log.note(fault);
        }
    }
    let unread = said.unread.into_iter();
    found
        .unread
        .extend(unread.map(|what| format!("{}: {what}", file.display())));
    let origin = name_of(file);
    found.rules.defaults.push(Defaults {
        doubts: said.doubts,
        ..Defaults::new(target.clone(), said.values, &origin)
    });
    if !said.computed.0.is_empty() {
        found.rules.defaults.push(Defaults {
            is_final: true,
            ..Defaults::new(target.clone(), said.computed, &origin)
        });
    }
}

/// The pairs of a data file; `None` where a script makes them.
fn entries(file: &Path, text: &str) -> Result<Option<Vec<(String, Written)>>, Fault> {
    if file.extension().is_some_and(|ending| ending == "json") {
        let map = data(file, text)?;
        let pairs = map.0.into_iter();
        return Ok(Some(
            pairs
                .map(|(key, value)| match value {
                    Value::Map(map) if key == COMPUTED => {
                        let computed = map.0.into_iter();
                        let computed = computed.map(|(key, value)| (key, Written::Plain(value)));
                        (key, Written::Map(computed.collect()))
                    }
                    value => (key, Written::Plain(value)),
                })
                .collect(),
        ));
    }
    let exports: Vec<&str> = text.split("module.exports").skip(1).collect();
    let value = match exports.as_slice() {
        [] => text.split_once("export default").map(|(_, value)| value),
        [only] => only.trim_start().strip_prefix('='),
        // What is exported is changed later.
        _ => None,
    };
    let written = value.map(|value| literal::read(value, Language::Script).resolved(text));
    Ok(match written {
        Some(Written::Map(entries)) => Some(entries),
        _ => None,
    })
}

/// What a data file says.
struct Said {
    values: Map,
    computed: Map,
    doubts: Vec<Doubt>,
    unread: Vec<String>,
}

impl Said {
    fn take_in(&mut self, entries: Vec<(String, Written)>, text: &str, found: &Found) {
        for (key, written) in entries {
            match written {
                Written::Map(computed) if key == COMPUTED => {
                    for (key, written) in computed {
                        self.computed(&key, &written, text, found);
                    }
                }
                Written::Made(_) if key == COMPUTED || key == SPREAD => {
                    self.unread.push("a part of it is made by the script".to_owned());
                    self.doubt_all_named_in(text);
                }
                written => match written.value() {
                    Some(value) => {
                        if !self.is_unread_permalink(&key, &value, found) {
                            self.values.0.push((key, value));
                        }
                    }
                    None => self.made(&key, &written, Doubtful::Silent),
                },
            }
        }
    }

    fn computed(&mut self, key: &str, written: &Written, text: &str, found: &Found) {
        if key == SPREAD {
            self.unread.push("a part of it is made by the script".to_owned());
            return self.doubt_all_named_in(text);
        }
        let value = written.value();
        let is_template =
            |value: &Value| matches!(value, Value::Text(text) if text.contains("{{") || text.contains("{%"));
        match value {
            Some(value) if key == "permalink" => {
                if !self.is_unread_permalink(key, &value, found) {
                    self.computed.0.push((key.to_owned(), value));
                }
            }
            Some(value) if !is_template(&value) => self.computed.0.push((key.to_owned(), value)),
            _ => self.made(key, written, Doubtful::All),
        }
    }

    /// A value that only the script, or a template, makes.
    fn made(&mut self, key: &str, written: &Written, posts: Doubtful) {
        self.unread.push(format!("“{key}” is made by the script"));
        let decides = DECISIVE.contains(&key);
        if decides && !(key == "permalink" && is_an_address(written)) {
            self.doubt(key, posts);
        }
    }

    /// Doubts every key that decides and that the text of a script names.
    fn doubt_all_named_in(&mut self, text: &str) {
        let posts = if text.contains(COMPUTED) {
            Doubtful::All
        } else {
            Doubtful::Silent
        };
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        for key in DECISIVE {
            if text.split(|c| !is_word(c)).any(|word| word == key) {
                self.doubt(key, posts);
            }
        }
    }

    fn doubt(&mut self, key: &str, posts: Doubtful) {
        let doubt = Doubt {
            key: key.to_owned(),
            posts,
        };
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }

    /// Whether a permalink can't be read: then it is no use to any post.
    fn is_unread_permalink(&mut self, key: &str, value: &Value, found: &Found) -> bool {
        let Value::Text(written) = value else {
            return false;
        };
        let filters = &found.rules.date_filters;
        let is_unread = key == "permalink" && template_address::pattern(written, filters).is_none();
        if is_unread {
            self.unread.push(format!(
                "the permalink “{written}” is made by the site's script, so links to its posts lead where Eleventy \
                 puts posts without one"
            ));
        }
        is_unread
    }
}

/// Whether what a script makes can only be an address: a function that returns a text, and never `false`.
fn is_an_address(written: &Written) -> bool {
    let Written::Made(script) = written else {
        return false;
    };
    let returned = script.split_once("=>").map(|(_, returned)| returned.trim_start());
    let is_text = returned.is_some_and(|returned| returned.starts_with(['`', '"', '\'']));
    is_text && !script.contains("false")
}
