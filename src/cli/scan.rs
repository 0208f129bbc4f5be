//! One look at everything, for the commands that do not stay.

use chrono::{DateTime, Utc};

use crate::catalog::tree::disk::Disk;
use crate::catalog::{Catalog, CatalogSettings, Extent, Kept, Snapshot};
use crate::config::Config;
use crate::lock;
use crate::setup::Setup;
use crate::state::Store;
use std::sync::Arc;

/// The catalog and its snapshot at a moment, with the ids that a service has kept.
pub(super) fn scan(setup: &Setup, moment: DateTime<Utc>) -> anyhow::Result<(Catalog, Arc<Snapshot>)> {
    let settings = CatalogSettings::new(&setup.config, setup.rules.clone());
    scan_with(settings, &setup.config, moment)
}

/// The same with settings that are not those of the configuration.
pub(super) fn scan_with(
    settings: CatalogSettings,
    config: &Config,
    moment: DateTime<Utc>,
) -> anyhow::Result<(Catalog, Arc<Snapshot>)> {
    let mut catalog = Catalog::new(settings, moment, None);
    if let Some(directory) = &config.state_dir {
        catalog = catalog.with_kept(Kept {
            ids: Store::new(directory.clone()).load_ids(),
            ..Kept::default()
        });
    }
    let step = catalog.step(
        &Disk::new(&config.content_dir).with_locks(lock::places(config.file.as_deref(), &config.content_dir)),
        &Extent::Everything,
        moment,
    )?;
    let snapshot = step.snapshot.unwrap_or_else(|| Arc::new(catalog.snapshot()));
    Ok((catalog, snapshot))
}
