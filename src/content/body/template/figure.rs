//! Shortcodes that have a meaning in a feed: a figure, and videos as links, because frames don't
//! survive in feed readers.

use super::shortcode::Call;
use crate::content::body::findings::{BodyFindings, Wanted, shown};
use crate::content::body::html::escape::{push_attribute, push_text};

/// What a shortcode stands for.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) enum Shown {
    /// A block of HTML.
    Block(String),
    /// Nothing of its own.
    Nothing,
}

/// Carries out a shortcode that stands at `at` in the source. `inline` turns the Markdown of a
/// caption into HTML.
pub(in crate::content) fn show(
    call: &Call<'_>,
    at: usize,
    findings: &mut BodyFindings<'_>,
    inline: &mut dyn FnMut(&str, &mut BodyFindings<'_>) -> String,
) -> Shown {
    match call.name {
        "figure" | "image" | "img" => figure(call, at, findings, inline),
        "youtube" | "vimeo" => video(call, at, findings),
        "tweet" | "twitter" | "twitter_simple" | "x" | "x_simple" => {
            post_elsewhere(call, tweet(call), at, findings)
        }
        "instagram" | "instagram_simple" => post_elsewhere(call, instagram(call), at, findings),
        "gist" => post_elsewhere(call, gist(call), at, findings),
        name => {
            findings.add(
                "unknown-shortcode",
                Some(at),
                format!(
                    "the shortcode “{}” is not known; its inner text stays",
                    shown(name)
                ),
                "feeds know figure, image, youtube, vimeo, tweet, instagram and gist; write the rest in Markdown or HTML",
            );
            Shown::Nothing
        }
    }
}

fn figure(
    call: &Call<'_>,
    at: usize,
    findings: &mut BodyFindings<'_>,
    inline: &mut dyn FnMut(&str, &mut BodyFindings<'_>) -> String,
) -> Shown {
    let source = call.any(&[
        "src",
        "image_path",
        "url",
        "path",
        "image",
        "file",
        "filename",
        "img",
        "name",
    ]);
    let source = source.or_else(|| call.first()).unwrap_or("");
    let url = findings.resolve(source, Some(at), Wanted::Media);
    let caption = caption(call, at, findings, inline);
    let Some(url) = url else {
        return if caption.is_empty() {
            Shown::Nothing
        } else {
            Shown::Block(format!("<p>{caption}</p>"))
        };
    };
    let mut image = "<img".to_owned();
    push_attribute(&mut image, "src", &url);
    push_attribute(&mut image, "alt", call.named("alt").unwrap_or(""));
    for side in ["width", "height"] {
        if let Some(length) = call.named(side) {
            push_attribute(&mut image, side, length);
        }
    }
    image.push('>');
    let link = call
        .named("link")
        .and_then(|link| findings.resolve(link, Some(at), Wanted::Link));
    if let Some(link) = link {
        image = link_around(&image, &link);
    }
    if !caption.is_empty() {
        image = format!("{image}<figcaption>{caption}</figcaption>");
    }
    Shown::Block(format!("<figure>{image}</figure>"))
}

/// Title, caption and credit, as Hugo's own figure has them.
fn caption(
    call: &Call<'_>,
    at: usize,
    findings: &mut BodyFindings<'_>,
    inline: &mut dyn FnMut(&str, &mut BodyFindings<'_>) -> String,
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
        parts.push(inline(caption, findings));
    }
    if let Some(credit) = call.named("attr") {
        let credit = inline(credit, findings);
        let link = call
            .named("attrlink")
            .and_then(|link| findings.resolve(link, Some(at), Wanted::Link));
        parts.push(match link {
            Some(link) if !credit.contains("<a ") => link_around(&credit, &link),
            _ => credit,
        });
    }
    parts.join(" ")
}

/// A link to what is published elsewhere, where readers see it without its author's scripts.
fn post_elsewhere(call: &Call<'_>, url: Option<String>, at: usize, findings: &mut BodyFindings<'_>) -> Shown {
    let Some(url) = url else {
        findings.add(
            "unknown-shortcode",
            Some(at),
            format!("the shortcode “{}” does not say which post is meant", call.name),
            "give the id or the address, as in {{< tweet user=\"a\" id=\"123\" >}}",
        );
        return Shown::Nothing;
    };
    Shown::Block(format!("<p>{}</p>", link(&url, &url)))
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// An address on one of these hosts, as it is.
fn address_on(written: &str, hosts: &[&str]) -> Option<String> {
    let url = url::Url::parse(written).ok()?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
    (matches!(url.scheme(), "http" | "https") && hosts.contains(&host.as_str())).then(|| url.to_string())
}

fn tweet(call: &Call<'_>) -> Option<String> {
    let id = call.any(&["id", "url", "src"]).or_else(|| call.first())?;
    if let Some(url) = address_on(id, &["twitter.com", "x.com", "mobile.twitter.com"]) {
        return Some(url);
    }
    let user = call.named("user").filter(|user| is_word(user)).unwrap_or("i");
    is_word(id).then(|| format!("https://x.com/{user}/status/{id}"))
}

fn instagram(call: &Call<'_>) -> Option<String> {
    let id = call.named("id").or_else(|| call.first());
    let id = id.filter(|id| is_word(id))?;
    Some(format!("https://www.instagram.com/p/{id}/"))
}

fn gist(call: &Call<'_>) -> Option<String> {
    let first = call.any(&["url", "id"]).or_else(|| call.first())?;
    if let Some(url) = address_on(first, &["gist.github.com"]) {
        return Some(url);
    }
    // `spf13 7896402` for Hugo, `spf13/7896402` for Jekyll, the id alone for both.
    let user = call.named("user").filter(|_| call.named("id").is_some());
    let path = match (user, call.at(1)) {
        (Some(user), _) => format!("{user}/{first}"),
        (None, Some(id)) if is_word(first) && !id.contains('.') => format!("{first}/{id}"),
        _ => first.to_owned(),
    };
    path.split('/')
        .all(is_word)
        .then(|| format!("https://gist.github.com/{path}"))
}

fn video(call: &Call<'_>, at: usize, findings: &mut BodyFindings<'_>) -> Shown {
    let written = call
        .any(&["id", "videoId", "video_id", "src", "url"])
        .or_else(|| call.first());
    // Some give the whole address.
    let id = written
        .unwrap_or("")
        .split(['?', '&', '/', '='])
        .next_back()
        .unwrap_or("");
    if !is_word(id) {
        findings.add(
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
    // A link that says where it leads, in any language.
    Shown::Block(format!(
        "<p>{}</p>",
        link(&url, call.named("title").unwrap_or(&url))
    ))
}

/// A text as a link.
pub(in crate::content) fn link(url: &str, text: &str) -> String {
    let mut escaped = String::new();
    push_text(&mut escaped, text);
    link_around(&escaped, url)
}

/// HTML as the content of a link.
fn link_around(html: &str, url: &str) -> String {
    let mut link = "<a".to_owned();
    push_attribute(&mut link, "href", url);
    format!("{link}>{html}</a>")
}
