//! Bylines in posts, and the records that say who they are.

use crate::content::post::{AuthorRecord, Byline};
use std::sync::Arc;

use super::field;
use super::people;
use crate::content::body::links;
use crate::content::file::front_matter::{Map, Value};
use crate::vocabulary::{Dialect, email::is_email};

/// The bylines in a field of front matter: a name, a mapping, or a list of either; and whether there
/// is doubt how many people a string names. A string that `is_id` is one person, whatever is in it.
pub fn bylines(value: &Value, dialect: Option<Dialect>, is_id: &dyn Fn(&str) -> bool) -> (Vec<Byline>, bool) {
    match value {
        Value::Text(text) if is_id(text) => (vec![Byline::named(text.trim())], false),
        // Pelican separates by commas where there is no semicolon, by its own documentation.
        Value::Text(text) if dialect == Some(Dialect::Pelican) => {
            let separator = if text.contains(';') { ';' } else { ',' };
            let people = text.split(separator).flat_map(|one| people::split(one).0);
            (people.collect(), false)
        }
        Value::Text(text) => people::split(text),
        value => {
            let mut bylines = Vec::new();
            collect(value, &mut bylines);
            (bylines, false)
        }
    }
}

fn collect(value: &Value, bylines: &mut Vec<Byline>) {
    match value {
        // An item of a list is one person.
        Value::Text(name) | Value::Number(name) => bylines.extend(people::one(name)),
        Value::List(list) => list.iter().for_each(|value| collect(value, bylines)),
        Value::Map(map) => {
            let text = |keys: &[&str]| field::first_text(map, keys);
            if let Some(name) = text(&["key"]).or_else(|| text(&["name", "title", "id", "slug"])) {
                bylines.push(Byline {
                    name: name.into(),
                    uri: text(&["url", "uri", "link", "website"])
                        .filter(|uri| links::is_web(uri))
                        .map(Into::into),
                    email: text(&["email"]).filter(|email| is_email(email)).map(Into::into),
                });
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

impl AuthorRecord {
    /// The record in the front matter of `authors/<id>/_index.md`.
    pub fn read(path: &Arc<str>, id: &str, map: &Map) -> Self {
        let text = |keys: &[&str]| field::first_text(map, keys);
        let profile = |key: &str, host: &str| {
            let handle = text(&[key])?;
            let handle = handle.trim_start_matches('@');
            let plain = !handle.is_empty()
                && handle
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
            plain.then(|| format!("https://{host}/{handle}"))
        };
        let uri = text(&["website_url", "website", "url", "uri", "link"])
            .filter(|uri| url::Url::parse(uri).is_ok_and(|uri| matches!(uri.scheme(), "http" | "https")))
            .or_else(|| profile("twitter", "twitter.com"))
            .or_else(|| profile("facebook", "www.facebook.com"));
        AuthorRecord {
            path: Arc::clone(path),
            id: id.to_owned(),
            claimed_id: text(&["id"]).filter(|claimed| claimed != id),
            name: text(&["name", "title"]),
            uri,
            email: text(&["email"]).filter(|email| is_email(email)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::file::front_matter;

    fn map(yaml: &str) -> Map {
        let file = format!("---\n{yaml}\n---\n");
        front_matter::parse(&front_matter::split(&file).unwrap().unwrap()).unwrap()
    }

    #[test]
    fn a_byline_may_be_a_name_a_mapping_or_a_list_of_either() {
        let authors =
            map("authors: [skd09, {name: Ada, url: 'https://a.example/', email: ada@a.example}, ~, '']");
        assert_eq!(
            bylines(authors.get("authors").unwrap(), None, &|_| false).0,
            [
                Byline::named("skd09"),
                Byline {
                    name: "Ada".into(),
                    uri: Some("https://a.example/".into()),
                    email: Some("ada@a.example".into())
                }
            ]
        );
        assert_eq!(
            bylines(&Value::Text(" Sophia David ".into()), None, &|_| false).0,
            [Byline::named("Sophia David")]
        );
    }

    #[test]
    fn a_record_has_its_name_under_name_or_title_and_its_best_address() {
        let path: Arc<str> = "authors/x/_index.md".into();
        for (yaml, name, uri) in [
            ("name: Ada", Some("Ada"), None),
            (
                "title: Ada\ntwitter: '@ada'",
                Some("Ada"),
                Some("https://twitter.com/ada"),
            ),
            (
                "website_url: 'https://a.example'\ntwitter: ada",
                None,
                Some("https://a.example"),
            ),
            ("twitter: ''\nfacebook: 'not a handle'", None, None),
        ] {
            let record = AuthorRecord::read(&path, "x", &map(yaml));
            assert_eq!(
                (record.name.as_deref(), record.uri.as_deref()),
                (name, uri),
                "{yaml}"
            );
        }
    }
}
