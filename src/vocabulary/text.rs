//! Which characters a document holds.

/// Whether a document holds a character: those of XML 1.0 (section 2.2, Char), without the control
/// characters beyond ASCII that the same section discourages, and that validators warn of.
pub fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether nothing of a text is left to see once it stands in a document.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || !is_legal(c))
}
