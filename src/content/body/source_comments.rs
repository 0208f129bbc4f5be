//! Comments that authors leave in a post's text for themselves: taken out before anything reads it.
//!
//! Generators that carry out templates before Markdown take a comment out wherever it stands, in code
//! too; the others show code as it is. So the scanner knows where code is, and each form of comment
//! says whether that matters. Comments of HTML are left to the Markdown writer, which drops them.

mod comment_shortcode;
mod ends;
mod forms;
mod found;
mod liquid;
mod syntax;

use std::borrow::Cow;

use crate::content::body::preprocess;
use ends::Ends;
use found::Found;
pub(in crate::content) use syntax::Syntax;

/// A text without its comments.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) struct Stripped<'a> {
    /// The text.
    pub(in crate::content) text: Cow<'a, str>,
    /// For each comment: its line in the text that is left, and how many line breaks went with it.
    removed: Vec<(u32, u32)>,
    /// The line, counted from zero in the whole text, of a comment without its end, and its mark.
    pub(in crate::content) unclosed: Option<(u32, &'static str)>,
}

impl Stripped<'_> {
    /// The line in the whole text of a line in what is left of it, both counted from zero.
    pub(in crate::content) fn origin(&self, line: u32) -> u32 {
        let before = self.removed.iter().take_while(|(own, _)| *own < line);
        line + before.map(|(_, count)| count).sum::<u32>()
    }
}

/// Takes the comments out of a text. Everything after a comment without its end goes too: what follows
/// was meant to be hidden, as far as anybody can tell. Takes time linear in the text.
pub(in crate::content) fn strip(text: &str, syntax: Syntax) -> Stripped<'_> {
    let untouched = Stripped {
        text: Cow::Borrowed(text),
        removed: Vec::new(),
        unclosed: None,
    };
    let may_have = ["{%", "{#", "{{", "{::", "]:", "<!--"]
        .iter()
        .any(|mark| text.contains(mark));
    if !may_have {
        return untouched;
    }
    let mut scanner = Scanner {
        text,
        syntax,
        at: 0,
        opaque: 0,
        ends: Ends::new(text),
        done: 0,
        out: String::new(),
        line: 0,
        removed: Vec::new(),
        unclosed: None,
    };
    while scanner.at < text.len() {
        scanner.step();
    }
    if scanner.done == 0 {
        return Stripped {
            unclosed: scanner.unclosed,
            ..untouched
        };
    }
    scanner.out.push_str(&text[scanner.done.min(text.len())..]);
    Stripped {
        text: Cow::Owned(scanner.out),
        removed: scanner.removed,
        unclosed: scanner.unclosed,
    }
}

struct Scanner<'a> {
    text: &'a str,
    syntax: Syntax,
    at: usize,
    /// Up to here the text is code or a comment of HTML.
    opaque: usize,
    ends: Ends<'a>,
    /// Up to here the text is in `out`, or is taken out.
    done: usize,
    out: String,
    /// How many line breaks are in `out`.
    line: u32,
    removed: Vec<(u32, u32)>,
    unclosed: Option<(u32, &'static str)>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn in_code(&self) -> bool {
        self.at < self.opaque
    }

    fn is_line_start(&self) -> bool {
        self.at == 0 || self.text[..self.at].ends_with('\n')
    }

    fn step(&mut self) {
        if self.is_line_start() && !self.in_code() && self.line_start() {
            return;
        }
        let rest = self.rest();
        let taken = match rest.as_bytes()[0] {
            b'{' => self.braces(),
            b'`' if !self.in_code() && !self.syntax.is_html => self.code_span(),
            b'<' if !self.in_code() => self.html_comment(),
            b'\\' if !self.in_code() && rest[1..].starts_with(['`', '<']) => {
                self.at += 2;
                true
            }
            _ => false,
        };
        if !taken {
            let next = rest
                .char_indices()
                .skip(1)
                .find(|(at, c)| matches!(c, '{' | '`' | '<' | '\\') || rest[..*at].ends_with('\n'));
            self.at += next.map_or(rest.len(), |(at, _)| at);
        }
    }

    /// What only the start of a line can be: a fence, a block of code as a tag, a comment as a reference.
    fn line_start(&mut self) -> bool {
        if self.syntax.is_html {
            return false;
        }
        let rest = self.rest();
        let line = rest.split('\n').next().unwrap_or("");
        let content = forms::without_containers(line);
        if let Some(length) = forms::fenced(rest, content) {
            self.opaque = self.at + length;
            return false;
        }
        if preprocess::fence(line.trim()).is_some() {
            let mut length = line.len();
            for line in rest[line.len()..].split_inclusive('\n') {
                length += line.len();
                if preprocess::fence(line.trim()).is_some() {
                    break;
                }
            }
            self.opaque = self.at + length;
            return false;
        }
        let start = self.at + (line.len() - content.len());
        match forms::reference(&self.text[start..]) {
            Some(length) => {
                self.remove(start, start + length);
                true
            }
            None => false,
        }
    }

    /// A comment in braces of any kind, or code in which none is looked for.
    fn braces(&mut self) -> bool {
        if self.in_code() && !forms::is_carried_out(self.rest(), self.syntax) {
            return false;
        }
        let Some(found) = forms::find(self.rest(), self.syntax, &mut self.ends) else {
            return false;
        };
        match found {
            Found::Sample(length) => self.at += length,
            Found::Unclosed(mark) => {
                self.note_unclosed(mark);
                self.remove(self.at, self.text.len());
            }
            Found::Comment {
                length,
                trims,
                own_line,
            } => {
                let (mut start, mut end) = (self.at, self.at + length);
                // Within its line: that blocks grow together is nobody's intention.
                let space = [' ', '\t'];
                if trims.0 {
                    start = self.text[..start].trim_end_matches(space).len();
                }
                if trims.1 {
                    end = self.text.len() - self.text[end..].trim_start_matches(space).len();
                }
                if own_line && self.text[..start].ends_with('\n') && self.text[end..].starts_with('\n') {
                    // The lines around it are one paragraph.
                    end += 1;
                }
                self.remove(start, end);
            }
        }
        true
    }

    fn note_unclosed(&mut self, mark: &'static str) {
        let line = self.text[..self.at].matches('\n').count();
        self.unclosed = Some((line as u32, mark));
    }

    fn code_span(&mut self) -> bool {
        let rest = self.rest();
        let width = rest.len() - rest.trim_start_matches('`').len();
        match self.ends.code_span(self.at, width) {
            Some(end) => {
                self.opaque = end;
                self.at += width;
            }
            None => self.at += width,
        }
        true
    }

    /// A comment of HTML is left to who writes the Markdown, but for one that Markdown takes for text.
    fn html_comment(&mut self) -> bool {
        let rest = self.rest();
        if !rest.starts_with("<!--") {
            return false;
        }
        let line = &self.text[self.text[..self.at].rfind('\n').map_or(0, |at| at + 1)..self.at];
        let starts_block = self.syntax.is_html || line.len() < 4 && line.bytes().all(|b| b == b' ');
        let Some(end) = self.ends.after("-->", self.at + 4) else {
            if starts_block {
                self.opaque = self.text.len();
                if !self.syntax.is_html {
                    self.note_unclosed("<!--");
                }
            }
            self.at += 4;
            return true;
        };
        let length = end - self.at;
        if !starts_block && found::has_blank_line(&rest[..length]) {
            self.remove(self.at, end);
        } else {
            self.opaque = end;
            self.at += 4;
        }
        true
    }

    fn remove(&mut self, start: usize, end: usize) {
        let (start, end) = (start.max(self.done), end.max(self.done));
        let kept = &self.text[self.done..start];
        self.out.push_str(kept);
        self.line += kept.matches('\n').count() as u32;
        let gone = self.text[start..end].matches('\n').count() as u32;
        self.removed.push((self.line, gone));
        self.done = end;
        self.at = end;
    }
}

#[cfg(test)]
mod tests;
