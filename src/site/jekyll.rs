//! Jekyll: `_config.yml`, and `_data/authors.yml`.

use std::path::Path;

use super::data_file::records;
use super::found::Found;
use super::search_log::SearchLog;
use crate::content::fields::field::{first_text, list, truth};
use crate::content::fields::inherited::{Defaults, Target};
use crate::content::file::front_matter::{Map, Value};
use crate::content::place::location::is_language;
use crate::vocabulary::{Dialect, PermalinkPattern};

pub(super) fn read(log: &SearchLog, root: &Path) -> Option<Found> {
    let mut unread = Vec::new();
    let (file, map) = log.first_data(
        root,
        &["_config.yml", "_config.yaml", "_config.toml"],
        &mut unread,
    )?;
    let text = |keys: &[&str]| first_text(&map, keys);
    let source = root.join(text(&["source"]).unwrap_or_default());
    let mut found = Found::new(file, Dialect::Jekyll, source);
    found.unread = unread;
    for (key, what) in [
        ("show_drafts", "drafts"),
        ("unpublished", "posts that are not published"),
        ("future", "posts whose date lies ahead"),
    ] {
        if map.get(key).and_then(truth) == Some(true) {
            found.built_all_the_same(key, what);
        }
    }
    found.title = text(&["title", "name"]);
    let path = text(&["baseurl"]).unwrap_or_default();
    found.url = text(&["url"]).map(|url| format!("{}/{}", url.trim_end_matches('/'), path.trim_matches('/')));
    if found.url.is_none()
        && let Some(name) = log.text(&root.join("CNAME"))
        && let Some(name) = name
            .lines()
            .next()
            .map(str::trim)
            .filter(|name| name.contains('.'))
    {
        // GitHub Pages serves the site at the name in this file.
        found.url = Some(format!("https://{name}/"));
    }
    found.description = text(&["description", "tagline"]);
    found.language = text(&["lang", "language", "locale"]).map(|tag| tag.replace('_', "-"));
    found.time_zone = text(&["timezone"]);
    found.rules.author = match map.get("author") {
        Some(Value::Map(author)) => first_text(author, &["name"]),
        Some(Value::Text(name)) => Some(name.trim().to_owned()),
        _ => None,
    };
    found.rules.ignored = (list(&map, &["exclude"]).iter())
        .map(|pattern| format!("/{}", pattern.trim_start_matches('/')))
        .collect();
    found.languages = languages(log, &map, &found.content_dir);
    permalinks(&map, &mut found);
    defaults(&map, &mut found);
    for names in [
        "_data/authors.yml",
        "_data/authors.yaml",
        "_data/authors.json",
        "_data/people.yml",
    ] {
        if let Some((path, map)) = log.first_data(root, &[names], &mut found.unread) {
            found.rules.authors.extend(records(&path, &map));
        }
    }
    found
        .rules
        .authors
        .extend(log.records_in(&root.join("_data/authors")));
    Some(found)
}

/// Those that the plugins for languages are told, else the folders that are named for one and have posts.
fn languages(log: &SearchLog, map: &Map, source: &Path) -> Vec<String> {
    let told = list(map, &["languages"]);
    let languages: Vec<String> = if told.is_empty() {
        let names = log.names(source).into_iter();
        names
            .filter(|name| {
                let folder = source.join(name);
                let has_posts = |below: &Path| below.join("_posts").is_dir();
                is_language(&name.replace('_', "-"))
                    && (has_posts(&folder)
                        || log
                            .names(&folder)
                            .iter()
                            .any(|below| has_posts(&folder.join(below))))
            })
            .map(|name| name.replace('_', "-"))
            .collect()
    } else {
        told.into_iter().map(Into::into).collect()
    };
    if languages.len() > 1 {
        languages
    } else {
        Vec::new()
    }
}

fn permalinks(map: &Map, found: &mut Found) {
    let of_posts = match map.get("collections") {
        Some(Value::Map(collections)) => match collections.get("posts") {
            Some(Value::Map(posts)) => first_text(posts, &["permalink"]),
            _ => None,
        },
        _ => None,
    };
    let Some(written) = of_posts.or_else(|| first_text(map, &["permalink"])) else {
        return;
    };
    let pattern = match written.as_str() {
        "date" => return,
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title.html",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title.html",
        "none" => "/:categories/:title.html",
        written => written,
    };
    match PermalinkPattern::parse(&format!("/{}", pattern.trim_start_matches('/'))) {
        Ok(pattern) => found.rules.permalinks.push((String::new(), pattern)),
        Err(why) => found.unread.push(format!("the permalink “{pattern}” {why}")),
    }
}

/// Front matter defaults. Those of other collections are of no concern.
fn defaults(map: &Map, found: &mut Found) {
    let Some(Value::List(list)) = map.get("defaults") else {
        return;
    };
    let origin = found.name();
    let collections_dir =
        first_text(map, &["collections_dir"]).map_or_else(String::new, |dir| format!("{dir}/"));
    for item in list {
        let Value::Map(item) = item else { continue };
        let Some(Value::Map(values)) = item.get("values") else {
            continue;
        };
        let scope = match item.get("scope") {
            Some(Value::Map(scope)) => scope.clone(),
            _ => Map::default(),
        };
        let kind = first_text(&scope, &["type"]);
        let has_type = kind.is_some();
        if kind.is_some_and(|kind| kind != "posts" && kind != "post") {
            continue;
        }
        let path = first_text(&scope, &["path"]).unwrap_or_default();
        let plain = path.strip_prefix(&collections_dir).unwrap_or(&path);
        let target = if plain.contains('*') {
            Target::Pattern(plain.to_owned())
        } else {
            Target::Start(plain.to_owned())
        };
        found.rules.defaults.push(Defaults {
            rank: Target::jekyll_rank(&path, has_type),
            ..Defaults::new(target, values.clone(), &origin)
        });
    }
}
