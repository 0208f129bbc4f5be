//! `newswire build`: every document as a file, for a static host.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, bail};
use rayon::prelude::*;

use super::{Now, scan};
use crate::catalog::Page;
use crate::catalog::archive::page_path;
use crate::config::Config;
use crate::feed::opml;
use crate::finding::Severity;
use crate::render::Renderer;

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

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    if config.site.is_preview {
        bail!(
            "site.url is not set, so the feeds would lead nowhere\n  \
             help: set url under [site] in feeds.toml, or --site-url, to where the site is public"
        );
    }
    let start = Instant::now();
    let (catalog, snapshot) = scan::scan(config, arguments.now.moment())?;
    for finding in catalog
        .findings()
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
    {
        eprintln!("{finding}");
    }
    if !catalog.pins().1.is_empty() {
        bail!("feeds.lock is broken, so readers would see its posts twice; nothing is written");
    }
    let renderer = Renderer::new(BODY_CACHE);
    let scopes: Vec<_> = snapshot.scopes().collect();
    let written = AtomicUsize::new(0);
    let unchanged = AtomicUsize::new(0);
    let write = |path: &str, bytes: &[u8]| {
        let mut is_new = false;
        for file in files(path) {
            let path = arguments.out.join(file);
            is_new |=
                write_if_changed(&path, bytes).with_context(|| format!("can't write {}", path.display()))?;
        }
        let counter = if is_new { &written } else { &unchanged };
        counter.fetch_add(1, Ordering::Relaxed);
        anyhow::Ok(())
    };
    scopes.par_iter().try_for_each(|scope| {
        for document in &scope.documents {
            if let Some(bytes) = renderer.render(&snapshot, &scope.key, document.format) {
                write(&document.path, &bytes)?;
            }
            snapshot.units(&scope.key).par_iter().try_for_each(|unit| {
                let page = Page {
                    scope: scope.key.clone(),
                    format: document.format,
                    unit: *unit,
                };
                match renderer.render_page(&snapshot, &page) {
                    Some(bytes) => write(&page_path(&document.path, *unit), &bytes),
                    None => Ok(()),
                }
            })?;
        }
        anyhow::Ok(())
    })?;
    let comments: Vec<_> = snapshot.comments().iter().collect();
    comments
        .par_iter()
        .try_for_each(|(post, present)| match snapshot.comments_of(post) {
            Some(comments) => write(&present.path, &comments.render()),
            None => Ok(()),
        })?;
    write(opml::PATH, &snapshot.render_opml())?;
    println!(
        "{} posts in {} feeds: {} documents written to {}, {} unchanged, in {:.2} s",
        snapshot
            .scope(&crate::catalog::ScopeKey::site())
            .map_or(0, |site| site.entries.len()),
        scopes.len(),
        written.into_inner(),
        arguments.out.display(),
        unchanged.into_inner(),
        start.elapsed().as_secs_f64(),
    );
    Ok(())
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

/// Writes a file whole or not at all: to a hidden name beside it, then into place. Whether it had to
/// be written: a file that stays as it is keeps its time, and so its validators on a static host.
pub(super) fn write_if_changed(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.newswire"));
    if fs::read(path).is_ok_and(|before| before == bytes) {
        // One that was killed before this may have left its half behind. Usually there is none.
        let _ = fs::remove_file(&temporary);
        return Ok(false);
    }
    fs::create_dir_all(folder)?;
    let result = fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_data()))
        .and_then(|()| fs::rename(&temporary, path));
    if result.is_err() {
        // The error is what matters, not the left-over.
        let _ = fs::remove_file(&temporary);
    }
    result.map(|()| true)
}
