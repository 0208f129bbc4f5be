//! Template code, and the HTML between the Markdown.

use std::borrow::Cow;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{RawHtml, Writer};
use crate::content::body::findings::{BodyFindings, Wanted, shown};
use crate::content::body::html::escape::{push_text, unescape};
use crate::content::body::html::{self, Token};
use crate::content::body::template::call;
use crate::content::body::template::figure::{self, Shown};
use crate::content::body::template::shortcode::{Call, Shortcode};
use crate::content::body::template::value;
use crate::content::body::template::{self, CUT, Kind, Part};

impl Writer<'_, '_> {
    /// The place of the event at hand in the source.
    fn origin(&self) -> usize {
        self.caption_at.unwrap_or_else(|| self.marked.origin(self.at))
    }

    pub(super) fn text(&mut self, text: &str, in_code: bool, findings: &mut BodyFindings<'_>) {
        if !template::has_markers(text) {
            self.plain(text);
            return;
        }
        for part in template::parts(text) {
            match part {
                Part::Text(text) => self.plain(text),
                Part::Piece(number) => self.piece(number, in_code || self.raw_code > 0, findings),
            }
        }
    }

    fn piece(&mut self, number: usize, in_code: bool, findings: &mut BodyFindings<'_>) {
        let Some(piece) = self.marked.pieces.get_mut(number).filter(|piece| !piece.used) else {
            return;
        };
        piece.used = true;
        let (at, written) = (piece.at, piece.written);
        match piece.kind.clone() {
            Kind::Shortcode(Shortcode::Sample(sample)) => self.plain(&sample),
            Kind::Code | Kind::Shortcode(_) if in_code => self.plain(written),
            Kind::Code => match value::value(written, findings.source()) {
                Some(value) => self.plain(&value),
                None => match call::read(written, findings.source()) {
                    Some(call) => self.call(&call, at, findings),
                    None => left_out_code(written, at, findings),
                },
            },
            Kind::Noncharacter | Kind::Shortcode(Shortcode::Close) => {}
            Kind::Shortcode(Shortcode::Open(call)) => self.call(&call, at, findings),
        }
    }

    fn call(&mut self, call: &Call<'_>, at: usize, findings: &mut BodyFindings<'_>) {
        let inline = &mut |text: &str, findings: &mut BodyFindings<'_>| self.inline(text, at, findings);
        let shown = figure::show(call, at, findings, inline);
        if let (Shown::Block(html), None) = (shown, &self.image) {
            self.block(&html);
        }
    }

    /// Writes a block: between the halves of a paragraph, or, where it stands in emphasis or in a
    /// link, after the whole.
    fn block(&mut self, html: &str) {
        let in_emphasis = self.paragraph_depth.is_some_and(|depth| depth != self.depth);
        if in_emphasis || self.links.contains(&true) {
            self.postponed.push_str(html);
            self.postponed.push('\n');
        } else if self.paragraph_depth.is_some() {
            self.end_paragraph();
            self.html.push_str(html);
            self.html.push_str("\n<p>");
        } else {
            self.html.push_str(html);
        }
    }

    /// The HTML of a caption's Markdown.
    fn inline(&mut self, text: &str, at: usize, findings: &mut BodyFindings<'_>) -> String {
        let outer = std::mem::take(&mut self.html);
        let outside = (
            self.depth,
            self.paragraph_depth.take(),
            std::mem::take(&mut self.links),
        );
        let image = self.image.take();
        self.caption_at = Some(at);
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
                | Event::InlineHtml(_) => self.event(event, findings),
                _ => {}
            }
        }
        self.end_html_block(findings);
        self.caption_at = None;
        self.image = image;
        (self.depth, self.paragraph_depth, self.links) = outside;
        std::mem::replace(&mut self.html, outer).trim().to_owned()
    }

    /// An absolute address; one that consists of template code alone has none.
    pub(super) fn address(
        &mut self,
        reference: &str,
        wanted: Wanted,
        findings: &mut BodyFindings<'_>,
    ) -> Option<String> {
        let at = Some(self.origin());
        if !template::has_markers(reference) {
            return findings.resolve(reference, at, wanted);
        }
        let mut rest = String::new();
        for part in template::parts(reference) {
            match part {
                Part::Text(text) => rest.push_str(text),
                Part::Piece(number) => {
                    if let Some(piece) = self.marked.pieces.get_mut(number) {
                        let was_used = std::mem::replace(&mut piece.used, true);
                        if let Some(value) = in_address(piece, findings) {
                            rest.push_str(&value);
                        } else if !was_used {
                            left_out_code(piece.written, piece.at, findings);
                        }
                    }
                }
            }
        }
        // `{{< ref "a.md" >}}#part` does not point into this very post.
        let points_nowhere = rest.is_empty() || rest.starts_with(['#', '?']);
        if points_nowhere {
            None
        } else {
            findings.resolve(&rest, at, wanted)
        }
    }

    pub(super) fn end_html_block(&mut self, findings: &mut BodyFindings<'_>) {
        let html = std::mem::take(&mut self.html_block);
        self.raw_html(&html, findings);
    }

    pub(super) fn raw_html(&mut self, html: &str, findings: &mut BodyFindings<'_>) {
        if self.image.is_some() {
            return;
        }
        let html = without_comments(html);
        if self.raw == RawHtml::Omit {
            let mut is_shown = true;
            for token in html::tokens(&html) {
                match token {
                    Token::Open(tag) => is_shown = !tag.is_one_of(&["script", "style"]),
                    Token::RawText(_) if !is_shown => {}
                    Token::Text(text) | Token::RawText(text) => self.text(&unescape(text), false, findings),
                    Token::Close(_) | Token::Comment(_) => {}
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
                Part::Piece(number) => {
                    let piece = self.marked.pieces.get_mut(number).filter(|piece| !piece.used);
                    let value = piece.and_then(|piece| {
                        let value = in_address(piece, findings).filter(|_| self.raw_code == 0)?;
                        piece.used = true;
                        Some(value)
                    });
                    match value {
                        Some(value) => push_text(&mut self.html, &value),
                        None => self.piece(number, self.raw_code > 0, findings),
                    }
                }
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

/// What a piece of template code stands for within an address.
fn in_address(piece: &template::Piece<'_>, findings: &BodyFindings<'_>) -> Option<String> {
    match &piece.kind {
        Kind::Code => value::value(piece.written, findings.source()),
        Kind::Shortcode(Shortcode::Open(call)) if matches!(call.name, "ref" | "relref") => {
            let written = call.first().or_else(|| call.named("path"))?;
            let url = findings.source().reference(written)?;
            let fragment = written
                .split_once('#')
                .map(|(_, fragment)| format!("#{fragment}"));
            Some(format!("{url}{}", fragment.unwrap_or_default()))
        }
        _ => None,
    }
}

fn left_out_code(written: &str, at: usize, findings: &mut BodyFindings<'_>) {
    findings.add(
        "template-code",
        Some(at),
        format!("left out the template code “{}”", shown(written)),
        "feeds can't carry it out; write what it stands for, or put it between backticks as a sample",
    );
}

pub(super) fn without_markers(text: &str) -> Cow<'_, str> {
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

/// HTML without comments. One that ends a summary, `<!--more-->`, `<!-- MORE -->`, `<!-- truncate -->`, becomes
/// the mark for that; one without its end stays open, as it hides whatever comes.
fn without_comments(html: &str) -> Cow<'_, str> {
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
            Token::Comment(comment) if comment.starts_with("<!--") => {
                if !comment.ends_with('>') || comment == "<!-->" {
                    marked.push_str("<!--");
                }
            }
            Token::Comment(raw) | Token::Text(raw) | Token::RawText(raw) => marked.push_str(raw),
            Token::Open(tag) | Token::Close(tag) => marked.push_str(tag.raw),
        }
    }
    Cow::Owned(marked)
}
