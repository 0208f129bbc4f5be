//! The configuration that the meaning of one file depends on.

use chrono_tz::Tz;
use url::Url;

use crate::config::Config;
use crate::content::conventions::{Conventions, Rules};
use crate::vocabulary::{Dialect, Hasher, HtmlPolicy, IdRule, PermalinkPattern};

/// What parsing and rendering a file need to know of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentSettings {
    /// The site's address, absolute and ending in `/`.
    pub site_url: Url,
    /// The zone of dates that name none.
    pub time_zone: Tz,
    /// Where a post lives on the site.
    pub permalink: PermalinkPattern,
    /// What to do with HTML in posts.
    pub html: HtmlPolicy,
    /// How ids are made.
    pub ids: IdRule,
    /// The RFC 4151 authority of tag ids: `example.org,2024`.
    pub authority: String,
    /// What the site's own generator is told.
    pub conventions: Conventions,
    /// The fields of front matter that posts carry because some feed asks for them: in lower case,
    /// sorted; of one within another, both names with a dot between.
    pub fields: Box<[Box<str>]>,
}

impl ContentSettings {
    /// What a configuration says, and the rules that the site's own generator has for its files.
    pub fn new(config: &Config, rules: Rules) -> Self {
        let Config {
            site, content, feeds, ..
        } = config;
        let mut rules = rules;
        if content.dialect.is_some() && rules.dialect != content.dialect {
            // The rules of one generator mean nothing to another.
            rules = Rules {
                dialect: content.dialect,
                ..Rules::default()
            };
        }
        rules.date_order = content.date_order;
        if content.permalink.is_some() {
            rules.permalinks.clear();
            rules.translated = None;
        }
        // The pattern of the whole site is a setting like one that is written, and locked like one.
        let of_site = rules.permalinks.iter().position(|(folder, _)| folder.is_empty());
        let of_site = of_site.map(|at| rules.permalinks.remove(at).1);
        let permalink = content.permalink.clone().or(of_site);
        let permalink = permalink.or_else(|| rules.dialect.map(Dialect::permalink));
        ContentSettings {
            site_url: site.url.clone(),
            time_zone: site.time_zone,
            permalink: permalink.unwrap_or_default(),
            html: content.html,
            ids: feeds.ids,
            authority: site.authority.clone(),
            conventions: Conventions::new(rules),
            fields: feeds.fields(),
        }
    }

    /// The absolute address of a path on the site. A site may live below a path of its host, so this
    /// appends where RFC 3986 would resolve.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{}", self.site_url, path.trim_start_matches('/'))
    }

    /// Adds everything that can change what a post renders to.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        // Destructured, so that a new field can't be forgotten here.
        let ContentSettings {
            site_url,
            time_zone,
            permalink,
            html,
            ids,
            authority,
            conventions,
            fields,
        } = self;
        hasher.text(site_url.as_str());
        hasher.text(time_zone.name());
        hasher.text(permalink.as_str());
        hasher.number(i64::from(*html == HtmlPolicy::Trust));
        hasher.number(*ids as i64);
        hasher.text(authority);
        conventions.hash_into(hasher);
        hasher.list(fields.iter(), |hasher, field| hasher.text(field));
    }
}

#[cfg(test)]
impl ContentSettings {
    /// The settings of a site whose generator has these rules, in tests.
    pub(crate) fn for_tests(rules: Rules) -> Self {
        ContentSettings {
            site_url: "https://felix.example/".parse().unwrap(),
            time_zone: Tz::UTC,
            permalink: PermalinkPattern::default(),
            html: HtmlPolicy::Sanitize,
            ids: IdRule::Tag,
            authority: "felix.example,2026".into(),
            conventions: Conventions::new(rules),
            fields: Box::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Options, resolve};

    fn settings(text: &str, rules: Rules) -> ContentSettings {
        let config = resolve(Some((text, Path::new("feeds.toml"))), &Options::default()).unwrap();
        ContentSettings::new(&config, rules)
    }

    fn jekyll() -> Rules {
        let pattern = |text| PermalinkPattern::parse(text).unwrap();
        Rules {
            dialect: Some(Dialect::Jekyll),
            permalinks: vec![
                (String::new(), pattern("/all/:title/")),
                ("news".into(), pattern("/news/:title/")),
            ],
            ..Rules::default()
        }
    }

    #[test]
    fn a_permalink_is_the_owners_else_the_generators_else_the_dialects_else_the_default() {
        let plain = settings("", Rules::default());
        assert_eq!(plain.permalink.as_str(), "/{section}/{slug}/");
        assert_eq!(plain.site_url.as_str(), "http://127.0.0.1:8080/");
        let dialect = settings("content.dialect = \"jekyll\"", Rules::default());
        assert_eq!(dialect.permalink, Dialect::Jekyll.permalink());
        let generator = settings("", jekyll());
        assert_eq!(generator.permalink.as_str(), "/all/:title/");
        assert_eq!(generator.conventions.rules().permalinks.len(), 1);
        let owner = settings("content.permalink = \"/{slug}/\"", jekyll());
        assert_eq!(owner.permalink.as_str(), "/{slug}/");
        assert!(owner.conventions.rules().permalinks.is_empty());
    }

    #[test]
    fn another_dialect_than_the_generators_forgets_its_rules() {
        let same = settings("content.dialect = \"jekyll\"", jekyll());
        assert_eq!(same.permalink.as_str(), "/all/:title/");
        let other = settings("content.dialect = \"hugo\"", jekyll());
        let rules = Rules {
            dialect: Some(Dialect::Hugo),
            ..Rules::default()
        };
        assert_eq!(other.conventions, Conventions::new(rules));
        assert_eq!(other.permalink, Dialect::Hugo.permalink());
    }
}
