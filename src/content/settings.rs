//! The configuration that the meaning of one file depends on.

use chrono_tz::Tz;
use url::Url;

use crate::content::conventions::Conventions;
use crate::vocabulary::{Hasher, HtmlPolicy, IdRule, PermalinkPattern};

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
