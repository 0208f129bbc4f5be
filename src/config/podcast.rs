//! `[podcast]` → [`Podcast`].

use url::Url;

use super::error::Problems;
use super::raw::{RawPodcast, Written};
use super::values;
use crate::content::body::links;
use crate::vocabulary::{Complaint, Podcast};

/// The media that Podcasting 2.0 knows (podcasting2.org, “medium”).
const MEDIA: [&str; 8] = [
    "podcast",
    "music",
    "video",
    "film",
    "audiobook",
    "newsletter",
    "blog",
    "course",
];

/// The podcast as its owner describes it; addresses may be relative to where the feeds are public.
pub(super) fn resolve(raw: RawPodcast, base: &Url, problems: &mut Problems<'_>) -> Podcast {
    let mut value = |written: Written<String>, check: &dyn Fn(&str) -> Result<String, Complaint>| {
        problems.written(written, |written| check(&written))
    };
    let address = |written: &str| {
        links::absolute(written, base, base).ok_or_else(|| {
            Complaint::new(
                format!("“{written}” is no address"),
                "write it in full: https://example.org/cover.jpg",
            )
        })
    };
    let medium = |written: &str| {
        let choices = MEDIA.map(|medium| (medium, medium));
        values::choice(written, &choices).map(str::to_owned)
    };
    Podcast {
        guid: value(raw.guid, &uuid),
        author: value(raw.author, &values::text),
        email: value(raw.email, &values::email),
        category: value(raw.category, &values::text).map(|written| match written.split_once('>') {
            Some((category, within)) => (category.trim().to_owned(), Some(within.trim().to_owned())),
            None => (written, None),
        }),
        image: value(raw.image, &address),
        explicit: raw.explicit,
        serial: raw.serial,
        medium: value(raw.medium, &medium),
        funding: value(raw.funding, &address),
    }
}

/// A UUID as RFC 9562 writes it, in lower case.
fn uuid(written: &str) -> Result<String, Complaint> {
    let lengths = written.split('-').map(str::len);
    let is_uuid = lengths.eq([8, 4, 4, 4, 12]) && written.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    if is_uuid {
        return Ok(written.to_ascii_lowercase());
    }
    Err(Complaint::new(
        format!("“{written}” is no UUID"),
        "take the one under which the podcast is known, or leave it out",
    ))
}
