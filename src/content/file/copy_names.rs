//! Names that people and file managers give to copies. A post of its own may have such a name too: what else
//! it has in common with another tells.

/// What the last word of a copy's name is, in lower case.
const LAST_WORDS: [&str; 24] = [
    "copy",
    "kopie",
    "copie",
    "copia",
    "cópia",
    "kopia",
    "kopi",
    "kopio",
    "kópia",
    "копия",
    "копія",
    "副本",
    "拷貝",
    "コピー",
    "사본",
    "복사본",
    "bak",
    "backup",
    "bkp",
    "old",
    "orig",
    "original",
    "save",
    "tmp",
];

/// What the first words are.
const FIRST_WORDS: [&str; 9] = [
    "copy of",
    "kopie von",
    "kopie van",
    "copie de",
    "copia de",
    "copia di",
    "cópia de",
    "копия",
    "backup of",
];

/// Whether a post's name is one that file managers and people give to copies: `post copy`,
/// `post (1)`, `post.bak`. A post of its own may have such a name too.
pub fn may_be_copy(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // Of a bundle the folder was copied.
    let name = if stem == "index" {
        folders.rsplit('/').next().unwrap_or(folders)
    } else {
        stem
    };
    is_computers_version(name) || is_copys_name(&name.to_lowercase())
}

/// OneDrive: `post-DESKTOP-AB12CDE`.
fn is_computers_version(name: &str) -> bool {
    ["-DESKTOP-", "-LAPTOP-"].iter().any(|mark| {
        name.rsplit_once(mark).is_some_and(|(post, computer)| {
            !post.is_empty()
                && computer.len() >= 7
                && computer
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
        })
    })
}

/// The same for what people and file managers write, in lower case.
fn is_copys_name(name: &str) -> bool {
    let spaced = name.replace(['_', '-'], " ");
    if FIRST_WORDS.iter().any(|words| {
        spaced
            .strip_prefix(words)
            .is_some_and(|rest| rest.starts_with(' '))
    }) {
        return true;
    }
    // `post (1)`, `post[1]`, `post~1`, `post 2`: with a number, and what it is set off by.
    let bare = name.trim_end_matches([')', ']']);
    let unnumbered = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = bare.len() - unnumbered.len();
    if (1..=3).contains(&digits) {
        let is_closed = bare.len() < name.len();
        if is_closed && unnumbered.ends_with(['(', '[']) || unnumbered.ends_with('~') {
            return true;
        }
        if digits < 3 && unnumbered.ends_with(' ') && unnumbered.trim_end() != "" {
            return true;
        }
    }
    if name.len() > 1 && name.ends_with('~') {
        return true;
    }
    // `post - kopie (2)`, `post.bak`, `post-old-2`, `post-backup-2024-01-01`.
    let is_separator = |c: char| c.is_whitespace() || "._-–—()[]~".contains(c);
    let end = name.trim_end_matches(|c: char| is_separator(c) || c.is_ascii_digit());
    LAST_WORDS.iter().any(|word| {
        end.strip_suffix(word).is_some_and(|rest| {
            // Chinese, Japanese and Korean set no spaces.
            !rest.is_empty()
                && (rest.ends_with(is_separator)
                    || !word.starts_with(|c: char| c.is_ascii() || c < '\u{1000}'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copys_name_is_told_from_others() {
        for path in [
            "post copy.md",
            "post copy 2.md",
            "news/Post-Copy.md",
            "Copy of post.md",
            "copy-of-post.md",
            "post (1).md",
            "post(12).md",
            "post[1].md",
            "post 2.md",
            "post~1.md",
            "post~.md",
            "post.bak.md",
            "post.md.bak.md",
            "post-backup.md",
            "post_backup_2024-01-01.md",
            "post-old.md",
            "post_old2.md",
            "post.orig.md",
            "post - Kopie.md",
            "post – Kopie (2).md",
            "Kopie von post.md",
            "post - copie.md",
            "post のコピー.md",
            "post 的副本.md",
            "post-DESKTOP-AB12CDE.md",
            "news/post copy/index.md",
        ] {
            assert!(may_be_copy(path), "{path}");
        }
        for path in [
            "post.md",
            "copywriting.md",
            "photocopy.md",
            "old.md",
            "2024-01-02-part-2.md",
            "part2.md",
            "gold.md",
            "copy.md",
            "news/index.md",
            "old copy/post.md",
        ] {
            assert!(!may_be_copy(path), "{path}");
        }
    }
}
