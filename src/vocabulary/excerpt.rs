//! A line of a text with a mark under what is meant.

/// A line of the file, and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, or the part of a long one around what is meant. Control characters are spaces.
    line: String,
    /// Where in `line` the part that is meant starts, in characters.
    offset: usize,
    /// Its length in characters; at least 1.
    width: usize,
}

/// A longer line is cut to what is around the error.
const LONGEST_LINE: usize = 120;
/// How much of a cut line stands before the error.
const BEFORE_THE_ERROR: usize = 40;

impl Excerpt {
    /// A line, and what is meant in it by its place and length in characters.
    pub fn new(line: &str, offset: usize, width: usize) -> Self {
        let clean = |c: char| if c.is_control() { ' ' } else { c };
        if line.chars().count() <= LONGEST_LINE {
            return Excerpt {
                line: line.chars().map(clean).collect(),
                offset,
                width,
            };
        }
        let skip = offset.saturating_sub(BEFORE_THE_ERROR);
        Excerpt {
            line: line.chars().map(clean).skip(skip).take(LONGEST_LINE).collect(),
            offset: offset - skip,
            width: width.min(LONGEST_LINE - (offset - skip)),
        }
    }

    /// The line behind its number, and below it the carets under what is meant.
    pub fn under(&self, number: u32) -> String {
        let number = number.to_string();
        let gutter = " ".repeat(number.len());
        let (indent, carets) = (" ".repeat(self.offset), "^".repeat(self.width));
        format!("  {number} | {}\n  {gutter} | {indent}{carets}", self.line)
    }
}
