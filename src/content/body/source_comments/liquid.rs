//! Comments and samples of Liquid.

use super::ends::Ends;
use super::found::{Found, has_blank_line};
use super::syntax::Syntax;
use crate::content::post::TemplateEngine;

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

pub(super) fn find(at: usize, syntax: Syntax, ends: &mut Ends<'_>) -> Option<Found> {
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
        if !ends.spend(2) {
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
        if !ends.spend(next - at + 2) {
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
