//! An entry's id when nothing pins it. It must survive edits, corrected dates and a new host, so
//! no date of the post and no host of the site is in a tag id.

use url::Url;

use super::permalink::encode_path;
use super::settings::{ContentSettings, IdRule};

/// The id of a post: what its front matter gives, if that is a URI; else by the rule. Its first
/// alias is the address it was born with, so a tag id is made from that rather than the permalink.
pub fn make(
    explicit: Option<&str>,
    alias: Option<&str>,
    permalink: &str,
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
fn is_uri(text: &str) -> bool {
    text.is_ascii()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
        && Url::parse(text).is_ok_and(|url| url.scheme().len() > 1 && !url.path().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{HtmlPolicy, permalink::PermalinkPattern};

    fn settings(ids: IdRule, url: &str) -> ContentSettings {
        ContentSettings {
            site_url: Url::parse(url).unwrap(),
            time_zone: chrono_tz::UTC,
            permalink: PermalinkPattern::parse("/{slug}/").unwrap(),
            html: HtmlPolicy::Sanitize,
            ids,
            authority: "felix.example,2007".into(),
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
            assert_eq!(make(explicit, alias, "/a/", &settings), id);
        }
    }

    #[test]
    fn a_tag_id_survives_a_new_host() {
        let before = make(None, None, "/a/", &settings(IdRule::Tag, "http://old.example/"));
        let after = make(
            None,
            None,
            "/a/",
            &settings(IdRule::Tag, "https://new.example/blog/"),
        );
        assert_eq!(before, after);
    }

    #[test]
    fn the_permalink_rule_gives_the_absolute_address() {
        let settings = settings(IdRule::Permalink, "https://felix.example/");
        assert_eq!(
            make(None, Some("/old"), "/a/", &settings),
            "https://felix.example/a/"
        );
    }
}
