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
    /// A line, and what is meant in it by its place and length in characters. A place behind the line is its end.
    pub fn new(line: &str, offset: usize, width: usize) -> Self {
        let clean = |c: char| if c.is_control() { ' ' } else { c };
        let length = line.chars().count();
        let offset = offset.min(length);
        if length <= LONGEST_LINE {
            return Excerpt {
                line: line.chars().map(clean).collect(),
                offset,
                width,
            };
        }
        let skip = offset.saturating_sub(BEFORE_THE_ERROR);
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        let (before, after) = (cut(skip > 0), cut(skip + LONGEST_LINE < length));
        let shown: String = line.chars().map(clean).skip(skip).take(LONGEST_LINE).collect();
        Excerpt {
            line: [before, &shown, after].concat(),
            offset: offset - skip + before.chars().count(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place_in_long_lines_too() {
        let shown = |line: &str, offset| Excerpt::new(line, offset, 1).under(12);
        assert_eq!(shown("date: é soon", 6), "  12 | date: é soon\n     |       ^");
        let long = shown(&"x".repeat(500), 299);
        let (text, caret) = long.split_once('\n').unwrap();
        assert!(text.starts_with("  12 | …x") && text.ends_with("x…"));
        assert_eq!(caret.find('^'), Some("     | ".len() + 1 + BEFORE_THE_ERROR));
        assert_eq!(shown("", 8), "  12 | \n     | ^");
    }
}
