//! Shortcodes that have a meaning in a feed: a figure, and videos as links, because frames don't
//! survive in feed readers.

use super::escape::{push_attribute, push_text};
use super::notes::{Notes, Wanted, shown};
use super::shortcode::Call;

/// What a shortcode stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// A block of HTML.
    Block(String),
    /// Nothing of its own.
    Nothing,
}

/// Carries out a shortcode that stands at `at` in the source. `inline` turns the Markdown of a
/// caption into HTML.
pub(super) fn show(
    call: &Call<'_>,
    at: usize,
    notes: &mut Notes<'_>,
    inline: &mut dyn FnMut(&str, &mut Notes<'_>) -> String,
) -> Shown {
    match call.name {
        "figure" => figure(call, at, notes, inline),
        "youtube" | "vimeo" => video(call, at, notes),
        name => {
            notes.add(
                "unknown-shortcode",
                Some(at),
                format!(
                    "the shortcode “{}” is not known; its inner text stays",
                    shown(name)
                ),
                "feeds know figure, youtube and vimeo; write the rest in Markdown or HTML",
            );
            Shown::Nothing
        }
    }
}

fn figure(
    call: &Call<'_>,
    at: usize,
    notes: &mut Notes<'_>,
    inline: &mut dyn FnMut(&str, &mut Notes<'_>) -> String,
) -> Shown {
    let source = call.named("src").or_else(|| call.first()).unwrap_or("");
    let url = notes.resolve(source, Some(at), Wanted::Media);
    let caption = caption(call, at, notes, inline);
    let Some(url) = url else {
        return if caption.is_empty() {
            Shown::Nothing
        } else {
            Shown::Block(format!("<p>{caption}</p>"))
        };
    };
    let mut html = "<figure>".to_owned();
    let link = call
        .named("link")
        .and_then(|link| notes.resolve(link, Some(at), Wanted::Link));
    if let Some(link) = &link {
        html.push_str("<a");
        push_attribute(&mut html, "href", link);
        html.push('>');
    }
    html.push_str("<img");
    push_attribute(&mut html, "src", &url);
    push_attribute(&mut html, "alt", call.named("alt").unwrap_or(""));
    for side in ["width", "height"] {
        if let Some(length) = call.named(side) {
            push_attribute(&mut html, side, length);
        }
    }
    html.push('>');
    if link.is_some() {
        html.push_str("</a>");
    }
    if !caption.is_empty() {
        html.push_str("<figcaption>");
        html.push_str(&caption);
        html.push_str("</figcaption>");
    }
    html.push_str("</figure>");
    Shown::Block(html)
}

/// Title, caption and credit, as Hugo's own figure has them.
fn caption(
    call: &Call<'_>,
    at: usize,
    notes: &mut Notes<'_>,
    inline: &mut dyn FnMut(&str, &mut Notes<'_>) -> String,
) -> String {
    let mut parts = Vec::new();
    // Some themes print either; an author who fills in both with the same means it once.
    let title = call
        .named("title")
        .filter(|title| call.named("caption") != Some(title));
    if let Some(title) = title {
        let mut html = "<strong>".to_owned();
        push_text(&mut html, title);
        html.push_str("</strong>");
        parts.push(html);
    }
    if let Some(caption) = call.named("caption") {
        parts.push(inline(caption, notes));
    }
    if let Some(credit) = call.named("attr") {
        let credit = inline(credit, notes);
        let link = call
            .named("attrlink")
            .and_then(|link| notes.resolve(link, Some(at), Wanted::Link));
        parts.push(match link {
            Some(link) if !credit.contains("<a ") => {
                let mut html = "<a".to_owned();
                push_attribute(&mut html, "href", &link);
                format!("{html}>{credit}</a>")
            }
            _ => credit,
        });
    }
    parts.join(" ")
}

fn video(call: &Call<'_>, at: usize, notes: &mut Notes<'_>) -> Shown {
    let id = call.named("id").or_else(|| call.first()).unwrap_or("");
    let valid = !id.is_empty()
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !valid {
        notes.add(
            "unknown-video",
            Some(at),
            format!("the shortcode “{}” does not say which video", call.name),
            "give the id from the video's own address, as in {{< youtube w7Ft2ymGmfc >}}",
        );
        return Shown::Nothing;
    }
    let url = match call.name {
        "youtube" => format!("https://www.youtube.com/watch?v={id}"),
        _ => format!("https://vimeo.com/{id}"),
    };
    Shown::Block(format!("<p>{}</p>", link_to_video(&url, call.named("title"))))
}

/// A link that says where it leads, in any language.
pub(super) fn link_to_video(url: &str, title: Option<&str>) -> String {
    let mut html = "<a".to_owned();
    push_attribute(&mut html, "href", url);
    html.push('>');
    push_text(&mut html, title.unwrap_or(url));
    html.push_str("</a>");
    html
}
