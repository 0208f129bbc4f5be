//! Footnotes: numbered by first reference, gathered at the end of the post.
//!
//! A reader may show many posts on one page, and a link to a place must be absolute: so the ids
//! bear a sign of the post, and the links its permalink.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use url::Url;

use crate::content::body::html::escape::push_attribute;
use crate::vocabulary::Digest;

/// What the ids of a post's footnotes have in common.
pub(in crate::content) fn id_sign(permalink: &Url) -> String {
    Digest::of(permalink.as_str().as_bytes()).to_string()[..8].to_owned()
}

struct Note {
    number: usize,
    html: String,
}

/// The footnotes of one post.
pub(in crate::content) struct Footnotes {
    permalink: Url,
    sign: Option<String>,
    numbers: HashMap<String, usize>,
    referred: HashSet<usize>,
    notes: Vec<Note>,
    /// What was being written when a definition began, innermost last.
    outside: Vec<(usize, String)>,
}

impl Footnotes {
    pub(in crate::content) fn new(permalink: &Url) -> Self {
        Footnotes {
            permalink: permalink.clone(),
            sign: None,
            numbers: HashMap::new(),
            referred: HashSet::new(),
            notes: Vec::new(),
            outside: Vec::new(),
        }
    }

    fn id(&mut self, kind: &str, number: usize) -> String {
        let sign = self.sign.get_or_insert_with(|| id_sign(&self.permalink));
        format!("{kind}-{sign}-{number}")
    }

    fn link(&self, id: &str) -> String {
        let mut url = self.permalink.clone();
        url.set_fragment(Some(id));
        url.into()
    }

    /// The number of a footnote.
    pub(in crate::content) fn number(&mut self, name: &str) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(name.to_lowercase()).or_insert(next)
    }

    /// Writes a reference; in a link, whose inside can't be a link, without one of its own.
    pub(in crate::content) fn refer(&mut self, name: &str, in_link: bool, html: &mut String) {
        let number = self.number(name);
        if in_link {
            let _ = write!(html, "<sup>{number}</sup>");
            return;
        }
        html.push_str("<sup");
        // Footnotes refer back to their first reference.
        if self.referred.insert(number) {
            let id = self.id("fnref", number);
            push_attribute(html, "id", &id);
        }
        html.push_str("><a");
        let id = self.id("fn", number);
        push_attribute(html, "href", &self.link(&id));
        let _ = write!(html, ">{number}</a></sup>");
    }

    /// Begins a definition: what is written from now on is its text.
    pub(in crate::content) fn start(&mut self, name: &str, html: &mut String) {
        let number = self.number(name);
        self.outside.push((number, std::mem::take(html)));
    }

    /// Ends the definition that began last.
    pub(in crate::content) fn end(&mut self, html: &mut String) {
        if let Some((number, outside)) = self.outside.pop() {
            let html = std::mem::replace(html, outside);
            self.notes.push(Note { number, html });
        }
    }

    /// Writes the gathered footnotes.
    pub(in crate::content) fn write(&mut self, html: &mut String) {
        if self.notes.is_empty() {
            return;
        }
        let mut notes = std::mem::take(&mut self.notes);
        notes.sort_by_key(|note| note.number);
        // A second definition of one name follows the first, without an id of its own.
        let mut last = 0;
        html.push_str("<hr>\n<ol>\n");
        for note in notes {
            html.push_str("<li");
            if note.number != last {
                let id = self.id("fn", note.number);
                push_attribute(html, "id", &id);
            }
            last = note.number;
            html.push('>');
            let text = note.html.trim();
            let (text, end) = match text.strip_suffix("</p>") {
                Some(text) => (text, "</p>"),
                None => (text, ""),
            };
            html.push_str(text);
            if self.referred.contains(&note.number) {
                html.push_str(" <a");
                let id = self.id("fnref", note.number);
                push_attribute(html, "href", &self.link(&id));
                // The variation selector keeps the arrow from becoming a picture.
                html.push_str(">↩\u{fe0e}</a>");
            }
            html.push_str(end);
            html.push_str("</li>\n");
        }
        html.push_str("</ol>\n");
    }
}
