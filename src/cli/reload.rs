//! What changes when a configuration is read again.

use crate::config::Config;
use crate::setup::Setup;

/// What a new configuration changes, for the log: what is taken up, and what needs a restart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// The tables and scopes that differ.
    pub(super) taken_up: Vec<String>,
    /// The tables that differ and are only read at the start.
    pub(super) at_restart: Vec<&'static str>,
}

impl Changes {
    /// Between the configuration that runs and a new one.
    pub(super) fn between(old: &Setup, new: &Setup) -> Self {
        let has_other_rules = old.rules != new.rules;
        let (old, new) = (&old.config, &new.config);
        let mut changes = Changes::default();
        let mut note = |differs: bool, what: &str| {
            if differs {
                changes.taken_up.push(what.to_owned());
            }
        };
        note(old.site != new.site, "[site]");
        note(
            old.content_dir != new.content_dir || old.content != new.content || has_other_rules,
            "how content is read",
        );
        note(old.watch != new.watch, "[watch]");
        note(old.http != new.http.under(&old.http), "[http]");
        note(old.moved != new.moved, "[moved]");
        for (key, settings) in &new.feeds.scopes {
            let (kind, name) = key;
            match old.feeds.scopes.get(key) {
                None => note(true, &format!("[{}.{name}] is new", kind.plural())),
                Some(before) => note(before != settings, &format!("[{}.{name}]", kind.plural())),
            }
        }
        for (kind, name) in old.feeds.scopes.keys() {
            let is_gone = !new.feeds.scopes.contains_key(&(*kind, name.clone()));
            note(is_gone, &format!("[{}.{name}] is gone", kind.plural()));
        }
        let rest = |config: &Config| {
            let mut feeds = config.feeds.clone();
            feeds.scopes.clear();
            feeds
        };
        note(rest(old) != rest(new), "[feeds]");
        // What the tables above leave out.
        let same = Config {
            http: old.http.clone(),
            admin: old.admin,
            state_dir: old.state_dir.clone(),
            ..new.clone()
        };
        if changes.taken_up.is_empty() && same != *old {
            changes.taken_up.push("other settings".to_owned());
        }
        for (differs, what) in [
            (
                new.http != new.http.under(&old.http),
                "[http] (its addresses, purge_url, document_cache, linger or drain)",
            ),
            (old.admin != new.admin, "[admin]"),
            (old.state_dir != new.state_dir, "[state]"),
        ] {
            if differs {
                changes.at_restart.push(what);
            }
        }
        changes
    }
}
