//! Docusaurus: configuration that is a script, read as far as it is plain text.

use std::path::{Path, PathBuf};

use super::data_file::records;
use super::found::{Found, Setting};
use super::guess::{Program, script};
use super::search_log::SearchLog;
use crate::vocabulary::Dialect;

pub(super) fn read(log: &SearchLog, root: &Path) -> Option<Found> {
    let names = [
        "docusaurus.config.ts",
        "docusaurus.config.js",
        "docusaurus.config.mjs",
        "docusaurus.config.cjs",
    ];
    let (file, text) = log.first_file(root, &names)?;
    let program = Program::new(&file, &text);
    let blog = script::object(&text, "blog").unwrap_or("");
    let mut found = Found::new(file.clone(), Dialect::Docusaurus, PathBuf::new());
    let folder = found.take(Setting::ContentDir, program.part(blog).string("path"));
    let folder = folder.unwrap_or_else(|| "blog".into());
    let folder = folder.trim_start_matches("./").to_owned();
    found.content_dir = root.join(&folder);
    found.title = found.take(Setting::Title, program.string("title"));
    found.description = found.take(Setting::Description, program.string("tagline"));
    // Other things have a “url” and a “baseUrl” too.
    let path = script::strings(&text, "baseUrl").find(|path| path.starts_with('/'));
    let path = path.unwrap_or_else(|| "/".into());
    let url = program.strings("url").find(|url| url.value.starts_with("http"));
    match found.take(Setting::Url, url) {
        Some(url) => {
            found.url = Some(format!(
                "{}/{}",
                url.trim_end_matches('/'),
                path.trim_start_matches('/')
            ));
        }
        None => found.unread.push("url: it is made by the script".into()),
    }
    found.language = found.take(Setting::Language, program.string("defaultLocale"));
    let base = script::string(blog, "routeBasePath").unwrap_or_else(|| "blog".into());
    found.rules.base = base.trim_matches('/').into();
    found.rules.trailing_slash = Some(script::truth(&text, "trailingSlash") == Some(true));
    let files = ["authors.yml", "authors.yaml", "authors.json"];
    if let Some((path, map)) = log.first_data(&root.join(&folder), &files, &mut found.unread) {
        found.rules.authors = records(&path, &map);
    }
    Some(found)
}
