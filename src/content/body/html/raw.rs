//! The HTML that authors write between their Markdown, made ready for the sanitizer or, where
//! authors are trusted, only given absolute addresses.

use super::allowed::{self, Value};
use super::escape::{push_attribute, push_escaped_attribute, push_escaped_text, push_text, unescape};
use super::nesting::{Nesting, TooTangled};
use super::{Tag, Token, tokens};
use crate::content::body::findings::{BodyFindings, Wanted, shown};
use crate::content::body::links;
use crate::content::body::template::figure::link;

/// Writes HTML anew with nothing in it but what a feed may carry, every address absolute: frames
/// with videos become links, check boxes become signs, images that only count readers go.
///
/// What comes out reads the same to every parser, and nests within bounds. The sanitizer works on
/// this, not on the author's own text.
pub(in crate::content) fn tidy(html: &str, findings: &mut BodyFindings<'_>) -> Result<String, TooTangled> {
    let tokens: Vec<_> = tokens(html).collect();
    let mut tidier = Tidier {
        html: String::with_capacity(html.len() + html.len() / 4),
        nesting: Nesting::default(),
        links: Vec::new(),
        findings,
    };
    let last_drawing_ends = tokens
        .iter()
        .rposition(|token| matches!(token, Token::Close(tag) if tag.is("svg")));
    let mut shows_raw_text = false;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Text(text) => push_escaped_text(&mut tidier.html, text),
            Token::RawText(text) if shows_raw_text => push_escaped_text(&mut tidier.html, text),
            Token::RawText(_) | Token::Comment(_) => {}
            Token::Open(tag) if tag.is("svg") && !tag.raw.ends_with("/>") => {
                if last_drawing_ends.is_some_and(|end| at < end) {
                    let is_end = |token: &Token<'_>| matches!(token, Token::Close(tag) if tag.is("svg"));
                    at += tokens[at..].iter().position(is_end).unwrap_or(0);
                }
            }
            Token::Open(tag) => {
                shows_raw_text = tag.is_one_of(&["textarea", "title", "xmp", "plaintext"]);
                tidier.open(tag)?;
            }
            Token::Close(tag) => tidier.close(tag)?,
        }
        at += 1;
    }
    Ok(tidier.html)
}

struct Tidier<'n, 's> {
    html: String,
    nesting: Nesting,
    /// For each open link, whether its tag was written.
    links: Vec<bool>,
    findings: &'n mut BodyFindings<'s>,
}

impl Tidier<'_, '_> {
    fn open(&mut self, tag: &Tag<'_>) -> Result<(), TooTangled> {
        if tag.is("iframe") {
            self.frame(tag);
        } else if tag.is("input") {
            self.check_box(tag);
        } else if tag.is_one_of(&["script", "object", "embed", "form"]) {
            self.left_out(tag);
        } else if tag.is("img") {
            self.image(tag);
        } else if let Some(element) = allowed::element(tag.name) {
            let start = self.html.len();
            self.html.push('<');
            self.html.push_str(element);
            let has_address = self.attributes(element, tag);
            self.html.push('>');
            if element == "a" {
                // A link without an address is only its text.
                self.links.push(has_address);
                if !has_address {
                    self.html.truncate(start);
                    return Ok(());
                }
            }
            if matches!(element, "source" | "track") && !has_address {
                self.html.truncate(start);
            }
            if !allowed::is_void(element) {
                self.nesting.open(element)?;
            }
        }
        Ok(())
    }

    fn close(&mut self, tag: &Tag<'_>) -> Result<(), TooTangled> {
        let Some(element) = allowed::element(tag.name).filter(|name| !allowed::is_void(name)) else {
            return Ok(());
        };
        if element == "a" && self.links.pop() != Some(true) {
            return Ok(());
        }
        if self.nesting.close(element)? {
            self.html.push_str("</");
            self.html.push_str(element);
            self.html.push('>');
        }
        Ok(())
    }

    /// Writes what attributes an element may have, and says whether an address is among them.
    fn attributes(&mut self, element: &str, tag: &Tag<'_>) -> bool {
        let mut has_address = false;
        for (name, value) in tag.attributes() {
            let name = name.to_ascii_lowercase();
            if !allowed::is_attribute(element, &name) {
                continue;
            }
            let source = self.findings.source();
            let address = match allowed::value(&name) {
                Value::Plain | Value::Id | Value::Class => {
                    push_escaped_attribute(&mut self.html, &name, value);
                    continue;
                }
                Value::Link => self.findings.resolve(&unescape(value), None, Wanted::Link),
                Value::Media => self.findings.resolve(&unescape(value), None, Wanted::Media),
                Value::MediaSet => links::absolute_set(&unescape(value), source.permalink, source.site_url),
            };
            if let Some(address) = address {
                has_address = true;
                push_attribute(&mut self.html, &name, &address);
            }
        }
        has_address
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let is_dot = |side| {
            tag.attribute(side)
                .is_some_and(|length| matches!(length.trim().trim_end_matches("px"), "0" | "1"))
        };
        if is_dot("width") && is_dot("height") {
            return;
        }
        let start = self.html.len();
        self.html.push_str("<img");
        let has_address = self.attributes("img", tag);
        self.html.push('>');
        if !has_address {
            self.html.truncate(start);
            push_text(&mut self.html, &tag.attribute("alt").unwrap_or_default());
        }
    }

    fn check_box(&mut self, tag: &Tag<'_>) {
        if tag
            .attribute("type")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"))
        {
            let checked = tag.attribute("checked").is_some();
            self.html.push_str(if checked { "☑ " } else { "☐ " });
        }
    }

    fn frame(&mut self, tag: &Tag<'_>) {
        let source = tag.attribute("src").unwrap_or_default();
        let url = links::absolute(
            &source,
            self.findings.source().permalink,
            self.findings.source().site_url,
        );
        match url.as_deref().and_then(video_page) {
            Some(video) => {
                let title = tag.attribute("title").filter(|title| !title.trim().is_empty());
                self.html
                    .push_str(&link(&video, title.as_deref().unwrap_or(&video)));
            }
            None => self.left_out(tag),
        }
    }

    fn left_out(&mut self, tag: &Tag<'_>) {
        let at = self.findings.find(tag.raw);
        let name = tag.name.to_ascii_lowercase();
        let what = match tag.attribute("src") {
            Some(source) => format!("left out <{name}> with “{}”", shown(&source)),
            None => format!("left out <{name}>"),
        };
        self.findings.add(
            "unsupported-html",
            at,
            format!("{what}, which feed readers don't show"),
            "link to it instead",
        );
    }
}

/// The page on which a video is, of the address that frames show.
fn video_page(frame: &str) -> Option<String> {
    let (_, rest) = frame.split_once("://")?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (host, path) = rest.split_once('/')?;
    let (prefix, page) = match host {
        "youtube.com" | "youtube-nocookie.com" => ("embed/", "https://www.youtube.com/watch?v="),
        "player.vimeo.com" => ("video/", "https://vimeo.com/"),
        "dailymotion.com" | "geo.dailymotion.com" => ("embed/video/", "https://www.dailymotion.com/video/"),
        _ => return None,
    };
    let id = path.strip_prefix(prefix)?;
    let id = &id[..id.find(['?', '#', '/', '&']).unwrap_or(id.len())];
    (!id.is_empty()).then(|| format!("{page}{id}"))
}

/// Makes every address absolute and leaves all else as it is. An address that can't be, because
/// of its scheme say, stays away with its attribute.
pub(in crate::content) fn with_absolute_addresses(html: &str, findings: &mut BodyFindings<'_>) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 4);
    for token in tokens(html) {
        let tag = match token {
            Token::Open(tag) => tag,
            Token::Close(tag) => {
                out.push_str(tag.raw);
                continue;
            }
            Token::Comment(raw) if raw.starts_with("<!") || raw.starts_with("<?") => continue,
            Token::Text(raw) | Token::RawText(raw) | Token::Comment(raw) => {
                out.push_str(raw);
                continue;
            }
        };
        let is_address = |name: &str| {
            ["href", "src", "srcset", "poster", "cite"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        };
        if !tag.attributes().any(|(name, _)| is_address(name)) {
            out.push_str(tag.raw);
            continue;
        }
        out.push('<');
        out.push_str(tag.name);
        for (name, value) in tag.attributes() {
            if !is_address(name) {
                push_escaped_attribute(&mut out, name, value);
                continue;
            }
            let (permalink, site_url) = (findings.source().permalink, findings.source().site_url);
            let address = match allowed::value(&name.to_ascii_lowercase()) {
                Value::MediaSet => links::absolute_set(&unescape(value), permalink, site_url),
                Value::Media => findings.resolve(&unescape(value), None, Wanted::Media),
                _ => findings.resolve(&unescape(value), None, Wanted::Link),
            };
            if let Some(address) = address {
                push_attribute(&mut out, name, &address);
            }
        }
        out.push_str(if tag.raw.ends_with("/>") { " />" } else { ">" });
    }
    out
}
