//! `[site]`: the site the posts belong to.

use chrono_tz::Tz;
use url::Url;

use super::generator::GeneratorDefaults;
use super::http::DEFAULT_LISTEN;
use super::options::Options;
use super::reader::Table;
use super::{address, values};

/// The site the posts belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name.
    pub title: String,
    /// Its address, absolute and ending in `/`.
    pub url: Url,
    /// Whether `url` was left out: then this is a preview, on the loopback interface only.
    pub is_preview: bool,
    /// What it is, in a sentence.
    pub description: String,
    /// Its language, as an RFC 5646 tag.
    pub language: Option<String>,
    /// The zone of dates that name none.
    pub time_zone: Tz,
    /// The RFC 4151 authority of tag ids: `example.org,2024`.
    pub authority: String,
    /// Who holds the rights in what it publishes.
    pub copyright: Option<String>,
}

/// What `[site]` means. A preview has the address of the default listener.
pub(super) fn read(mut table: Table<'_>, options: &Options, generator: &GeneratorDefaults) -> Site {
    let title = table.option_or_text("title", options.site_title.as_ref(), values::text);
    let title = title.map(|(title, _)| title).or_else(|| {
        let found = generator.title.as_deref()?;
        values::text(found).ok()
    });
    let url = table.option_or_text("url", options.site_url.as_ref(), address::absolute_url);
    let (url, url_place) = url.unzip();
    let url = url.or_else(|| address::absolute_url(generator.url.as_deref()?).ok());
    let title = title.or_else(|| url.as_ref().map(address::host_name));
    let description = table.text("description", values::text);
    let description = description.or_else(|| values::text(generator.description.as_deref()?).ok());
    let language = table.text("language", values::language);
    let language = language.or_else(|| values::language(generator.language.as_deref()?).ok());
    let time_zone = table.option_or_text("timezone", options.timezone.as_ref(), values::time_zone);
    let time_zone = time_zone.map(|(zone, _)| zone);
    let time_zone = time_zone.or_else(|| values::time_zone(generator.time_zone.as_deref()?).ok());
    let names_authority = table.holds("authority");
    let authority = table.text("authority", values::authority).or_else(|| {
        let url = url.as_ref().filter(|_| !names_authority)?;
        match (values::default_authority(url), url_place) {
            (Err(complaint), Some(place)) => {
                table.problems().add(&place, complaint);
                None
            }
            (made, _) => made.ok(),
        }
    });
    Site {
        // RSS 2.0 requires a description of every channel, so there must be a default.
        description: description.unwrap_or_else(|| match &title {
            Some(title) => format!("Latest posts from {title}"),
            None => "Latest posts".into(),
        }),
        title: title.unwrap_or_else(|| "Feeds".into()),
        is_preview: url.is_none(),
        url: url.unwrap_or_else(|| address::preview_url(DEFAULT_LISTEN)),
        language,
        time_zone: time_zone.unwrap_or(Tz::UTC),
        authority: authority.unwrap_or_else(|| values::PREVIEW_AUTHORITY.into()),
        copyright: table.text("copyright", values::text),
    }
}
