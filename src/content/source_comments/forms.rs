//! The forms of comments and of code, each found where it starts.

use super::{Syntax, TemplateEngine};
use crate::content::shortcode::{self, Shortcode};

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

/// Where things end in a text. What is searched in vain, or again and again, must not cost the text's
/// length each time.
pub(super) struct Ends<'a> {
    text: &'a str,
    /// For each mark: from where it was searched last, and where it was found.
    known: Vec<(&'static str, usize, Option<usize>)>,
    /// How many bytes may still be searched for ends that nest.
    patience: usize,
}

impl<'a> Ends<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Ends {
            text,
            known: Vec::new(),
            patience: 8 * text.len() + 4096,
        }
    }

    /// Where a mark stands first from a place on.
    fn find(&mut self, mark: &'static str, from: usize) -> Option<usize> {
        let place = self.known.iter().position(|(own, _, _)| *own == mark);
        if let Some((_, since, found)) = place.and_then(|place| self.known.get(place))
            && *since <= from
            && found.is_none_or(|found| from <= found)
        {
            return *found;
        }
        let found = self.text.get(from..)?.find(mark).map(|at| from + at);
        match place.and_then(|place| self.known.get_mut(place)) {
            Some(known) => *known = (mark, from, found),
            None => self.known.push((mark, from, found)),
        }
        found
    }

    /// Where the text goes on after a mark that stands first from a place on.
    pub(super) fn after(&mut self, mark: &'static str, from: usize) -> Option<usize> {
        self.find(mark, from).map(|at| at + mark.len())
    }

    /// Where a span of code ends that starts with so many backticks: in its paragraph.
    pub(super) fn code_span(&mut self, at: usize, width: usize) -> Option<usize> {
        let rest = self.text.get(at + width..)?;
        let mut length = 0;
        for (number, line) in rest.split_inclusive('\n').enumerate() {
            if self.patience < length || number > 0 && line.trim().is_empty() {
                break;
            }
            let mut from = 0;
            while let Some(run) = line[from..].find('`').map(|run| from + run) {
                let own = line[run..].len() - line[run..].trim_start_matches('`').len();
                if own == width {
                    return Some(at + width + length + run + own);
                }
                from = run + own;
            }
            length += line.len();
        }
        self.patience = self.patience.saturating_sub(length);
        None
    }
}

/// The comment or sample that a text starts with, which starts with a brace.
pub(super) fn find(text: &str, syntax: Syntax, ends: &mut Ends<'_>) -> Option<Found> {
    let at = ends.text.len() - text.len();
    if text.starts_with("{%") {
        liquid(at, syntax, ends)
    } else if text.starts_with("{{<") || text.starts_with("{{%") {
        comment_shortcode(at, ends)
    } else if text.starts_with("{{") {
        action(at, ends)
    } else if text.starts_with("{#") {
        braces(at, syntax, ends)
    } else if text.starts_with("{::comment") {
        kramdown(at, ends)
    } else {
        None
    }
}

/// Whether what a text starts with is carried out wherever it stands, in code too.
pub(super) fn is_carried_out(text: &str, syntax: Syntax) -> bool {
    match syntax.engine {
        TemplateEngine::Liquid => text.starts_with("{%"),
        TemplateEngine::Nunjucks => text.starts_with("{#") || text.starts_with("{%"),
        TemplateEngine::Hugo => text.starts_with("{{<") || text.starts_with("{{%"),
        TemplateEngine::None => false,
    }
}

struct LiquidTag<'a> {
    name: &'a str,
    /// What follows the name.
    rest: &'a str,
    end: usize,
    trims: (bool, bool),
}

/// The tag at a place, if there is a whole one.
fn liquid_tag<'a>(at: usize, ends: &mut Ends<'a>) -> Option<LiquidTag<'a>> {
    let end = ends.after("%}", at + 2)?;
    let written = ends.text.get(at + 2..end - 2)?;
    let inside = written.strip_prefix('-').unwrap_or(written);
    let inside = inside.strip_suffix('-').unwrap_or(inside).trim();
    let length = match inside.strip_prefix('#') {
        Some(_) => 1,
        None => inside
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(inside.len()),
    };
    let (name, rest) = inside.split_at(length);
    // Another tag starts within this one: its own end is missing.
    let is_whole = name == "#" || !written.contains("{%");
    is_whole.then_some(LiquidTag {
        name,
        rest,
        end,
        trims: (written.starts_with('-'), written.ends_with('-')),
    })
}

fn liquid(at: usize, syntax: Syntax, ends: &mut Ends<'_>) -> Option<Found> {
    let tag = liquid_tag(at, ends)?;
    let is_prose = syntax.engine != TemplateEngine::Liquid && has_blank_line(&ends.text[at..tag.end]);
    let comment = |end: usize, trims| Found::Comment {
        length: end - at,
        trims,
        own_line: false,
    };
    match tag.name {
        _ if is_prose => None,
        "#" => Some(comment(tag.end, tag.trims)),
        "liquid" if syntax.engine == TemplateEngine::Liquid => tag
            .rest
            .lines()
            .any(|line| line.trim().starts_with(['#']) || line.trim() == "comment")
            .then(|| comment(tag.end, tag.trims)),
        "raw" | "verbatim" => end_of_raw(tag.name, tag.end, ends).map(|end| Found::Sample(end - at)),
        // A shortcode of Zola's by this name has something to show.
        "comment" if !tag.rest.trim_start().starts_with('(') => Some(match end_of_comment(tag.end, ends) {
            Some((end, trims)) => comment(end, (tag.trims.0, trims)),
            None => Found::Unclosed("{% comment %}"),
        }),
        _ => None,
    }
}

/// Where a sample goes on after its end, if it has one.
fn end_of_raw(name: &str, from: usize, ends: &mut Ends<'_>) -> Option<usize> {
    let mut at = from;
    while let Some(next) = ends.find("{%", at) {
        at = next + 2;
        if let Some(tag) = liquid_tag(next, ends)
            && tag.name.strip_prefix("end") == Some(name)
        {
            return Some(tag.end);
        }
        if !spend(ends, 2) {
            return None;
        }
    }
    None
}

/// Where a comment ends, and whether the white space after it goes too. Comments nest; where that
/// leaves one without its end, the first end counts.
fn end_of_comment(from: usize, ends: &mut Ends<'_>) -> Option<(usize, bool)> {
    let (mut at, mut depth, mut first) = (from, 1_usize, None);
    while let Some(next) = ends.find("{%", at) {
        if !spend(ends, next - at + 2) {
            break;
        }
        at = next + 2;
        let Some(tag) = liquid_tag(next, ends) else {
            continue;
        };
        at = tag.end;
        match tag.name {
            "comment" => depth += 1,
            "endcomment" => {
                depth -= 1;
                let end = (tag.end, tag.trims.1);
                if depth == 0 {
                    return Some(end);
                }
                first.get_or_insert(end);
            }
            "raw" => at = end_of_raw("raw", at, ends).unwrap_or(at),
            _ => {}
        }
    }
    first
}

fn spend(ends: &mut Ends<'_>, bytes: usize) -> bool {
    ends.patience = ends.patience.saturating_sub(bytes);
    ends.patience > 0
}

/// What a shortcode means to the end of a comment.
enum Step {
    Opens,
    Closes,
    IsWhole,
    IsSample,
    IsOther,
}

/// The shortcode at a place, and where it ends.
fn shortcode_at(at: usize, ends: &mut Ends<'_>) -> Option<(Step, usize)> {
    let text = &ends.text[at..];
    match shortcode::read(text) {
        Ok((shortcode, length)) => {
            let inside = text[3..length - 3].trim();
            let is_comment = |rest: &str| {
                let rest = rest.trim_start().strip_prefix("comment");
                rest.is_some_and(|rest| {
                    !rest.starts_with(|c: char| c.is_alphanumeric() || "_-./".contains(c))
                })
            };
            let step = match shortcode {
                Shortcode::Sample(_) => Step::IsSample,
                Shortcode::Open(call) if call.name == "comment" && inside.ends_with('/') => Step::IsWhole,
                Shortcode::Open(call) if call.name == "comment" => Step::Opens,
                Shortcode::Close if inside.strip_prefix('/').is_some_and(is_comment) => Step::Closes,
                Shortcode::Open(_) | Shortcode::Close => Step::IsOther,
            };
            Some((step, at + length))
        }
        Err(looked_at) => {
            spend(ends, looked_at);
            None
        }
    }
}

fn comment_shortcode(at: usize, ends: &mut Ends<'_>) -> Option<Found> {
    if ends.patience == 0 {
        return None;
    }
    let comment = |end: usize| Found::Comment {
        length: end - at,
        trims: (false, false),
        own_line: false,
    };
    let (step, end) = shortcode_at(at, ends)?;
    match step {
        Step::Opens => {}
        Step::IsWhole => return Some(comment(end)),
        Step::IsSample => return Some(Found::Sample(end - at)),
        Step::Closes | Step::IsOther => return None,
    }
    let (mut from, mut depth, mut first) = (end, 1_usize, None);
    while let Some(next) = ends.find("{{", from) {
        if !spend(ends, next - from + 2) {
            break;
        }
        from = next + 2;
        if !ends.text[from..].starts_with(['<', '%']) {
            continue;
        }
        let Some((step, end)) = shortcode_at(next, ends) else {
            continue;
        };
        from = end;
        match step {
            Step::Opens => depth += 1,
            Step::Closes => {
                depth -= 1;
                if depth == 0 {
                    return Some(comment(end));
                }
                first.get_or_insert(end);
            }
            Step::IsWhole | Step::IsSample | Step::IsOther => {}
        }
    }
    Some(first.map_or(Found::Unclosed("{{< comment >}}"), comment))
}

/// A comment of Go's templates: `{{/* … */}}`, `{{- /* … */ -}}`.
fn action(at: usize, ends: &mut Ends<'_>) -> Option<Found> {
    let inside = &ends.text[at + 2..];
    let inside = inside.strip_prefix('-').unwrap_or(inside).trim_start();
    if !inside.starts_with("/*") {
        return None;
    }
    let from = ends.text.len() - inside.len() + 2;
    let end = ends.after("*/", from)?;
    let rest = ends.text[end..].trim_start();
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix("}}")?;
    Some(Found::Comment {
        length: ends.text.len() - rest.len() - at,
        trims: (false, false),
        own_line: false,
    })
}

/// A comment of Nunjucks, Jinja and Tera.
fn braces(at: usize, syntax: Syntax, ends: &mut Ends<'_>) -> Option<Found> {
    let is_carried_out = syntax.engine == TemplateEngine::Nunjucks;
    if !is_carried_out && !syntax.braces {
        return None;
    }
    let Some(end) = ends.after("#}", at + 2) else {
        return is_carried_out.then_some(Found::Unclosed("{#"));
    };
    let inside = &ends.text[at + 2..end - 2];
    // `{#name}` is the id of a heading.
    let is_id = !inside.starts_with(|c: char| c.is_whitespace() || c == '-') && inside.contains('}');
    if is_id && !is_carried_out {
        return None;
    }
    let dash = |is_there: bool| is_carried_out && is_there;
    Some(Found::Comment {
        length: end - at,
        trims: (dash(inside.starts_with('-')), dash(inside.ends_with('-'))),
        own_line: false,
    })
}

/// A comment of kramdown: it ends with the first `{:/}` or `{:/comment}`.
fn kramdown(at: usize, ends: &mut Ends<'_>) -> Option<Found> {
    let text = &ends.text[at..];
    let inside = text["{::comment".len()..].split(['}', '\n']).next()?;
    let open = "{::comment".len() + inside.len();
    if !text[open..].starts_with('}') || !(inside.is_empty() || inside.starts_with([' ', '/', '\t'])) {
        return None;
    }
    let from = at + open + 1;
    let end = if inside.ends_with('/') {
        from
    } else {
        let found = [ends.after("{:/}", from), ends.after("{:/comment}", from)];
        match found.into_iter().flatten().min() {
            Some(end) => end,
            None => return Some(Found::Unclosed("{::comment}")),
        }
    };
    Some(Found::Comment {
        length: end - at,
        trims: (false, false),
        own_line: true,
    })
}

/// A line without what makes it part of a list or quotation.
pub(super) fn without_containers(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = if let Some(after) = rest.strip_prefix('>') {
            after
        } else if rest.starts_with(['-', '*', '+']) && rest[1..].starts_with([' ', '\t']) {
            &rest[2..]
        } else if (1..10).contains(&digits)
            && rest[digits..].starts_with(['.', ')'])
            && rest[digits + 1..].starts_with([' ', '\t'])
        {
            &rest[digits + 2..]
        } else {
            return rest;
        };
        rest = after.trim_start();
    }
}

/// The length of the fenced block of code that a text starts with. `content` is its first line without
/// the containers that the block stands in.
pub(super) fn fenced(text: &str, content: &str) -> Option<usize> {
    let sign = content.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let width = content.len() - content.trim_start_matches(sign).len();
    if width < 3 || sign == '`' && content[width..].contains('`') {
        return None;
    }
    let in_quotation = text.trim_start().starts_with('>');
    let mut lines = text.split_inclusive('\n');
    let mut length = lines.next()?.len();
    for line in lines {
        if in_quotation && !line.trim_start().starts_with('>') {
            break;
        }
        length += line.len();
        let line = line
            .trim_start_matches(|c: char| c.is_whitespace() || c == '>')
            .trim_end();
        if line.len() >= width && line.chars().all(|c| c == sign) {
            break;
        }
    }
    Some(length)
}

/// The length of a comment in the guise of a link's definition, as in `[//]: # (…)`. Markdown passes
/// over those that are definitions; this finds also what kramdown alone takes for one, and what stands
/// in the middle of a paragraph.
pub(super) fn reference(text: &str) -> Option<usize> {
    let line = text.split('\n').next()?;
    let (label, rest) = line.strip_prefix('[')?.split_once("]:")?;
    let rest = rest.trim();
    let said = ["#", "<>"]
        .iter()
        .find_map(|target| rest.strip_prefix(target))
        .filter(|said| said.is_empty() || said.starts_with(char::is_whitespace));
    let is_known = match label.trim().to_ascii_lowercase().as_str() {
        "//" => !rest.is_empty(),
        "comment" => said.is_some() || rest.starts_with(['(', '"', '\'']),
        _ => false,
    };
    let said = said.unwrap_or(rest).trim();
    let close = match said.chars().next() {
        Some('(') => ')',
        Some(quote @ ('"' | '\'')) => quote,
        _ => return is_known.then_some(line.len()),
    };
    if !is_known {
        // A definition that Markdown takes for one needs no help.
        let inside = said.get(1..said.len() - 1).filter(|_| said.len() > 1)?;
        let is_definition = said.ends_with(close) && !inside.contains([close, '(']);
        let is_mine = said.len() < rest.len() && said.ends_with(close) && !is_definition;
        return (is_mine && !label.contains('[')).then_some(line.len());
    }
    if said.len() > 1 && said.ends_with(close) {
        return Some(line.len());
    }
    // What is said goes on to its own end, in this paragraph.
    let mut length = line.len();
    for next in text.get(line.len() + 1..)?.split('\n') {
        if next.trim().is_empty() {
            break;
        }
        length += 1 + next.len();
        if next.trim_end().ends_with(close) {
            break;
        }
    }
    Some(length)
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
