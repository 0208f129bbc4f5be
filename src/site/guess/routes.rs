//! Where an Astro site shows the posts of a collection: at the page with a parameter that asks for it.
//! `src/pages/blog/[...slug].astro` with `getCollection("posts")` puts `posts/a.md` at `/blog/a/`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::collections::Collection;
use super::{Guess, Program, script};
use crate::site::{found::Found, search_log::SearchLog};
use crate::vocabulary::PermalinkPattern;

/// How deep pages are looked for, in folders.
const DEEPEST: usize = 8;

/// Finds the address of each collection's posts.
pub(in crate::site) fn read(
    log: &SearchLog,
    root: &Path,
    content_dir: &Path,
    mut collections: Vec<Collection>,
    found: &mut Found,
) {
    add_folders(log, &root.join(content_dir), content_dir, &mut collections);
    let mut pages = Vec::new();
    find_pages(log, &root.join("src/pages"), "", &mut pages);
    // A page deeper down is more likely to be that of the posts than one that catches all.
    pages.sort_by_key(|(_, route)| std::cmp::Reverse(route.matches('/').count()));
    for (file, route) in pages {
        let Some(text) = log.text(&file) else {
            continue;
        };
        let Some((address, doubt)) = address(&text, &route) else {
            continue;
        };
        let address = Program::new(&file, &text).guess_by(address, &["params", "getCollection("]);
        for name in collections_of(log, root, &file, &text, &collections) {
            let Some(collection) = collections.iter().find(|own| own.name == name) else {
                continue;
            };
            let folder = Path::new(&collection.base);
            let Some(folder) = folder.strip_prefix(content_dir).ok().and_then(Path::to_str) else {
                // The folder of the ids lies above that of the content.
                push(found, collection, "", &address, doubt.as_deref());
                continue;
            };
            push(found, collection, folder, &address, doubt.as_deref());
        }
    }
    if found.rules.permalinks.is_empty() {
        found
            .unread
            .push("where the posts are: no page that shows them one by one can be read".into());
    }
    for collection in collections {
        let folder = Path::new(&collection.base).strip_prefix(content_dir);
        let is_shown = folder.is_ok_and(|folder| {
            let folder = folder.to_str().unwrap_or("");
            found.rules.permalinks.iter().any(|(own, _)| own == folder)
        });
        if is_shown && collection.makes_ids {
            found.unread.push(format!(
                "the addresses of “{}”: a function of the script makes the ids (generateId)",
                collection.name
            ));
        }
    }
}

/// A folder of `src/content` is a collection, also where no script defines it.
fn add_folders(log: &SearchLog, full: &Path, content_dir: &Path, collections: &mut Vec<Collection>) {
    if !content_dir.ends_with("content") {
        return;
    }
    for name in log.names(full) {
        let is_known = collections.iter().any(|own| own.name == name);
        if !is_known && !name.starts_with(['_', '.']) && full.join(&name).is_dir() {
            let base = content_dir.join(&name).to_string_lossy().into_owned();
            collections.push(Collection {
                name,
                base,
                inside: String::new(),
                makes_ids: false,
            });
        }
    }
}

fn push(
    found: &mut Found,
    collection: &Collection,
    folder: &str,
    address: &Guess<String>,
    doubt: Option<&str>,
) {
    let slash = if found.rules.trailing_slash == Some(false) {
        ""
    } else {
        "/"
    };
    let inside = if folder.is_empty() && !collection.inside.is_empty() {
        format!("{}/", collection.inside)
    } else {
        String::new()
    };
    let written = address.value.replace("{below}", &format!("{inside}{{below}}"));
    let Ok(pattern) = PermalinkPattern::parse(&format!("{written}{slash}")) else {
        return;
    };
    if found.rules.permalinks.iter().any(|(own, _)| own == folder) {
        return;
    }
    found.guess_permalink(folder, address.clone().map(|_| pattern));
    if let Some(doubt) = doubt {
        found
            .unread
            .push(format!("the addresses of “{}”: {doubt}", collection.name));
    }
}

/// Every page with a parameter, in order, and its route such as `/blog/[...slug]`.
fn find_pages(log: &SearchLog, folder: &Path, route: &str, pages: &mut Vec<(PathBuf, String)>) {
    let names = log.names(folder).into_iter();
    for name in names.filter(|name| !name.starts_with(['_', '.'])) {
        let full = folder.join(&name);
        if full.is_dir() {
            if route.matches('/').count() < DEEPEST {
                find_pages(log, &full, &format!("{route}/{name}"), pages);
            }
        } else if let Some(stem) = name.strip_suffix(".astro") {
            let route = if stem == "index" {
                route.to_owned()
            } else {
                format!("{route}/{stem}")
            };
            // A page of a list has its number as a parameter.
            if route.contains('[') && !route.to_lowercase().contains("page]") {
                pages.push((full, route));
            }
        }
    }
}

/// The collections that a page shows: those it asks for, or names as the type of its posts; else those
/// that what it imports asks for; else the only one there is.
fn collections_of(
    log: &SearchLog,
    root: &Path,
    file: &Path,
    text: &str,
    all: &[Collection],
) -> BTreeSet<String> {
    let own = named(text);
    if !own.is_empty() {
        return own;
    }
    let imported: BTreeSet<String> = imports(log, root, file, text)
        .iter()
        .flat_map(|text| named(text))
        .collect();
    match all {
        [only] if imported.is_empty() => BTreeSet::from([only.name.clone()]),
        _ => imported,
    }
}

fn named(text: &str) -> BTreeSet<String> {
    [
        "getCollection(",
        "CollectionEntry<",
        "getEntry(",
        "getLiveCollection(",
    ]
    .iter()
    .flat_map(|call| text.split(call).skip(1))
    .filter_map(|after| {
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let (name, _) = after[1..].split_once(quote)?;
        Some(name.to_owned())
    })
    .collect()
}

/// The texts of the site's own scripts that a page imports.
fn imports(log: &SearchLog, root: &Path, file: &Path, text: &str) -> Vec<String> {
    let here = file.parent().unwrap_or(root);
    text.split("from ")
        .skip(1)
        .filter_map(|after| {
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (path, _) = after[1..].split_once(quote)?;
            let full = if path.starts_with('.') {
                here.join(path)
            } else {
                let below = ["@/", "~/", "src/", "/src/"]
                    .iter()
                    .find_map(|alias| path.strip_prefix(alias))?;
                root.join("src").join(below)
            };
            let name = full.file_name()?.to_str()?.to_owned();
            let folder = full.parent()?;
            let names = [
                name.clone(),
                format!("{name}.ts"),
                format!("{name}.js"),
                format!("{name}.mjs"),
                format!("{name}/index.ts"),
                format!("{name}/index.js"),
            ];
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            log.first_file(folder, &names).map(|(_, text)| text)
        })
        .collect()
}

/// The pattern of a page's addresses, and what is in doubt about it. `None` if its parameters are not
/// those of a single post.
fn address(text: &str, route: &str) -> Option<(String, Option<String>)> {
    let params = script::object(text, "params").unwrap_or("");
    let mut address = String::new();
    let mut doubt = None;
    let mut is_of_a_post = false;
    let mut rest = route;
    let mut parameters = 0;
    while let Some((before, after)) = rest.split_once('[') {
        let (name, after) = after.split_once(']')?;
        parameters += 1;
        rest = after;
        address.push_str(before);
        let name = name.trim_start_matches("...");
        let token = match expression(params, name) {
            Some(expression) => match token(&expression) {
                Some(token) => token,
                None if is_made_of_the_id(&expression) => {
                    doubt = Some(format!(
                        "the page {route} makes “{name}” from the post's id, and it was taken as it is"
                    ));
                    "{below}"
                }
                None => {
                    doubt = Some(format!(
                        "the page {route} makes “{name}” in a way that can't be read"
                    ));
                    ""
                }
            },
            // Nothing says otherwise, so it is what it is called.
            None if params.is_empty() => "{below}",
            None => return None,
        };
        is_of_a_post |= matches!(token, "{below}" | "{slug}" | "{slugtail}");
        address.push_str(token);
    }
    address.push_str(rest);
    (parameters > 0 && is_of_a_post).then_some((address, doubt))
}

/// What a key of an object is, without white space; a key alone is its own value.
fn expression(object: &str, name: &str) -> Option<String> {
    let inner = object.strip_prefix('{')?.strip_suffix('}')?;
    let mut depth = 0_i32;
    let entries = inner.split(|c| {
        depth += match c {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        };
        c == ',' && depth == 0
    });
    for entry in entries {
        let (key, value) = match entry.split_once(':') {
            Some((key, value)) => (key.trim(), value.trim()),
            None => (entry.trim(), entry.trim()),
        };
        if key.trim_matches(['"', '\'']) == name {
            return Some(value.split_whitespace().collect());
        }
    }
    None
}

/// The token for an expression, if it is one that is known.
fn token(expression: &str) -> Option<&'static str> {
    let expression = expression.strip_suffix(".toString()").unwrap_or(expression);
    let (_, field) = expression.split_once('.')?;
    match field {
        "id" | "slug" | "data.slug" => Some("{below}"),
        "id.split('/')[0]" | "id.split(\"/\")[0]" | "slug.split('/')[0]" => Some("{topic}"),
        "id.split('/').pop()" | "id.split(\"/\").pop()" | "slug.split('/').pop()" => Some("{slug}"),
        "id.split('/').pop().split('_').pop()" => Some("{slugtail}"),
        "data.category" => Some("{category}"),
        "data.author" => Some("{author}"),
        "data.lang" | "data.language" | "data.locale" => Some("{lang}"),
        _ if expression.contains("getFullYear()") || expression.contains("getUTCFullYear()") => {
            Some("{year}")
        }
        _ => None,
    }
}

/// Whether an expression is made of the post's id in some other way.
fn is_made_of_the_id(expression: &str) -> bool {
    [".id", ".slug", "Slug(", "getPath("]
        .iter()
        .any(|part| expression.contains(part))
        || matches!(expression, "slug" | "id")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, route: &str) -> Option<(String, bool)> {
        address(text, route).map(|(address, doubt)| (address, doubt.is_some()))
    }

    #[test]
    fn a_page_says_where_its_posts_are_as_far_as_it_can_be_read() {
        for (params, route, address, is_in_doubt) in [
            ("{ slug: post.id }", "/blog/[...slug]", "/blog/{below}", false),
            ("{ id: post.slug, }", "/[id]", "/{below}", false),
            (
                "{ kind: e.id.split('/')[0], year: new Date(e.data.date).getFullYear().toString(), id: e.id.split('/').pop() }",
                "/blog/[kind]/[year]/[id]",
                "/blog/{topic}/{year}/{slug}",
                false,
            ),
            (
                "{ slug: getPath(post.id, post.filePath) }",
                "/posts/[...slug]",
                "/posts/{below}",
                true,
            ),
            ("{ slug }", "/posts/[...slug]", "/posts/{below}", true),
        ] {
            let text = format!("return posts.map((post) => ({{ params: {params}, props: {{ post }} }}));");
            assert_eq!(
                read(&text, route),
                Some((address.to_owned(), is_in_doubt)),
                "{params}"
            );
        }
        let tags = "({ params: { tag }, props: { posts } })";
        assert_eq!(read(tags, "/tags/[tag]"), None);
        assert_eq!(
            read("const { slug } = Astro.params;", "/blog/[slug]"),
            Some(("/blog/{below}".into(), false))
        );
    }
}
