//! The configuration that runs, and what is made of another that is found in its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::reload::Changes;
use crate::catalog::{CatalogSettings, KeptSite};
use crate::config::{Config, DEFAULT_FILE, Options, Watch};
use crate::metrics::Metrics;
use crate::setup::{Loaded, Setup, look};
use crate::site::{Regression, Search, regression};
use crate::status::Status;
use crate::vocabulary::Dialect;

/// The configuration that runs. What breaks, or is away for a moment, leaves it as it is.
pub(super) struct Current {
    setup: Setup,
    options: Options,
    /// The search for the generator's configuration that was last believed.
    search: Search,
    /// What was looked at by the latest, believed or not.
    looked_at: Vec<PathBuf>,
    /// Whether there was anything in feeds.toml.
    is_blank: bool,
    /// What is doubted of the latest, and since when.
    doubted: Option<(Regression, Duration)>,
    /// Why what runs is not what was found.
    kept_for: Option<String>,
    status: Arc<Status>,
    metrics: Arc<Metrics>,
}

/// How soon it is read again while what runs is not what was found.
const RETRY: Duration = Duration::from_secs(1);

/// What came of reading it again.
pub(super) struct Reread {
    /// What there is to take up, if that is something new.
    pub(super) proposal: Option<Proposal>,
    /// How soon to read it again, whatever happens.
    pub(super) again_in: Option<Duration>,
}

/// A configuration that may be taken up.
pub(super) struct Proposal {
    setup: Setup,
    /// The search that it was made from, if that is believed.
    search: Option<Search>,
    changes: Vec<String>,
}

impl Proposal {
    pub(super) fn catalog_settings(&self) -> CatalogSettings {
        CatalogSettings::new(&self.setup.config, self.setup.rules.clone())
    }
}

impl Current {
    /// The one that a process starts with.
    pub(super) fn new(loaded: Loaded, options: Options, status: Arc<Status>, metrics: Arc<Metrics>) -> Self {
        let Loaded { setup, search } = loaded;
        Current {
            is_blank: is_blank(setup.config.file.as_deref()),
            looked_at: search.looked_at.clone(),
            setup,
            options,
            search,
            doubted: None,
            kept_for: None,
            status,
            metrics,
        }
    }

    pub(super) fn setup(&self) -> &Setup {
        &self.setup
    }

    pub(super) fn config(&self) -> &Config {
        &self.setup.config
    }

    pub(super) fn catalog_settings(&self) -> CatalogSettings {
        CatalogSettings::new(&self.setup.config, self.setup.rules.clone())
    }

    /// The files that it is read from, or would be: those of what runs, and those that were looked at since.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let asked_for = self.options.config.as_ref().map(|given| given.value.clone());
        let file = self.setup.config.file.clone().or(asked_for);
        let mut files = vec![file.unwrap_or_else(|| DEFAULT_FILE.into())];
        files.extend(self.search.looked_at.iter().cloned());
        files.extend(self.looked_at.iter().cloned());
        files.sort();
        files.dedup();
        files
    }

    /// What a later process needs to know of it.
    pub(super) fn kept_site(&self) -> KeptSite {
        KeptSite {
            is_public: !self.setup.config.site.is_preview,
            generator: generator(&self.setup),
        }
    }

    /// Reads it again, at a time since some start; `accepts` believes that what is missing is meant to be.
    pub(super) fn read_again(&mut self, accepts: bool, elapsed: Duration) -> Reread {
        let reread = self.read(accepts, elapsed);
        // No event may tell that it is mended: the folder around it could not be read.
        let retry = self.kept_for.as_ref().map(|_| RETRY);
        Reread {
            again_in: reread.again_in.into_iter().chain(retry).min(),
            ..reread
        }
    }

    fn read(&mut self, accepts: bool, elapsed: Duration) -> Reread {
        let (fresh, search) = look(&self.options, None);
        self.looked_at.clone_from(&search.looked_at);
        let regression = regression(&self.search, &search, Path::exists);
        let regression = regression.filter(|regression| !accepts || !regression.is_acceptable());
        let (regression, again_in) = self.doubt(regression, elapsed);
        let unchanged = Reread {
            proposal: None,
            again_in,
        };
        let outcome = match (&regression, &self.search.found) {
            (Some(_), Some(found)) => look(&self.options, Some(found)).0,
            _ => fresh,
        };
        let new = match outcome {
            Ok(new) => new,
            Err(error) => {
                let whole = error.to_string();
                let brief = whole.lines().next().unwrap_or_default().to_owned();
                self.keep_for(
                    Some(brief),
                    &format!("the configuration has mistakes:\n{whole}\n"),
                );
                return unchanged;
            }
        };
        if !accepts && let Some(loss) = self.loss(&new.config) {
            self.keep_for(Some(loss.clone()), &format!("{loss}, and "));
            return unchanged;
        }
        let search = match &regression {
            Some(regression) => {
                let way_out = if regression.is_acceptable() {
                    "; if this is meant, send SIGUSR1 to this process"
                } else {
                    ""
                };
                self.keep_for(Some(regression.to_string()), &format!("{regression}{way_out}: "));
                None
            }
            None => {
                self.keep_for(None, "");
                Some(search)
            }
        };
        self.is_blank = is_blank(new.config.file.as_deref());
        let (setup, changes) = self.within_the_process(new);
        let proposal = Proposal {
            setup,
            search,
            changes,
        };
        if proposal.changes.is_empty() {
            self.take_up(proposal);
            return unchanged;
        }
        Reread {
            proposal: Some(proposal),
            again_in,
        }
    }

    /// What runs, to begin anew with.
    pub(super) fn as_it_is(&self) -> Proposal {
        Proposal {
            setup: self.setup.clone(),
            search: None,
            changes: Vec::new(),
        }
    }

    /// Goes on with another.
    pub(super) fn take_up(&mut self, proposal: Proposal) {
        if !proposal.changes.is_empty() {
            tracing::info!("the configuration changed: {}", proposal.changes.join(", "));
            warn(&proposal.setup.config);
            self.setup = proposal.setup;
        }
        if let Some(search) = proposal.search {
            self.search = search;
        }
    }

    /// What is left of a regression that may be meant, if it lasts; and when it will have lasted long enough.
    fn doubt(
        &mut self,
        regression: Option<Regression>,
        elapsed: Duration,
    ) -> (Option<Regression>, Option<Duration>) {
        let patience = regression
            .as_ref()
            .and_then(|regression| patience(regression, &self.setup.config.watch));
        let (Some(regression), Some(patience)) = (&regression, patience) else {
            self.doubted = None;
            return (regression, None);
        };
        let since = match &self.doubted {
            Some((doubted, since)) if doubted == regression => *since,
            _ => elapsed,
        };
        self.doubted = Some((regression.clone(), since));
        match (since + patience).checked_sub(elapsed) {
            Some(left) if !left.is_zero() => (Some(regression.clone()), Some(left)),
            _ => (None, None),
        }
    }

    /// What a new configuration, good as such, has lost in a way that looks like an accident.
    fn loss(&self, new: &Config) -> Option<String> {
        if let Some(file) = &self.setup.config.file {
            if new.file.is_none() {
                return Some(format!("{}: it is not there any more", file.display()));
            }
            if !self.is_blank && is_blank(Some(file)) {
                return Some(format!("{}: there is nothing in it any more", file.display()));
            }
        }
        let is_lost = new.site.is_preview && !self.setup.config.site.is_preview;
        is_lost.then(|| "the configuration does not say any more where the site is public".to_owned())
    }

    /// Says once why what ran goes on, or that it need not any more.
    fn keep_for(&mut self, why: Option<String>, told: &str) {
        if self.kept_for == why {
            return;
        }
        match &why {
            Some(_) => tracing::error!("{told}what ran before goes on"),
            None => tracing::info!("the configuration is as it should be again"),
        }
        self.metrics.configuration_stale(why.is_some());
        self.status.keep_configuration(why.clone());
        self.kept_for = why;
    }

    /// Of a new configuration what may change while the process runs, and what of that does.
    fn within_the_process(&self, new: Setup) -> (Setup, Vec<String>) {
        let running = &self.setup.config;
        // The address stays that of the socket; what else is read only at the start stays too.
        let listen = new.config.http.listen;
        let new = if listen == running.http.listen || listen.port() == 0 {
            Setup {
                config: new.config.with_listen_address(running.http.listen),
                ..new
            }
        } else {
            new
        };
        let changes = Changes::between(&self.setup, &new);
        for table in &changes.at_restart {
            tracing::warn!("{table} changed, which takes effect when Newswire is started again");
        }
        if changes.taken_up.is_empty() && changes.at_restart.is_empty() {
            tracing::debug!("the configuration is what it was");
        }
        let config = Config {
            http: new.config.http.under(&running.http),
            admin: running.admin,
            state_dir: running.state_dir.clone(),
            ..new.config.with_listen_address(running.http.listen)
        };
        (Setup { config, ..new }, changes.taken_up)
    }
}

/// How long a regression is waited out that may be meant; `None` where it never is.
fn patience(regression: &Regression, watch: &Watch) -> Option<Duration> {
    match regression {
        Regression::Missing(_) | Regression::CutOff(_) => Some(watch.max_delay),
        Regression::Open(_) => Some(watch.hold),
        Regression::Fault(_) | Regression::Empty(_) | Regression::Away(_) => None,
    }
}

/// Whether a file is there with nothing in it.
fn is_blank(file: Option<&Path>) -> bool {
    let text = file.and_then(|file| std::fs::read_to_string(file).ok());
    text.is_some_and(|text| text.trim().is_empty())
}

fn generator(setup: &Setup) -> Option<(String, String)> {
    let file = setup.config.generator.as_ref()?.file.file_name()?;
    let dialect = setup.config.content.dialect.or(setup.rules.dialect);
    Some((
        file.to_string_lossy().into_owned(),
        dialect.map_or("", Dialect::name).to_owned(),
    ))
}

/// Why a process must not serve what an earlier one served otherwise; `None` if there is no reason.
pub(super) fn doubt(before: Option<&KeptSite>, setup: &Setup) -> Option<String> {
    let before = before?;
    if let Some((file, dialect)) = &before.generator {
        match generator(setup) {
            None => {
                return Some(format!(
                    "{file}, the configuration of {dialect}, was there before and is not now: without it, addresses \
                     and ids would change"
                ));
            }
            Some((other, new)) if new != *dialect => {
                return Some(format!(
                    "the site was one of {dialect} by {file}, and is one of {new} by {other} now: addresses and ids \
                     would change"
                ));
            }
            Some(_) => {}
        }
    }
    let is_lost = before.is_public && setup.config.site.is_preview;
    is_lost.then(|| "the configuration said before where the site is public, and does not now".to_owned())
}

/// Says what of the configuration has no effect.
pub(super) fn warn(config: &Config) {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
}
