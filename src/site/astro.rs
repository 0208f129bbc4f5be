//! Astro: `astro.config.mjs`, and the collections of `src/content.config.ts`. Where the posts of a
//! collection are shown is said by the pages: see [`routes`].

use std::path::{Path, PathBuf};

use super::data_file::records;
use super::found::{Found, Setting};
use super::guess::collections::{Collection, collections, relative};
use super::guess::{Program, routes, script};
use super::search_log::SearchLog;
use crate::vocabulary::{Dialect, PermalinkPattern};

const CONFIGURATIONS: [&str; 5] = [
    "astro.config.mjs",
    "astro.config.ts",
    "astro.config.js",
    "astro.config.cjs",
    "astro.config.mts",
];

const COLLECTIONS: [&str; 6] = [
    "src/content.config.ts",
    "src/content.config.mjs",
    "src/content.config.js",
    "src/content/config.ts",
    "src/content/config.mjs",
    "src/content/config.js",
];

pub(super) fn read(log: &SearchLog, root: &Path) -> Option<Found> {
    let (file, text) = log.first_file(root, &CONFIGURATIONS)?;
    let program = Program::new(&file, &text);
    let (definitions_file, definitions) = log.first_file(root, &COLLECTIONS).unwrap_or_default();
    let collections = collections(&definitions);
    let content_dir = content_dir(root, &collections);
    let mut found = Found::new(file.clone(), Dialect::Astro, root.join(&content_dir));
    let definitions = Program::new(&definitions_file, &definitions);
    let named = content_dir.strip_prefix(".").unwrap_or(&content_dir);
    let source = (definitions.strings("base").chain(definitions.strings("pattern")))
        .find(|guess| Path::new(&relative(&guess.value)).starts_with(named));
    found.take(Setting::ContentDir, source);
    let string = |key| script::string(&text, key);
    let path = string("base").unwrap_or_default();
    match found.take(Setting::Url, program.string("site")) {
        Some(site) => {
            found.url = Some(format!(
                "{}/{}",
                site.trim_end_matches('/'),
                path.trim_matches('/')
            ));
        }
        None => found.unread.push("site: it is made by the script".into()),
    }
    found.language = found.take(Setting::Language, program.string("defaultLocale"));
    found.languages = script::list(&text, "locales");
    if found.languages.len() < 2 {
        found.languages.clear();
    }
    let never =
        string("trailingSlash").as_deref() == Some("never") || string("format").as_deref() == Some("file");
    found.rules.trailing_slash = never.then_some(false);
    title(log, root, &mut found);
    if text.contains("starlight(") {
        // Its collection lies at the root of the site.
        let slash = if never { "" } else { "/" };
        if let Ok(pattern) = PermalinkPattern::parse(&format!("/{{below}}{slash}")) {
            let guess = program.guess_by(pattern, &["starlight("]);
            found.guess_permalink("docs", guess);
        }
    }
    routes::read(log, root, &content_dir, collections, &mut found);
    for name in [
        "src/content/authors.json",
        "src/data/authors.json",
        "src/data/authors.yml",
    ] {
        if let Some((path, map)) = log.first_data(root, &[name], &mut found.unread) {
            found.rules.authors.extend(records(&path, &map));
        }
    }
    Some(found)
}

/// The usual places of a site's name.
fn title(log: &SearchLog, root: &Path, found: &mut Found) {
    for name in [
        "src/consts.ts",
        "src/config.ts",
        "src/site.config.ts",
        "src/consts.js",
        "src/config.js",
    ] {
        if let Some((file, text)) = log.first_file(root, &[name]) {
            let program = Program::new(&file, &text);
            let string = |keys: [&'static str; 2]| keys.into_iter().find_map(|key| program.string(key));
            if found.title.is_none() {
                found.title = found.take(Setting::Title, string(["SITE_TITLE", "title"]));
            }
            if found.description.is_none() {
                let description = string(["SITE_DESCRIPTION", "description"]);
                found.description = found.take(Setting::Description, description);
            }
            if found.url.is_none() {
                found.url = found.take(Setting::Url, string(["website", "url"]));
            }
        }
    }
    if found.title.is_none() {
        found.unread.push("title: Astro's configuration has none".into());
    }
}

/// The folder that holds all collections: `src/content` unless the script says otherwise.
fn content_dir(root: &Path, collections: &[Collection]) -> PathBuf {
    let mut folders = collections
        .iter()
        .map(Collection::folder)
        .filter(|folder| root.join(folder).is_dir());
    let usual = ["src/content", "src/data", "src/pages"];
    let usual = usual.iter().find(|folder| root.join(folder).is_dir());
    let usual = PathBuf::from(usual.unwrap_or(&"src/content"));
    match folders.next() {
        // One that lies there is one of several, whatever the others are.
        Some(first) if !first.starts_with(&usual) => folders.fold(first, |common, folder| {
            let shared = common.components().zip(folder.components());
            shared.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
        }),
        _ => usual,
    }
}
