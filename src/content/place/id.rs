//! An entry's id when nothing pins it. It must survive edits, corrected dates and a new host, so
//! no date of the post and no host of the site is in a tag id.

use chrono::{DateTime, FixedOffset};
use url::Url;

use crate::content::settings::ContentSettings;
use crate::vocabulary::{IdRule, permalink::encode_path};

/// The id of a post: what its front matter gives, if that is a URI; else by the rule. Its first
/// alias is the address it was born with, so a tag id is made from that rather than the permalink.
pub fn make(
    explicit: Option<&str>,
    alias: Option<&str>,
    permalink: &str,
    date: DateTime<FixedOffset>,
    settings: &ContentSettings,
) -> String {
    if let Some(uri) = explicit.filter(|id| is_uri(id)) {
        return uri.to_owned();
    }
    match settings.ids {
        IdRule::Tag => {
            let path = alias.and_then(path_of).map(|path| encode_path(&path));
            format!(
                "tag:{}:{}",
                settings.authority,
                path.as_deref().unwrap_or(permalink)
            )
        }
        IdRule::Permalink => settings.absolute(permalink),
        IdRule::Jekyll => {
            let path = permalink.trim_end_matches('/');
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            let name = file.strip_suffix(".html").unwrap_or(file);
            settings.absolute(&format!("{folder}/{name}"))
        }
        IdRule::Pelican => {
            let host = settings.site_url.host_str().unwrap_or_default();
            let path = settings.absolute(permalink);
            let path = Url::parse(&path).map_or_else(|_| permalink.to_owned(), |url| url.path().to_owned());
            format!("tag:{host},{}:{path}", date.format("%Y-%m-%d"))
        }
    }
}

/// The decoded path of an address on this site: absolute, without host, query and fragment.
pub fn path_of(address: &str) -> Option<String> {
    let address = address.trim();
    let path = match Url::parse(address) {
        Ok(url) if url.has_host() => url.path().to_owned(),
        _ => address.split(['?', '#']).next().unwrap_or("").to_owned(),
    };
    if path.is_empty() {
        return None;
    }
    let decoded = percent_encoding::percent_decode_str(&path)
        .decode_utf8()
        .ok()?
        .into_owned();
    Some(if decoded.starts_with('/') {
        decoded
    } else {
        format!("/{decoded}")
    })
}

/// Whether a text is an absolute URI that can stand as an id (RFC 3986, section 3).
pub fn is_uri(text: &str) -> bool {
    text.is_ascii()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
        && Url::parse(text).is_ok_and(|url| url.scheme().len() > 1 && !url.path().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::conventions::Rules;

    fn date() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2024-05-31T10:00:00+01:00").unwrap()
    }

    fn settings(ids: IdRule, url: &str) -> ContentSettings {
        ContentSettings {
            site_url: Url::parse(url).unwrap(),
            ids,
            authority: "felix.example,2007".into(),
            ..ContentSettings::for_tests(Rules::default())
        }
    }

    #[test]
    fn an_id_comes_from_the_front_matter_then_the_first_alias_then_the_permalink() {
        let settings = settings(IdRule::Tag, "https://felix.example/");
        for (explicit, alias, id) in [
            (Some("urn:uuid:1"), Some("/old"), "urn:uuid:1"),
            (
                Some("https://felix.example/?p=7"),
                None,
                "https://felix.example/?p=7",
            ),
            (
                Some("1901"),
                Some("/news/1901/x"),
                "tag:felix.example,2007:/news/1901/x",
            ),
            (
                None,
                Some("https://felix.example/old?x#y"),
                "tag:felix.example,2007:/old",
            ),
            (None, Some("news/ä b"), "tag:felix.example,2007:/news/%C3%A4%20b"),
            (None, Some("news/%C3%A4"), "tag:felix.example,2007:/news/%C3%A4"),
            (None, None, "tag:felix.example,2007:/a/"),
        ] {
            assert_eq!(make(explicit, alias, "/a/", date(), &settings), id);
        }
    }

    #[test]
    fn a_tag_id_survives_a_new_host() {
        let before = make(
            None,
            None,
            "/a/",
            date(),
            &settings(IdRule::Tag, "http://old.example/"),
        );
        let after = make(
            None,
            None,
            "/a/",
            date(),
            &settings(IdRule::Tag, "https://new.example/blog/"),
        );
        assert_eq!(before, after);
    }

    #[test]
    fn the_permalink_rule_gives_the_absolute_address() {
        let settings = settings(IdRule::Permalink, "https://felix.example/");
        assert_eq!(
            make(None, Some("/old"), "/a/", date(), &settings),
            "https://felix.example/a/"
        );
    }

    #[test]
    fn a_feed_taken_over_from_jekyll_or_pelican_keeps_its_ids() {
        for (rule, permalink, id) in [
            (
                IdRule::Jekyll,
                "/2024/05/31/a.html",
                "https://felix.example/2024/05/31/a",
            ),
            (IdRule::Jekyll, "/blog/a/", "https://felix.example/blog/a"),
            (IdRule::Pelican, "/a.html", "tag:felix.example,2024-05-31:/a.html"),
        ] {
            let settings = settings(rule, "https://felix.example/");
            assert_eq!(make(None, None, permalink, date(), &settings), id);
        }
    }
}
