//! Fields of front matter by meaning: under which names they go, and how leniently they are read.

use crate::content::file::front_matter::{Map, Value};
use crate::content::post::Field;
use crate::vocabulary::slug::slug;

/// The headline.
pub const TITLE: &[&str] = &["title"];
/// The standfirst.
pub const SUMMARY: &[&str] = &[
    "summary",
    "description",
    "excerpt",
    "subtitle",
    "teaser",
    "preface",
];
/// The date of publication.
pub const DATE: &[&str] = &[
    "date",
    "pubDate",
    "publishedDate",
    "pubDatetime",
    "publishedAt",
    "published_at",
    "datePublished",
];
/// A date before which the post is not public; its date, where it has no other.
pub const PUBLISH_DATE: &[&str] = &["publishDate"];
/// A date from which the post is no longer public.
pub const EXPIRY_DATE: &[&str] = &["expiryDate"];
/// The last change that matters to readers.
pub const UPDATED: &[&str] = &[
    "lastmod",
    "updated",
    "updatedDate",
    "modified",
    "last_modified_at",
    "modDatetime",
    "last_update.date",
];
/// Who wrote it.
pub const AUTHORS: &[&str] = &[
    "authors",
    "author",
    "taxonomies.authors",
    "taxonomies.author",
    "extra.authors",
    "extra.author",
];
/// Its categories.
pub const CATEGORIES: &[&str] = &[
    "categories",
    "category",
    "taxonomies.categories",
    "extra.categories",
];
/// Its tags.
pub const TAGS: &[&str] = &["tags", "tag", "taxonomies.tags", "extra.tags"];
/// Its image.
pub const IMAGE: &[&str] = &[
    "image",
    "images",
    "image_path",
    "cover",
    "featured_image",
    "heroImage",
    "hero",
    "banner",
    "header.image",
    "header.teaser",
    "socialImage",
    "extra.image",
];
/// What the image shows.
pub const IMAGE_ALT: &[&str] = &["image_alt", "imageAlt"];
/// What is printed below the image.
pub const IMAGE_CAPTION: &[&str] = &["image_caption", "imageCaption"];
/// Who made the image.
pub const IMAGE_CREDIT: &[&str] = &["image_credit", "imageCredit", "image_attribution"];
/// Former addresses.
pub const ALIASES: &[&str] = &["aliases", "redirect_from"];
/// A permanent id.
pub const ID: &[&str] = &["guid", "id"];
/// The language.
pub const LANGUAGE: &[&str] = &["language", "lang"];

/// A field that is there and not null; `extra.image` is the field `image` of the mapping `extra`.
pub fn get<'a>(map: &'a Map, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        None => map.get(key),
        Some((outer, inner)) => match map.get(outer)? {
            Value::Map(map) => map.get(inner),
            _ => None,
        },
    }
}

/// The first of several fields that is there and not null.
pub fn first<'a>(map: &'a Map, keys: &[&'static str]) -> Option<(&'static str, &'a Value)> {
    keys.iter()
        .find_map(|key| get(map, key).map(|value| (*key, value)))
}

/// The first of several fields that is text with something in it, trimmed.
pub fn first_text(map: &Map, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| get(map, key).and_then(text))
}

/// A scalar as trimmed text; nothing for an empty one.
pub fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::Text(text) | Value::Number(text) => text.trim().to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::List(_) | Value::Map(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A list of texts: a list of scalars without its nulls, or a scalar as a list of one.
pub fn list(map: &Map, keys: &[&'static str]) -> Vec<Box<str>> {
    match first(map, keys) {
        Some((_, Value::List(list))) => list.iter().filter_map(text).map(Into::into).collect(),
        Some((_, value)) => text(value).map(Into::into).into_iter().collect(),
        None => Vec::new(),
    }
}

/// What the fields of these names say; see [`ContentSettings::fields`].
///
/// [`ContentSettings::fields`]: crate::content::ContentSettings::fields
pub fn asked_for(map: &Map, names: &[Box<str>]) -> Box<[(u16, Field)]> {
    let places = 0..=u16::MAX;
    names
        .iter()
        .zip(places)
        .filter_map(|(name, place)| Some((place, said(nested(map, name)?)?)))
        .collect()
}

/// A field, or one within another: `extra.featured`.
fn nested<'a>(map: &'a Map, name: &str) -> Option<&'a Value> {
    map.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        match map.get(outer)? {
            Value::Map(map) => nested(map, inner),
            _ => None,
        }
    })
}

fn said(value: &Value) -> Option<Field> {
    let values = match value {
        Value::Null => return None,
        Value::Bool(truth) => return Some(if *truth { Field::True } else { Field::False }),
        Value::List(list) => list.as_slice(),
        scalar => std::slice::from_ref(scalar),
    };
    let texts: Box<[Box<str>]> = values
        .iter()
        .filter_map(text)
        .map(|text| slug(&text).into())
        .collect();
    Some(if texts.is_empty() {
        Field::Other
    } else {
        Field::Texts(texts)
    })
}

/// Yes or no in the words people use; `None` if it is neither.
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Text(text) | Value::Number(text) => truth_of(text),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// Yes or no in the words people use; `None` if it is neither.
pub fn truth_of(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// Plain text on one line: folded scalars end in a newline, and headlines carry stray white space.
pub fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
