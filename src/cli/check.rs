//! `newswire check`: every mistake in the posts, with its line and the way out.

use std::io::{self, Write};
use std::path::{Component, Path};
use std::process::ExitCode;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use super::now::Now;
use super::output::FAULTS_FOUND;
use super::scan;
use crate::catalog::select::references;
use crate::catalog::{Snapshot, conditions};
use crate::config::{Config, DEFAULT_FILE, Origin, Problem};
use crate::content::Body;
use crate::content::post::KeptBack;
use crate::setup::Setup;
use crate::vocabulary::{Finding, Severity};

mod sarif;
mod text;
mod why;

#[derive(Clone, Copy, Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own
pub(super) struct Arguments {
    /// Print JSON, one object a line, for programs
    #[arg(long)]
    json: bool,
    /// Print SARIF 2.1.0, for code hosts
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
    /// Show every finding, also where there are many of one kind
    #[arg(long)]
    all: bool,
    /// Fail for warnings too
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    now: Now,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    why: Option<&'static str>,
}

pub(super) fn run(setup: &Setup, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = &setup.config;
    let (catalog, snapshot) = scan::scan(setup, arguments.now.moment())?;
    let mut findings = catalog.findings();
    findings.extend(in_bodies(&snapshot));
    findings.extend(unread(config));
    findings.extend(retired(config));
    findings.extend(conditions(config, &snapshot));
    findings.sort();
    let count = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let mut out = io::stdout().lock();
    let written = if arguments.json {
        print_json(&mut out, &findings)
    } else if arguments.sarif {
        let here = std::env::current_dir().unwrap_or_default();
        let content_dir = config.content_dir.strip_prefix(here);
        sarif::print(&mut out, content_dir.unwrap_or(&config.content_dir), &findings)
    } else {
        print(&mut out, config, &findings, arguments.all).and_then(|()| {
            let posts = amount(snapshot.posts().count(), "post");
            let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note]
                .map(|severity| amount(count(severity), severity.as_str()));
            let kept_back = kept_back(&snapshot);
            writeln!(out, "{posts}{kept_back}: {errors}, {warnings}, {notes}")
        })
    };
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    Ok(
        if count(Severity::Error) > 0 || arguments.strict && count(Severity::Warning) > 0 {
            ExitCode::from(FAULTS_FOUND)
        } else {
            ExitCode::SUCCESS
        },
    )
}

/// A number of things, in words.
fn amount(count: usize, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{ending}")
}

/// How many posts stand in no feed because they are not public, and why; nothing if all are.
fn kept_back(snapshot: &Snapshot) -> String {
    let moment = snapshot.moment();
    let (mut drafts, mut hidden, mut coming, mut expired) = (0, 0, 0, 0);
    for post in snapshot.posts() {
        match post.kept_back {
            Some(KeptBack::Draft) => drafts += 1,
            Some(KeptBack::Hidden) => hidden += 1,
            None if post.public_from > moment => coming += 1,
            None if post.public_until.is_some_and(|until| until <= moment) => expired += 1,
            None => {}
        }
    }
    let parts = [
        (drafts, amount(drafts, "draft")),
        (hidden, format!("{hidden} hidden")),
        (coming, format!("{coming} not yet public")),
        (expired, format!("{expired} expired")),
    ];
    let parts: Vec<String> = (parts.into_iter())
        .filter_map(|(count, text)| (count > 0).then_some(text))
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join(", "))
    }
}

/// What the site's own generator is told and can't be read here.
fn unread(config: &Config) -> Vec<Finding> {
    let Some(generator) = &config.generator else {
        return Vec::new();
    };
    let path: Arc<str> = from(&config.content_dir, &generator.file).into();
    (generator.unread.iter())
        .map(|line| {
            Finding::new(&path, Severity::Note, "generator-unread", line.as_str())
                .help("say it in feeds.toml; newswire init writes one to begin with")
        })
        .collect()
}

/// What feeds.toml says to no effect.
fn retired(config: &Config) -> Vec<Finding> {
    let finding = |warning: &Problem| {
        let (file, place) = match &warning.origin {
            Origin::Line { file, place, .. } => (file.as_path(), Some(*place)),
            Origin::File(file) => (file.as_path(), None),
            Origin::Option(name) => (Path::new(name), None),
        };
        let path: Arc<str> = from(&config.content_dir, file).into();
        let finding = Finding::new(&path, Severity::Warning, "retired-key", &warning.message);
        finding.at(place).help(&warning.help)
    };
    config.warnings.iter().map(finding).collect()
}

/// What of `match` and `exclude` chooses nothing.
fn conditions(config: &Config, snapshot: &Snapshot) -> Vec<Finding> {
    let file = config.file.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
    conditions::findings(snapshot, &from(&config.content_dir, file).into())
}

/// The path of a file from a folder below its own, or in it.
fn from(folder: &Path, file: &Path) -> String {
    let inside = file.parent().and_then(|parent| folder.strip_prefix(parent).ok());
    match (inside, file.file_name()) {
        (Some(inside), Some(name)) => {
            let up = inside
                .components()
                .filter(|part| matches!(part, Component::Normal(_)));
            format!("{}{}", "../".repeat(up.count()), name.to_string_lossy())
        }
        _ => file.display().to_string(),
    }
}

/// What rendering every body, drafts included, has to say.
fn in_bodies(snapshot: &Snapshot) -> Vec<Finding> {
    let settings = &snapshot.settings().content;
    let posts: Vec<_> = snapshot.posts().collect();
    posts
        .par_iter()
        .flat_map_iter(|post| Body::of(post, &references::resolve(snapshot, post), settings).findings)
        .collect()
}

fn print(out: &mut impl Write, config: &Config, findings: &[Finding], all: bool) -> io::Result<()> {
    if config.site.is_preview {
        writeln!(
            out,
            "note: site.url is not set, so this is a preview: addresses in the feeds lead to this machine\n  \
             help: set url under [site] in feeds.toml to where the site is public"
        )?;
    }
    text::print(out, &config.content_dir, findings, all)
}

fn print_json(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        let line = FindingLine {
            path: &finding.path,
            line: finding.place.map(|place| place.line),
            column: finding.place.map(|place| place.column),
            severity: finding.severity.as_str(),
            code: finding.code,
            message: &finding.message,
            help: finding.help.as_deref(),
            why: why::reason(finding.code),
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}
