//! The reasons that /readyz gives besides those of the snapshot.

use arc_swap::ArcSwapOption;

/// One for a process; shared by reference.
#[derive(Debug, Default)]
pub struct Status {
    withheld: ArcSwapOption<String>,
    configuration: ArcSwapOption<String>,
}

impl Status {
    /// Why nothing was published yet, if there is a reason.
    pub fn withhold(&self, why: Option<String>) {
        self.withheld.store(why.map(Into::into));
    }

    /// Why the configuration that runs is not the one that is found, if it is not.
    pub fn keep_configuration(&self, why: Option<String>) {
        self.configuration.store(why.map(Into::into));
    }

    /// Why the service is not ready. Not to be asked of one that is.
    pub fn not_ready(&self) -> String {
        let withheld = self.withheld.load();
        let why = withheld.as_ref().map(|why| why.as_str());
        why.unwrap_or("the posts are still being read").to_owned()
    }

    /// Why what is served is behind what there is, given what the snapshot says of the content.
    pub fn stale(&self, content: Option<String>) -> Option<String> {
        let configuration = self.configuration.load();
        let configuration = configuration.as_deref().cloned();
        let reasons: Vec<String> = content.into_iter().chain(configuration).collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}
