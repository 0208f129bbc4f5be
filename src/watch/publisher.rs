//! What becomes of a look at the tree: a snapshot for the server, figures for the metrics, and lines
//! in the log.

use std::mem::{self, Discriminant};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use chrono::Utc;

use super::scanner::Outcome;
use crate::catalog::{Catalog, Stale, Step, Withheld, conditions};
use crate::config::DEFAULT_FILE;
use crate::current_snapshot::CurrentSnapshot;
use crate::metrics::{Metrics, SnapshotFigures};
use crate::status::Status;
use crate::vocabulary::{Finding, Severity};

/// Publishes snapshots.
pub struct Publisher {
    snapshot: Arc<CurrentSnapshot>,
    metrics: Arc<Metrics>,
    directory: PathBuf,
    /// What the last look was in trouble with, so that it is logged once, not at every look.
    trouble: Option<Trouble>,
    /// What was found in what could not be published.
    withheld_findings: Vec<Finding>,
    status: Arc<Status>,
    start: Instant,
}

/// What a look is in trouble with.
#[derive(Debug)]
struct Trouble {
    kind: TroubleKind,
    /// How many posts it was about when it was told.
    posts: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum TroubleKind {
    /// The directory can't be seen, and why.
    Unseen(String),
    Withheld(Discriminant<Withheld>),
    Empty,
    Vanished,
    Refilling,
    Configuration,
}

impl Publisher {
    /// Publishes into `snapshot`. `directory` is the content directory, for messages.
    pub fn new(snapshot: Arc<CurrentSnapshot>, metrics: Arc<Metrics>, directory: PathBuf) -> Self {
        Publisher {
            snapshot,
            metrics,
            directory,
            trouble: None,
            withheld_findings: Vec::new(),
            status: Arc::default(),
            start: Instant::now(),
        }
    }

    /// The same, saying why nothing is published yet to whoever asks.
    #[must_use]
    pub fn with_status(mut self, status: Arc<Status>) -> Self {
        self.status = status;
        self
    }

    /// Where the figures go.
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.metrics)
    }

    /// Takes in what became of a look.
    pub fn publish(&mut self, catalog: &Catalog, outcome: Outcome<'_>) {
        match outcome {
            Ok(step) => self.publish_step(catalog, step),
            Err(error) => {
                self.mark(Some(Stale::Unseen(error.to_string())));
                self.status.withhold(Some(error.to_string()));
                let message = format!("{error}; looking for it every second");
                self.note_trouble(TroubleKind::Unseen(error.to_string()), 0, &message);
            }
        }
    }

    fn publish_step(&mut self, catalog: &Catalog, step: &Step) {
        if step.withheld.is_none() || self.withheld_findings != step.new_findings {
            step.new_findings.iter().for_each(log);
        }
        if step.withheld.is_some() {
            // All of it is read again at every look until something is published.
            self.withheld_findings.clone_from(&step.new_findings);
        }
        for path in &step.mended {
            tracing::info!(path = &**path, "mended");
        }
        // What was looked at is not taken in, but time may have moved on.
        if step.is_put_off && step.snapshot.is_none() {
            return;
        }
        self.status
            .withhold(step.withheld.as_ref().map(ToString::to_string));
        if let Some(withheld) = &step.withheld {
            let message = format!(
                "“{}”: {withheld}; feeds answer 503 until that changes, or until SIGUSR1 or --accept-loss say that \
                 it is meant",
                self.directory.display()
            );
            let kind = TroubleKind::Withheld(mem::discriminant(withheld));
            return self.note_trouble(kind, 0, &message);
        }
        let is_first = self.snapshot.load().is_none();
        let stale = catalog.stale();
        self.note_stale(stale.as_ref());
        let Some(snapshot) = &step.snapshot else {
            return self.mark(stale);
        };
        self.metrics.stale(stale.is_some());
        let before = self.snapshot.replace(Arc::clone(snapshot));
        // Asked once for each configuration: it looks at every post.
        if before.is_none_or(|before| !std::ptr::eq(before.settings(), snapshot.settings())) {
            conditions::findings(snapshot, &DEFAULT_FILE.into())
                .iter()
                .for_each(log);
        }
        let counts = catalog.finding_counts();
        let figures = SnapshotFigures {
            posts: snapshot.listed().len(),
            feeds: snapshot.scopes().count(),
            errors: counts.errors,
            warnings: counts.warnings,
            notes: counts.notes,
        };
        self.metrics.snapshot_published(figures, Utc::now());
        if is_first {
            tracing::info!(
                posts = figures.posts,
                feeds = figures.feeds,
                errors = figures.errors,
                warnings = figures.warnings,
                seconds = (self.start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
                "ready"
            );
        } else if !step.changed.is_empty() {
            tracing::info!(
                read = step.read,
                gone = step.gone,
                feeds = step.changed.len(),
                "published"
            );
        }
    }

    /// Marks what is published as behind the files, or as not.
    fn mark(&self, stale: Option<Stale>) {
        self.metrics.stale(stale.is_some());
        let published = self.snapshot.load_full();
        if let Some(snapshot) = published.filter(|snapshot| snapshot.stale() != stale.as_ref()) {
            self.snapshot.replace(Arc::new(snapshot.marked(stale)));
        }
    }

    /// Tells why the snapshot is behind the files, or that it no longer is.
    fn note_stale(&mut self, stale: Option<&Stale>) {
        let (kind, posts) = match stale {
            Some(Stale::Empty { posts }) => (TroubleKind::Empty, *posts),
            Some(Stale::Vanished { posts }) => (TroubleKind::Vanished, *posts),
            Some(Stale::Refilling { posts }) => (TroubleKind::Refilling, *posts),
            Some(Stale::Configuration { posts }) => (TroubleKind::Configuration, *posts),
            Some(Stale::Unseen(_)) => return,
            None => {
                if self.trouble.take().is_some() {
                    tracing::info!("the content is as it should be again");
                }
                return;
            }
        };
        let why = stale.map(ToString::to_string).unwrap_or_default();
        let way_out = if kind == TroubleKind::Empty {
            " until there are others; if they are meant to be gone, send SIGUSR1 to this process"
        } else {
            "; if they are meant to be gone, SIGUSR1 believes it at once"
        };
        self.note_trouble(kind, posts, &format!("{why}{way_out}"));
    }

    /// Tells of trouble that is new, or concerns twice as many posts as when it was told.
    fn note_trouble(&mut self, kind: TroubleKind, posts: usize, message: &str) {
        let is_known = |known: &Trouble| known.kind == kind && posts <= known.posts * 2;
        if !self.trouble.as_ref().is_some_and(is_known) {
            tracing::warn!("{message}");
            self.trouble = Some(Trouble { kind, posts });
        }
    }
}

fn log(finding: &Finding) {
    let (path, line) = (&*finding.path, finding.place.map(|place| place.line));
    let (message, help) = (&finding.message, finding.help.as_deref().unwrap_or_default());
    match finding.severity {
        Severity::Error => tracing::error!(path, line, code = finding.code, help, "{message}"),
        Severity::Warning => tracing::warn!(path, line, code = finding.code, help, "{message}"),
        Severity::Note => tracing::debug!(path, line, code = finding.code, help, "{message}"),
    }
}
