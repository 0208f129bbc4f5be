//! The media of an entry: what its post names and what its body shows, in Media RSS
//! (rssboard.org/media-rss) and as enclosures.

use super::element::{Element, MEDIA};
use super::model::Entry;
use crate::content::{Body, Image, Media, Medium};

/// An entry names no more files than this: readers show a handful, and a gallery of thousands would
/// be most of the feed.
const MOST: usize = 50;

/// The files of an entry, each address once: the post's image first, then what else the post names,
/// then what its body shows.
pub fn of(entry: &Entry, body: &Body) -> Vec<Media> {
    let post = &entry.post;
    let named = post
        .details
        .iter()
        .flat_map(|details| details.media.iter())
        .cloned();
    let all = post
        .image
        .as_deref()
        .into_iter()
        .cloned()
        .map(image)
        .chain(named)
        .chain(body.audio_video.iter().cloned())
        .chain(body.images.iter().cloned().map(image));
    let mut media: Vec<Media> = Vec::new();
    for file in all {
        if media.len() < MOST && media.iter().all(|own| own.file.url != file.file.url) {
            media.push(file);
        }
    }
    media
}

fn image(file: Image) -> Media {
    Media {
        medium: Medium::Image,
        file,
        media_type: None,
        size: None,
        duration: None,
    }
}

/// The elements of Media RSS for an entry's files. The first image is its thumbnail too.
pub fn elements(media: &[Media]) -> Vec<Element> {
    let thumbnail = media
        .iter()
        .find(|media| media.medium == Medium::Image)
        .map(|media| {
            Element::new(MEDIA, "thumbnail")
                .attribute("url", media.file.url.clone())
                .attribute_if("width", media.file.width)
                .attribute_if("height", media.file.height)
        });
    media.iter().map(content).chain(thumbnail).collect()
}

/// A file as media:content: what is printed below it is its title, what it shows its description.
fn content(media: &Media) -> Element {
    let Media {
        medium,
        file,
        media_type: _,
        size,
        duration,
    } = media;
    let mut element = Element::new(MEDIA, "content")
        .attribute("url", file.url.clone())
        .attribute(
            "medium",
            match medium {
                Medium::Image => "image",
                Medium::Audio => "audio",
                Medium::Video => "video",
            },
        )
        .attribute_if("type", type_of(media))
        .attribute_if("fileSize", *size)
        .attribute_if("duration", *duration)
        .attribute_if("width", file.width)
        .attribute_if("height", file.height);
    let plain =
        |name, text: &String| Element::with_text(MEDIA, name, text.clone()).attribute("type", "plain");
    if let Some(caption) = &file.caption {
        element = element.child(plain("title", caption));
    }
    if let Some(alt) = &file.alt {
        element = element.child(plain("description", alt));
    }
    if let Some(credit) = &file.credit {
        element = element.child(Element::with_text(MEDIA, "credit", credit.clone()));
    }
    element
}

/// The files to be fetched with an entry: sound and films, and the post's image where the feed wants
/// it so. A page with a film on it is no file: what has neither a known extension nor a type is left
/// out.
pub fn enclosures(entry: &Entry, media: &[Media], with_image: bool) -> Vec<Enclosure> {
    let own_image = entry.post.image.as_deref().filter(|_| with_image);
    let audio_video = media.iter().filter(|media| media.medium != Medium::Image);
    let image = own_image
        .and_then(|image| media.iter().find(|media| media.file.url == image.url))
        .map(|media| Enclosure {
            url: media.file.url.clone(),
            media_type: type_of(media).unwrap_or_else(|| "image/jpeg".into()),
            size: media.size,
            duration: None,
        });
    // Sound before films: of several things RSS carries the first.
    let mut files: Vec<(Medium, Enclosure)> = audio_video
        .filter_map(|media| {
            let enclosure = Enclosure {
                url: media.file.url.clone(),
                media_type: type_of(media)?,
                size: media.size,
                duration: media.duration,
            };
            Some((media.medium, enclosure))
        })
        .collect();
    files.sort_by_key(|(medium, _)| *medium);
    files
        .into_iter()
        .map(|(_, enclosure)| enclosure)
        .chain(image)
        .collect()
}

/// A file to be fetched with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    /// Its address.
    pub url: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes, if known.
    pub size: Option<u64>,
    /// How long it plays, in seconds, if known.
    pub duration: Option<u32>,
}

/// The media type of a file: what the post says, else by its extension.
fn type_of(media: &Media) -> Option<String> {
    let said = media.media_type.as_deref().map(str::to_owned);
    said.or_else(|| media_type(&media.file.url).map(str::to_owned))
}

/// A media type by the extension in an address's path; `None` if it has no known one.
pub fn media_type(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or(path);
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "heic" => "image/heic",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "aac" => "audio/aac",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "mov" => "video/quicktime",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_the_type() {
        for (url, kind) in [
            ("https://a.example/x.JPG?w=100", Some("image/jpeg")),
            ("https://a.example/x.png#a.gif", Some("image/png")),
            ("https://a.example/x.mp3", Some("audio/mpeg")),
            ("https://a.example/x", None),
            ("https://a.example/x.php", None),
        ] {
            assert_eq!(media_type(url), kind, "{url}");
        }
    }
}
