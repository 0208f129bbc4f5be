//! What there is to say about a body while it is rendered.

use crate::content::body::BodySource;
use crate::content::body::links::{self, Unresolved};
use crate::vocabulary::{Finding, Place, Severity};

/// A body with more to say than this has one fault that repeats; the rest is counted.
const LIMIT: usize = 50;

/// How much of an address is shown in a message.
const SHOWN: usize = 80;

/// What a reference is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::content) enum Wanted {
    /// Something to follow: any scheme that readers know.
    Link,
    /// Something to fetch: the web only.
    Media,
}

/// The findings of one body, in the making.
#[derive(Debug)]
pub(in crate::content) struct BodyFindings<'a> {
    source: BodySource<'a>,
    findings: Vec<Finding>,
    left_out: usize,
}

impl<'a> BodyFindings<'a> {
    pub(in crate::content) fn new(source: &BodySource<'a>) -> Self {
        BodyFindings {
            source: *source,
            findings: Vec::new(),
            left_out: 0,
        }
    }

    /// What the body is rendered from.
    pub(in crate::content) fn source(&self) -> &BodySource<'a> {
        &self.source
    }

    /// Adds a finding about the place `at`, in bytes of the source text, if that is known.
    pub(in crate::content) fn add(
        &mut self,
        code: &'static str,
        at: Option<usize>,
        message: impl Into<String>,
        help: &str,
    ) {
        if self.findings.len() >= LIMIT {
            self.left_out += 1;
            return;
        }
        let finding = Finding::new(self.source.path, Severity::Warning, code, message)
            .at(at.map(|at| self.place(at)))
            .help(help);
        self.findings.push(finding);
    }

    /// The place in the file of a place in the source text.
    fn place(&self, at: usize) -> Place {
        let mut at = at.min(self.source.text.len());
        while !self.source.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.source.text[..at];
        let bytes = before.as_bytes();
        let ends_line = |index: usize| match bytes[index] {
            b'\n' => true,
            b'\r' => bytes.get(index + 1).is_some_and(|next| *next != b'\n'),
            _ => false,
        };
        let lines = (0..bytes.len()).filter(|index| ends_line(*index)).count();
        let line_start = (0..bytes.len())
            .rev()
            .find(|index| ends_line(*index))
            .map_or(0, |index| index + 1);
        Place {
            line: self.source.first_line.saturating_add(lines as u32),
            column: before[line_start..].chars().count() as u32 + 1,
        }
    }

    /// The absolute address of a reference, or none with a finding. The place of a reference in raw
    /// HTML is not known; it is where the source first has that text.
    pub(in crate::content) fn resolve(
        &mut self,
        reference: &str,
        at: Option<usize>,
        wanted: Wanted,
    ) -> Option<String> {
        let own = self.own_file(reference);
        let reference = own.as_deref().unwrap_or(reference);
        let resolved = links::resolve(reference, self.source.permalink, self.source.site_url);
        let (code, message, help) = match resolved {
            Ok(resolved) if wanted == Wanted::Link || links::is_web(&resolved.url) => {
                if resolved.mended {
                    self.reference(
                        "link-mended",
                        reference,
                        at,
                        format!(
                            "took the address “{}” for “{}”",
                            shown(reference),
                            shown(&resolved.url)
                        ),
                        "write the address in full, as a browser shows it",
                    );
                }
                return Some(resolved.url);
            }
            Ok(_) | Err(Unresolved::Scheme) => (
                "unsafe-link",
                format!(
                    "left out the address “{}”, which feed readers can't open",
                    shown(reference)
                ),
                "link to a page on the web, or to an e-mail address or a telephone number",
            ),
            Err(Unresolved::Malformed) => (
                "bad-link",
                format!("left out “{}”, which is not an address", shown(reference)),
                "write the address in full, as a browser shows it",
            ),
            Err(Unresolved::Empty) => (
                "empty-link",
                "left out a link or an image without an address".to_owned(),
                "give it an address, or remove it",
            ),
        };
        self.reference(code, reference, at, message, help);
        None
    }

    /// The address of a file of the content, with the fragment that the reference has.
    fn own_file(&self, reference: &str) -> Option<String> {
        if let Some(path) = crate::content::place::reference::static_path(self.source.path, reference) {
            return Some(format!(
                "{}{}",
                self.source.site_url,
                path.trim_start_matches('/')
            ));
        }
        if self.source.links.is_empty() {
            return None;
        }
        let (file, fragment) = match reference.split_once('#') {
            Some((file, fragment)) => (file, Some(fragment)),
            None => (reference, None),
        };
        let url = self.source.reference(file)?;
        Some(fragment.map_or_else(|| url.to_owned(), |fragment| format!("{url}#{fragment}")))
    }

    fn reference(
        &mut self,
        code: &'static str,
        reference: &str,
        at: Option<usize>,
        message: String,
        help: &str,
    ) {
        let at = at.or_else(|| self.find(reference));
        self.add(code, at, message, help);
    }

    /// Where the source has some text first; not looked for once nobody would be told.
    pub(in crate::content) fn find(&self, text: &str) -> Option<usize> {
        let text = text.trim();
        if self.findings.len() >= LIMIT || text.is_empty() {
            return None;
        }
        self.source.text.find(text)
    }

    /// Forgets what was said so far: the body is rendered again, in another way.
    pub(in crate::content) fn clear(&mut self) {
        self.findings.clear();
        self.left_out = 0;
    }

    /// What was said, by place.
    pub(in crate::content) fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| finding.place);
        if self.left_out > 0 {
            let message = format!(
                "there is as much to say about {} more places in this post",
                self.left_out
            );
            self.findings.push(Finding::new(
                self.source.path,
                Severity::Note,
                "more-findings",
                message,
            ));
        }
        self.findings
    }
}

/// An address or name for a message: on one line and not too long.
pub(in crate::content) fn shown(text: &str) -> String {
    let mut shown: String = text
        .trim()
        .chars()
        .take(SHOWN)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.trim().chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
