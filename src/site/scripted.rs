//! Docusaurus and Astro: configuration that is a script, read as far as it is plain text.

use std::path::Path;

use super::{Found, first_data, first_file, records, script};
use crate::content::dialect::Dialect;
use crate::content::permalink::PermalinkPattern;

pub(super) fn docusaurus(root: &Path) -> Option<Found> {
    let names = [
        "docusaurus.config.ts",
        "docusaurus.config.js",
        "docusaurus.config.mjs",
        "docusaurus.config.cjs",
    ];
    let (file, text) = first_file(root, &names)?;
    let blog = script::object(&text, "blog").unwrap_or("");
    let folder = script::string(blog, "path").unwrap_or_else(|| "blog".into());
    let folder = folder.trim_start_matches("./").to_owned();
    let mut found = Found::new(file, Dialect::Docusaurus, root.join(&folder));
    let string = |key| script::string(&text, key);
    found.title = string("title");
    found.description = string("tagline");
    let path = string("baseUrl").unwrap_or_else(|| "/".into());
    match string("url") {
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
    if let Some((path, map)) = first_data(&root.join(&folder), &files, &mut found.unread) {
        found.rules.authors = records(&path, &map);
    }
    Some(found)
}

pub(super) fn astro(root: &Path) -> Option<Found> {
    let names = [
        "astro.config.mjs",
        "astro.config.ts",
        "astro.config.js",
        "astro.config.cjs",
        "astro.config.mts",
    ];
    let (file, text) = first_file(root, &names)?;
    let content = ["src/content", "src/data", "src/pages"];
    let content = content
        .iter()
        .map(|folder| root.join(folder))
        .find(|folder| folder.is_dir());
    let mut found = Found::new(
        file,
        Dialect::Astro,
        content.unwrap_or_else(|| root.join("src/content")),
    );
    let string = |key| script::string(&text, key);
    let path = string("base").unwrap_or_default();
    match string("site") {
        Some(site) => {
            found.url = Some(format!(
                "{}/{}",
                site.trim_end_matches('/'),
                path.trim_matches('/')
            ));
        }
        None => found.unread.push("site: it is made by the script".into()),
    }
    found.language = string("defaultLocale");
    let never =
        string("trailingSlash").as_deref() == Some("never") || string("format").as_deref() == Some("file");
    found.rules.trailing_slash = never.then_some(false);
    // The usual place of a site's name.
    for name in [
        "src/consts.ts",
        "src/config.ts",
        "src/site.config.ts",
        "src/consts.js",
        "src/config.js",
    ] {
        if let Some((_, text)) = first_file(root, &[name]) {
            let string = |keys: &[&str]| keys.iter().find_map(|key| script::string(&text, key));
            found.title = found.title.or_else(|| string(&["SITE_TITLE", "title"]));
            found.description = found
                .description
                .or_else(|| string(&["SITE_DESCRIPTION", "description"]));
            found.url = found.url.or_else(|| string(&["website", "url"]));
        }
    }
    if found.title.is_none() {
        found.unread.push("title: Astro's configuration has none".into());
    }
    if text.contains("starlight(") {
        // Its collection lies at the root of the site.
        let slash = if found.rules.trailing_slash == Some(false) {
            ""
        } else {
            "/"
        };
        if let Ok(pattern) = PermalinkPattern::parse(&format!("/{{below}}{slash}")) {
            found.rules.permalinks.push(("docs".to_owned(), pattern));
        }
    }
    routes(root, &mut found);
    for name in [
        "src/content/authors.json",
        "src/data/authors.json",
        "src/data/authors.yml",
    ] {
        if let Some((path, map)) = first_data(root, &[name], &mut found.unread) {
            found.rules.authors.extend(records(&path, &map));
        }
    }
    Some(found)
}

/// A collection is where a page with a parameter asks for it: `src/pages/blog/[...slug].astro` with
/// `getCollection("posts")` puts `posts/a.md` at `/blog/a/`.
fn routes(root: &Path, found: &mut Found) {
    let mut folders = vec![(root.join("src/pages"), String::new())];
    while let Some((folder, path)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        let mut names: Vec<String> = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        for name in names {
            let full = folder.join(&name);
            if full.is_dir() {
                if !name.starts_with(['[', '_', '.']) && path.matches('/').count() < 4 {
                    folders.push((full, format!("{path}/{name}")));
                } else if name.starts_with("[...") || name == "[slug]" || name == "[id]" {
                    page(&full.join("index.astro"), &path, found);
                }
            } else if name.starts_with('[')
                && Path::new(&name)
                    .extension()
                    .is_some_and(|ending| ending == "astro")
            {
                page(&full, &path, found);
            }
        }
    }
}

fn page(file: &Path, path: &str, found: &mut Found) {
    let Ok(text) = std::fs::read_to_string(file) else {
        return;
    };
    if file.to_string_lossy().contains("page]") {
        return;
    }
    for quote in ['"', '\''] {
        let call = format!("getCollection({quote}");
        let mut rest = text.as_str();
        while let Some((_, after)) = rest.split_once(&call) {
            let Some((collection, after)) = after.split_once(quote) else {
                return;
            };
            rest = after;
            // Below the collection's folder, subfolders are a part of the slug.
            let slash = if found.rules.trailing_slash == Some(false) {
                ""
            } else {
                "/"
            };
            if let Ok(pattern) = PermalinkPattern::parse(&format!("{path}/{{below}}{slash}"))
                && !found
                    .rules
                    .permalinks
                    .iter()
                    .any(|(folder, _)| folder == collection)
            {
                found.rules.permalinks.push((collection.to_owned(), pattern));
            }
        }
    }
}
