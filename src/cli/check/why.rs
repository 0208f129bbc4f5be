//! Why a finding matters to a reader.

/// What whoever subscribes to a feed notices, by the finding's code; each in a clause.
const REASONS: &[(&str, &str)] = &[
    (
        "ambiguous-date",
        "a post under a wrong date is lost among the old ones, or shown as news that is not",
    ),
    (
        "address-elsewhere",
        "whoever follows the entry's link expects the other site, or gets nowhere",
    ),
    (
        "bad-date",
        "without its date nobody knows where the post belongs, so readers don't get it",
    ),
    (
        "bad-draft-mark",
        "readers don't get the post, in case it was not meant for them",
    ),
    ("bad-image", "readers see the post without its picture"),
    (
        "bad-language",
        "the post stands in the feed of another language, and is read aloud in it",
    ),
    (
        "bad-title",
        "readers see the post without its headline, or under another",
    ),
    ("bad-media", "readers don't get what the address leads to"),
    ("bad-link", "whoever follows the link gets nowhere"),
    (
        "below-window",
        "readers are shown what is at the top of a feed, and this never was",
    ),
    ("body-too-long", "readers see the raw text"),
    (
        "byline-in-doubt",
        "the post stands in no feed of either person, if it was two",
    ),
    (
        "component",
        "readers don't see what the component draws, only the text in it",
    ),
    (
        "conflict-markers",
        "readers would see two versions at once; the last good one stays",
    ),
    ("copy", "readers get one post twice"),
    (
        "duplicate-id",
        "to a reader two posts with one id are one, and the second never appears",
    ),
    ("empty-link", "there is nothing to follow or to see"),
    ("encoding", "letters with accents may read wrong"),
    ("file-too-large", "readers don't get the post"),
    (
        "date-keyword",
        "a post under a wrong date is lost among the old ones, or shown as news that is not",
    ),
    (
        "front-matter-indented",
        "the site shows the post under another headline, and its fields as text",
    ),
    (
        "front-matter-script",
        "readers don't get the post, or its last good version stays",
    ),
    ("front-matter-unread", "readers don't get the post"),
    ("no-front-matter", "readers don't get the post"),
    (
        "front-matter-delimiter",
        "readers don't get the post, or its last good version stays",
    ),
    (
        "front-matter-json",
        "readers don't get the post, or its last good version stays",
    ),
    (
        "front-matter-not-a-mapping",
        "readers don't get the post, or its last good version stays",
    ),
    (
        "front-matter-toml",
        "readers don't get the post, or its last good version stays",
    ),
    (
        "front-matter-too-large",
        "readers don't get the post, or its last good version stays",
    ),
    (
        "front-matter-unclosed",
        "readers don't get the post, or its last good version stays",
    ),
    (
        "front-matter-yaml",
        "readers don't get the post, or its last good version stays",
    ),
    (
        "id-kept",
        "a restart would give posts other ids, and readers would see them twice",
    ),
    ("id-moved", "readers of the feeds see the posts twice"),
    ("link-broken", "what it leads to can't be read"),
    ("link-circle", "what is there would be found for ever"),
    ("link-mended", "it works now by a guess, which may be wrong"),
    (
        "link-outside",
        "what lies elsewhere was perhaps not meant to be public",
    ),
    (
        "malformed-id",
        "readers and validators may refuse the entry, or not know it again",
    ),
    ("mended-address", "it works now by a guess, which may be wrong"),
    ("more-findings", "the same fault comes again and again"),
    ("name", "a name that is not UTF-8 can't stand in an address"),
    (
        "names-merged",
        "one feed has the posts of both names; two were perhaps meant",
    ),
    (
        "no-date",
        "a page is in no feed; a post without a date is not either",
    ),
    ("nothing-to-show", "there is nothing that readers could see"),
    ("not-a-file", "there is nothing to read"),
    ("not-a-post", "a page is in no feed"),
    ("parser-panic", "readers don't get the post"),
    (
        "pinned-post-gone",
        "whoever has the post in their list is not told that it went",
    ),
    ("render-failed", "readers see the raw text"),
    ("tangled-html", "readers see the text without the tags"),
    (
        "template-code",
        "on the site there is something here that readers of the feed don't see",
    ),
    (
        "tool-file",
        "readers would get a post twice, or one that somebody threw away",
    ),
    ("too-deep", "readers see the deepest levels as plain text"),
    (
        "undated-name",
        "it is no post on the site, so a link to it would lead nowhere",
    ),
    (
        "unknown-shortcode",
        "on the site there is something here that readers of the feed don't see",
    ),
    ("retired-key", "what it asked for does not happen"),
    ("matches-all", "a feed has other posts than somebody wanted"),
    ("matches-none", "a feed may have other posts than somebody wanted"),
    (
        "unclosed-comment",
        "what follows it was perhaps meant for readers",
    ),
    (
        "unreadable",
        "readers don't get the post, or its last good version stays",
    ),
    (
        "unread-permalink",
        "whoever follows the entry's link may get nowhere",
    ),
    ("unsafe-link", "whoever follows the link gets nowhere"),
    ("unsupported-html", "readers don't see this element"),
    ("unsupported-markup", "readers don't get the post"),
    (
        "generator-unread",
        "titles or links may not be those that readers know from the site",
    ),
    (
        "id-moves",
        "a reader who has the post would get it once more as new",
    ),
    (
        "bad-lock",
        "the ids that readers know are not kept until the file can be read again",
    ),
    (
        "renamed",
        "a reader who has the post would get it once more as new",
    ),
    (
        "lock-gone",
        "the ids that readers know are not kept while the file is away",
    ),
    (
        "lock-unreadable",
        "the ids that readers know are not kept until the file can be read again",
    ),
    (
        "kept-back",
        "readers don't get the post, in case it was not meant for them",
    ),
    (
        "misspelt-key",
        "if the post was not meant for readers, they have it all the same",
    ),
    ("no-page", "whoever follows the entry's link gets nowhere"),
    (
        "shown",
        "if the post was not meant for readers, they have it all the same",
    ),
    ("unknown-video", "readers don't see the video"),
];

/// The reason for a code, if there is one to tell.
pub(super) fn reason(code: &str) -> Option<&'static str> {
    REASONS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every file of the program's source below a folder.
    fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
                files.push(path);
            }
        }
    }

    #[test]
    fn every_finding_says_why_it_matters() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut codes = BTreeSet::new();
        for file in files {
            let text = fs::read_to_string(file).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            for severity in ["Severity::Error", "Severity::Warning", "Severity::Note"] {
                for after in text.split(severity).skip(1) {
                    let code = after.strip_prefix(',').map(str::trim_start);
                    let code = code.and_then(|code| code.strip_prefix('"')?.split_once('"'));
                    codes.extend(code.map(|(code, _)| code.to_owned()));
                }
            }
            for call in ["notes.add(", "self.warn(", "visibility.warn(", "visibility.note("] {
                for after in text.split(call).skip(1) {
                    let code = after.trim_start().strip_prefix('"');
                    codes.extend(code.and_then(|code| Some(code.split_once('"')?.0.to_owned())));
                }
            }
        }
        assert!(codes.len() > 20, "{codes:?}");
        let silent: Vec<_> = codes.iter().filter(|code| reason(code).is_none()).collect();
        assert!(silent.is_empty(), "{silent:?}");
    }
}
