//! Names as segments of an address, as each generator makes them.

/// Hugo's `urlize`: spaces to hyphens, signs away, letters of all scripts stay.
pub fn hugo(name: &str, keeps_case: bool) -> String {
    let mut segment = String::with_capacity(name.len());
    let mut after_hyphen = false;
    for c in name.trim().chars() {
        if c.is_whitespace() {
            if !after_hyphen {
                segment.push('-');
            }
            after_hyphen = true;
        } else if is_letter(c) || matches!(c, '.' | '-' | '_' | '/' | '#' | '+' | '~' | '@') {
            after_hyphen = c == '-';
            segment.push(c);
        }
    }
    if keeps_case {
        segment
    } else {
        segment.to_lowercase()
    }
}

/// Jekyll's `:title`, its slugs of the mode “pretty”: what no address needs to hide stays, the rest is
/// one hyphen, and none at the ends.
pub fn jekyll(name: &str) -> String {
    jekyll_with(name, |c| is_letter(c) || "._~!$&'()+,;=@".contains(c))
}

/// Jekyll's `:slug`: letters and digits alone, in lower case.
pub fn jekyll_plain(name: &str) -> String {
    jekyll_with(name, is_letter).to_lowercase()
}

fn jekyll_with(name: &str, is_kept: impl Fn(char) -> bool) -> String {
    let words: Vec<&str> = name
        .split(|c| !is_kept(c))
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

/// A letter or a digit, or a mark on one.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{e7f}')
}

/// The slugs of github-slugger: lower case, signs away, each space one hyphen.
pub fn github(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_' | '/') => Some(c),
            _ => None,
        })
        .collect()
}

/// Pelican's slugs: signs away, then runs of spaces and hyphens to one hyphen.
pub fn pelican(title: &str) -> String {
    let plain: String = deunicoded(title)
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '-' | '_'))
        .collect();
    let words: Vec<&str> = plain
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").to_lowercase()
}

/// Letters without their accents, word by word, by way of the crate that knows them.
fn deunicoded(title: &str) -> String {
    if title.is_ascii() {
        return title.to_owned();
    }
    title
        .split_whitespace()
        .map(|word| {
            if word.is_ascii() {
                word.to_owned()
            } else {
                ::slug::slugify(word)
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_segments_as_each_generator_makes_them() {
        for (name, own_hugo, own_jekyll, own_github, own_pelican) in [
            ("A Story", "a-story", "A-Story", "a-story", "a-story"),
            ("v1.2_x", "v1.2_x", "v1.2_x", "v12_x", "v12_x"),
            ("What's new?", "whats-new", "What's-new", "whats-new", "whats-new"),
            ("a  --  b", "a---b", "a-b", "a------b", "a-b"),
            (
                "Rails-6-0-2-is-out-",
                "rails-6-0-2-is-out-",
                "Rails-6-0-2-is-out",
                "rails-6-0-2-is-out-",
                "rails-6-0-2-is-out",
            ),
            ("Écoute", "écoute", "Écoute", "écoute", "ecoute"),
        ] {
            assert_eq!(hugo(name, false), own_hugo, "hugo");
            assert_eq!(jekyll(name), own_jekyll, "jekyll");
            assert_eq!(github(name), own_github, "astro");
            assert_eq!(pelican(name), own_pelican, "pelican");
        }
        assert_eq!(jekyll_plain("What's New in 1.0?"), "what-s-new-in-1-0");
    }
}
