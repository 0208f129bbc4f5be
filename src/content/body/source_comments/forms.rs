//! The forms of comments and of code, each found where it starts.

use super::ends::Ends;
use super::found::Found;
use super::syntax::Syntax;
use super::{comment_shortcode, liquid};
use crate::content::post::TemplateEngine;

/// The comment or sample that a text starts with, which starts with a brace.
pub(super) fn find(text: &str, syntax: Syntax, ends: &mut Ends<'_>) -> Option<Found> {
    let at = ends.text.len() - text.len();
    if text.starts_with("{%") {
        liquid::find(at, syntax, ends)
    } else if text.starts_with("{{<") || text.starts_with("{{%") {
        comment_shortcode::find(at, ends)
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
