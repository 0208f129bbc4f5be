//! One look at everything, for the commands that do not stay.

use chrono::{DateTime, Utc};

use crate::catalog::disk::Disk;
use crate::catalog::{Catalog, CatalogSettings, Scope, Snapshot};
use crate::config::Config;
use std::sync::Arc;

/// The catalog and its snapshot at a moment.
pub(super) fn scan(config: &Config, moment: DateTime<Utc>) -> anyhow::Result<(Catalog, Arc<Snapshot>)> {
    let mut catalog = Catalog::new(CatalogSettings::new(config), moment, None);
    let step = catalog.step(
        &Disk::new(&config.content_dir).with_locks(config.lock_files()),
        &Scope::Everything,
        moment,
    )?;
    let snapshot = step.snapshot.unwrap_or_else(|| Arc::new(catalog.snapshot()));
    Ok((catalog, snapshot))
}
