//! Patterns of paths as shells and generators write them: `*` and `?` within a part of the path, `**`
//! across parts, `[a-z]` for one character of several, `{a,b}` for one text of several.

/// A longer pattern, or one of more alternatives, fits nothing: whoever wrote it meant something else.
const MOST_CHARS: usize = 1_000;
const MOST_ALTERNATIVES: usize = 64;

/// Whether a path fits a pattern as a whole.
pub(in crate::content) fn fits(pattern: &str, path: &str) -> bool {
    if pattern.len() > MOST_CHARS {
        return false;
    }
    let path: Vec<char> = path.chars().collect();
    let mut alternatives = vec![pattern.to_owned()];
    while let Some(pattern) = alternatives.pop() {
        match first_choice(&pattern) {
            Some(choice) if alternatives.len() < MOST_ALTERNATIVES => {
                let (start, end) = (choice.start, choice.end);
                alternatives.extend(
                    choice
                        .of
                        .iter()
                        .map(|one| format!("{}{one}{}", &pattern[..start], &pattern[end..])),
                );
            }
            Some(_) => return false,
            None if fits_plain(&items(&pattern), &path) => return true,
            None => {}
        }
    }
    false
}

/// `{a,b}`, and where it stands in a pattern, in bytes.
struct Choice<'a> {
    start: usize,
    end: usize,
    of: Vec<&'a str>,
}

/// The first choice in a pattern; its alternatives may hold others.
fn first_choice(pattern: &str) -> Option<Choice<'_>> {
    let start = pattern.find('{')?;
    let (mut depth, mut of, mut from) = (0, Vec::new(), start + 1);
    for (at, c) in pattern.char_indices().skip_while(|(at, _)| *at < start) {
        match c {
            '{' => depth += 1,
            ',' if depth == 1 => {
                of.push(&pattern[from..at]);
                from = at + 1;
            }
            '}' if depth == 1 => {
                of.push(&pattern[from..at]);
                return Some(Choice {
                    start,
                    end: at + 1,
                    of,
                });
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// One item of a pattern without choices.
enum Item {
    /// `**`
    AnyPath,
    /// `*`
    AnyText,
    /// `?`
    AnyChar,
    /// `[a-z]`: ranges, and whether they are what is not meant.
    OneOf(Vec<(char, char)>, bool),
    Char(char),
}

fn items(pattern: &str) -> Vec<Item> {
    let chars: Vec<char> = pattern.chars().collect();
    let (mut items, mut at) = (Vec::with_capacity(chars.len()), 0);
    while let Some(c) = chars.get(at) {
        at += 1;
        items.push(match c {
            '*' if chars.get(at) == Some(&'*') => {
                at += 1;
                Item::AnyPath
            }
            '*' => Item::AnyText,
            '?' => Item::AnyChar,
            '[' => match chars[at..].iter().position(|c| *c == ']').filter(|end| *end > 0) {
                Some(end) => {
                    let inside = &chars[at..at + end];
                    at += end + 1;
                    one_of(inside)
                }
                None => Item::Char('['),
            },
            '\\' if at < chars.len() => {
                at += 1;
                Item::Char(chars[at - 1])
            }
            c => Item::Char(*c),
        });
    }
    items
}

fn one_of(inside: &[char]) -> Item {
    let is_negated = matches!(inside.first(), Some('!' | '^'));
    let mut rest = if is_negated { &inside[1..] } else { inside };
    let mut ranges = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        match after {
            ['-', last, after @ ..] => {
                ranges.push((*first, *last));
                rest = after;
            }
            _ => {
                ranges.push((*first, *first));
                rest = after;
            }
        }
    }
    Item::OneOf(ranges, is_negated)
}

/// Item by item, from every place that the items before may have led to: the time is at most the
/// product of both lengths.
fn fits_plain(items: &[Item], path: &[char]) -> bool {
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for item in items {
        let mut next = vec![false; path.len() + 1];
        match item {
            Item::AnyPath | Item::AnyText => {
                let mut is_on = false;
                for at in 0..=path.len() {
                    is_on |= reached[at];
                    next[at] = is_on;
                    if matches!(item, Item::AnyText) && path.get(at) == Some(&'/') {
                        is_on = false;
                    }
                }
            }
            _ => {
                for (at, c) in path.iter().enumerate() {
                    next[at + 1] = reached[at] && is_one(item, *c);
                }
            }
        }
        reached = next;
    }
    reached[path.len()]
}

fn is_one(item: &Item, c: char) -> bool {
    match item {
        Item::AnyChar => c != '/',
        Item::OneOf(ranges, is_negated) => {
            c != '/' && ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != *is_negated
        }
        Item::Char(own) => *own == c,
        Item::AnyPath | Item::AnyText => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_within_a_part_or_across_parts() {
        for (pattern, path, fits_it) in [
            ("/l/a*", "/l/aa", true),
            ("/l/a*", "/l/a/b", false),
            ("/l/**", "/l/a/b", true),
            ("/l/**", "/l", false),
            ("/**", "/l/a/b", true),
            ("**/deep/*", "/r/deep/xbc", true),
            ("/r/deep/?[a-c]*", "/r/deep/xbc", true),
            ("/r/deep/?[!a-c]*", "/r/deep/xbc", false),
            ("{/articles,/articles/**}", "/articles/a", true),
            ("{/articles,/articles/{b,c}}", "/articles/a", false),
            ("{/articles,/articles/{a,c}}", "/articles/a", true),
            ("/a[b", "/a[b", true),
            ("/a{b", "/a{b", true),
            ("*", "", true),
            ("", "a", false),
            ("ä?", "äö", true),
        ] {
            assert_eq!(fits(pattern, path), fits_it, "{pattern} {path}");
        }
        let many = "{a,b}".repeat(100);
        assert!(!fits(&many, "a"));
        assert!(!fits(&"*a".repeat(400), &"a".repeat(300)));
    }
}
