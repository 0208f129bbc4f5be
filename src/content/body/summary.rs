//! A post's summary: plain text from its rendered body.

use crate::content::body::html::escape::{mend_references, unescape};
use crate::content::body::html::{self, Tag, Token};

/// About how long a summary may be, in characters.
const LENGTH: usize = 500;

/// What an element is to the text of a post.
enum Role {
    /// Its text is not the post's own prose, or makes none when it stands alone.
    PassedOver,
    /// It is not a part of a line.
    Block,
    Inline,
}

fn role(tag: &Tag<'_>) -> Role {
    match tag.name {
        "pre" | "figcaption" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "audio" | "video" => {
            Role::PassedOver
        }
        "p" | "div" | "li" | "ul" | "ol" | "blockquote" | "br" | "hr" | "dl" | "dt" | "dd" | "section"
        | "article" | "figure" => Role::Block,
        _ => Role::Inline,
    }
}

/// The summary of sanitized HTML: what stands before `cut`, a place in bytes, if that holds any
/// text; else the first paragraph that has some, else whatever text there is. White space is
/// folded, and what is too long ends at a word with “…”.
pub(in crate::content) fn summary(html: &str, cut: Option<usize>) -> String {
    let before_cut = cut.and_then(|cut| html.get(..cut)).map(|html| text(html, false));
    match before_cut {
        Some(text) if !text.is_empty() => shortened(text),
        _ => shortened(text(html, true)),
    }
}

/// The text of HTML; with `first_paragraph`, that of its first paragraph with text, if there is one.
fn text(html: &str, first_paragraph: bool) -> String {
    let mut all = Folded::default();
    let mut paragraph = Folded::default();
    let mut in_paragraph = false;
    let mut passed_over = 0usize;
    let mut in_footnote_sign = false;
    let mut tokens = html::tokens(html).peekable();
    while let Some(token) = tokens.next() {
        match token {
            Token::Open(tag) if tag.is("sup") => {
                in_footnote_sign = matches!(tokens.peek(), Some(Token::Open(tag)) if tag.is("a"));
            }
            Token::Close(tag) if tag.is("sup") => in_footnote_sign = false,
            Token::Text(_) if in_footnote_sign => {}
            Token::Text(text) if passed_over == 0 => {
                let text = unescape(text);
                let text = mend_references(&text);
                all.add(&text);
                if in_paragraph {
                    paragraph.add(&text);
                }
            }
            Token::Open(tag) | Token::Close(tag) => match (role(&tag), token) {
                (Role::PassedOver, Token::Open(_)) => passed_over += 1,
                (Role::PassedOver, _) => passed_over = passed_over.saturating_sub(1),
                (Role::Block, _) => {
                    all.add(" ");
                    paragraph.add(" ");
                    if tag.is("p") {
                        in_paragraph = matches!(token, Token::Open(_));
                        if first_paragraph && !in_paragraph && !paragraph.text.is_empty() {
                            return paragraph.text;
                        }
                    }
                }
                (Role::Inline, _) => {}
            },
            _ => {}
        }
        if all.is_full() && (!first_paragraph || paragraph.is_full()) {
            break;
        }
    }
    if first_paragraph && !paragraph.text.is_empty() {
        return paragraph.text;
    }
    all.text
}

/// Text whose white space is folded, without any at its ends.
#[derive(Default)]
struct Folded {
    text: String,
    space: bool,
    characters: usize,
}

impl Folded {
    /// Whether there is enough of it to shorten.
    fn is_full(&self) -> bool {
        self.characters > LENGTH + 1
    }

    fn add(&mut self, text: &str) {
        for c in text.chars() {
            if self.is_full() {
                return;
            }
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            if std::mem::take(&mut self.space) && !self.text.is_empty() {
                self.text.push(' ');
                self.characters += 1;
            }
            self.text.push(c);
            self.characters += 1;
        }
    }
}

fn shortened(mut text: String) -> String {
    let Some((limit, _)) = text.char_indices().nth(LENGTH) else {
        return text;
    };
    // Scripts without spaces are cut between characters.
    let end = match text[..limit].rfind(' ') {
        Some(end) if end > limit / 2 => end,
        _ => limit,
    };
    text.truncate(end);
    let end = text
        .trim_end_matches([' ', ',', ';', ':', '.', '–', '—', '-', '('])
        .len();
    text.truncate(end);
    text.push('…');
    text
}
