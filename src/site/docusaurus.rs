//! Docusaurus: configuration that is a script, read as far as it is plain text.

use std::path::Path;

use super::data_file::records;
use super::found::Found;
use super::guess::script;
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
    let blog = script::object(&text, "blog").unwrap_or("");
    let folder = script::string(blog, "path").unwrap_or_else(|| "blog".into());
    let folder = folder.trim_start_matches("./").to_owned();
    let mut found = Found::new(file, Dialect::Docusaurus, root.join(&folder));
    let string = |key| script::string(&text, key);
    found.title = string("title");
    found.description = string("tagline");
    // Other things have a “url” and a “baseUrl” too.
    let path = script::strings(&text, "baseUrl").find(|path| path.starts_with('/'));
    let path = path.unwrap_or_else(|| "/".into());
    match script::strings(&text, "url").find(|url| url.starts_with("http")) {
        Some(url) => {
            found.url = Some(format!(
                "{}/{}",
                url.trim_end_matches('/'),
                path.trim_start_matches('/')
            ));
        }
        None => found.unread.push("url: it is made by the script".into()),
    }
    found.language = string("defaultLocale");
    let base = script::string(blog, "routeBasePath").unwrap_or_else(|| "blog".into());
    found.rules.base = base.trim_matches('/').into();
    found.rules.trailing_slash = Some(script::truth(&text, "trailingSlash") == Some(true));
    let files = ["authors.yml", "authors.yaml", "authors.json"];
    if let Some((path, map)) = log.first_data(&root.join(&folder), &files, &mut found.unread) {
        found.rules.authors = records(&path, &map);
    }
    Some(found)
}
