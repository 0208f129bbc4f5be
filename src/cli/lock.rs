//! `newswire lock`: pins the ids that readers know, says which are not safe, and takes over those of
//! another program.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::now::Now;
use super::out_dir::write_if_changed;
use super::output::FAULTS_FOUND;
use super::scan;
use crate::catalog::settings::membership::memberships;
use crate::catalog::{Catalog, CatalogSettings, Snapshot};
use crate::cli::output::{complain, say};
use crate::config::Config;
use crate::lock;
use crate::lock::adopt::{self, Adoption};
use crate::lock::next::{Listed, Next, Posts, next};
use crate::lock::review::review;
use crate::lock::{Line, Rule};
use crate::setup::Setup;
use crate::vocabulary::Finding;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// Write nothing; say whether the ids that readers know are safe, and fail if not
    #[arg(long, conflicts_with = "adopt")]
    check: bool,
    /// Take over the ids that these RSS, Atom or JSON feeds have published
    #[arg(long, value_name = "FEEDFILE", num_args = 1..)]
    adopt: Vec<PathBuf>,
    #[command(flatten)]
    now: Now,
}

pub(super) fn run(setup: &Setup, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = &setup.config;
    if config.site.is_preview {
        bail!(
            "site.url is not set, so the ids are those of a preview\n  \
             help: set url under [site] in feeds.toml to where the site is public"
        );
    }
    let (catalog, snapshot) = scan::scan(setup, arguments.now.moment())?;
    let may_hide = |path: &str| catalog.may_hide_a_post(path);
    let posts = posts(&catalog, &snapshot, &may_hide);
    if arguments.check {
        return check(setup, arguments, &catalog, &posts);
    }
    write(config, arguments, &catalog, &posts)
}

fn posts<'a>(catalog: &'a Catalog, snapshot: &'a Snapshot, may_hide: &'a dyn Fn(&str) -> bool) -> Posts<'a> {
    // The feed of the whole site may be switched off, so the scopes are asked one by one.
    let mut listed = BTreeMap::new();
    for published in snapshot.scopes().flat_map(|scope| &scope.entries) {
        listed.entry(&*published.post.path).or_insert_with(|| {
            let scopes = memberships(&published.post, snapshot.settings());
            Listed {
                post: &published.post,
                id: &published.id,
                scopes: Line::scope_words(scopes.iter().map(|(key, _)| (key.kind, &*key.slug))),
            }
        });
    }
    let unlisted = snapshot
        .posts()
        .filter(|post| !listed.contains_key(&*post.path))
        .map(AsRef::as_ref)
        .collect();
    Posts {
        listed,
        unlisted,
        may_hide,
        pins: catalog.pins().0,
        rule: Rule::of(&snapshot.settings().content),
        moment: snapshot.moment(),
    }
}

fn check(
    setup: &Setup,
    arguments: &Arguments,
    catalog: &Catalog,
    posts: &Posts<'_>,
) -> anyhow::Result<ExitCode> {
    let lock = posts.pins.lock();
    let differences = lock
        .rule()
        .map_or_else(Vec::new, |rule| rule.differences(&posts.rule));
    let mut before = BTreeMap::new();
    if let Some(rule) = lock.rule().filter(|_| !differences.is_empty()) {
        let mut as_it_was = CatalogSettings::new(&setup.config, setup.rules.clone());
        as_it_was.content = Arc::new(rule.apply(&as_it_was.content));
        let (_, snapshot) = scan::scan_with(as_it_was, &setup.config, arguments.now.moment())?;
        let ids = snapshot
            .posts()
            .map(|post| (Arc::clone(&post.path), Arc::clone(&post.id)));
        before.extend(ids);
    }
    let mut findings = review(posts, &before, &differences);
    findings.extend(about_ids(catalog));
    findings.sort();
    for finding in &findings {
        say!("{finding}");
    }
    let new = posts
        .listed
        .keys()
        .filter(|path| posts.pins.line_of(path).is_none())
        .count();
    if !catalog.has_lock() {
        say!("there is no feeds.lock, so no id is pinned\n  help: write one with “newswire lock”");
        return Ok(ExitCode::from(FAULTS_FOUND));
    }
    say!(
        "{} ids pinned, {new} posts not pinned yet, {} faults",
        lock.lines().len(),
        findings.len()
    );
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAULTS_FOUND)
    })
}

/// What the catalog itself has to say about ids and the lock file.
fn about_ids(catalog: &Catalog) -> Vec<Finding> {
    let mut findings = catalog.findings();
    findings.retain(|finding| finding.code == "duplicate-id" || finding.code.contains("lock"));
    findings
}

fn write(
    config: &Config,
    arguments: &Arguments,
    catalog: &Catalog,
    posts: &Posts<'_>,
) -> anyhow::Result<ExitCode> {
    let (pins, faults) = catalog.pins();
    if !faults.is_empty() {
        for fault in faults {
            complain!("{fault}");
        }
        bail!("feeds.lock is broken, so it is left as it is: ids in it would be lost");
    }
    if posts.listed.is_empty() && pins.lock().lines().iter().any(|line| !line.is_withdrawn()) {
        bail!(
            "there are no posts in {}, and feeds.lock has some; so it is left as it is\n  \
             help: see that the directory is the right one, and mounted",
            config.content_dir.display()
        );
    }
    let mut entries = Vec::new();
    for file in &arguments.adopt {
        let bytes = fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
        let read = adopt::read(&bytes)
            .map_err(|why| anyhow::anyhow!("can't adopt the ids of {}: {why}", file.display()))?;
        say!("{}: {} entries", file.display(), read.len());
        entries.extend(read);
    }
    let adoption = adopt::adopt(
        entries,
        posts.listed.values().map(|listed| listed.post),
        &config.site.url,
    );
    let next = next(posts, &adoption.ids);
    let candidates = lock::places(config.file.as_deref(), &config.content_dir);
    let file = candidates
        .iter()
        .find(|file| file.exists())
        .or(candidates.first())
        .context("there is no place for feeds.lock")?;
    // A link stays one: what it leads to is written.
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.clone());
    let is_new = write_if_changed(&target, next.lock.text().as_bytes())
        .with_context(|| format!("can't write {}", file.display()))?;
    report(&next, &adoption);
    let conflicts = about_ids(catalog);
    for conflict in &conflicts {
        say!("{conflict}");
    }
    say!(
        "{} ids pinned in {}{}",
        next.lock.lines().len(),
        file.display(),
        if is_new { "" } else { ", as before" }
    );
    Ok(if conflicts.is_empty() && next.refused.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAULTS_FOUND)
    })
}

fn report(next: &Next, adoption: &Adoption) {
    for entry in &adoption.unmatched {
        say!(
            "unmatched: no post has the link {} (id “{}”)",
            entry.link,
            entry.id
        );
    }
    for (path, entry) in &adoption.ambiguous {
        say!("{path}: published as “{}” too; the first id counts", entry.id);
    }
    for (path, before, id) in &next.changed {
        say!("{path}: adopts “{id}” in place of “{before}”");
    }
    for (path, id) in &next.refused {
        say!("{path}: can't adopt “{id}”, which is the id of another post");
    }
    for (from, to) in &next.moved {
        say!("{to}: was {from}, and keeps its id");
    }
    for path in &next.withdrawn {
        say!("{path}: withdrawn; its id is never used again");
    }
    for path in &next.returned {
        say!("{path}: is back, under its id");
    }
    let adopted = adoption.ids.len() - next.refused.len();
    if adopted + adoption.unmatched.len() > 0 {
        say!(
            "{adopted} ids adopted, {} entries unmatched",
            adoption.unmatched.len()
        );
    }
    if next.added > 0 {
        say!("{} posts pinned for the first time", next.added);
    }
}
