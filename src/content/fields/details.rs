//! What few posts say about themselves: kept apart, so that the many pay nothing for it.

use url::Url;

use super::author::{self, Byline};
use super::comments::{self, Comment};
use super::field;
use super::media::Media;
use crate::content::body::links;
use crate::content::file::front_matter::Map;

/// Fields that few posts have.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Details {
    /// Those who helped it into being: translators and editors, in order.
    pub contributors: Box<[Byline]>,
    /// Who holds which rights in it, as plain text.
    pub rights: Option<Box<str>>,
    /// Where it was published first, absolute, if that was elsewhere.
    pub original_url: Option<Box<str>>,
    /// Images besides the first, sound and films, in order.
    pub media: Box<[Media]>,
    /// What readers said about it, in order.
    pub comments: Box<[Comment]>,
    /// What it is as an episode of a podcast.
    pub episode: Option<Box<Episode>>,
}

/// What a post says of itself as an episode of a podcast.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Episode {
    /// The number of the season.
    pub season: Option<u32>,
    /// The number within the season.
    pub number: Option<u32>,
    /// “full”, “trailer” or “bonus”.
    pub kind: Option<Box<str>>,
    /// Whether it is not fit for children.
    pub explicit: Option<bool>,
    /// Where its text is, absolute.
    pub transcript: Option<Box<str>>,
    /// Where the marks of its chapters are, absolute.
    pub chapters: Option<Box<str>>,
}

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
