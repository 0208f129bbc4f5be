//! MDX → Markdown: imports and exports go, components leave their text, code stays.

mod expression;

use expression::{LONGEST, attribute, balanced, comments, literal, tag_length};

/// A text in the making.
struct Converter<'a> {
    text: &'a str,
    at: usize,
    out: String,
    components: Vec<(u32, String)>,
    /// What has no end is searched for it; many of them must not cost the text's length each.
    budget: usize,
}

/// No more components are named than this.
const MOST_NAMED: usize = 50;

/// The Markdown of an MDX text, and the components that were taken out of it, each once, with its
/// line. No line moves.
pub(in crate::content) fn plain(text: &str) -> (String, Vec<(u32, String)>) {
    let mut converter = Converter {
        text,
        at: 0,
        out: String::with_capacity(text.len()),
        components: Vec::new(),
        budget: 4 * text.len() + 4096,
    };
    while converter.at < text.len() {
        converter.step();
    }
    (converter.out, converter.components)
}

impl<'a> Converter<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn step(&mut self) {
        let rest = self.rest();
        if (self.at == 0 || self.text[..self.at].ends_with('\n')) && self.line() {
            return;
        }
        let taken = match rest.as_bytes()[0] {
            b'`' => self.inline_code(),
            b'\\' => self.copy(1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
            b'{' => self.expression(),
            b'<' => self.tag(),
            _ => false,
        };
        if !taken {
            let special = rest
                .char_indices()
                .skip(1)
                .find(|(at, c)| "`\\{<".contains(*c) || rest[..*at].ends_with('\n'));
            self.copy(special.map_or(rest.len(), |(at, _)| at));
        }
    }

    /// What only a whole line can be. Whether there was one.
    fn line(&mut self) -> bool {
        let rest = self.rest();
        let line = rest.split_inclusive('\n').next().unwrap_or("");
        let trimmed = line.trim();
        for fence in ["```", "~~~"] {
            if !trimmed.starts_with(fence) {
                continue;
            }
            let width = trimmed.len() - trimmed.trim_start_matches(&fence[..1]).len();
            let mut length = line.len();
            for line in rest[line.len()..].split_inclusive('\n') {
                length += line.len();
                let line = line.trim();
                if line.len() >= width && line.bytes().all(|b| b == fence.as_bytes()[0]) {
                    break;
                }
            }
            return self.copy(length);
        }
        if line.starts_with("import ") || line.starts_with("export ") {
            return self.statement();
        }
        if let Some(title) = trimmed.strip_prefix(":::") {
            let title = title.trim_start_matches(':').trim();
            let (kind, own) = title
                .split_once(|c: char| c.is_whitespace() || c == '[')
                .unwrap_or((title, ""));
            let own = own.trim_end_matches(']').trim();
            if !kind.is_empty() {
                let mut letters = kind.chars();
                let kind: String = letters
                    .next()
                    .map(|c| c.to_uppercase().to_string() + letters.as_str())
                    .unwrap_or_default();
                self.out.push_str("**");
                self.out.push_str(if own.is_empty() { &kind } else { own });
                // What follows on the next line is a line of its own.
                self.out.push_str("**  ");
            }
            return self.skip(line.len());
        }
        false
    }

    /// A statement ends with its line, if that has a semicolon or names where it imports from; else
    /// with the next blank line.
    fn statement(&mut self) -> bool {
        let rest = self.rest();
        let is_import = rest.starts_with("import ");
        let looks_like_code = rest.starts_with("export ")
            && ["const", "default", "function", "let", "{", "async", "class", "*"]
                .iter()
                .any(|word| rest["export ".len()..].starts_with(word))
            || is_import && rest.lines().take(20).any(|line| line.contains(['\'', '"']));
        if !looks_like_code {
            return false;
        }
        let (mut length, mut depth, mut paragraph) = (0, 0_i32, None);
        for line in rest.split_inclusive('\n') {
            if line.trim().is_empty() {
                paragraph.get_or_insert(length);
                if depth <= 0 {
                    break;
                }
            }
            length += line.len();
            if length > LONGEST {
                break;
            }
            depth += line.matches(['{', '(', '[']).count() as i32;
            depth -= line.matches(['}', ')', ']']).count() as i32;
            let end = line.trim_end();
            let is_source = is_import && end.trim_end_matches(';').ends_with(['\'', '"']);
            if is_source || depth <= 0 && end.ends_with(';') {
                break;
            }
        }
        // Braces that never close are no code: the paragraph is all there is.
        self.skip(if depth > 0 {
            paragraph.unwrap_or(length)
        } else {
            length
        })
    }

    fn inline_code(&mut self) -> bool {
        let rest = self.rest();
        let width = rest.len() - rest.trim_start_matches('`').len();
        let fence = &rest[..width];
        let paragraph = rest.find("\n\n").unwrap_or(rest.len()).max(width);
        let mut from = width;
        while let Some(at) = rest[from..paragraph].find(fence).map(|at| at + from) {
            let end = at + width;
            if !rest[end..].starts_with('`') {
                return self.copy(end);
            }
            from = end + rest[end..].len() - rest[end..].trim_start_matches('`').len();
            if from >= paragraph {
                break;
            }
        }
        self.copy(width)
    }

    fn expression(&mut self) -> bool {
        let rest = self.rest();
        // A heading's id.
        if rest.starts_with("{#") {
            return false;
        }
        if let Some((length, comment)) = comments(rest) {
            if comment.trim().eq_ignore_ascii_case("truncate") {
                self.out.push_str("<!-- truncate -->");
            }
            return self.skip(length);
        }
        let Some(length) = self.bounded(balanced) else {
            return false;
        };
        if let Some(literal) = literal(rest[1..length - 1].trim()) {
            self.out.push_str(literal);
        } else if length > 2 {
            self.note("{…}");
        }
        self.skip(length)
    }

    fn tag(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            let end = self.bounded(|text| text.find("-->"));
            return end.is_some_and(|end| self.copy(end + 3));
        }
        let name = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
        let name = &name[..name
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-')))
            .unwrap_or(name.len())];
        let is_component = name.starts_with(|c: char| c.is_ascii_uppercase());
        let is_fragment = rest.starts_with("<>") || rest.starts_with("</>");
        if !is_component && !is_fragment && !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return false;
        }
        let Some(length) = self.bounded(tag_length) else {
            return false;
        };
        let tag = &rest[..length];
        if !is_component && !is_fragment {
            // An element of HTML: only what HTML can't read is taken out.
            if !tag.contains('{') && !tag.contains("/*") {
                return self.copy(length);
            }
            let start = self.out.len();
            self.out.push('<');
            self.out.push_str(name);
            self.attributes(tag);
            self.out.push_str(if tag.ends_with("/>") { "/>" } else { ">" });
            let written = self.out[start..].matches('\n').count();
            return self.skip_but(length, written);
        }
        let start = self.out.len();
        if is_component && !rest.starts_with("</") {
            let source = attribute(tag, "src").is_some();
            if source && !tag.contains("src={") {
                self.out.push_str("<img");
                self.attributes(tag);
                self.out.push('>');
            } else {
                self.note(name);
            }
        }
        let written = self.out[start..].matches('\n').count();
        self.skip_but(length, written)
    }

    /// The attributes of a tag whose values are plain text.
    fn attributes(&mut self, tag: &str) {
        for name in ["src", "alt", "title", "href", "id", "width", "height"] {
            if let Some(value) = attribute(tag, name)
                && !value.contains(['"', '\n', '<'])
            {
                self.out.push(' ');
                self.out.push_str(name);
                self.out.push_str("=\"");
                self.out.push_str(value);
                self.out.push('"');
            }
        }
    }

    /// The length of what starts here, if it has an end that is worth looking for.
    fn bounded(&mut self, length: fn(&str) -> Option<usize>) -> Option<usize> {
        if self.budget == 0 {
            return None;
        }
        let found = length(self.rest());
        if found.is_none() {
            self.budget = self.budget.saturating_sub(self.rest().len().min(LONGEST));
        }
        found
    }

    fn note(&mut self, name: &str) {
        if self.components.len() < MOST_NAMED && !self.components.iter().any(|(_, own)| own == name) {
            let line = self.text[..self.at].matches('\n').count() as u32;
            self.components.push((line, name.to_owned()));
        }
    }

    fn copy(&mut self, length: usize) -> bool {
        self.out.push_str(&self.rest()[..length]);
        self.at += length;
        true
    }

    /// Leaves text out, but for its line breaks.
    fn skip(&mut self, length: usize) -> bool {
        self.skip_but(length, 0)
    }

    fn skip_but(&mut self, length: usize, written: usize) -> bool {
        let breaks = self.rest()[..length].matches('\n').count();
        self.out
            .extend(std::iter::repeat_n('\n', breaks.saturating_sub(written)));
        self.at += length;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_leave_their_text_and_imports_go() {
        for (mdx, markdown) in [
            ("import A from './a';\n\nText.\n", "\n\nText.\n"),
            ("import {\n  a,\n  b,\n} from 'x'\nText\n", "\n\n\n\nText\n"),
            ("export const a = 1;\nText\n", "\nText\n"),
            (
                "exporting goods\nimport duties are high\n",
                "exporting goods\nimport duties are high\n",
            ),
            ("<Tabs a={{b: '}'}}>\n*in*\n</Tabs>\n", "\n*in*\n\n"),
            ("<><b>x</b></>", "<b>x</b>"),
            ("a {'b'} c{\" \"}d {/* e */}f {g.h}", "a b c d f "),
            ("{/* truncate */}", "<!-- truncate -->"),
            ("a{ /* 'tis } */ }b{/* c */ /* d */}e{// f\n}g", "abe\ng"),
            ("a {b /* } */} c {/* never closed\n\nd", "a  c \n\n"),
            ("<div /* a */ id=\"b\">c</div>", "<div id=\"b\">c</div>"),
            ("<!-- {\"a\"} <B> -->", "<!-- {\"a\"} <B> -->"),
            (
                "export function a() {\n  b();\n\n  // c\n}\n\nText\n",
                "\n\n\n\n\n\nText\n",
            ),
            ("## Title {#id}", "## Title {#id}"),
            ("`<A>{x}</A>` and \\{x}", "`<A>{x}</A>` and \\{x}"),
            (
                "```jsx\nimport a from 'b';\n<A b={c}>\n```\nx",
                "```jsx\nimport a from 'b';\n<A b={c}>\n```\nx",
            ),
            (
                "<Image src=\"/a.png\" alt='A' b={c} />",
                "<img src=\"/a.png\" alt=\"A\">",
            ),
            ("<div style={{a: 1}} id=\"x\">y</div>", "<div id=\"x\">y</div>"),
            (":::tip[Mind]\nx\n:::\n", "**Mind**  \nx\n\n"),
            ("5 < 6 and {", "5 < 6 and {"),
            ("<https://a.example/>", "<https://a.example/>"),
        ] {
            assert_eq!(plain(mdx).0, markdown, "{mdx}");
        }
    }

    #[test]
    fn components_are_named_once_with_their_line() {
        let (_, components) = plain("a\n<Chart/>\n<Chart/>\n{x}\n");
        assert_eq!(components, [(1, "Chart".to_owned()), (3, "{…}".to_owned())]);
    }
}
