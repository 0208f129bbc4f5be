//! `newswire build`: every document as a file, for a static host.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, bail};
use rayon::prelude::*;

use super::now::Now;
use super::out_dir::OutDir;
use super::scan;
use crate::catalog::Page;
use crate::catalog::select;
use crate::catalog::select::archive::page_path;
use crate::cli::output::{complain, say};
use crate::feed::opml;
use crate::render::Renderer;
use crate::setup::Setup;
use crate::vocabulary::Severity;

/// The memory that rendered bodies may take while building, in bytes.
const BODY_CACHE: u64 = 256 << 20;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to write the feeds
    #[arg(long, value_name = "DIRECTORY", default_value = "public")]
    out: PathBuf,
    #[command(flatten)]
    now: Now,
}

pub(super) fn run(setup: &Setup, arguments: &Arguments) -> anyhow::Result<()> {
    let config = &setup.config;
    if config.site.is_preview {
        bail!(
            "site.url is not set, so the feeds would lead nowhere\n  \
             help: set url under [site] in feeds.toml, or --site-url, to where the site is public"
        );
    }
    let start = Instant::now();
    let (catalog, snapshot) = scan::scan(setup, arguments.now.moment())?;
    for finding in catalog
        .findings()
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
    {
        complain!("{finding}");
    }
    if !catalog.pins().1.is_empty() {
        bail!("feeds.lock is broken, so readers would see its posts twice; nothing is written");
    }
    let out = OutDir::open(&arguments.out)
        .with_context(|| format!("can't write to {}", arguments.out.display()))?;
    // What can't be swept out harms nobody.
    let _ = out.sweep();
    let renderer = Renderer::new(BODY_CACHE);
    let scopes: Vec<_> = snapshot.scopes().collect();
    let written = AtomicUsize::new(0);
    let unchanged = AtomicUsize::new(0);
    let unwritten = Mutex::new(Vec::new());
    // One address that can't be written, such as one that is too long, is no reason to do without the others.
    let write = |path: &str, bytes: &[u8]| {
        let mut is_new = false;
        for file in files(path) {
            match out.write_if_changed(Path::new(&file), bytes) {
                Ok(is_changed) => is_new |= is_changed,
                Err(error) => {
                    let file = arguments.out.join(file);
                    // A poisoned lock still guards a whole list.
                    let mut unwritten = unwritten.lock().unwrap_or_else(PoisonError::into_inner);
                    return unwritten.push(format!("can't write {}: {error}", file.display()));
                }
            }
        }
        let counter = if is_new { &written } else { &unchanged };
        counter.fetch_add(1, Ordering::Relaxed);
    };
    scopes.par_iter().for_each(|scope| {
        for document in &scope.documents {
            if let Some(bytes) = renderer.render(&snapshot, &scope.key, document.format) {
                write(&document.path, &bytes);
            }
            select::units(&snapshot, &scope.key).par_iter().for_each(|unit| {
                let page = Page {
                    scope: scope.key.clone(),
                    format: document.format,
                    unit: *unit,
                };
                if let Some(bytes) = renderer.render_page(&snapshot, &page) {
                    write(&page_path(&document.path, *unit), &bytes);
                }
            });
        }
    });
    let comments: Vec<_> = snapshot.comments().iter().collect();
    comments.par_iter().for_each(|(post, present)| {
        if let Some(comments) = select::comments_of(&snapshot, post) {
            write(&present.path, &comments.render());
        }
    });
    write(opml::PATH, &snapshot.render_opml());
    say!(
        "{} posts in {} feeds: {} documents written to {}, {} unchanged, in {:.2} s",
        snapshot.listed().len(),
        scopes.len(),
        written.into_inner(),
        arguments.out.display(),
        unchanged.into_inner(),
        start.elapsed().as_secs_f64(),
    );
    complete(unwritten.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Fails where some addresses could not be written, naming the first of them: on a full disk they may be all.
fn complete(mut unwritten: Vec<String>) -> anyhow::Result<()> {
    const MOST_NAMED: usize = 20;
    if unwritten.is_empty() {
        return Ok(());
    }
    unwritten.sort();
    for one in unwritten.iter().take(MOST_NAMED) {
        complain!("{one}");
    }
    bail!(
        "{} files could not be written; the others are\n  \
         help: where a name is too long, give that feed a “slug” or “path” of its own in feeds.toml",
        unwritten.len()
    )
}

/// The files for an address. One that ends in a slash is a folder to a static host: most serve its
/// `index.html`; one that can be told to goes by `index.xml`, which has the right type.
fn files(path: &str) -> Vec<String> {
    let path = path.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') {
        vec![format!("{path}index.html"), format!("{path}index.xml")]
    } else {
        vec![path.to_owned()]
    }
}
