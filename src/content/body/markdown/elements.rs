//! The elements of Markdown as HTML.

use std::borrow::Cow;
use std::fmt::Write as _;

use pulldown_cmark::{Alignment, CodeBlockKind, LinkType, Tag, TagEnd};

use super::template_code::without_markers;
use super::{Image, Writer};
use crate::content::body::findings::{BodyFindings, Wanted};
use crate::content::body::html::escape::{push_attribute, push_text};

impl Writer<'_, '_> {
    pub(super) fn start(&mut self, tag: Tag<'_>, findings: &mut BodyFindings<'_>) {
        let starts_line = matches!(
            tag,
            Tag::Heading { .. } | Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::List(_) | Tag::Table(_)
        );
        if starts_line && !self.html.is_empty() && !self.html.ends_with(['\n', '>']) {
            self.html.push('\n');
        }
        match tag {
            Tag::Paragraph => {
                self.paragraph_depth = Some(self.depth);
                self.html.push_str("<p>");
            }
            Tag::Heading { level, .. } => {
                let _ = write!(self.html, "<{level}>");
                self.heading_start = self.html.len();
            }
            Tag::BlockQuote(_) => self.html.push_str("<blockquote>\n"),
            Tag::CodeBlock(kind) => self.start_code_block(&kind),
            Tag::List(None) => self.html.push_str("<ul>\n"),
            Tag::List(Some(1)) => self.html.push_str("<ol>\n"),
            Tag::List(Some(first)) => {
                let _ = writeln!(self.html, "<ol start=\"{first}\">");
            }
            Tag::Item => self.html.push_str("<li>"),
            Tag::FootnoteDefinition(name) => self.footnotes.start(&name, &mut self.html),
            Tag::Table(alignments) => {
                self.table.alignments = alignments;
                self.table.has_body = false;
                self.html.push_str("<table>\n");
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.table.column = 0;
                self.html.push_str("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                if !self.table.has_body {
                    self.table.has_body = true;
                    self.html.push_str("<tbody>\n");
                }
                self.table.column = 0;
                self.html.push_str("<tr>\n");
            }
            Tag::TableCell => {
                self.html.push_str(if self.table.in_head { "<th" } else { "<td" });
                match self.table.alignments.get(self.table.column) {
                    Some(Alignment::Left) => push_attribute(&mut self.html, "align", "left"),
                    Some(Alignment::Center) => push_attribute(&mut self.html, "align", "center"),
                    Some(Alignment::Right) => push_attribute(&mut self.html, "align", "right"),
                    Some(Alignment::None) | None => {}
                }
                self.html.push('>');
                self.table.column += 1;
            }
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Strikethrough => self.html.push_str("<del>"),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                self.start_link(link_type, &dest_url, &title, findings);
            }
            Tag::Image { dest_url, title, .. } => {
                self.image = Some(Image {
                    url: self.address(&dest_url, Wanted::Media, findings),
                    title: without_markers(&title).into_owned(),
                    alt: String::new(),
                    depth: self.depth,
                });
            }
            // HTML blocks have no element; the rest is not asked for.
            Tag::HtmlBlock
            | Tag::MetadataBlock(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript => {}
        }
    }

    pub(super) fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::Item | TagEnd::Heading(_) | TagEnd::TableCell) {
            self.write_postponed();
        }
        match tag {
            TagEnd::Paragraph => {
                self.paragraph_depth = None;
                self.end_paragraph();
                self.write_postponed();
            }
            TagEnd::Heading(level) => {
                self.remove_heading_attributes();
                let _ = writeln!(self.html, "</{level}>");
            }
            TagEnd::BlockQuote(_) => self.html.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => self.html.push_str("</code></pre>\n"),
            TagEnd::List(false) => self.html.push_str("</ul>\n"),
            TagEnd::List(true) => self.html.push_str("</ol>\n"),
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => self.footnotes.end(&mut self.html),
            TagEnd::Table => {
                self.html.push_str(if self.table.has_body {
                    "</tbody>\n</table>\n"
                } else {
                    "</table>\n"
                });
            }
            TagEnd::TableHead => {
                self.table.in_head = false;
                self.html.push_str("</tr>\n</thead>\n");
            }
            TagEnd::TableRow => self.html.push_str("</tr>\n"),
            TagEnd::TableCell => self
                .html
                .push_str(if self.table.in_head { "</th>\n" } else { "</td>\n" }),
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.html.push_str("</del>"),
            TagEnd::Link => {
                if self.links.pop() == Some(true) {
                    self.html.push_str("</a>");
                }
            }
            TagEnd::Image
            | TagEnd::HtmlBlock
            | TagEnd::MetadataBlock(_)
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript => {}
        }
    }

    /// Writes the figures that could not stand where they stood.
    fn write_postponed(&mut self) {
        if !self.postponed.is_empty() {
            let postponed = std::mem::take(&mut self.postponed);
            self.html.push_str(&postponed);
        }
    }

    /// Removes `{#id .class}` from the end of a heading. The parser can do that too, but it takes
    /// the prose in `## The set {a}` with it.
    fn remove_heading_attributes(&mut self) {
        let heading = self.html.get(self.heading_start..).unwrap_or("");
        if let Some(at) = heading.rfind('{') {
            let attributes = &heading[at..];
            let is_complete = attributes.ends_with('}') && !attributes.contains('<');
            if is_complete
                && ["{#", "{.", "{:"]
                    .iter()
                    .any(|start| attributes.starts_with(start))
            {
                let length = heading[..at].trim_end().len();
                self.html.truncate(self.heading_start + length);
            }
        }
    }

    fn start_code_block(&mut self, kind: &CodeBlockKind<'_>) {
        self.html.push_str("<pre><code");
        if let CodeBlockKind::Fenced(information) = kind {
            let information = without_markers(information);
            let language = information
                .split(|c: char| c.is_whitespace() || matches!(c, ',' | '{'))
                .next()
                .unwrap_or("");
            if !language.is_empty() {
                push_attribute(&mut self.html, "class", &format!("language-{language}"));
            }
        }
        self.html.push('>');
    }

    fn start_link(&mut self, kind: LinkType, reference: &str, title: &str, findings: &mut BodyFindings<'_>) {
        let reference = match kind {
            LinkType::Email => Cow::Owned(format!("mailto:{reference}")),
            _ => Cow::Borrowed(reference),
        };
        let url = self.address(&reference, Wanted::Link, findings);
        let open = !self.links.contains(&true);
        self.links.push(open && url.is_some());
        if let Some(url) = url.filter(|_| open) {
            self.html.push_str("<a");
            push_attribute(&mut self.html, "href", &url);
            if !title.is_empty() {
                push_attribute(&mut self.html, "title", &without_markers(title));
            }
            self.html.push('>');
        }
    }

    pub(super) fn end_image(&mut self) {
        let Some(image) = self.image.take() else {
            return;
        };
        let Some(url) = image.url else {
            push_text(&mut self.html, &image.alt);
            return;
        };
        self.html.push_str("<img");
        push_attribute(&mut self.html, "src", &url);
        push_attribute(&mut self.html, "alt", &image.alt);
        if !image.title.is_empty() {
            push_attribute(&mut self.html, "title", &image.title);
        }
        self.html.push('>');
    }
}
