//! Hugo's shortcode `comment`, whose content is not shown.

use super::ends::Ends;
use super::found::Found;
use crate::content::body::template::shortcode::{self, Shortcode};

/// What a shortcode means to the end of a comment.
enum Role {
    Opens,
    Closes,
    IsWhole,
    IsSample,
    IsOther,
}

/// The shortcode at a place, and where it ends.
fn shortcode_at(at: usize, ends: &mut Ends<'_>) -> Option<(Role, usize)> {
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
            let role = match shortcode {
                Shortcode::Sample(_) => Role::IsSample,
                Shortcode::Open(call) if call.name == "comment" && inside.ends_with('/') => Role::IsWhole,
                Shortcode::Open(call) if call.name == "comment" => Role::Opens,
                Shortcode::Close if inside.strip_prefix('/').is_some_and(is_comment) => Role::Closes,
                Shortcode::Open(_) | Shortcode::Close => Role::IsOther,
            };
            Some((role, at + length))
        }
        Err(looked_at) => {
            ends.spend(looked_at);
            None
        }
    }
}

pub(super) fn find(at: usize, ends: &mut Ends<'_>) -> Option<Found> {
    if ends.is_spent() {
        return None;
    }
    let comment = |end: usize| Found::Comment {
        length: end - at,
        trims: (false, false),
        own_line: false,
    };
    let (role, end) = shortcode_at(at, ends)?;
    match role {
        Role::Opens => {}
        Role::IsWhole => return Some(comment(end)),
        Role::IsSample => return Some(Found::Sample(end - at)),
        Role::Closes | Role::IsOther => return None,
    }
    let (mut from, mut depth, mut first) = (end, 1_usize, None);
    while let Some(next) = ends.find("{{", from) {
        if !ends.spend(next - from + 2) {
            break;
        }
        from = next + 2;
        if !ends.text[from..].starts_with(['<', '%']) {
            continue;
        }
        let Some((role, end)) = shortcode_at(next, ends) else {
            continue;
        };
        from = end;
        match role {
            Role::Opens => depth += 1,
            Role::Closes => {
                depth -= 1;
                if depth == 0 {
                    return Some(comment(end));
                }
                first.get_or_insert(end);
            }
            Role::IsWhole | Role::IsSample | Role::IsOther => {}
        }
    }
    Some(first.map_or(Found::Unclosed("{{< comment >}}"), comment))
}
