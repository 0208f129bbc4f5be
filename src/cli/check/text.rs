//! Findings for people: each with the line it stands on, why it matters, and the way out.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::why;
use crate::content::file::decode::decode;
use crate::vocabulary::{Finding, Place};

/// So many of one kind are shown; the rest is counted.
const SHOWN: usize = 10;
/// The longest part of a line that is shown, in characters.
const WIDTH: usize = 100;

/// Prints findings by file, and how many there are of each kind.
pub(super) fn print(
    out: &mut impl Write,
    content_dir: &Path,
    findings: &[Finding],
    all: bool,
) -> io::Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut file: Option<(Arc<str>, Vec<String>)> = None;
    for finding in findings {
        let count = counts.entry(finding.code).or_insert(0);
        *count += 1;
        if *count > SHOWN && !all {
            continue;
        }
        writeln!(out, "{}", head(finding))?;
        if let Some(place) = finding.place {
            if file.as_ref().is_none_or(|(path, _)| *path != finding.path) {
                file = Some((
                    Arc::clone(&finding.path),
                    lines(&content_dir.join(&*finding.path)),
                ));
            }
            let line = file
                .as_ref()
                .and_then(|(_, lines)| lines.get((place.line as usize).checked_sub(1)?));
            if let Some(line) = line {
                excerpt(out, line, place)?;
            }
        }
        // Why, once for each kind: it does not change.
        if *count == 1
            && let Some(why) = why::reason(finding.code)
        {
            writeln!(out, "  why: {why}")?;
        }
        if let Some(help) = &finding.help {
            writeln!(out, "  help: {help}")?;
        }
    }
    if counts.values().sum::<usize>() > 1 {
        writeln!(out)?;
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
        let severities: HashMap<_, _> = findings
            .iter()
            .map(|finding| (finding.code, finding.severity))
            .collect();
        for (code, count) in counts {
            let severity = severities.get(code).map_or("", |severity| severity.as_str());
            let hidden = if count > SHOWN && !all {
                format!(" ({} not shown: --all)", count - SHOWN)
            } else {
                String::new()
            };
            writeln!(out, "{count:>7}  {severity:<7}  {code}{hidden}")?;
        }
    }
    Ok(())
}

/// `path:line:column: severity: message [code]`, which editors and terminals make a link of.
fn head(finding: &Finding) -> String {
    let mut bare = finding.clone();
    bare.help = None;
    bare.to_string()
}

fn lines(file: &Path) -> Vec<String> {
    let bytes = fs::read(file).unwrap_or_default();
    let (text, _) = decode(&bytes);
    let text = crate::content::file::front_matter::normalize_line_ends(&text).into_owned();
    text.split('\n').map(str::to_owned).collect()
}

/// The line with a caret under the place; of a long one the part around it.
fn excerpt(out: &mut impl Write, line: &str, place: Place) -> io::Result<()> {
    let characters: Vec<char> = line
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let column = (place.column as usize).saturating_sub(1).min(characters.len());
    let start = if characters.len() > WIDTH {
        column.saturating_sub(WIDTH / 2)
    } else {
        0
    };
    let end = characters.len().min(start + WIDTH);
    let (before, after) = (
        if start > 0 { "…" } else { "" },
        if end < characters.len() { "…" } else { "" },
    );
    let shown: String = characters[start..end].iter().collect();
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    writeln!(out, "  {number} | {before}{shown}{after}")?;
    let indent = " ".repeat(column - start + before.chars().count());
    writeln!(out, "  {margin} | {indent}^")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, column: u32) -> String {
        let mut out = Vec::new();
        excerpt(&mut out, line, Place { line: 12, column }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_caret_stands_under_the_place_in_long_lines_too() {
        assert_eq!(shown("date: é soon", 7), "  12 | date: é soon\n     |       ^\n");
        let long = shown(&"x".repeat(500), 300);
        let (text, caret) = long.split_once('\n').unwrap();
        assert!(text.starts_with("  12 | …x") && text.ends_with("x…"));
        assert_eq!(caret.find('^'), Some("     | ".len() + 1 + WIDTH / 2));
        assert_eq!(shown("", 9), "  12 | \n     | ^\n");
    }
}
