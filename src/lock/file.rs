//! The lock file as a whole: a text of lines, and what can be looked up in it.

use std::cmp::Ordering;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::line::Line;
use super::rule::Rule;
use super::words::RULE;
use crate::content::place::id::path_of;
use crate::vocabulary::{Digest, Finding, Place, Severity, permalink::encode_path};

/// The file's name.
pub const FILE_NAME: &str = "feeds.lock";

/// Where the lock file may be, first the place where a new one is written: beside the configuration file, or with
/// the content.
pub fn places(config_file: Option<&Path>, content_dir: &Path) -> Vec<PathBuf> {
    let beside = config_file.map(|file| file.with_file_name(FILE_NAME));
    let mut places: Vec<PathBuf> = beside.into_iter().collect();
    let within = content_dir.join(FILE_NAME);
    if !places.contains(&within) {
        places.push(within);
    }
    places
}
/// The largest lock file that is read, in bytes. A line has about 200, so this is a million posts.
pub const MOST_BYTES: usize = 256 << 20;

const HEAD: &str = "# The ids by which readers know the posts, one post a line: path, id, permalink, digest, scopes.\n\
                    # “newswire lock” writes this file. Keep it under version control; an id is for ever.\n";

/// The place of a line within a [`Lock`].
pub type LineNumber = u32;

/// What the lock file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// By path.
    lines: Vec<Line>,
    /// The lines in the order of their ids, addresses and digests.
    by_id: Vec<LineNumber>,
    by_address: Vec<LineNumber>,
    by_content: Vec<LineNumber>,
    /// How ids were made when the file was written.
    rule: Option<Rule>,
}

impl Lock {
    /// A lock of these lines. Of several with one path or one id the first one counts.
    pub fn new(mut lines: Vec<Line>, rule: Option<Rule>) -> Self {
        lines.sort_by(|one, other| one.path.cmp(&other.path));
        lines.dedup_by(|later, first| later.path == first.path);
        let order = |compare: fn(&Line, &Line) -> Ordering| {
            let mut order: Vec<LineNumber> = (0..lines.len() as LineNumber).collect();
            order.sort_by(|one, other| compare(&lines[*one as usize], &lines[*other as usize]));
            order
        };
        let mut by_id = order(|one, other| one.id.cmp(&other.id));
        by_id.dedup_by(|later, first| lines[*later as usize].id == lines[*first as usize].id);
        let by_address = order(|one, other| bare(&one.permalink).cmp(bare(&other.permalink)));
        let by_content = order(|one, other| one.content.cmp(&other.content));
        Lock {
            lines,
            by_id,
            by_address,
            by_content,
            rule,
        }
    }

    /// Reads a lock file. What is wrong is named line by line, and the good lines count.
    pub fn parse(bytes: &[u8]) -> (Lock, Vec<Finding>) {
        let file: Arc<str> = FILE_NAME.into();
        let mut findings = Vec::new();
        let mut complain = |line: usize, message: String| {
            let place = Place::line(u32::try_from(line).unwrap_or(u32::MAX));
            findings.push(
                Finding::new(&file, Severity::Error, "bad-lock", message)
                    .at(Some(place))
                    .help("take the file from version control, or mend the line; the ids it held count until then"),
            );
        };
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let good = &bytes[..error.valid_up_to()];
                let line = good.split(|byte| *byte == b'\n').count();
                complain(line, "this is not UTF-8".to_owned());
                std::str::from_utf8(good).unwrap_or_default()
            }
        };
        let mut lines: Vec<(Line, usize)> = Vec::new();
        let mut rule = None;
        for (number, text) in text.lines().map(str::trim).enumerate() {
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if let Some(words) = text.strip_prefix(RULE) {
                match Rule::parse(words) {
                    Ok(read) => rule = Some(read),
                    Err(why) => complain(number + 1, why),
                }
                continue;
            }
            if ["<<<<<<<", "=======", ">>>>>>>"]
                .iter()
                .any(|mark| text.starts_with(mark))
            {
                complain(number + 1, "a merge was left unfinished here".to_owned());
                continue;
            }
            match Line::parse(text) {
                Ok(line) => lines.push((line, number + 1)),
                Err(why) => complain(number + 1, format!("can't read the line: {why}")),
            }
        }
        for (what, key) in [
            (
                "path",
                (|line: &Line| Arc::clone(&line.path)) as fn(&Line) -> Arc<str>,
            ),
            ("id", |line| Arc::clone(&line.id)),
        ] {
            lines.sort_by(|(one, one_number), (other, other_number)| {
                key(one).cmp(&key(other)).then(one_number.cmp(other_number))
            });
            for pair in lines.windows(2) {
                let [(first, first_number), (second, number)] = pair else {
                    continue;
                };
                if key(first) == key(second) {
                    complain(
                        *number,
                        format!(
                            "the {what} “{}” stands in line {first_number} already",
                            key(second)
                        ),
                    );
                }
            }
            // The earlier line counts.
            lines.dedup_by(|(later, _), (first, _)| key(later) == key(first));
        }
        findings.sort();
        let lines = lines.into_iter().map(|(line, _)| line).collect();
        (Lock::new(lines, rule), findings)
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(256 * (self.lines.len() + 1));
        text.push_str(HEAD);
        // Writing to a string can't fail.
        if let Some(rule) = &self.rule {
            let _ = writeln!(text, "{RULE} {rule}");
        }
        for line in &self.lines {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// Every line, by path.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// How ids were made when the file was written.
    pub fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref()
    }

    /// A line.
    pub fn line(&self, number: LineNumber) -> &Line {
        &self.lines[number as usize]
    }

    /// The line of a path.
    pub fn at_path(&self, path: &str) -> Option<LineNumber> {
        let found = self.lines.binary_search_by(|line| (*line.path).cmp(path));
        found.ok().map(|index| index as LineNumber)
    }

    /// The line that has an id.
    pub fn with_id(&self, id: &str) -> Option<LineNumber> {
        let found = self
            .by_id
            .binary_search_by(|number| (*self.line(*number).id).cmp(id));
        found.ok().map(|index| self.by_id[index])
    }

    /// The lines whose permalink is an address of this site, by path.
    pub fn with_address(&self, address: &str) -> impl Iterator<Item = LineNumber> {
        let address = path_of(address)
            .map(|path| encode_path(&path))
            .unwrap_or_default();
        let key = move |number: &LineNumber| bare(&self.line(*number).permalink).cmp(bare(&address));
        equals(&self.by_address, &key).to_vec().into_iter()
    }

    /// The lines whose file had these bytes, by path.
    pub fn with_content(&self, content: Digest) -> impl Iterator<Item = LineNumber> {
        let key = |number: &LineNumber| self.line(*number).content.cmp(&content);
        equals(&self.by_content, &key).to_vec().into_iter()
    }
}

/// An address without the slash at its end, which some write and some don't.
fn bare(address: &str) -> &str {
    address.trim_end_matches('/')
}

fn equals<'a>(order: &'a [LineNumber], key: &dyn Fn(&LineNumber) -> Ordering) -> &'a [LineNumber] {
    let start = order.partition_point(|number| key(number).is_lt());
    let end = order.partition_point(|number| key(number).is_le());
    &order[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "0123456789abcdef0123456789abcdef";

    fn parse(lines: &[&str]) -> (Lock, Vec<String>) {
        let text = lines.join("\n");
        let (lock, findings) = Lock::parse(text.replace("DIGEST", DIGEST).as_bytes());
        (
            lock,
            findings
                .iter()
                .map(|finding| finding.to_string().lines().next().unwrap().to_owned())
                .collect(),
        )
    }

    #[test]
    fn a_lock_is_written_by_path_and_reads_back() {
        let (lock, findings) = parse(&["# so", "", "b.md urn:b /b/ DIGEST site", "a.md urn:a /a/ DIGEST"]);
        assert!(findings.is_empty());
        let paths: Vec<_> = lock.lines().iter().map(|line| &*line.path).collect();
        assert_eq!(paths, ["a.md", "b.md"]);
        assert_eq!(Lock::parse(lock.text().as_bytes()), (lock.clone(), Vec::new()));
        assert_eq!(lock.at_path("b.md"), Some(1));
        assert_eq!(lock.with_id("urn:a"), Some(0));
        assert_eq!(lock.with_id("urn:c"), None);
        assert_eq!(
            lock.with_address("https://x.example/b?c").collect::<Vec<_>>(),
            [1]
        );
        assert_eq!(
            lock.with_content(Digest::parse(DIGEST).unwrap())
                .collect::<Vec<_>>(),
            [0, 1]
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_the_good_lines_count() {
        let (lock, findings) = parse(&[
            "a.md urn:a /a/ DIGEST",
            "<<<<<<< mine",
            "b.md urn:b /b/ DIGEST",
            "b.md urn:c /b/ DIGEST",
            "d.md urn:a /d/ DIGEST",
            "e.md urn:e",
        ]);
        assert_eq!(
            findings,
            [
                "feeds.lock:2:1: error: a merge was left unfinished here [bad-lock]",
                "feeds.lock:4:1: error: the path “b.md” stands in line 3 already [bad-lock]",
                "feeds.lock:5:1: error: the id “urn:a” stands in line 1 already [bad-lock]",
                "feeds.lock:6:1: error: can't read the line: the permalink is missing [bad-lock]",
            ]
        );
        let paths: Vec<_> = lock.lines().iter().map(|line| &*line.path).collect();
        assert_eq!(paths, ["a.md", "b.md"]);
        let (lock, findings) = Lock::parse(&[b"a.md urn:a /a/ ", DIGEST.as_bytes(), b"\n\xff"].concat());
        assert_eq!((lock.lines().len(), findings.len()), (1, 1));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(bytes: Vec<u8>) {
            let (lock, _) = Lock::parse(&bytes);
            proptest::prop_assert_eq!(Lock::parse(lock.text().as_bytes()).0, lock);
        }
    }
}
