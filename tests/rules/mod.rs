//! What every document owes, rule by rule, each with the clause it comes from. A judge of our own: the
//! public validators do not run inside a test, and none of them knows every rule.

mod atom;
mod hostile;
mod json;
mod opml;
mod rss;

pub(crate) use atom::judge as judge_atom;
pub(crate) use json::judge as judge_json;
pub(crate) use opml::judge as judge_opml;
pub(crate) use rss::judge as judge_rss;

use chrono::DateTime;
use newswire::vocabulary::Format;
use roxmltree::{Document, Node};

/// What is wrong with a document: the rule it breaks, and where.
pub(crate) type Verdict = Result<(), String>;

pub(crate) const ATOM: &str = "http://www.w3.org/2005/Atom";
pub(crate) const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
pub(crate) const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
pub(crate) const MEDIA: &str = "http://search.yahoo.com/mrss/";
pub(crate) const SYNDICATION: &str = "http://purl.org/rss/1.0/modules/syndication/";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Judges a document of a feed.
pub(crate) fn judge(document: &[u8], format: Format) -> Verdict {
    let text = std::str::from_utf8(document).map_err(|error| format!("not UTF-8: {error}"))?;
    match format {
        Format::Rss => judge_rss(text),
        Format::Atom => judge_atom(text),
        Format::Json => judge_json(text),
    }
}

/// Fails with the rule unless it holds.
pub(crate) fn rule(holds: bool, rule: &str, what: impl std::fmt::Debug) -> Verdict {
    if holds {
        Ok(())
    } else {
        let what: String = format!("{what:?}").chars().take(300).collect();
        Err(format!("{rule}: {what}"))
    }
}

/// Parses strictly, and judges what holds for every XML document of ours.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, String> {
    rule(
        text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"),
        "XML 1.0, 4.3.3: the encoding is declared",
        text.get(..60),
    )?;
    let document = Document::parse(text).map_err(|error| format!("XML 1.0, 2.1, well-formed: {error}"))?;
    // Those that XML 1.0, 2.2, discourages are left out as well.
    let control = text.chars().find(|c| c.is_control() && !"\t\n\r".contains(*c));
    rule(control.is_none(), "XML 1.0, 2.2: no control characters", control)?;
    for node in document.descendants() {
        if let Some(language) = node.attribute((XML, "lang")) {
            rule(
                is_language(language),
                "RFC 5646, 2.1: xml:lang is a tag",
                language,
            )?;
        }
        if node.has_tag_name((MEDIA, "content")) || node.has_tag_name((MEDIA, "thumbnail")) {
            media(&node)?;
        }
    }
    Ok(document)
}

/// Media RSS, “media:content” and “media:thumbnail”.
fn media(node: &Node<'_, '_>) -> Verdict {
    let url = node.attribute("url").unwrap_or("");
    rule(is_web(url), "Media RSS: the url is direct and absolute", url)?;
    if node.has_tag_name((MEDIA, "content")) {
        let medium = node.attribute("medium").unwrap_or("");
        rule(
            ["image", "audio", "video", "document", "executable"].contains(&medium),
            "Media RSS: medium is one of five",
            medium,
        )?;
    }
    if let Some(kind) = node.attribute("type") {
        rule(is_media_type(kind), "RFC 6838, 4.2: type is a media type", kind)?;
    }
    for number in ["width", "height", "fileSize", "duration"] {
        if let Some(value) = node.attribute(number) {
            rule(
                value.parse::<u64>().is_ok(),
                "Media RSS: a number is one",
                (number, value),
            )?;
        }
    }
    Ok(())
}

/// The children of a name.
pub(crate) fn children<'a, 'input>(
    node: &Node<'a, 'input>,
    namespace: &str,
    name: &str,
) -> Vec<Node<'a, 'input>> {
    node.children()
        .filter(|child| {
            child.is_element()
                && child.tag_name().name() == name
                && child.tag_name().namespace().unwrap_or("") == namespace
        })
        .collect()
}

/// The text of a node, of all its pieces.
pub(crate) fn text(node: &Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}

pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether a text is an absolute address of the web, in the characters of RFC 3986, section 2.
pub(crate) fn is_web(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && is_iri(text)
}

/// Whether a text is an absolute URI.
pub(crate) fn is_iri(text: &str) -> bool {
    let scheme = text.split(':').next().unwrap_or("");
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.len() < text.len()
        && text
            .chars()
            .all(|c| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c))
}

pub(crate) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    parts
        .next()
        .is_some_and(|first| (1..=8).contains(&first.len()) && first.chars().all(|c| c.is_ascii_alphabetic()))
        && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

pub(crate) fn is_media_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, subtype)| {
        [kind, subtype].iter().all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
        })
    })
}

/// Whether a text is a date by RFC 3339 with T and an offset or Z.
pub(crate) fn is_rfc_3339(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok() && text.contains('T') && !text.contains(['t', 'z'])
}
