//! Findings for people: each with the line it stands on, why it matters, and the way out.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::why;
use crate::content::file::decode::decode;
use crate::vocabulary::{Excerpt, Finding};

/// So many of one kind are shown; the rest is counted.
const SHOWN: usize = 10;

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
                let offset = (place.column as usize).saturating_sub(1);
                writeln!(out, "{}", Excerpt::new(line, offset, 1).under(place.line))?;
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
