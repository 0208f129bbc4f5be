//! Reads what few posts say about themselves: rights, contributors, comments, episodes.

use crate::content::post::{Details, Episode};
use url::Url;

use super::author::{self};
use super::comments::{self};
use super::field;
use crate::content::body::links;
use crate::content::file::front_matter::Map;
use crate::content::post::Media;

/// The fields of those who helped.
const CONTRIBUTORS: [&str; 6] = [
    "translators",
    "translator",
    "editors",
    "editor",
    "contributors",
    "contributor",
];
const RIGHTS: [&str; 3] = ["rights", "copyright", "license"];
/// A canonical address is one only if it leads elsewhere.
const ORIGINAL: [&str; 6] = [
    "original_url",
    "originalUrl",
    "canonical_url",
    "canonicalUrl",
    "canonicalURL",
    "canonical",
];

impl Details {
    /// Reads everything but the media; `None` if the front matter says nothing of it. `base` is the
    /// post's own address.
    pub fn read(
        map: &Map,
        base: &Url,
        site_url: &Url,
        time_zone: chrono_tz::Tz,
        media: Vec<Media>,
    ) -> Option<Box<Self>> {
        let address = |keys: &[&str]| {
            let written = field::first_text(map, keys)?;
            links::absolute(&written, base, site_url)
        };
        let details = Details {
            contributors: CONTRIBUTORS
                .iter()
                .filter_map(|key| map.get(key))
                .flat_map(|value| author::bylines(value, None, &|_| false).0)
                .collect(),
            rights: field::first_text(map, &RIGHTS).map(|text| field::fold(&text).into()),
            original_url: address(&ORIGINAL)
                .filter(|url| Url::parse(url).is_ok_and(|url| url.host_str() != site_url.host_str()))
                .map(Into::into),
            media: media.into(),
            comments: map
                .get("comments")
                .map(|value| comments::read(value, time_zone))
                .unwrap_or_default()
                .into(),
            episode: Episode::read(map, &address).map(Box::new),
        };
        (details != Details::default()).then(|| Box::new(details))
    }
}

impl Episode {
    fn read(map: &Map, address: &dyn Fn(&[&str]) -> Option<String>) -> Option<Self> {
        let number = |key: &str| {
            map.get(key)
                .and_then(field::text)?
                .parse()
                .ok()
                .filter(|number| *number > 0)
        };
        let episode = Episode {
            season: number("season"),
            number: number("episode"),
            kind: field::first_text(map, &["episode_type", "episodeType"])
                .map(|kind| kind.to_ascii_lowercase())
                .filter(|kind| matches!(kind.as_str(), "full" | "trailer" | "bonus"))
                .map(Into::into),
            explicit: map.get("explicit").and_then(field::truth),
            transcript: address(&["transcript", "transcript_url"]).map(Into::into),
            chapters: address(&["chapters", "chapters_url"]).map(Into::into),
        };
        (episode != Episode::default()).then_some(episode)
    }
}
