//! Markdown → HTML.
//!
//! CommonMark with the tables, strikethrough, task lists and footnotes of GitHub's flavour. Quotes
//! and dashes stay as the author wrote them. What is written here is serialized as the HTML
//! standard does it, so that the sanitizer finds nothing to change in it.

mod elements;
pub(in crate::content) mod footnotes;
mod template_code;

use std::fmt::Write as _;

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};

use crate::content::body::findings::BodyFindings;
use crate::content::body::html::escape::push_text;
use crate::content::body::template::Marked;
use footnotes::Footnotes;

/// Elements of Markdown may nest this deep; what is deeper loses its element, not its text. The
/// time a sanitizer takes grows with the square of the depth.
const MAX_DEPTH: usize = 100;

/// What to do with the tags an author wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::content) enum RawHtml {
    /// They are passed on.
    Keep,
    /// They are left out, their text stays.
    Omit,
}

/// Markdown as HTML.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) struct Written {
    /// The HTML, with [`CUT`](crate::content::body::template::CUT) where the summary ends.
    pub(in crate::content) html: String,
    /// Whether there are tags of the author's in it.
    pub(in crate::content) has_raw_html: bool,
}

/// Writes a marked text of HTML, which no Markdown parser shall touch.
pub(in crate::content) fn write_html(
    mut marked: Marked<'_>,
    raw: RawHtml,
    findings: &mut BodyFindings<'_>,
) -> Written {
    let text = std::mem::take(&mut marked.text);
    let mut writer = Writer::new(&mut marked, text.len(), raw, findings);
    writer.raw_html(&text, findings);
    writer.finish()
}

/// Writes a marked text as HTML.
pub(in crate::content) fn write(
    mut marked: Marked<'_>,
    raw: RawHtml,
    findings: &mut BodyFindings<'_>,
) -> Written {
    let text = std::mem::take(&mut marked.text);
    let mut writer = Writer::new(&mut marked, text.len(), raw, findings);
    for (event, range) in Parser::new_ext(&text, options()).into_offset_iter() {
        writer.at = range.start;
        writer.event(event, findings);
    }
    writer.footnotes.write(&mut writer.html);
    if writer.too_deep {
        findings.add(
            "too-deep",
            None,
            format!("lists or quotations nest more than {MAX_DEPTH} deep; the deeper ones are plain text"),
            "remove some of the levels",
        );
    }
    writer.finish()
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
}

struct Image {
    url: Option<String>,
    title: String,
    alt: String,
    depth: usize,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_body: bool,
}

struct Writer<'w, 'text> {
    html: String,
    marked: &'w mut Marked<'text>,
    raw: RawHtml,
    has_raw_html: bool,
    /// The block of HTML that is being read, which comes line by line.
    html_block: String,
    /// How many `<pre>` and `<code>` of the author's are open: template code in them is a sample.
    raw_code: usize,
    depth: usize,
    too_deep: bool,
    /// Where the event at hand stands in the marked text.
    at: usize,
    /// Where the shortcode stands whose caption is being written.
    caption_at: Option<usize>,
    code_block: bool,
    /// The depth of the open paragraph's own text, if one is open.
    paragraph_depth: Option<usize>,
    /// Blocks that wait for the end of what they stand in.
    postponed: String,
    /// Where the text of the open heading starts.
    heading_start: usize,
    table: Table,
    /// For each open link, whether its tag was written.
    links: Vec<bool>,
    image: Option<Image>,
    footnotes: Footnotes,
}

impl<'w, 'text> Writer<'w, 'text> {
    fn new(marked: &'w mut Marked<'text>, length: usize, raw: RawHtml, findings: &BodyFindings<'_>) -> Self {
        Writer {
            html: String::with_capacity(length + length / 4),
            marked,
            raw,
            has_raw_html: false,
            html_block: String::new(),
            raw_code: 0,
            depth: 0,
            too_deep: false,
            at: 0,
            caption_at: None,
            code_block: false,
            paragraph_depth: None,
            postponed: String::new(),
            heading_start: 0,
            table: Table::default(),
            links: Vec::new(),
            image: None,
            footnotes: Footnotes::new(findings.source().permalink),
        }
    }
}

impl Writer<'_, '_> {
    fn finish(self) -> Written {
        Written {
            html: self.html,
            has_raw_html: self.has_raw_html,
        }
    }

    fn event(&mut self, event: Event<'_>, findings: &mut BodyFindings<'_>) {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if let Tag::CodeBlock(_) = tag {
                    self.code_block = true;
                }
                if self.image.is_some() {
                    return;
                }
                if self.depth > MAX_DEPTH {
                    self.too_deep = true;
                    return;
                }
                self.start(tag, findings);
            }
            Event::End(tag) => {
                let depth = self.depth;
                self.depth -= 1;
                if tag == TagEnd::CodeBlock {
                    self.code_block = false;
                } else if tag == TagEnd::HtmlBlock {
                    self.end_html_block(findings);
                }
                if self.image.as_ref().is_some_and(|image| image.depth == depth) {
                    self.end_image();
                } else if self.image.is_none() && depth <= MAX_DEPTH {
                    self.end(tag);
                }
            }
            Event::Text(text) => self.text(&text, self.code_block, findings),
            Event::Code(text) => {
                self.markup("<code>");
                self.text(&text, true, findings);
                self.markup("</code>");
            }
            // A comment, or a script, may go over many lines.
            Event::Html(html) => self.html_block.push_str(&html),
            Event::InlineHtml(html) => self.raw_html(&html, findings),
            Event::SoftBreak => self.line_break("\n"),
            Event::HardBreak => self.line_break("<br>\n"),
            Event::Rule => self.markup("<hr>\n"),
            Event::TaskListMarker(done) => self.plain(if done { "☑ " } else { "☐ " }),
            Event::FootnoteReference(name) => {
                let in_link = self.links.contains(&true);
                if let Some(image) = &mut self.image {
                    let _ = write!(image.alt, "[{}]", self.footnotes.number(&name));
                } else {
                    self.footnotes.refer(&name, in_link, &mut self.html);
                }
            }
            // Not asked for.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.plain(&text),
        }
    }

    /// Ends a paragraph, or takes back one that has nothing in it.
    fn end_paragraph(&mut self) {
        self.html.truncate(self.html.trim_end_matches([' ', '\n']).len());
        if self.html.ends_with("<p>") {
            self.html.truncate(self.html.len() - "<p>".len());
        } else {
            self.html.push_str("</p>\n");
        }
    }

    fn line_break(&mut self, html: &str) {
        match &mut self.image {
            Some(image) => image.alt.push(' '),
            // A figure was here.
            None if self.html.ends_with("<p>") => {}
            None => self.html.push_str(html),
        }
    }

    fn markup(&mut self, html: &str) {
        if self.image.is_none() {
            self.html.push_str(html);
        }
    }

    fn plain(&mut self, text: &str) {
        match &mut self.image {
            Some(image) => image.alt.push_str(text),
            None => push_text(&mut self.html, text),
        }
    }
}
