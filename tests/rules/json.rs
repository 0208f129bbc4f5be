//! JSON Feed 1.1: jsonfeed.org/version/1.1.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Verdict, is_language, is_media_type, is_rfc_3339, is_web, rule};

const TOP: [&str; 15] = [
    "version",
    "title",
    "home_page_url",
    "feed_url",
    "description",
    "user_comment",
    "next_url",
    "icon",
    "favicon",
    "authors",
    "language",
    "expired",
    "hubs",
    "items",
    "author",
];
const ITEM: [&str; 16] = [
    "id",
    "url",
    "external_url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "image",
    "banner_image",
    "date_published",
    "date_modified",
    "authors",
    "tags",
    "language",
    "attachments",
    "author",
];

/// Judges a document.
pub(crate) fn judge(document: &str) -> Verdict {
    let feed: Value = serde_json::from_str(document).map_err(|error| format!("RFC 8259: {error}"))?;
    clean(&feed)?;
    known(&feed, &TOP)?;
    rule(
        feed["version"] == "https://jsonfeed.org/version/1.1",
        "JSON Feed, “version”",
        &feed["version"],
    )?;
    rule(
        feed["title"].is_string(),
        "JSON Feed, “title”: required",
        &feed["title"],
    )?;
    for key in ["home_page_url", "feed_url"] {
        rule(
            feed[key].as_str().is_some_and(is_web),
            "JSON Feed, top level: considered required, and an address",
            (key, &feed[key]),
        )?;
    }
    if let Some(next) = feed.get("next_url") {
        rule(
            next.as_str().is_some_and(is_web) && next != &feed["feed_url"],
            "JSON Feed, “next_url”: another address",
            next,
        )?;
    }
    rule(
        feed.get("language").is_none_or(is_tag),
        "JSON Feed, “language”: RFC 5646",
        &feed["language"],
    )?;
    authors(&feed)?;
    let items = feed["items"].as_array().ok_or("JSON Feed, “items”: required")?;
    let mut ids = BTreeSet::new();
    for item in items {
        judge_item(item)?;
        rule(
            ids.insert(item["id"].as_str()),
            "JSON Feed, “id”: unique",
            &item["id"],
        )?;
    }
    Ok(())
}

fn judge_item(item: &Value) -> Verdict {
    known(item, &ITEM)?;
    rule(
        item["id"].as_str().is_some_and(|id| !id.trim().is_empty()),
        "JSON Feed, “id”: required, a string",
        &item["id"],
    )?;
    rule(
        item["content_html"].is_string() || item["content_text"].is_string(),
        "JSON Feed, “content_html”, “content_text”: one of them",
        &item["id"],
    )?;
    for key in ["url", "external_url", "image"] {
        rule(
            item.get(key).is_none_or(|url| url.as_str().is_some_and(is_web)),
            "JSON Feed, items: an absolute address",
            (key, &item[key]),
        )?;
    }
    for key in ["date_published", "date_modified"] {
        rule(
            item.get(key)
                .is_none_or(|date| date.as_str().is_some_and(is_rfc_3339)),
            "JSON Feed, items: RFC 3339",
            &item[key],
        )?;
    }
    rule(
        item.get("language").is_none_or(is_tag),
        "JSON Feed, “language”: RFC 5646",
        &item["language"],
    )?;
    authors(item)?;
    for tag in item["tags"].as_array().into_iter().flatten() {
        rule(tag.is_string(), "JSON Feed, “tags”: text", tag)?;
    }
    for attachment in item["attachments"].as_array().into_iter().flatten() {
        rule(
            attachment["url"].as_str().is_some_and(is_web),
            "JSON Feed, “attachments”: a url",
            attachment,
        )?;
        rule(
            attachment["mime_type"].as_str().is_some_and(is_media_type),
            "JSON Feed, “attachments”: a mime_type",
            attachment,
        )?;
    }
    Ok(())
}

fn authors(value: &Value) -> Verdict {
    for author in value["authors"].as_array().into_iter().flatten() {
        let has = |key: &str| author[key].as_str().is_some_and(|text| !text.trim().is_empty());
        rule(
            has("name") || has("url"),
            "JSON Feed, “authors”: at least one member",
            author,
        )?;
        rule(
            author
                .get("url")
                .is_none_or(|url| url.as_str().is_some_and(is_web)),
            "JSON Feed, “authors”: an address",
            author,
        )?;
    }
    Ok(())
}

/// Only what the format knows, or extensions, whose names start with an underscore.
fn known(value: &Value, keys: &[&str]) -> Verdict {
    for key in value.as_object().into_iter().flat_map(|map| map.keys()) {
        rule(
            key.starts_with('_') || keys.contains(&key.as_str()),
            "JSON Feed, “extensions”: no unknown member",
            key,
        )?;
    }
    Ok(())
}

/// No nulls, and no control characters behind escapes.
fn clean(value: &Value) -> Verdict {
    match value {
        Value::Null => rule(false, "JSON Feed: what is not there is left out", ()),
        Value::String(text) => {
            let control = text.chars().find(|c| c.is_control() && !"\t\n\r".contains(*c));
            rule(control.is_none(), "no control characters", control)
        }
        Value::Array(values) => values.iter().try_for_each(clean),
        Value::Object(map) => map.values().try_for_each(clean),
        Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn is_tag(value: &Value) -> bool {
    value.as_str().is_some_and(is_language)
}
