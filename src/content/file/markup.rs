//! Which markup a file is written in.

/// How a file of content is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Markdown.
    Markdown,
    /// Markdown with components (MDX).
    Mdx,
    /// HTML.
    Html,
    /// Something that is known, and that Newswire can't read.
    Unsupported(&'static str),
}

/// What a path's ending says; `None` if it is no content.
pub fn markup(path: &str) -> Option<Markup> {
    const ENDINGS: [(&str, Markup); 16] = [
        ("md", Markup::Markdown),
        ("mdx", Markup::Mdx),
        ("markdown", Markup::Markdown),
        ("html", Markup::Html),
        ("mdown", Markup::Markdown),
        ("mkd", Markup::Markdown),
        ("mkdn", Markup::Markdown),
        ("mkdown", Markup::Markdown),
        ("mdwn", Markup::Markdown),
        ("htm", Markup::Html),
        ("rst", Markup::Unsupported("reStructuredText")),
        ("adoc", Markup::Unsupported("AsciiDoc")),
        ("asciidoc", Markup::Unsupported("AsciiDoc")),
        ("textile", Markup::Unsupported("Textile")),
        ("org", Markup::Unsupported("Org mode")),
        ("mdoc", Markup::Unsupported("Markdoc")),
    ];
    let (_, extension) = path.rsplit_once('.')?;
    ENDINGS
        .iter()
        .find(|(known, _)| extension.eq_ignore_ascii_case(known))
        .map(|(_, markup)| *markup)
}
