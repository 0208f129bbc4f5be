//! Markdown → HTML.
//!
//! CommonMark with the tables, strikethrough, task lists and footnotes of GitHub's flavour. Quotes
//! and dashes stay as the author wrote them. What is written here is serialized as the HTML
//! standard does it, so that the sanitizer finds nothing to change in it.

use std::borrow::Cow;
use std::fmt::Write as _;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::figure::{self, Shown};
use super::footnotes::Footnotes;
use super::html::{self, Token, push_attribute, push_text};
use super::notes::{Notes, Wanted, shown};
use super::shortcode::Shortcode;
use super::template::{self, CUT, Kind, Marked, Part};

/// Elements of Markdown may nest this deep; what is deeper loses its element, not its text. The
/// time a sanitizer takes grows with the square of the depth.
const MAX_DEPTH: usize = 100;

/// What to do with the tags an author wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RawHtml {
    /// They are passed on.
    Keep,
    /// They are left out, their text stays.
    Omit,
}

/// Markdown as HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The HTML, with [`CUT`] where the summary ends.
    pub(super) html: String,
    /// Whether there are tags of the author's in it.
    pub(super) has_raw_html: bool,
}

/// Writes a marked text as HTML.
pub(super) fn write(mut marked: Marked<'_>, raw: RawHtml, notes: &mut Notes<'_>) -> Written {
    let text = std::mem::take(&mut marked.text);
    let mut writer = Writer {
        html: String::with_capacity(text.len() + text.len() / 4),
        marked: &mut marked,
        raw,
        has_raw_html: false,
        raw_code: 0,
        depth: 0,
        too_deep: false,
        at: 0,
        in_quotation: false,
        code_block: false,
        paragraph_depth: None,
        heading_tail: String::new(),
        alignments: Vec::new(),
        column: 0,
        in_table_head: false,
        table_body: false,
        links: Vec::new(),
        image: None,
        footnotes: Footnotes::new(notes.source().permalink),
    };
    for (event, range) in Parser::new_ext(&text, options()).into_offset_iter() {
        writer.at = range.start;
        writer.event(event, notes);
    }
    writer.footnotes.write(&mut writer.html);
    if writer.too_deep {
        notes.add(
            "too-deep",
            None,
            format!("lists or quotations nest more than {MAX_DEPTH} deep; the deeper ones are plain text"),
            "remove some of the levels",
        );
    }
    Written {
        html: writer.html,
        has_raw_html: writer.has_raw_html,
    }
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
}

struct Image {
    url: Option<String>,
    title: String,
    alt: String,
    depth: usize,
}

struct Writer<'w, 'text> {
    html: String,
    marked: &'w mut Marked<'text>,
    raw: RawHtml,
    has_raw_html: bool,
    /// How many `<pre>` and `<code>` of the author's are open: template code in them is a sample.
    raw_code: usize,
    depth: usize,
    too_deep: bool,
    /// Where the event at hand stands in the marked text.
    at: usize,
    /// The event at hand comes from a caption, whose place is the shortcode's.
    in_quotation: bool,
    code_block: bool,
    /// The depth of the open paragraph's own text, if one is open.
    paragraph_depth: Option<usize>,
    /// What looked like a heading's attributes and is text.
    heading_tail: String,
    alignments: Vec<Alignment>,
    column: usize,
    in_table_head: bool,
    table_body: bool,
    /// For each open link, whether its tag was written.
    links: Vec<bool>,
    image: Option<Image>,
    footnotes: Footnotes,
}

impl Writer<'_, '_> {
    fn event(&mut self, event: Event<'_>, notes: &mut Notes<'_>) {
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
                self.start(tag, notes);
            }
            Event::End(tag) => {
                let depth = self.depth;
                self.depth -= 1;
                if tag == TagEnd::CodeBlock {
                    self.code_block = false;
                }
                if self.image.as_ref().is_some_and(|image| image.depth == depth) {
                    self.end_image();
                } else if self.image.is_none() && depth <= MAX_DEPTH {
                    self.end(tag);
                }
            }
            Event::Text(text) => self.text(&text, self.code_block, notes),
            Event::Code(text) => {
                self.markup("<code>");
                self.text(&text, true, notes);
                self.markup("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.raw_html(&html, notes),
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

    fn start(&mut self, tag: Tag<'_>, notes: &mut Notes<'_>) {
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
            Tag::Heading {
                level,
                id,
                classes,
                attrs,
            } => {
                let _ = write!(self.html, "<{level}>");
                self.heading_tail.clear();
                // `## The set {a}` has no attributes.
                if id.is_none() && classes.is_empty() && attrs.iter().all(|(_, value)| value.is_none()) {
                    let names: Vec<_> = attrs.iter().map(|(name, _)| &**name).collect();
                    if !names.is_empty() {
                        self.heading_tail = format!(" {{{}}}", names.join(" "));
                    }
                }
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
                self.alignments = alignments;
                self.table_body = false;
                self.html.push_str("<table>\n");
            }
            Tag::TableHead => {
                self.in_table_head = true;
                self.column = 0;
                self.html.push_str("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                if !self.table_body {
                    self.table_body = true;
                    self.html.push_str("<tbody>\n");
                }
                self.column = 0;
                self.html.push_str("<tr>\n");
            }
            Tag::TableCell => {
                self.html.push_str(if self.in_table_head { "<th" } else { "<td" });
                match self.alignments.get(self.column) {
                    Some(Alignment::Left) => push_attribute(&mut self.html, "align", "left"),
                    Some(Alignment::Center) => push_attribute(&mut self.html, "align", "center"),
                    Some(Alignment::Right) => push_attribute(&mut self.html, "align", "right"),
                    Some(Alignment::None) | None => {}
                }
                self.html.push('>');
                self.column += 1;
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
                self.start_link(link_type, &dest_url, &title, notes);
            }
            Tag::Image { dest_url, title, .. } => {
                self.image = Some(Image {
                    url: self.address(&dest_url, Wanted::Media, notes),
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

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.paragraph_depth = None;
                self.end_paragraph();
            }
            TagEnd::Heading(level) => {
                let tail = std::mem::take(&mut self.heading_tail);
                push_text(&mut self.html, &tail);
                let _ = writeln!(self.html, "</{level}>");
            }
            TagEnd::BlockQuote(_) => self.html.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => self.html.push_str("</code></pre>\n"),
            TagEnd::List(false) => self.html.push_str("</ul>\n"),
            TagEnd::List(true) => self.html.push_str("</ol>\n"),
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => self.footnotes.end(&mut self.html),
            TagEnd::Table => {
                self.html.push_str(if self.table_body {
                    "</tbody>\n</table>\n"
                } else {
                    "</table>\n"
                });
            }
            TagEnd::TableHead => {
                self.in_table_head = false;
                self.html.push_str("</tr>\n</thead>\n");
            }
            TagEnd::TableRow => self.html.push_str("</tr>\n"),
            TagEnd::TableCell => self
                .html
                .push_str(if self.in_table_head { "</th>\n" } else { "</td>\n" }),
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

    fn start_link(&mut self, kind: LinkType, reference: &str, title: &str, notes: &mut Notes<'_>) {
        let reference = match kind {
            LinkType::Email => Cow::Owned(format!("mailto:{reference}")),
            _ => Cow::Borrowed(reference),
        };
        let url = self.address(&reference, Wanted::Link, notes);
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

    fn end_image(&mut self) {
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

    /// The place of the event at hand in the source.
    fn origin(&self) -> usize {
        if self.in_quotation {
            self.at
        } else {
            self.marked.origin(self.at)
        }
    }

    fn text(&mut self, text: &str, in_code: bool, notes: &mut Notes<'_>) {
        if !template::has_markers(text) {
            self.plain(text);
            return;
        }
        for part in template::parts(text) {
            match part {
                Part::Text(text) => self.plain(text),
                Part::Piece(number) => self.piece(number, in_code || self.raw_code > 0, notes),
            }
        }
    }

    fn piece(&mut self, number: usize, in_code: bool, notes: &mut Notes<'_>) {
        let Some(piece) = self.marked.pieces.get_mut(number).filter(|piece| !piece.used) else {
            return;
        };
        piece.used = true;
        let at = piece.at;
        let written = piece.written;
        match &piece.kind {
            Kind::Noncharacter | Kind::Shortcode(Shortcode::Close) if !in_code => {}
            Kind::Noncharacter => {}
            Kind::Shortcode(Shortcode::Sample(sample)) => {
                let sample = sample.clone();
                self.plain(&sample);
            }
            _ if in_code => self.plain(written),
            Kind::Code => left_out_code(written, at, notes),
            Kind::Shortcode(Shortcode::Close) => {}
            Kind::Shortcode(Shortcode::Open(call)) => {
                let call = call.clone();
                let shown = figure::show(&call, at, notes, &mut |text, notes| self.inline(text, at, notes));
                if let (Shown::Block(html), None) = (shown, &self.image) {
                    self.block(&html);
                }
            }
        }
    }

    /// Writes a block, if need be between the halves of a paragraph.
    fn block(&mut self, html: &str) {
        if self.paragraph_depth == Some(self.depth) {
            self.end_paragraph();
            self.html.push_str(html);
            self.html.push_str("\n<p>");
        } else {
            self.html.push_str(html);
        }
    }

    /// The HTML of a caption's Markdown.
    fn inline(&mut self, text: &str, at: usize, notes: &mut Notes<'_>) -> String {
        let outer = std::mem::take(&mut self.html);
        let outside = (
            self.at,
            self.depth,
            self.paragraph_depth.take(),
            std::mem::take(&mut self.links),
        );
        let image = self.image.take();
        (self.at, self.in_quotation) = (at, true);
        for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
            match event {
                // A caption is a line of text; what it can't hold is left without its element.
                Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
                | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
                | Event::Text(_)
                | Event::Code(_)
                | Event::SoftBreak
                | Event::HardBreak
                | Event::Html(_)
                | Event::InlineHtml(_) => self.event(event, notes),
                _ => {}
            }
        }
        self.in_quotation = false;
        self.image = image;
        (self.at, self.depth, self.paragraph_depth, self.links) = outside;
        std::mem::replace(&mut self.html, outer).trim().to_owned()
    }

    /// An absolute address; one that consists of template code alone has none.
    fn address(&mut self, reference: &str, wanted: Wanted, notes: &mut Notes<'_>) -> Option<String> {
        let at = Some(self.origin());
        if !template::has_markers(reference) {
            return notes.resolve(reference, at, wanted);
        }
        let mut rest = String::new();
        for part in template::parts(reference) {
            match part {
                Part::Text(text) => rest.push_str(text),
                Part::Piece(number) => {
                    if let Some(piece) = self.marked.pieces.get_mut(number)
                        && !std::mem::replace(&mut piece.used, true)
                    {
                        left_out_code(piece.written, piece.at, notes);
                    }
                }
            }
        }
        // `{{< ref "a.md" >}}#part` does not point into this very post.
        let points_nowhere = rest.is_empty() || rest.starts_with(['#', '?']);
        if points_nowhere {
            None
        } else {
            notes.resolve(&rest, at, wanted)
        }
    }

    fn raw_html(&mut self, html: &str, notes: &mut Notes<'_>) {
        if self.image.is_some() {
            return;
        }
        let html = mark_cut(html);
        if self.raw == RawHtml::Omit {
            for token in html::tokens(&html) {
                if let Token::Text(text) | Token::RawText(text) = token {
                    self.text(&html::unescape(text), false, notes);
                }
            }
            return;
        }
        self.has_raw_html |= html.contains('<');
        for part in template::parts(&html) {
            match part {
                Part::Text(html) => {
                    self.count_code(html);
                    self.html.push_str(html);
                }
                Part::Piece(number) => self.piece(number, false, notes),
            }
        }
    }

    fn count_code(&mut self, html: &str) {
        for token in html::tokens(html) {
            match token {
                Token::Open(tag) if tag.is_one_of(&["pre", "code"]) => self.raw_code += 1,
                Token::Close(tag) if tag.is_one_of(&["pre", "code"]) => {
                    self.raw_code = self.raw_code.saturating_sub(1);
                }
                _ => {}
            }
        }
    }
}

fn left_out_code(written: &str, at: usize, notes: &mut Notes<'_>) {
    notes.add(
        "template-code",
        Some(at),
        format!("left out the template code “{}”", shown(written)),
        "feeds can't carry it out; write what it stands for, or put it between backticks as a sample",
    );
}

fn without_markers(text: &str) -> Cow<'_, str> {
    if !template::has_markers(text) {
        return Cow::Borrowed(text);
    }
    template::parts(text)
        .filter_map(|part| match part {
            Part::Text(text) => Some(text),
            Part::Piece(_) => None,
        })
        .collect()
}

/// Replaces the mark that ends a summary: `<!--more-->`, `<!-- MORE -->`, `<!-- truncate -->`.
fn mark_cut(html: &str) -> Cow<'_, str> {
    if !html.contains("<!--") {
        return Cow::Borrowed(html);
    }
    let cuts = |comment: &str| {
        let word = comment.trim_start_matches("<!--").trim_end_matches("-->").trim();
        ["more", "truncate"]
            .iter()
            .any(|mark| word.eq_ignore_ascii_case(mark))
    };
    let mut marked = String::with_capacity(html.len());
    for token in html::tokens(html) {
        match token {
            Token::Comment(comment) if cuts(comment) => marked.push(CUT),
            Token::Comment(raw) | Token::Text(raw) | Token::RawText(raw) => marked.push_str(raw),
            Token::Open(tag) | Token::Close(tag) => marked.push_str(tag.raw),
        }
    }
    Cow::Owned(marked)
}
