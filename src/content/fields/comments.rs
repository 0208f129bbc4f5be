//! What readers said about a post, where its front matter carries it.

use crate::content::post::Comment;
use chrono_tz::Tz;

use super::field;
use crate::content::file::decode::mend_double_encoding;
use crate::content::file::front_matter::Value;
use crate::vocabulary::date;

/// Comments in a field of front matter: texts, or mappings that have one. `comments: true` is a
/// setting of the site's theme, and none.
pub fn read(value: &Value, time_zone: Tz) -> Vec<Comment> {
    let Value::List(list) = value else {
        return Vec::new();
    };
    list.iter()
        .filter_map(|value| comment(value, time_zone))
        .collect()
}

fn comment(value: &Value, time_zone: Tz) -> Option<Comment> {
    let Value::Map(map) = value else {
        return Some(Comment {
            author: None,
            date: None,
            text: mend_double_encoding(field::text(value)?).into(),
        });
    };
    Some(Comment {
        author: field::first_text(map, &["author", "name"]).map(|name| field::fold(&name).into()),
        date: field::first_text(map, &["date", "published", "created"])
            .and_then(|text| date::parse(&text, time_zone)),
        text: mend_double_encoding(field::first_text(
            map,
            &["value", "text", "body", "content", "message", "comment"],
        )?)
        .into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::file::front_matter;

    #[test]
    fn comments_are_texts_or_mappings_that_have_one() {
        for (yaml, texts) in [
            (
                "comments: [{value: 'a<br>'}, ~, {value: ''}, b]",
                vec!["a<br>", "b"],
            ),
            ("comments: true", vec![]),
            ("comments:", vec![]),
            (
                "comments: [{name: Ada, message: hi, date: 2024-05-01}]",
                vec!["hi"],
            ),
            ("comments: [crÃ©dits]", vec!["crédits"]),
        ] {
            let file = format!("---\n{yaml}\n---\n");
            let map = front_matter::parse(&front_matter::split(&file).unwrap().unwrap()).unwrap();
            let comments = map.get("comments").map(|value| read(value, chrono_tz::UTC));
            let found: Vec<String> = comments
                .unwrap_or_default()
                .into_iter()
                .map(|comment| comment.text.into())
                .collect();
            assert_eq!(found, texts, "{yaml}");
        }
    }
}
