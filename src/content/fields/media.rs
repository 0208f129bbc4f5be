//! Images, sound and films that go with a post, from its front matter.

use url::Url;

use super::field;
use crate::content::body::links;
use crate::content::file::front_matter::{Map, Value};
use crate::content::post::{Image, Media, Medium};

/// What is wrong with an address in the front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// Something evident was put right: as written, and as read.
    Mended(String, String),
    /// It can't be used.
    Dropped(String),
}

/// What the front matter says, and what is wrong with it, by field.
#[derive(Debug, Default)]
pub struct Found {
    /// The image that goes with the post.
    pub image: Option<Image>,
    /// Everything else, in order.
    pub media: Vec<Media>,
    /// What is wrong.
    pub faults: Vec<(&'static str, AddressFault)>,
}

/// The most files that are read from one field.
const MOST: usize = 100;
const GALLERY: [&str; 2] = ["gallery", "photos"];
const AUDIO: [&str; 6] = [
    "audio",
    "audio_url",
    "audioUrl",
    "podcast_url",
    "mp3",
    "enclosure",
];
const VIDEO: [&str; 4] = ["video", "video_url", "videoUrl", "videos"];

/// Reads the fields of a post whose own address is `base`.
pub fn read(map: &Map, base: &Url, site_url: &Url) -> Found {
    let mut fields = MediaFields {
        map,
        base,
        site_url,
        found: Found::default(),
    };
    fields.images();
    fields.audio_or_video(&AUDIO, Medium::Audio);
    fields.audio_or_video(&VIDEO, Medium::Video);
    fields.found
}

struct MediaFields<'a> {
    map: &'a Map,
    base: &'a Url,
    site_url: &'a Url,
    found: Found,
}

impl MediaFields<'_> {
    fn images(&mut self) {
        if let Some((key, value)) = field::first(self.map, field::IMAGE) {
            let mut items = items(value);
            self.found.image = items
                .next()
                .and_then(|first| self.image(key, first))
                .map(|mut image| {
                    let own = |keys| field::first_text(self.map, keys).map(|text| field::fold(&text));
                    image.alt = image.alt.or_else(|| own(field::IMAGE_ALT));
                    image.caption = image.caption.or_else(|| own(field::IMAGE_CAPTION));
                    image.credit = image.credit.or_else(|| own(field::IMAGE_CREDIT));
                    image.width = image.width.or_else(|| pixels(self.map.get("image_width")));
                    image.height = image.height.or_else(|| pixels(self.map.get("image_height")));
                    image
                });
            let rest: Vec<_> = items.collect();
            self.gallery(key, &rest);
        }
        if let Some((key, value)) = field::first(self.map, &GALLERY) {
            let all: Vec<_> = items(value).collect();
            self.gallery(key, &all);
        }
    }

    fn gallery(&mut self, key: &'static str, values: &[&Value]) {
        for value in values {
            if let Some(file) = self.image(key, value) {
                self.found.media.push(Media::new(Medium::Image, file));
            }
        }
    }

    fn audio_or_video(&mut self, keys: &[&'static str], medium: Medium) {
        let Some((key, value)) = field::first(self.map, keys) else {
            return;
        };
        for value in items(value) {
            let Some(file) = self.image(key, value) else {
                continue;
            };
            let own = |names: &[&str]| match value {
                Value::Map(map) => field::first_text(map, names),
                _ => None,
            };
            let media_type = own(&["type", "mime", "mime_type"]).filter(|kind| is_media_type(kind));
            // An “enclosure” may be anything.
            let medium = match media_type.as_deref().and_then(|kind| kind.split('/').next()) {
                Some("video") => Medium::Video,
                Some("image") => Medium::Image,
                Some("audio") => Medium::Audio,
                _ => medium,
            };
            let length = own(&["duration"]).or_else(|| field::first_text(self.map, &["duration"]));
            self.found.media.push(Media {
                medium,
                file,
                media_type: media_type.map(Into::into),
                size: own(&["length", "size", "bytes"]).and_then(|size| size.parse().ok()),
                duration: length.and_then(|length| duration(&length)),
            });
        }
    }

    /// One file: an address, or a mapping that has one.
    fn image(&mut self, key: &'static str, value: &Value) -> Option<Image> {
        let mut image = Image::default();
        let written = match value {
            Value::Text(written) => written.trim().to_owned(),
            Value::Map(map) => {
                let own = |keys: &[&str]| field::first_text(map, keys).map(|text| field::fold(&text));
                image.alt = own(&["alt"]);
                image.caption = own(&["caption", "title"]);
                image.credit = own(&["credit", "attribution", "photographer"]);
                image.width = pixels(map.get("width"));
                image.height = pixels(map.get("height"));
                field::first_text(map, &["url", "src", "path", "image", "light"])?
            }
            // `hero: true` says that there is an image, not which.
            _ => return None,
        };
        if written.is_empty() {
            return None;
        }
        match links::resolve(&written, self.base, self.site_url) {
            Ok(resolved) if links::is_web(&resolved.url) => {
                if resolved.mended {
                    let fault = AddressFault::Mended(written, resolved.url.clone());
                    self.found.faults.push((key, fault));
                }
                image.url = resolved.url;
                Some(image)
            }
            _ => {
                self.found.faults.push((key, AddressFault::Dropped(written)));
                None
            }
        }
    }
}

/// The items of a list, or a single value as a list of one.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::List(list) => list.as_slice(),
        other => std::slice::from_ref(other),
    }
    .iter()
    .take(MOST)
}

/// A width or height in pixels.
fn pixels(value: Option<&Value>) -> Option<u32> {
    Image::pixels(&value.and_then(field::text)?)
}

/// A length of time: seconds, `mm:ss` or `h:mm:ss`.
pub(in crate::content) fn duration(text: &str) -> Option<u32> {
    let mut seconds = 0_u32;
    let mut parts = 0;
    for part in text.split(':') {
        let number: u32 = part.trim().parse().ok()?;
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
        parts += 1;
    }
    (parts <= 3 && seconds > 0).then_some(seconds)
}

/// Whether a text has the shape of a media type (RFC 6838, section 4.2).
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    text.split_once('/')
        .is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::file::front_matter;

    fn found(yaml: &str) -> Found {
        let file = format!("---\n{yaml}\n---\n");
        let map = front_matter::parse(&front_matter::split(&file).unwrap().unwrap()).unwrap();
        let site = Url::parse("https://felix.example/").unwrap();
        read(&map, &site.join("news/a/").unwrap(), &site)
    }

    #[test]
    fn an_image_has_address_words_and_measures_wherever_they_are_written() {
        let image = found("image: /a b.jpg\nimage_caption: Two\nimage_width: '640'\nimage_attribution: Ada")
            .image
            .unwrap();
        assert_eq!(image.url, "https://felix.example/a%20b.jpg");
        assert_eq!(
            (image.caption.as_deref(), image.credit.as_deref(), image.width),
            (Some("Two"), Some("Ada"), Some(640))
        );
        let found = found("images: [{src: x.png, alt: A cat, height: 10px}, /y.png]\ngallery: [z.png]");
        assert_eq!(found.image.unwrap().height, Some(10));
        let urls: Vec<_> = found.media.iter().map(|media| media.file.url.as_str()).collect();
        assert_eq!(
            urls,
            [
                "https://felix.example/y.png",
                "https://felix.example/news/a/z.png"
            ]
        );
    }

    #[test]
    fn a_doubled_scheme_is_mended_and_what_is_no_address_dropped_and_both_are_said() {
        let mended = found("image: hhttps://a.example/x.jpg");
        assert_eq!(mended.image.unwrap().url, "https://a.example/x.jpg");
        assert!(matches!(mended.faults[..], [("image", AddressFault::Mended(..))]));
        let dropped = found("image: 'C:/photos/x.jpg'");
        assert_eq!(dropped.image, None);
        assert!(matches!(
            dropped.faults[..],
            [("image", AddressFault::Dropped(_))]
        ));
        assert!(found("hero: true\nimages: []").faults.is_empty());
    }

    #[test]
    fn sound_has_type_size_and_length_where_the_post_says_so() {
        let media = found("audio: {url: /e1.mp3, type: audio/mpeg, length: 1234, duration: '1:02:03'}")
            .media
            .remove(0);
        assert_eq!(
            (media.medium, media.size, media.duration),
            (Medium::Audio, Some(1234), Some(3723))
        );
        let media = found("enclosure: {url: /e1.m4v, type: video/x-m4v}")
            .media
            .remove(0);
        assert_eq!(
            (media.medium, media.media_type.as_deref()),
            (Medium::Video, Some("video/x-m4v"))
        );
        assert_eq!(duration("90"), Some(90));
        for text in ["", "1:2:3:4", "x", "-1", "99999999:00:00"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
