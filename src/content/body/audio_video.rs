//! The audio and video of a rendered body.

use crate::content::body::html::{self, Tag, Token};
use crate::content::post::{Image, Media, Medium};

/// The audio and video in sanitized HTML, in order; of several versions of one thing the first.
pub(in crate::content) fn audio_video(html: &str) -> Vec<Media> {
    let mut audio_video = Vec::new();
    if !html.contains("<audio") && !html.contains("<video") {
        return audio_video;
    }
    // An element whose address has not come yet.
    let mut open: Option<(Medium, Tag<'_>)> = None;
    for token in html::tokens(html) {
        match token {
            Token::Open(tag) if tag.is_one_of(&["audio", "video"]) => {
                let medium = if tag.is("audio") {
                    Medium::Audio
                } else {
                    Medium::Video
                };
                open = match media(medium, &tag, &tag) {
                    Some(media) => {
                        audio_video.push(media);
                        None
                    }
                    None => Some((medium, tag)),
                };
            }
            Token::Open(tag) if tag.is("source") => {
                if let Some((medium, element)) = &open
                    && let Some(media) = media(*medium, element, &tag)
                {
                    audio_video.push(media);
                    open = None;
                }
            }
            Token::Close(tag) if tag.is_one_of(&["audio", "video"]) => open = None,
            _ => {}
        }
    }
    audio_video
}

/// What an element shows, by the tag that has the address.
fn media(medium: Medium, element: &Tag<'_>, source: &Tag<'_>) -> Option<Media> {
    let pixels = |name| element.attribute(name)?.parse().ok().filter(|pixels| *pixels > 0);
    let file = Image {
        url: source.attribute("src")?.into_owned(),
        width: pixels("width"),
        height: pixels("height"),
        ..Image::default()
    };
    Some(Media {
        media_type: source.attribute("type").map(|kind| kind.into_owned().into()),
        ..Media::new(medium, file)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_thing_to_play_the_first_version_is_found() {
        let found = audio_video(
            "<p><audio controls src=\"https://a.example/1.mp3\"></audio>\
             <video width=\"640\"><source src=\"https://a.example/2.webm\" type=\"video/webm\">\
             <source src=\"https://a.example/2.mp4\"></video><source src=\"https://a.example/3.mp3\"></p>",
        );
        let short: Vec<_> = found
            .iter()
            .map(|media| {
                (
                    media.medium,
                    media.file.url.as_str(),
                    media.media_type.as_deref(),
                    media.file.width,
                )
            })
            .collect();
        assert_eq!(
            short,
            [
                (Medium::Audio, "https://a.example/1.mp3", None, None),
                (
                    Medium::Video,
                    "https://a.example/2.webm",
                    Some("video/webm"),
                    Some(640)
                ),
            ]
        );
    }
}
