//! How deep and how tangled the tags of a text are, before a parser works on them.
//!
//! An HTML parser repairs what it is given, and some of the repairs multiply: an element for
//! emphasis that is closed in the wrong place is opened again in every block that follows. A
//! sanitizer's time grows with the square of the depth. So what is too tangled never reaches one.

/// The depth, and the faults, that a text may have. Hand-written pages have about a dozen.
const LIMIT: usize = 256;

/// How often elements for emphasis may be opened again: those open at once × tags.
const REOPENED: usize = 250_000;

/// A text is too tangled to be parsed in bounded time.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) struct TooTangled;

/// The elements that are open, as far as can be told without repairing anything. Where a parser
/// would close an element that this does not, the depth counted here is the greater one.
#[derive(Debug, Default)]
pub(in crate::content) struct Nesting {
    open: Vec<&'static str>,
    faults: usize,
    tags: usize,
    emphasis: usize,
    most_emphasis: usize,
}

impl Nesting {
    /// Takes note of a start tag, named in lower case, of an element that has content.
    pub(in crate::content) fn open(&mut self, name: &'static str) -> Result<(), TooTangled> {
        while let Some(last) = self.open.last()
            && is_ended_by(last, name)
        {
            self.open.pop();
        }
        self.open.push(name);
        if is_emphasis(name) {
            self.emphasis += 1;
            self.most_emphasis = self.most_emphasis.max(self.emphasis);
        }
        self.check()
    }

    /// Takes note of an end tag, named in lower case. Whether there is anything for it to end.
    pub(in crate::content) fn close(&mut self, name: &str) -> Result<bool, TooTangled> {
        if !self.open.contains(&name) {
            return Ok(false);
        }
        while let Some(last) = self.open.last()
            && *last != name
            && !is_emphasis(name)
            && may_lack_end_tag(last)
        {
            self.open.pop();
        }
        if self.open.last().is_some_and(|last| *last == name) {
            self.open.pop();
            self.emphasis -= usize::from(is_emphasis(name));
        } else {
            self.faults += 1;
        }
        self.check()?;
        Ok(true)
    }

    fn check(&mut self) -> Result<(), TooTangled> {
        self.tags += 1;
        let too_deep = self.open.len() + self.faults > LIMIT;
        let reopened = self.most_emphasis.saturating_mul(self.tags);
        // What nests three deep is not what multiplies.
        if too_deep || (self.most_emphasis > 3 && reopened > REOPENED) {
            return Err(TooTangled);
        }
        Ok(())
    }
}

/// What matters of an element here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Parsers open it again (HTML standard, 13.2.4.3).
    Emphasis,
    /// A paragraph ends before it.
    Block,
    /// The same, and its own end tag may be missing.
    OpenBlock,
    /// A part of a table or of ruby text, whose end tag may be missing.
    OpenPart,
    Other,
}

fn kind(name: &str) -> Kind {
    match name {
        "a" | "b" | "code" | "em" | "i" | "s" | "small" | "strike" | "strong" | "tt" | "u" => Kind::Emphasis,
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "div" | "dl"
        | "figcaption" | "figure" | "footer" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header"
        | "hgroup" | "main" | "nav" | "ol" | "pre" | "section" | "summary" | "table" | "ul" => Kind::Block,
        "p" | "li" | "dt" | "dd" => Kind::OpenBlock,
        "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" | "colgroup" | "rt" | "rp" => Kind::OpenPart,
        _ => Kind::Other,
    }
}

fn is_emphasis(name: &str) -> bool {
    kind(name) == Kind::Emphasis
}

fn may_lack_end_tag(name: &str) -> bool {
    matches!(kind(name), Kind::OpenBlock | Kind::OpenPart)
}

/// Whether the open element ends where the next one starts (HTML standard, 13.1.2.4).
fn is_ended_by(open: &str, next: &str) -> bool {
    match open {
        "p" => matches!(kind(next), Kind::Block | Kind::OpenBlock),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot"),
        "tr" => matches!(next, "tr" | "tbody" | "thead" | "tfoot"),
        "tbody" | "thead" | "tfoot" => matches!(next, "tbody" | "thead" | "tfoot"),
        "rt" | "rp" => matches!(next, "rt" | "rp"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(tags: &[&'static str]) -> Result<(), TooTangled> {
        let mut nesting = Nesting::default();
        for tag in tags {
            match tag.strip_prefix('/') {
                Some(name) => drop(nesting.close(name)?),
                None => nesting.open(tag)?,
            }
        }
        Ok(())
    }

    #[test]
    fn pages_as_people_write_them_pass() {
        for tags in [
            &["p"][..],
            &["ul", "li", "li", "p", "/ul"],
            &["table", "tr", "td", "p", "td", "tr", "td", "/table"],
            &["b", "i", "/b", "/i"],
            &["div", "p", "b", "/b", "/div"],
        ] {
            let many: Vec<_> = tags.iter().copied().cycle().take(tags.len() * 100).collect();
            assert_eq!(judge(&many), Ok(()), "{tags:?}");
        }
        assert_eq!(judge(&vec!["p"; 100_000]), Ok(()));
    }

    #[test]
    fn what_would_multiply_is_refused() {
        for tags in [
            &["div"][..],
            &["b", "div", "/b"],
            &["b", "table", "td", "/b", "/td", "/table"],
            &["span", "b", "/span"],
        ] {
            let many: Vec<_> = tags.iter().copied().cycle().take(tags.len() * 300).collect();
            assert_eq!(judge(&many), Err(TooTangled), "{tags:?}");
        }
        let reopened: Vec<_> = ["b"; 200]
            .into_iter()
            .chain(std::iter::repeat_n("p", 2_000))
            .collect();
        assert_eq!(judge(&reopened), Err(TooTangled));
    }
}
