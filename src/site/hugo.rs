//! Hugo: `hugo.toml`, `config.yaml` and their like, also in `config/_default`.

use std::path::Path;

use super::data_file::records;
use super::found::{Found, name_of};
use super::search_log::SearchLog;
use crate::content::fields::field::{first_text, truth};
use crate::content::fields::inherited;
use crate::content::fields::visibility::date_fields::{DateFields, FILE_NAME};
use crate::content::file::front_matter::{Map, Value};
use crate::vocabulary::{Dialect, PermalinkPattern};

const FILES: [&str; 14] = [
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
    "config/_default/hugo.toml",
    "config/_default/hugo.yaml",
    "config/_default/hugo.yml",
    "config/_default/config.toml",
    "config/_default/config.yaml",
    "config/_default/config.yml",
];

pub(super) fn read(log: &SearchLog, root: &Path) -> Option<Found> {
    let mut unread = Vec::new();
    let (file, map) = log.first_data(root, &FILES, &mut unread)?;
    let is_hugo = file
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("hugo."))
        || ["baseURL", "languageCode", "theme", "permalinks", "contentDir"]
            .iter()
            .any(|key| map.get(key).is_some());
    if !is_hugo {
        return None;
    }
    let text = |keys: &[&str]| first_text(&map, keys);
    let content_dir = root.join(text(&["contentDir"]).unwrap_or_else(|| "content".into()));
    let mut found = Found::new(file, Dialect::Hugo, content_dir);
    found.unread = unread;
    found.title = text(&["title"]);
    found.url = text(&["baseURL"]);
    found.language = text(&["languageCode", "locale", "defaultContentLanguage"]);
    found.time_zone = text(&["timeZone"]);
    if let Some(Value::Map(params)) = map.get("params") {
        found.description = first_text(params, &["description", "subtitle"]);
    }
    found.rules.keeps_case = map.get("disablePathToLower").and_then(truth) == Some(true);
    cascade(log, root, &map, &mut found);
    dates(log, root, &map, &mut found);
    languages(log, root, &map, &mut found);
    permalinks(log, root, &map, &mut found);
    if map.get("uglyURLs").and_then(truth) == Some(true) {
        found
            .rules
            .permalinks
            .insert(0, (String::new(), pattern("/:sections/:slugorfilename.html")));
    }
    found.rules.authors = log.records_in(&root.join("data/authors"));
    if let Some((path, map)) = log.first_data(
        root,
        &[
            "data/authors.yaml",
            "data/authors.yml",
            "data/authors.toml",
            "data/authors.json",
        ],
        &mut found.unread,
    ) {
        found.rules.authors.extend(records(&path, &map));
    }
    Some(found)
}

fn pattern(written: &str) -> PermalinkPattern {
    PermalinkPattern::parse(written).unwrap_or_default()
}

/// `cascade`, in the configuration itself or in a file of its name.
fn cascade(log: &SearchLog, root: &Path, map: &Map, found: &mut Found) {
    let own;
    let mut origin = found.name();
    let written = match map.get("cascade") {
        Some(written) => Some(written),
        None => {
            let files =
                ["toml", "yaml", "yml", "json"].map(|ending| format!("config/_default/cascade.{ending}"));
            let files = files.each_ref().map(String::as_str);
            own = log
                .first_data(root, &files, &mut found.unread)
                .map(|(path, map)| {
                    origin = name_of(&path);
                    Value::Map(map)
                });
            own.as_ref()
        }
    };
    // The first that speaks of a post counts.
    found.rules.defaults = inherited::cascade(written, &origin);
    found.rules.defaults.reverse();
}

/// Which fields the dates come from, and what of it is not to be had here.
fn dates(log: &SearchLog, root: &Path, map: &Map, found: &mut Found) {
    let own;
    let table = match map.get("frontmatter") {
        Some(Value::Map(table)) => Some(table),
        _ => {
            let files =
                ["toml", "yaml", "yml", "json"].map(|ending| format!("config/_default/frontmatter.{ending}"));
            let files = files.each_ref().map(String::as_str);
            own = log.first_data(root, &files, &mut found.unread);
            own.as_ref().map(|(_, table)| table)
        }
    };
    if let Some(table) = table {
        found.rules.date_fields = DateFields::read(table);
        for source in found.rules.date_fields.outside() {
            found.unread.push(format!(
                "frontmatter: “{source}” is not in the posts, so it is passed over; the next source counts"
            ));
        }
        // Hugo takes the slug from there with the date.
        let first = found
            .rules
            .date_fields
            .date
            .iter()
            .find(|name| *name == "date" || *name == FILE_NAME);
        found.rules.slug_after_date = first.is_some_and(|name| name == FILE_NAME);
    }
    for (key, what) in [
        ("buildDrafts", "drafts"),
        ("buildFuture", "posts whose date lies ahead"),
        ("buildExpired", "posts that have expired"),
    ] {
        if map.get(key).and_then(truth) == Some(true) {
            found.built_all_the_same(key, what);
        }
    }
}

fn languages(log: &SearchLog, root: &Path, map: &Map, found: &mut Found) {
    let own;
    let languages = match map.get("languages") {
        Some(Value::Map(languages)) => languages,
        _ => {
            own = language_files(log, root, found);
            &own
        }
    };
    let main = first_text(map, &["defaultContentLanguage"]).unwrap_or_else(|| "en".into());
    let mut names: Vec<String> = languages.0.iter().map(|(name, _)| name.clone()).collect();
    names.sort_by_key(|name| *name != main);
    if names.len() < 2 {
        return;
    }
    if let Some(Value::Map(own)) = languages.get(&main) {
        found.title = found.title.take().or_else(|| first_text(own, &["title"]));
    }
    let mut folders = 0;
    for (name, language) in &languages.0 {
        let Value::Map(language) = language else { continue };
        let Some(folder) = first_text(language, &["contentDir"]) else {
            continue;
        };
        folders += 1;
        if root.join(&folder) != found.content_dir.join(name) && root.join(&folder) != found.content_dir {
            found.unread.push(format!(
                "posts in “{name}”: they lie in “{folder}”, which is no folder named for the language"
            ));
        }
    }
    if folders == languages.0.len() {
        // Each has its own folder, so what lies beside them is nobody's content.
        let beside = log.names(&found.content_dir).into_iter();
        let beside = beside.filter(|name| !names.contains(name));
        found.rules.ignored.extend(beside.map(|name| format!("/{name}")));
    }
    found.language = Some(main);
    found.rules.main_language_in_path =
        map.get("defaultContentLanguageInSubdir").and_then(truth) == Some(true);
    found.languages.clone_from(&names);
    found.rules.languages = names;
}

/// Languages in files of their own: `languages.toml`, or `languages.es.toml` for each.
fn language_files(log: &SearchLog, root: &Path, found: &mut Found) -> Map {
    let folder = root.join("config/_default");
    let files = [
        "languages.toml",
        "languages.yaml",
        "languages.yml",
        "languages.json",
    ];
    if let Some((_, languages)) = log.first_data(&folder, &files, &mut found.unread) {
        return languages;
    }
    let mut languages = Map::default();
    for file in log.names(&folder) {
        let mut parts = file.split('.');
        if let (Some("languages"), Some(name), Some("toml" | "yaml" | "yml" | "json"), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
            && let Some((_, language)) = log.first_data(&folder, &[&file], &mut found.unread)
        {
            languages.0.push((name.to_owned(), Value::Map(language)));
        }
    }
    languages
}

fn permalinks(log: &SearchLog, root: &Path, map: &Map, found: &mut Found) {
    let own;
    let patterns = match map.get("permalinks") {
        Some(Value::Map(patterns)) => patterns,
        _ => {
            let files = [
                "config/_default/permalinks.toml",
                "config/_default/permalinks.yaml",
            ];
            let Some((_, patterns)) = log.first_data(root, &files, &mut found.unread) else {
                return;
            };
            own = patterns;
            &own
        }
    };
    // Since 0.112 there is one table for each kind of page.
    let patterns = match patterns.get("page") {
        Some(Value::Map(pages)) => pages,
        _ => patterns,
    };
    for (section, written) in &patterns.0 {
        let Value::Text(written) = written else { continue };
        let written = format!("/{}", written.trim_start_matches('/'));
        match PermalinkPattern::parse(&written) {
            Ok(pattern) => {
                let folder = if section == "/" {
                    ""
                } else {
                    section.trim_matches('/')
                };
                found.rules.permalinks.push((folder.to_owned(), pattern));
            }
            Err(why) => found
                .unread
                .push(format!("the permalink “{written}” of “{section}” {why}")),
        }
    }
}
