//! Files that the site's generator is told to pass over, by patterns as in `.gitignore`.

/// Whether a pattern names the path or a folder above it. One with a slash within is meant from the
/// content directory, another at any depth.
pub(in crate::content) fn is_ignored(path: &str, patterns: &[String]) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    patterns.iter().any(|pattern| {
        let pattern = pattern.trim_end_matches('/');
        let is_anchored = pattern.contains('/');
        let mut wanted: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
        if !is_anchored {
            wanted.insert(0, "**");
        }
        // What lies in a folder that matches is passed over with it.
        wanted.push("**");
        fits(
            &wanted,
            &parts,
            |part| *part == "**",
            |wanted, part| {
                let wanted: Vec<char> = wanted.chars().collect();
                let part: Vec<char> = part.chars().collect();
                fits(
                    &wanted,
                    &part,
                    |c| *c == '*',
                    |wanted, c| *wanted == '?' || wanted == c,
                )
            },
        )
    })
}

/// Whether a text fits a pattern, in which some items stand for any number of others. Goes back to the
/// last of those alone, so the time is at most the product of both lengths.
fn fits<T>(pattern: &[T], text: &[T], is_any: impl Fn(&T) -> bool, is_same: impl Fn(&T, &T) -> bool) -> bool {
    let (mut in_pattern, mut in_text) = (0, 0);
    let mut last_any = None;
    while in_text < text.len() {
        match pattern.get(in_pattern) {
            Some(item) if is_any(item) => {
                last_any = Some((in_pattern + 1, in_text));
                in_pattern += 1;
            }
            Some(item) if is_same(item, &text[in_text]) => {
                in_pattern += 1;
                in_text += 1;
            }
            _ => {
                let Some((after, taken)) = last_any else {
                    return false;
                };
                in_pattern = after;
                in_text = taken + 1;
                last_any = Some((after, taken + 1));
            }
        }
    }
    pattern[in_pattern..].iter().all(is_any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_files_and_folders_as_in_gitignore() {
        for (pattern, path, ignored) in [
            ("**/_*.md", "features/_intl.md", true),
            ("**/_*.md", "_intl.md", true),
            ("**/_*.md", "features/intl_a.md", false),
            ("README.md", "news/README.md", true),
            ("playground", "playground/a.md", true),
            ("playground/", "news/playground/b/a.md", true),
            ("/playground", "news/playground/a.md", false),
            ("news/old", "news/old/a.md", true),
            ("news/old", "news/older/a.md", false),
            ("news/**/a?.md", "news/x/y/a1.md", true),
            ("*a*a*a*b", &"a".repeat(500), false),
        ] {
            assert_eq!(
                is_ignored(path, &[pattern.to_owned()]),
                ignored,
                "{pattern} {path}"
            );
        }
    }
}
