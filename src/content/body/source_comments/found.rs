//! What the scanner finds at a brace.

/// What starts with a brace.
pub(super) enum Found {
    /// A sample of this length, which is shown as it is.
    Sample(usize),
    /// A comment of this length.
    Comment {
        length: usize,
        /// Whether white space before and after it goes too.
        trims: (bool, bool),
        /// Whether it leaves nothing behind of lines that it fills.
        own_line: bool,
    },
    /// A comment without its end, with its mark.
    Unclosed(&'static str),
}

/// Whether a blank line stands within a text.
pub(super) fn has_blank_line(text: &str) -> bool {
    let mut lines = text.split('\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_some() && line.trim().is_empty() {
            return true;
        }
    }
    false
}
