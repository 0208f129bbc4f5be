//! Eleventy: its script as far as it can be read, directory data files, and the usual data of a site.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::data_file::records;
use super::eleventy_data;
use super::found::{Found, Setting, from_folder};
use super::guess::{Program, script};
use super::search_log::SearchLog;
use crate::content::fields::field::first_text;
use crate::content::place::template_address;
use crate::content::post::TemplateEngine;
use crate::vocabulary::Dialect;

const SCRIPTS: [&str; 7] = [
    ".eleventy.js",
    "eleventy.config.js",
    "eleventy.config.mjs",
    "eleventy.config.cjs",
    "eleventy.config.ts",
    ".eleventy.mjs",
    ".eleventy.cjs",
];

pub(super) fn read(log: &SearchLog, root: &Path) -> Option<Found> {
    let (file, text) = log.first_file(root, &SCRIPTS)?;
    let mut found = Found::new(file.clone(), Dialect::Eleventy, PathBuf::new());
    let input = found.take(Setting::ContentDir, Program::new(&file, &text).string("input"));
    let input = input.unwrap_or_else(|| ".".into());
    let content_dir = root.join(&input);
    found.content_dir.clone_from(&content_dir);
    let data_dir = content_dir.join(script::string(&text, "data").unwrap_or_else(|| "_data".into()));
    let sites = [
        "metadata.json",
        "site.json",
        "metadata.yaml",
        "site.yaml",
        "meta.json",
        "metadata.yml",
        "site.yml",
    ];
    if let Some((_, map)) = log.first_data(&data_dir, &sites, &mut found.unread) {
        let text = |keys: &[&str]| first_text(&map, keys);
        found.title = text(&["title", "name"]);
        found.url = text(&["url", "baseUrl", "origin"]);
        found.description = text(&["description", "subtitle"]);
        found.language = text(&["language", "lang"]);
        found.rules.author = text(&["author"]);
    } else if let Some((file, text)) = log.first_file(
        &data_dir,
        &["metadata.js", "site.js", "meta.js", "metadata.cjs", "site.cjs"],
    ) {
        let program = Program::new(&file, &text);
        let language = program.string("language").or_else(|| program.string("lang"));
        found.title = found.take(Setting::Title, program.string("title"));
        found.url = found.take(Setting::Url, program.string("url"));
        found.description = found.take(Setting::Description, program.string("description"));
        found.language = found.take(Setting::Language, language);
    } else {
        found
            .unread
            .push("title and url: there is no data file of the site in the usual places".into());
    }
    let ignored = log
        .first_file(root, &[".eleventyignore"])
        .map_or_else(String::new, |(_, text)| text);
    found.rules.ignored = (ignored.lines().map(str::trim))
        .filter(|line| !line.is_empty() && !line.starts_with(['#', '!']))
        .filter_map(|line| from_folder(&input, line))
        .collect();
    found.rules.date_filters = date_filters(&text);
    found.rules.replaces_data = text.replace(' ', "").contains("setDataDeepMerge(false)");
    found.rules.markdown_templates = template_engine(&text, "markdownTemplateEngine");
    found.rules.html_templates = template_engine(&text, "htmlTemplateEngine");
    authors(log, &data_dir, &mut found);
    eleventy_data::read(log, &content_dir, &mut found);
    Some(found)
}

/// What carries out templates in Markdown or HTML, where the script says so: a name, or `false`.
fn template_engine(text: &str, key: &str) -> Option<TemplateEngine> {
    match script::string(text, key) {
        Some(name) => Some(TemplateEngine::of_eleventy(&name)),
        None => script::truth(text, key)
            .filter(|is_on| !is_on)
            .map(|_| TemplateEngine::None),
    }
}

/// Every data file whose name speaks of authors: there is no rule for it.
fn authors(log: &SearchLog, data_dir: &Path, found: &mut Found) {
    let names = log.names(data_dir).into_iter().filter(|name| {
        let stem = name.split('.').next().unwrap_or("").to_lowercase();
        let is_data = [".json", ".yaml", ".yml"]
            .iter()
            .any(|ending| name.ends_with(ending));
        is_data && (stem.contains("author") || matches!(stem.as_str(), "people" | "contributors"))
    });
    for name in names {
        if let Some((path, map)) = log.first_data(data_dir, &[&name], &mut found.unread) {
            found.rules.authors.extend(records(&path, &map));
        }
    }
}

/// What the script's filters make of a date, where that is a format: `addFilter("toPath", (date) =>
/// DateTime.fromJSDate(date).toFormat("yyyy/MM"))`.
fn date_filters(text: &str) -> BTreeMap<String, String> {
    text.split("Filter(")
        .skip(1)
        .filter_map(|after| {
            let (name, rest) = script::quoted(after.trim_start())?;
            let (_, format) = rest.split_once("ormat(")?;
            let (format, _) = script::quoted(format.trim_start())?;
            Some((name, template_address::date(&format)?))
        })
        .collect()
}
