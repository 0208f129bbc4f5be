//! References from a post to other files of the content, as each generator writes them: `@/a.md`,
//! `{filename}a.md`, `{% post_url 2024-05-31-a %}`, `{{< relref "a" >}}`, `[text](../a.md)`.
//!
//! They are found when a file is parsed, and resolved by the catalog: what they lead to is an input
//! of the document like any other.

use crate::content::file::markup::markup;
use crate::content::post::{Reference, Target};

/// A post with more of them has its first ones resolved: no page links to more of its own site.
const MOST: usize = 500;

/// What a path may lack.
const ENDINGS: [&str; 8] = [
    ".md",
    ".mdx",
    ".markdown",
    ".html",
    "/index.md",
    "/index.mdx",
    "/index.html",
    ".mkd",
];

impl Target {
    /// The names under which a post can be meant.
    pub fn all_of(path: &str) -> [Target; 3] {
        let stem = stem(path);
        [
            Target::Path(path.into()),
            Target::Path(stem.into()),
            Target::Name(stem.rsplit('/').next().unwrap_or(stem).into()),
        ]
    }

    /// The paths at which a named path may lie, in order.
    pub fn candidates(path: &str) -> impl Iterator<Item = String> {
        let stem = stem(path).to_owned();
        let whole = path.to_owned();
        std::iter::once(whole).chain(ENDINGS.map(|ending| format!("{stem}{ending}")))
    }
}

/// A path without its ending; a page bundle is its folder.
fn stem(path: &str) -> &str {
    let has_ending = markup(path).is_some();
    let stem = if has_ending {
        path.rsplit_once('.').map_or(path, |(stem, _)| stem)
    } else {
        path
    };
    stem.strip_suffix("/index").unwrap_or(stem)
}

/// Every reference in the body of the post at `path`, none twice.
pub(in crate::content) fn find(path: &str, text: &str) -> Box<[Reference]> {
    let mut found = Vec::new();
    let mut add = |written: &str, target: Option<Target>| {
        let Some(target) = target else { return };
        if found.len() < MOST && !found.iter().any(|own: &Reference| *own.written == *written) {
            found.push(Reference {
                written: written.into(),
                target,
            });
        }
    };
    for mark in ["@/", "{filename}", "|filename|"] {
        for (at, _) in text.match_indices(mark) {
            let written = destination(&text[at..]);
            let file = &written[mark.len()..];
            let target = if mark == "@/" || file.starts_with('/') {
                join("", file)
            } else {
                join(path, file)
            };
            add(written, target.map(|path| Target::Path(path.into())));
        }
    }
    if text.contains("{%") || text.contains("{{") {
        for (at, _) in text
            .match_indices("post_url")
            .chain(text.match_indices("{% link "))
        {
            let is_link = text[at..].starts_with("{%");
            let rest = &text[at + 8..];
            let written = rest.split("%}").next().unwrap_or("").trim_end_matches('-').trim();
            let file = written.trim_matches(['"', '\'']).trim_start_matches('/');
            if written.len() > 300 || file.is_empty() {
                continue;
            }
            let target = if is_link {
                Target::Path(file.into())
            } else {
                Target::Name(file.rsplit('/').next().unwrap_or(file).into())
            };
            add(written, Some(target));
        }
        for (at, _) in text.match_indices("ref ") {
            let before = text[..at].trim_end_matches("rel").trim_end();
            if !(before.ends_with("{{<") || before.ends_with("{{%")) {
                continue;
            }
            let written = text[at + 4..].split(['>', '%']).next().unwrap_or("").trim();
            let plain = written.trim_matches(['"', '`', ' ']);
            let file = plain.split('#').next().unwrap_or("");
            if file.is_empty() {
                continue;
            }
            let target = if file.contains('/') {
                let absolute = if file.starts_with('/') {
                    join("", file)
                } else {
                    join(path, file)
                };
                absolute.map(|path| Target::Path(path.into()))
            } else {
                Some(Target::Name(stem(file).into()))
            };
            add(plain, target);
        }
    }
    // Links between files, as on code hosts: `[text](../b.md#part)`.
    for (at, _) in text.match_indices(".md") {
        let end = at + 3 + usize::from(text[at + 3..].starts_with('x'));
        if !text[end..].starts_with([')', '#', '"', '\'', ' ', '\n', '>', '?']) {
            continue;
        }
        let start = text[..at]
            .rfind(|c: char| c.is_whitespace() || "()[]<>\"'".contains(c))
            .map_or(0, |index| {
                index + text[index..].chars().next().map_or(1, char::len_utf8)
            });
        let written = &text[start..end];
        let is_destination = text[..start].ends_with(['(', '<', '"', '\'']) || text[..start].ends_with("]: ");
        let in_shortcode = text[..start].ends_with("ref \"");
        if is_destination
            && !in_shortcode
            && !written.contains(':')
            && !written.starts_with(['@', '{', '|', '/'])
        {
            add(written, join(path, written).map(|path| Target::Path(path.into())));
        }
    }
    found.into()
}

/// A link's destination without fragment, as far as it goes.
fn destination(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || ")\"'>]#?`".contains(c));
    &text[..end.unwrap_or(text.len())]
}

/// A relative path from the folder of a file; none if it leads out of the content directory.
pub(in crate::content) fn join(from: &str, relative: &str) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The name by which a post is known to references by name.
pub fn name_of(path: &str) -> &str {
    let stem = stem(path);
    stem.rsplit('/').next().unwrap_or(stem)
}

/// The folder of a post on the site that relative images of Pelican's `{static}` start from.
pub(in crate::content) fn static_path(path: &str, written: &str) -> Option<String> {
    let file = ["{static}", "{attach}", "|static|", "|attach|", "{photo}"]
        .iter()
        .find_map(|mark| written.strip_prefix(mark))?;
    if file.starts_with('/') {
        Some(file.to_owned())
    } else {
        join(path, file).map(|path| format!("/{path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Target)> {
        find("blog/2024/a.md", text)
            .iter()
            .map(|reference| (reference.written.to_string(), reference.target.clone()))
            .collect()
    }

    #[test]
    fn references_of_every_generator_are_found() {
        let path = |path: &str| Target::Path(path.into());
        let name = |name: &str| Target::Name(name.into());
        for (text, written, target) in [
            ("[x](@/blog/b.md#part)", "@/blog/b.md", path("blog/b.md")),
            ("[x]({filename}../b.md)", "{filename}../b.md", path("blog/b.md")),
            ("[x]({filename}/b.md)", "{filename}/b.md", path("b.md")),
            (
                "[x]({% post_url 2024-05-31-b %})",
                "2024-05-31-b",
                name("2024-05-31-b"),
            ),
            ("{% link _posts/b.md %}", "_posts/b.md", path("_posts/b.md")),
            ("{{< relref \"b.md#part\" >}}", "b.md#part", name("b")),
            ("{{% ref \"/blog/b\" %}}", "/blog/b", path("blog/b")),
            ("[x](../b.mdx#part)", "../b.mdx", path("blog/b.mdx")),
            ("[x]: ./b.md\n", "./b.md", path("blog/2024/b.md")),
        ] {
            assert_eq!(found(text), [(written.to_owned(), target)], "{text}");
        }
    }

    #[test]
    fn other_links_are_left_alone() {
        for text in [
            "[x](https://a.example/README.md)",
            "see b.md for more",
            "[x](../../../b.md)",
            "an e-mail@/home",
            "{{< youtube ref >}}",
        ] {
            assert!(
                found(text).iter().all(|(written, _)| written.starts_with("@/")),
                "{text}: {:?}",
                found(text)
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_finding_panic(text in "(@/|\\{filename\\}|\\{% (post_url|link) |\\{\\{< (rel)?ref |\\.mdx?|[a-z/.#)(\\]\\[\"' é>%}]){0,40}") {
            find("a/b.md", &text);
        }
    }
}
