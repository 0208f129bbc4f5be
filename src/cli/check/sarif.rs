//! Findings for code hosts: SARIF 2.1.0 (OASIS), which they show beside the lines of a change.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::why;
use crate::vocabulary::{Finding, Severity, permalink::encode_file_path};

pub(super) fn print(out: &mut impl Write, content_dir: &Path, findings: &[Finding]) -> io::Result<()> {
    let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.code).collect();
    let rules: Vec<Value> = codes
        .iter()
        .map(|code| {
            let reason = why::reason(code).unwrap_or("it is not as its author meant it");
            json!({ "id": code, "shortDescription": { "text": code.replace('-', " ") }, "help": { "text": reason } })
        })
        .collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| result(content_dir, finding))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "Newswire", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// A path in which no `..` follows a folder: code hosts look files up by their names.
fn without_steps_up(path: &Path) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let path = path.to_string_lossy();
    for part in path.split('/') {
        match part {
            ".." if parts.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                parts.pop();
            }
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn result(content_dir: &Path, finding: &Finding) -> Value {
    let path = content_dir.join(&*finding.path);
    let path = without_steps_up(&path);
    let uri = encode_file_path(path.trim_start_matches("./"));
    let mut location = json!({ "artifactLocation": { "uri": uri } });
    if let Some(place) = finding.place {
        location["region"] = json!({ "startLine": place.line, "startColumn": place.column });
    }
    let text = match &finding.help {
        Some(help) => format!("{}: {help}", finding.message),
        None => finding.message.clone(),
    };
    json!({
        "ruleId": finding.code,
        "level": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": text },
        "locations": [{ "physicalLocation": location }],
    })
}
