//! OPML 2.0: opml.org/spec2.opml.

use super::{Verdict, children, is_blank, is_web, parse, rule};

/// Judges a document.
pub(crate) fn judge(document: &str) -> Verdict {
    let document = parse(document)?;
    let root = document.root_element();
    rule(
        root.has_tag_name("opml") && root.attribute("version") == Some("2.0"),
        "OPML, “opml”: version 2.0",
        root.tag_name(),
    )?;
    let (heads, bodies) = (children(&root, "", "head"), children(&root, "", "body"));
    rule(
        heads.len() == 1 && bodies.len() == 1,
        "OPML, “opml”: a head and a body",
        (heads.len(), bodies.len()),
    )?;
    rule(
        !children(&bodies[0], "", "outline").is_empty(),
        "OPML, “body”: at least one outline",
        (),
    )?;
    for outline in bodies[0]
        .descendants()
        .filter(|node| node.has_tag_name("outline"))
    {
        let text = outline.attribute("text").unwrap_or("");
        rule(!is_blank(text), "OPML, “text attribute”: required", text)?;
        if outline.attribute("type") == Some("rss") {
            let url = outline.attribute("xmlUrl").unwrap_or("");
            rule(is_web(url), "OPML, “subscription lists”: xmlUrl is required", url)?;
            let page = outline.attribute("htmlUrl");
            rule(
                page.is_none_or(is_web),
                "OPML, “subscription lists”: htmlUrl is an address",
                page,
            )?;
        }
    }
    Ok(())
}
