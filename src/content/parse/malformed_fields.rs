//! Fields that are there and are not what they mean to be: a malformed id, a headline that is a list, an address on
//! another site.

use super::post_parser::PostParser;
use crate::content::fields::field;
use crate::content::file::front_matter::Value;
use crate::content::place::address;
use crate::content::place::uri;

impl PostParser<'_> {
    /// An id of the post's own that is no well-formed URI. One that is a URI by its scheme is used all the same:
    /// readers may know the post by it.
    pub(super) fn warn_malformed_id(&mut self, explicit: Option<&str>, id: &str) {
        let Some((key, value)) = field::first(self.map, field::ID) else {
            return;
        };
        let (written, fault) = match field::text(value) {
            // Many sites number their posts, and mean nothing by it for feeds.
            Some(text) if key == "id" && !uri::is_meant(&text) => return,
            Some(text) => match uri::fault(&text) {
                Some(fault) => (format!("“{text}”"), fault),
                None => return,
            },
            None if key == "id" || matches!(value, Value::Text(_)) => return,
            None => ("a list or mapping".into(), "no text".into()),
        };
        let named = self.named(key);
        let (done, help) = match explicit {
            Some(_) => (
                "; it is the post's id as it is written".to_owned(),
                "mend it if nobody has read the post yet; else readers who know it by this id would get it again as new",
            ),
            None => (
                format!("; the post's id is “{id}” instead"),
                "write a whole URI, such as “urn:uuid:” and a UUID, or an address with https://, or leave the field out",
            ),
        };
        self.warn(
            "malformed-id",
            self.place(key),
            &format!("{named} is {written}, {fault}{done}"),
            help,
        );
    }

    /// A headline that is a list or a mapping, and what stands for it.
    pub(super) fn warn_title_of_parts(&mut self, taken: Option<&str>) {
        let kind = match field::first(self.map, field::TITLE) {
            Some((_, Value::List(_))) => "a list",
            Some((_, Value::Map(_))) => "a mapping",
            _ => return,
        };
        let done = match taken {
            Some(title) => format!("the headline is “{title}” instead"),
            None => "the post has no headline".to_owned(),
        };
        self.warn(
            "bad-title",
            self.place("title"),
            &format!("{} is {kind} and no text, so {done}", self.named("title")),
            "write the headline as one text, in quotes if it has brackets, braces or a colon: title: \"[Video] A headline\"",
        );
    }

    /// An address of the post's own that is on another host: its link stays on the site.
    pub(super) fn warn_address_elsewhere(&mut self, permalink: &str) {
        let Some((key, written)) = address::written_field(self.map, self.dialect) else {
            return;
        };
        let site = self.settings.site_url.host_str().unwrap_or_default();
        // A preview has no address yet.
        let is_preview = site == "localhost" || site.starts_with("127.");
        let Some(host) = address::host_of(&written).filter(|host| !is_preview && host != site) else {
            return;
        };
        self.warn(
            "address-elsewhere",
            self.place(key),
            &format!(
                "{} is an address on {host}, and the site is on {site}: the post's link is {}",
                self.named(key),
                self.settings.absolute(permalink)
            ),
            "write the path on this site alone, such as /news/a-story/; where the post was published first can be said with “canonical_url”",
        );
    }
}
