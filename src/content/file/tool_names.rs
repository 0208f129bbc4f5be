//! Names that tools give to files and folders of their own: conflicted copies, what a merge left
//! behind, locks, recycle bins.

use super::markup::markup;

/// What a name leaves no doubt about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolName {
    /// A file that a tool made, and what it is, in a phrase.
    File(&'static str),
    /// A folder of a system's own, and what it is, in a phrase.
    Folder(&'static str),
    /// `lost+found`: every volume has one, nobody may look into it, and there is nothing to say.
    LostAndFound,
}

/// What conflicted copies are called: by Dropbox in the language of whoever has it, by others in English.
const CONFLICT: [&str; 10] = [
    "conflict",
    "conflit",
    "conflito",
    "konflikt",
    "конфликт",
    "конфлікт",
    "競合",
    "冲突",
    "衝突",
    "충돌",
];

/// What Dropbox adds where two names differ only in what some systems take for the same.
const NAME_CONFLICTS: [&str; 4] = [
    "case conflict",
    "unicode encoding conflict",
    "whitespace conflict",
    "selective sync conflict",
];

/// What a name leaves no doubt about; `None` if it may be content.
pub fn unmistakable(name: &str) -> Option<ToolName> {
    if name == "lost+found" {
        return Some(ToolName::LostAndFound);
    }
    if let Some(what) = folder(name) {
        return Some(ToolName::Folder(what));
    }
    file(name).map(ToolName::File)
}

/// Folders that volumes, recycle bins and network storage make; matched in any case.
fn folder(name: &str) -> Option<&'static str> {
    if let Some(number) = name.strip_prefix("FOUND.")
        && number.len() == 3
        && is_number(number)
    {
        return Some("what a check of the disk found");
    }
    if matches!(name, "RECYCLER" | "RECYCLED") {
        // In lower case these are plain words.
        return Some("a recycle bin");
    }
    Some(match name.to_ascii_lowercase().as_str() {
        "$recycle.bin" | "#recycle" | "@recycle" | "@recycle.bin" | "@sharebin" => "a recycle bin",
        "network trash folder" => "a recycle bin",
        "temporary items" => "a folder of the system's own",
        "system volume information" | "thevolumesettingsfolder" => "a folder of the system's own",
        "@eadir" | "@tmp" | "@__thumb" => "a folder of the network storage's own",
        "@recently-snapshot" | "#snapshot" | "~snapshot" => "a folder of snapshots",
        "__macosx" => "a folder that unpacking an archive left",
        _ => return None,
    })
}

fn file(name: &str) -> Option<&'static str> {
    let (stem, ending) = name.rsplit_once('.')?;
    if matches!(ending, "orig" | "rej") {
        return markup(stem).map(|_| "what a merge or a patch left behind");
    }
    markup(name)?;
    if name.starts_with("~$") {
        return Some("the lock of an office program");
    }
    if is_merge_side(stem) {
        return Some("one side of a merge that git's mergetool left behind");
    }
    is_conflicted_copy(stem).then_some("the copy that a sync program makes of two versions in conflict")
}

/// `post_LOCAL_1234`, and of older versions of git `post.md.LOCAL.1234`.
fn is_merge_side(stem: &str) -> bool {
    ['_', '.'].into_iter().any(|mark| {
        let mut parts = stem.rsplitn(3, mark);
        let (number, side, rest) = (parts.next(), parts.next(), parts.next());
        number.is_some_and(is_number)
            && matches!(side, Some("BASE" | "LOCAL" | "REMOTE" | "BACKUP"))
            && rest.is_some_and(|rest| !rest.is_empty())
    })
}

fn is_conflicted_copy(stem: &str) -> bool {
    // Syncthing: `post.sync-conflict-20240101-120000-ABCDEFG`.
    if let Some((_, rest)) = stem.split_once(".sync-conflict-") {
        return starts_with_time(rest);
    }
    // ownCloud: `post_conflict-20240101-120000`, with a user's name after an underscore.
    if let Some((_, rest)) = stem.rsplit_once("_conflict")
        && let Some((_, time)) = rest.split_once('-')
        && starts_with_time(time)
    {
        return true;
    }
    // Resilio: `post.Conflict`; Synology: `post_Computer_Jan-01-1200-2024_Conflict`.
    if stem.ends_with(".Conflict")
        || stem.ends_with("[conflicted]")
        || (stem.ends_with("_Conflict") || stem.ends_with("_CaseConflict")) && has_digits(stem, 4)
    {
        return true;
    }
    // All others write it in parentheses, with the day: `post (Jane's conflicted copy 2024-01-01)`.
    let Some((before, remark)) = remark(stem) else {
        return false;
    };
    let remark = remark.to_lowercase();
    let bare = remark.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let is_dated = has_day(&remark) || has_digits(&remark, 8);
    NAME_CONFLICTS.contains(&bare) || is_dated && !before.is_empty() && names_conflict(&remark)
}

fn names_conflict(remark: &str) -> bool {
    CONFLICT.iter().any(|word| remark.contains(word))
}

/// The parenthesis that a name ends with, or the one before it if the last holds only a number, and what is before it.
fn remark(stem: &str) -> Option<(&str, &str)> {
    let inner = |stem: &str| -> Option<(usize, usize)> {
        let end = stem.strip_suffix(')')?.len();
        // The remark may have parentheses of its own: `(Jane (PC)'s conflicted copy 2024-01-01)`.
        let mut depth = 1;
        for (at, c) in stem[..end].char_indices().rev() {
            match c {
                ')' => depth += 1,
                '(' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some((at, end));
            }
        }
        None
    };
    let (start, end) = inner(stem)?;
    if is_number(&stem[start + 1..end])
        && let Some((start, end)) = inner(stem[..start].trim_end())
    {
        return Some((stem[..start].trim_end(), &stem[start + 1..end]));
    }
    Some((stem[..start].trim_end(), &stem[start + 1..end]))
}

/// Whether a text starts with `20240101-120000`.
fn starts_with_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 15
        && bytes[..8].iter().all(u8::is_ascii_digit)
        && bytes[8] == b'-'
        && bytes[9..15].iter().all(u8::is_ascii_digit)
}

/// Whether a text has `2024-01-01` in it.
fn has_day(text: &str) -> bool {
    text.as_bytes().windows(10).any(|day| {
        day.iter().enumerate().all(|(at, byte)| {
            if at == 4 || at == 7 {
                *byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        })
    })
}

/// Whether a text has so many digits in a row.
fn has_digits(text: &str, count: usize) -> bool {
    text.as_bytes()
        .windows(count)
        .any(|digits| digits.iter().all(u8::is_ascii_digit))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_make_is_known_by_its_name() {
        for name in [
            "post.sync-conflict-20240101-120000-ABCDEFG.md",
            "post.sync-conflict-20240101-120000.md",
            "post (Jane's conflicted copy 2024-01-01).md",
            "post (Jane’s MacBook's conflicted copy 2024-01-01 (1)).md",
            "post (Jane (PC)'s conflicted copy 2024-01-01) (2).md",
            "post (Jane's conflicted copy).2024-01-01 (conflicted copy 2024-01-01).markdown",
            "post (In Konflikt stehende Kopie von Jane 2024-01-01).md",
            "post (Copie en conflit de Jane 2024-01-01).md",
            "post (Copia en conflicto de Jane 2024-01-01).md",
            "post (Copia in conflitto di Jane 2024-01-01).md",
            "post (Cópia em conflito de Jane 2024-01-01).md",
            "post (Jane の競合コピー 2024-01-01).md",
            "post (Jane 的冲突副本 2024-01-01).md",
            "post (Case Conflict).md",
            "post (Case Conflict 1).md",
            "post (conflicted copy 2024-01-01 120000).md",
            "post (Conflicted copy phone 202401011200).md",
            "post (SFConflict jane@example.com 2024-01-01-12-00-00).md",
            "post_conflict-20240101-120000.md",
            "post_conflict_jane-20240101-120000.md",
            "post.Conflict.md",
            "post_DiskStation_Nov-22-1043-2016_Conflict.md",
            "post_BASE_1234.md",
            "post_LOCAL_1234.md",
            "post_REMOTE_1234.md",
            "post_BACKUP_1234.md",
            "post.md.LOCAL.1234.md",
            "post.md.orig",
            "post.md.rej",
            "~$post.md",
        ] {
            assert!(matches!(unmistakable(name), Some(ToolName::File(_))), "{name}");
        }
        for name in [
            "$RECYCLE.BIN",
            "$Recycle.Bin",
            "RECYCLER",
            "System Volume Information",
            "#recycle",
            "@Recycle",
            "@Recently-Snapshot",
            "@eaDir",
            "#snapshot",
            "@tmp",
            "FOUND.000",
        ] {
            assert!(matches!(unmistakable(name), Some(ToolName::Folder(_))), "{name}");
        }
        assert_eq!(unmistakable("lost+found"), Some(ToolName::LostAndFound));
    }

    #[test]
    fn what_people_name_so_is_content() {
        for name in [
            "post.md",
            "conflict.md",
            "conflict-2024-01-01.md",
            "2024-01-01-the-conflict.md",
            "The war (a conflict of 1914).md",
            "Conflict (2024-01-01).md",
            "post (draft 2024-01-01).md",
            "knowledge_base_1234.md",
            "_LOCAL_1.md",
            "sync-conflict-explained.md",
            "recycler",
            "recycled",
            "recycle",
            "snapshot",
            "tmp",
            "lost-and-found",
            "found.000",
            "post copy.md",
            "post.bak.md",
            "photo.jpg.orig",
        ] {
            assert_eq!(unmistakable(name), None, "{name}");
        }
    }
}
