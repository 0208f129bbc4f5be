//! Hugo's `build`, formerly `_build`: whether a page is listed, and whether it is rendered at all.

use super::decision::Visibility;
use super::input::Input;
use super::values::plain;
use crate::content::fields::field;
use crate::content::file::front_matter::{Map, Value};
use crate::content::post::KeptBack;
use crate::vocabulary::Dialect;

pub(super) fn read(subject: Input<'_>, visibility: &mut Visibility) {
    if !matches!(subject.dialect, Some(Dialect::Hugo) | None) {
        return;
    }
    for (key, value) in &subject.map.0 {
        if plain(key) != "build" {
            continue;
        }
        match value {
            Value::Map(options) => {
                list(key, options, visibility);
                render(key, options, visibility);
            }
            Value::Null => {}
            _ if subject.dialect.is_none() => {}
            _ => {
                visibility.keep_back(KeptBack::Hidden, "build");
                visibility.warn(
                    "kept-back",
                    key,
                    "is no mapping, which Hugo can't read, so the post is kept back",
                    "write build: {list: never}, or remove it",
                );
            }
        }
    }
}

/// Whether the value of `list` keeps a page out of the site's lists; `None` if nobody knows.
fn is_unlisted(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "never" | "local" | "false" => Some(true),
        "always" | "true" => Some(false),
        _ => None,
    }
}

fn list(key: &str, options: &Map, visibility: &mut Visibility) {
    let Some(value) = options.get("list").and_then(field::text) else {
        return;
    };
    match is_unlisted(&value) {
        Some(true) => visibility.keep_back(KeptBack::Hidden, "build.list"),
        Some(false) => {}
        None => {
            visibility.keep_back(KeptBack::Hidden, "build.list");
            visibility.warn(
                "kept-back",
                key,
                format!("has the list “{value}”, which Hugo does not know, so the post is kept back"),
                "write list: always, local or never",
            );
        }
    }
}

/// Hugo lists a page that it does not render, so readers see it, and get nowhere.
fn render(key: &str, options: &Map, visibility: &mut Visibility) {
    let value = options.get("render").and_then(field::text).unwrap_or_default();
    let has_no_page = ["never", "false", "link"]
        .iter()
        .any(|known| value.eq_ignore_ascii_case(known));
    if has_no_page && visibility.kept_back.is_none() {
        visibility.warn(
            "no-page",
            key,
            format!(
                "has render: {value}, so Hugo lists the post and makes no page for it: its link leads nowhere"
            ),
            "add list: never if it is not for readers, or remove render if it is",
        );
    }
}

/// Whether a line of a file that can't be read as a whole keeps a page out of the lists.
pub(super) fn withhold(key: &str, value: &str, dialect: Option<Dialect>) -> bool {
    matches!(dialect, Some(Dialect::Hugo) | None)
        && key.eq_ignore_ascii_case("list")
        && is_unlisted(value) == Some(true)
}
