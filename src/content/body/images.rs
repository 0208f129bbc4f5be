//! The images of a rendered body.

use crate::content::body::html::escape::unescape;
use crate::content::body::html::{self, Tag, Token};
use crate::content::post::Image;

/// The images in sanitized HTML, in order, each with its caption if it stands in a figure.
pub(in crate::content) fn images(html: &str) -> Vec<Image> {
    let mut images = Vec::new();
    // The tags before the first image matter only if they open its figure.
    let Some(first) = html.find("<img") else {
        return images;
    };
    let mut figure = None;
    let mut caption: Option<String> = None;
    let mut in_caption = false;
    for token in html::tokens(&html[html[..first].rfind("<figure").unwrap_or(first)..]) {
        match token {
            Token::Open(tag) if tag.is("img") => images.extend(image(&tag)),
            Token::Open(tag) if tag.is("figure") => (figure, caption) = (Some(images.len()), None),
            Token::Open(tag) if tag.is("figcaption") => {
                in_caption = true;
                caption = Some(String::new());
            }
            Token::Close(tag) if tag.is("figcaption") => in_caption = false,
            Token::Close(tag) if tag.is("figure") => {
                if let (Some(start), Some(text)) = (figure.take(), caption.take()) {
                    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    for image in images.iter_mut().skip(start) {
                        image.caption = Some(text.clone()).filter(|text| !text.is_empty());
                    }
                }
                in_caption = false;
            }
            Token::Open(_) | Token::Close(_) if in_caption => {
                if let Some(caption) = &mut caption
                    && !matches!(token, Token::Open(tag) | Token::Close(tag) if tag.is_one_of(&INLINE))
                {
                    caption.push(' ');
                }
            }
            Token::Text(text) if in_caption => {
                if let Some(caption) = &mut caption {
                    caption.push_str(&unescape(text));
                }
            }
            _ => {}
        }
    }
    images
}

/// Elements that are a part of a line.
const INLINE: [&str; 10] = [
    "a", "abbr", "b", "cite", "em", "i", "small", "span", "strong", "time",
];

fn image(tag: &Tag<'_>) -> Option<Image> {
    Some(Image {
        url: tag.attribute("src")?.into_owned(),
        alt: tag
            .attribute("alt")
            .map(|alt| alt.trim().to_owned())
            .filter(|alt| !alt.is_empty()),
        caption: None,
        credit: None,
        width: pixels(tag, "width"),
        height: pixels(tag, "height"),
    })
}

fn pixels(tag: &Tag<'_>, attribute: &str) -> Option<u32> {
    Image::pixels(&tag.attribute(attribute)?)
}
