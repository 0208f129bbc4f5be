//! How ids are made when nothing pins them, as it was when the lock file was written. If it has
//! changed since, the ids of posts that are not pinned have moved.

use std::fmt;

use url::Url;

use super::words::{Words, quoted};
use crate::content::ContentSettings;
use crate::vocabulary::{IdRule, PermalinkPattern};

/// The part of the configuration that ids are made by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    ids: IdRule,
    authority: String,
    site_url: Url,
    permalink: PermalinkPattern,
}

impl Rule {
    /// The rule of a configuration.
    pub fn of(settings: &ContentSettings) -> Self {
        Rule {
            ids: settings.ids,
            authority: settings.authority.clone(),
            site_url: settings.site_url.clone(),
            permalink: settings.permalink.clone(),
        }
    }

    /// The same configuration, but for this rule.
    pub fn apply(&self, settings: &ContentSettings) -> ContentSettings {
        ContentSettings {
            ids: self.ids,
            authority: self.authority.clone(),
            site_url: self.site_url.clone(),
            permalink: self.permalink.clone(),
            ..settings.clone()
        }
    }

    /// What differs between this rule and another, as phrases for people.
    pub fn differences(&self, now: &Rule) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |name: &str, before: &str, now: &str| {
            if before != now {
                differences.push(format!("{name} was “{before}” and is “{now}”"));
            }
        };
        compare("feeds.ids", name(self.ids), name(now.ids));
        compare("site.authority", &self.authority, &now.authority);
        compare(
            "content.permalink",
            self.permalink.as_str(),
            now.permalink.as_str(),
        );
        if self.ids == IdRule::Permalink || now.ids == IdRule::Permalink {
            compare("site.url", self.site_url.as_str(), now.site_url.as_str());
        }
        differences
    }

    /// Reads what [`fmt::Display`] wrote. The error says what is wrong, in a phrase.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words: Vec<_> = Words(text).collect::<Result<_, _>>()?;
        let [ids, authority, site_url, permalink] = words.as_slice() else {
            return Err("the rule has four words: ids, authority, address and permalink".to_owned());
        };
        Ok(Rule {
            ids: match ids.as_ref() {
                "tag" => IdRule::Tag,
                "permalink" => IdRule::Permalink,
                "jekyll" => IdRule::Jekyll,
                "pelican" => IdRule::Pelican,
                other => return Err(format!("there is no rule “{other}” for ids")),
            },
            authority: authority.to_string(),
            site_url: Url::parse(site_url).map_err(|_| format!("“{site_url}” is no address"))?,
            permalink: PermalinkPattern::parse(permalink)
                .map_err(|why| format!("the permalink “{permalink}” {why}"))?,
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {}",
            name(self.ids),
            quoted(&self.authority),
            quoted(self.site_url.as_str()),
            quoted(self.permalink.as_str())
        )
    }
}

fn name(rule: IdRule) -> &'static str {
    match rule {
        IdRule::Tag => "tag",
        IdRule::Permalink => "permalink",
        IdRule::Jekyll => "jekyll",
        IdRule::Pelican => "pelican",
    }
}
