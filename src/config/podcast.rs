//! `[podcast]`: the podcast that some of the feeds are.

use url::Url;

use super::reader::Table;
use super::values;
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

/// The podcast as its owner describes it, if that is written; addresses may be relative to where the feeds are
/// public.
pub(super) fn read(mut table: Table<'_>, base: &Url) -> Option<Podcast> {
    let address = |written: &str| {
        let reference = written.trim();
        // A host without a scheme would be read as the name of a file.
        let is_reference = !reference.is_empty() && !reference.starts_with("www.");
        let url = base.join(reference).ok().filter(|_| is_reference);
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        url.map(String::from).ok_or_else(|| {
            Complaint::new(
                format!("“{written}” is no address"),
                "write it in full: https://example.org/cover.jpg",
            )
        })
    };
    let category = |written: &str| {
        let written = values::text(written)?;
        Ok(match written.split_once('>') {
            Some((category, within)) => (category.trim().to_owned(), Some(within.trim().to_owned())),
            None => (written, None),
        })
    };
    let is_written = table.is_written();
    let podcast = Podcast {
        guid: table.text("guid", uuid),
        author: table.text("author", values::text),
        email: table.text("email", values::email),
        category: table.text("category", category),
        image: table.text("image", address),
        explicit: table.flag("explicit").unwrap_or_default(),
        serial: table.flag("serial").unwrap_or_default(),
        medium: table
            .choice("medium", &MEDIA.map(|medium| (medium, medium)))
            .map(str::to_owned),
        funding: table.text("funding", address),
    };
    is_written.then_some(podcast)
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
