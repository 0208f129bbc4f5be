//! Which HTML a feed may carry: what readers show, and nothing that acts by itself.

/// The elements, sorted. None of them makes a parser read its content as anything but markup, and
/// none leads out of HTML into SVG or MathML, where parsers and sanitizers have disagreed.
#[rustfmt::skip]
pub(in crate::content) const ELEMENTS: [&str; 81] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// The attributes that every element may have.
pub(in crate::content) const GENERIC_ATTRIBUTES: [&str; 3] = ["dir", "lang", "title"];

/// The attributes that some elements may have besides.
pub(in crate::content) const ATTRIBUTES: [(&str, &[&str]); 22] = [
    ("a", &["href", "hreflang"]),
    ("audio", &["controls", "loop", "src"]),
    ("blockquote", &["cite"]),
    ("code", &["class"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("data", &["value"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("img", &["alt", "height", "sizes", "src", "srcset", "width"]),
    ("ins", &["cite", "datetime"]),
    ("li", &["id", "value"]),
    ("ol", &["reversed", "start", "type"]),
    ("q", &["cite"]),
    (
        "source",
        &["height", "media", "sizes", "src", "srcset", "type", "width"],
    ),
    ("sup", &["id"]),
    ("td", &["align", "colspan", "rowspan"]),
    ("th", &["align", "colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
    ("track", &["kind", "label", "src", "srclang"]),
    ("ul", &["type"]),
    (
        "video",
        &["controls", "height", "loop", "muted", "poster", "src", "width"],
    ),
];

/// What the value of an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::content) enum Value {
    /// Text, a number, a key word.
    Plain,
    /// An address to follow.
    Link,
    /// An address to fetch.
    Media,
    /// Addresses to fetch, one of which a reader chooses.
    MediaSet,
    /// The name of a place in the document.
    Id,
    /// Names for style sheets.
    Class,
}

/// What the value of an attribute is, whatever the element.
pub(in crate::content) fn value(attribute: &str) -> Value {
    match attribute {
        "href" | "cite" => Value::Link,
        "src" | "poster" => Value::Media,
        "srcset" => Value::MediaSet,
        "id" => Value::Id,
        "class" => Value::Class,
        _ => Value::Plain,
    }
}

/// The name of an element, in lower case, if it may stand in a feed.
pub(in crate::content) fn element(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let index = ELEMENTS.binary_search(&name.as_str()).ok()?;
    Some(ELEMENTS[index])
}

/// Whether an element may have an attribute; both are given in lower case.
pub(in crate::content) fn is_attribute(element: &str, attribute: &str) -> bool {
    GENERIC_ATTRIBUTES.contains(&attribute)
        || ATTRIBUTES
            .binary_search_by_key(&element, |(element, _)| element)
            .is_ok_and(|index| ATTRIBUTES[index].1.contains(&attribute))
}

/// Whether an element has no content and no end tag (HTML standard, 13.1.2).
pub(in crate::content) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "col" | "hr" | "img" | "source" | "track" | "wbr")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_as_their_search_expects() {
        assert!(ELEMENTS.is_sorted());
        assert!(ATTRIBUTES.is_sorted_by_key(|(element, _)| element));
        assert!(ATTRIBUTES.iter().all(|(name, _)| element(name).is_some()));
    }
}
