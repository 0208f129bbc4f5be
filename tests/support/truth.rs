//! What a fresh process makes of the files that are there, and of what may be kept from before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use newswire::catalog::tree::disk::Disk;
use newswire::catalog::tree::{ReadError, Stamp, Survey, TreeError};
use newswire::catalog::{Catalog, CatalogSettings, Extent, Route, Snapshot, Tree};
use newswire::config::Options;
use newswire::config::options::Given;
use newswire::content::ContentSettings;
use newswire::content::fields::withdrawal::Withdrawal;
use newswire::feed::Coding;
use newswire::feed::document::etag;
use newswire::render::Renderer;
use newswire::setup::{Setup, load};
use newswire::vocabulary::Severity;

use super::Service;
use super::site::{build, newswire};

/// How long a service may take to notice what happened.
const PATIENCE: Duration = Duration::from_mins(1);

/// The truth at one moment.
pub(crate) struct Truth {
    setup: Setup,
    file: PathBuf,
    renderer: Renderer,
    snapshot: Option<Arc<Snapshot>>,
    /// The last good text of every file that is broken, if it had one and may still be shown.
    kept: BTreeMap<String, Option<Vec<u8>>>,
    /// In how many scans some file was broken.
    pub(crate) broken_scans: usize,
}

impl Truth {
    pub(crate) fn new(file: &Path) -> Self {
        let options = Options {
            config: Some(Given::new("--config", file)),
            ..Options::default()
        };
        Truth {
            setup: load(&options).unwrap().setup,
            file: file.to_owned(),
            renderer: Renderer::new(256 << 20),
            snapshot: None,
            kept: BTreeMap::new(),
            broken_scans: 0,
        }
    }

    /// Scans what is there. `last_good` is asked for the text of a file that is broken now and was not
    /// before.
    pub(crate) fn scan(&mut self, last_good: &dyn Fn(&str) -> Option<Vec<u8>>) {
        let disk = Disk::new(&self.setup.config.content_dir);
        let catalog = scan(&self.setup, &disk);
        let broken: Vec<String> = catalog
            .findings()
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error && finding.code != "duplicate-id")
            .map(|finding| finding.path.to_string())
            .collect();
        self.broken_scans += usize::from(!broken.is_empty());
        let mut kept = BTreeMap::new();
        for path in broken {
            let text = std::fs::read(self.setup.config.content_dir.join(&path)).unwrap();
            let text = String::from_utf8_lossy(&text);
            let settings = ContentSettings::new(&self.setup.config, self.setup.rules.clone());
            let withdrawal = Withdrawal::read(&text, &settings, &[]);
            let last = self.kept.remove(&path).unwrap_or_else(|| last_good(&path));
            kept.insert(path, last.filter(|_| !withdrawal.applies(Utc::now())));
        }
        self.kept = kept;
        let catalog = if self.kept.values().any(Option::is_some) {
            let kept = &self.kept;
            scan(&self.setup, &Overlay { disk, kept })
        } else {
            catalog
        };
        self.snapshot = Some(Arc::new(catalog.snapshot()));
    }

    fn snapshot(&self) -> &Snapshot {
        self.snapshot.as_ref().unwrap()
    }

    /// Waits until a service has every document, by its validator; returns how many there are.
    pub(crate) fn is_served_by(&self, service: &Service, at: &str) -> usize {
        let start = Instant::now();
        let validators = self.validators();
        let differs = |(path, etag): &&(String, String)| {
            service.get_with(path, &[("If-None-Match", etag)]).status != 304
        };
        // The one that just differed is the likeliest to differ still.
        let mut last = 0;
        while let Some(at_now) = validators[last..].iter().position(|pair| differs(&pair)) {
            last += at_now;
            let (path, _) = &validators[last];
            assert!(
                start.elapsed() < PATIENCE,
                "at {at} {path} never became what a fresh process makes of it: {}\ninstead of: {}",
                service.get(path).text(),
                String::from_utf8_lossy(&self.document(path).unwrap_or_default()),
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        // Once more from the start: now nothing may move.
        let differing = validators.iter().find(differs);
        assert_eq!(differing, None, "at {at} a document moved back");
        validators.len()
    }

    /// Every document's path and entity tag.
    fn validators(&self) -> Vec<(String, String)> {
        let documents = self.snapshot().scopes().flat_map(|scope| &scope.documents);
        documents
            .map(|document| (encode(&document.path), etag(document.digest, Coding::Identity)))
            .collect()
    }

    /// The bytes at a path, if there is a document.
    pub(crate) fn document(&self, path: &str) -> Option<Vec<u8>> {
        #[allow(irrefutable_let_patterns)] // routes may lead elsewhere one day
        let Some(Route::Document(key, format)) = self.snapshot().route(path) else {
            return None;
        };
        self.renderer.render(self.snapshot(), key, *format)
    }

    /// Compares every byte with what the program itself builds, but for broken files, whose last good
    /// texts it can't know. Returns how many documents were compared.
    pub(crate) fn compare_with_build(&self, service: &Service, directory: &Path) -> usize {
        if self.kept.values().any(Option::is_some) {
            return 0;
        }
        let out = directory.join("built");
        let mut command = newswire();
        command.arg("--config").arg(&self.file);
        let documents = build(command, &out);
        for (path, bytes) in &documents {
            assert!(
                service.get(&encode(path)).body == *bytes,
                "{path} is not what is built"
            );
        }
        std::fs::remove_dir_all(out).unwrap();
        documents.len()
    }
}

fn scan(setup: &Setup, tree: &dyn Tree) -> Catalog {
    let mut catalog = Catalog::new(
        CatalogSettings::new(&setup.config, setup.rules.clone()),
        Utc::now(),
        None,
    );
    catalog.step(tree, &Extent::Everything, Utc::now()).unwrap();
    catalog
}

fn encode(path: &str) -> String {
    newswire::vocabulary::permalink::encode_path(path)
}

/// The disk, with the last good text in the place of a broken one.
struct Overlay<'a> {
    disk: Disk,
    kept: &'a BTreeMap<String, Option<Vec<u8>>>,
}

impl Tree for Overlay<'_> {
    fn survey(&self, scope: &Extent) -> Result<Survey, TreeError> {
        self.disk.survey(scope)
    }

    fn read(&self, path: &str) -> Result<(Stamp, Vec<u8>), ReadError> {
        let (stamp, bytes) = self.disk.read(path)?;
        match self.kept.get(path) {
            Some(Some(last)) => Ok((stamp, last.clone())),
            _ => Ok((stamp, bytes)),
        }
    }
}
