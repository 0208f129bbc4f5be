//! Whether a file that can't be read as a whole still says, on some line, that it is not for the
//! public. If it does, its last good version must go too: drafts never leak.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::field;
use super::visibility;
use crate::content::file::front_matter::Value;
use crate::content::settings::ContentSettings;
use crate::vocabulary::date;

/// What the lines of a broken file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Withdrawal {
    /// It is a draft, hidden, or not published.
    pub unpublished: bool,
    /// It is public until this moment.
    pub expires: Option<DateTime<Utc>>,
}

/// A key that is handed down, its value, and whether that holds whatever the file says.
pub type Said<'a> = (&'a str, &'a Value, bool);

impl Withdrawal {
    /// Looks at every line that could be front matter, one by one, by the rules of the site's generator. What is
    /// handed down counts where no line says anything of its key.
    pub fn read(text: &str, settings: &ContentSettings, handed_down: &[Said<'_>]) -> Self {
        let mut withdrawal = Withdrawal::default();
        let mut own_keys = BTreeSet::new();
        let pieces = text.lines().take(2_000).flat_map(|line| {
            // `build: {list: never}` and JSON say several things on one line.
            let ends: &[char] = if line.contains('{') { &['{', '}', ','] } else { &[] };
            line.split(ends)
        });
        for line in pieces {
            let Some((key, value)) = line.split_once([':', '=']) else {
                continue;
            };
            let bare = |text: &str| {
                text.trim_matches(|c: char| c.is_whitespace() || "\"',{}".contains(c))
                    .to_owned()
            };
            let (key, value) = (bare(key), bare(value));
            let key = key.rsplit('.').next().unwrap_or(&key);
            withdrawal.add(key, &Value::Text(value), settings);
            own_keys.insert(key.to_ascii_lowercase());
        }
        for (key, value, is_final) in handed_down {
            if *is_final || !own_keys.contains(&key.to_ascii_lowercase()) {
                withdrawal.add(key, value, settings);
            }
        }
        withdrawal
    }

    /// Takes in what is said of one key, and of those within it.
    fn add(&mut self, key: &str, value: &Value, settings: &ContentSettings) {
        let rules = settings.conventions.rules();
        if let Value::Map(map) = value {
            for (key, value) in &map.0 {
                self.add(key, value, settings);
            }
        }
        if visibility::is_expiry(key, rules) {
            let moment = field::text(value).and_then(|text| date::parse(&text, settings.time_zone));
            self.expires = moment.map(|date| date.to_utc()).or(self.expires);
        }
        self.unpublished |= visibility::withholds(key, value, rules.dialect);
    }

    /// What either of two says; the earlier expiry counts.
    #[must_use]
    pub fn or(self, other: Withdrawal) -> Self {
        Withdrawal {
            unpublished: self.unpublished || other.unpublished,
            expires: self.expires.into_iter().chain(other.expires).min(),
        }
    }

    /// Whether the post must not be shown at a moment.
    pub fn applies(&self, moment: DateTime<Utc>) -> bool {
        self.unpublished || self.expires.is_some_and(|expires| expires <= moment)
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::content::conventions::Rules;
    use crate::vocabulary::Dialect;

    fn read(text: &str, dialect: Option<Dialect>) -> Withdrawal {
        let settings = ContentSettings::for_tests(Rules {
            dialect,
            ..Rules::default()
        });
        Withdrawal::read(text, &settings, &[])
    }

    #[test]
    fn a_line_that_says_draft_unpublished_or_expired_withdraws_a_broken_file() {
        let moment = "2024-05-31T00:00:00Z".parse().unwrap();
        let (hugo, zola, none) = (Some(Dialect::Hugo), Some(Dialect::Zola), None);
        for (line, dialect, applies) in [
            ("draft: true", none, true),
            ("draft = true", none, true),
            ("  \"draft\": true,", none, true),
            ("Draft: yes please", none, true),
            ("draft:", none, true),
            ("draft: false", none, false),
            ("published: false", none, true),
            ("published: 2019-01-01", none, false),
            ("Status: hidden", none, true),
            ("Status: hidden", Some(Dialect::Pelican), true),
            ("unlisted: true", none, true),
            ("unlisted: true", hugo, false),
            ("unlisted: true", Some(Dialect::Docusaurus), true),
            ("headless: true", hugo, true),
            ("build: {list: never}", hugo, true),
            ("build.list = \"never\"", hugo, true),
            ("  list: never", hugo, true),
            ("  list: never", zola, false),
            ("render = false", zola, true),
            ("render = false", hugo, false),
            ("include_in_feeds = false", zola, true),
            (
                "eleventyExcludeFromCollections: true",
                Some(Dialect::Eleventy),
                true,
            ),
            ("private: true", Some(Dialect::Astro), true),
            ("private: true", hugo, false),
            ("exclude_from_feed: true", hugo, true),
            ("expiryDate: 2024-01-01", none, true),
            ("expiryDate: 2025-01-01", none, false),
            ("unpublishdate: 2024-01-01", hugo, true),
            ("unpublishdate: 2024-01-01", Some(Dialect::Jekyll), false),
            ("expires: 2024-01-01", Some(Dialect::Astro), true),
            ("title: my draft: true story", none, false),
        ] {
            let text = format!("---\ntitle: a: b\n{line}\n---\nbody");
            assert_eq!(
                read(&text, dialect).applies(moment),
                applies,
                "{line} {dialect:?}"
            );
        }
    }
}
