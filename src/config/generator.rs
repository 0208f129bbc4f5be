//! What the site's own generator is told fills in what feeds.toml leaves out.

use std::path::PathBuf;

/// Where it was read, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratorFiles {
    /// The configuration itself.
    pub file: PathBuf,
    /// Every file and folder that was looked at for it, there or not.
    pub looked_at: Vec<PathBuf>,
    /// What could not be read and feeds.toml does not say either, each in a sentence for the owner.
    pub unread: Vec<String>,
}

/// What a generator's configuration says that feeds.toml could say as well. Values are unchecked: one that is
/// not good is passed over.
#[derive(Clone, Debug, Default)]
pub struct GeneratorDefaults {
    /// Where it was read, if there is one.
    pub files: Option<GeneratorFiles>,
    /// The site's name.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its time zone, by its IANA name.
    pub time_zone: Option<String>,
    /// Where it has its posts.
    pub content_dir: Option<PathBuf>,
    /// Whether the site has several languages.
    pub has_languages: bool,
}

impl GeneratorDefaults {
    /// Forgets what could not be read where it is said elsewhere.
    pub(super) fn forget_unread(&mut self, has_title: bool, has_url: bool, has_permalink: bool) {
        let said = [
            (has_title, &["title", "SITENAME"][..]),
            (has_url, &["url", "site:", "SITEURL"]),
            (
                has_permalink,
                &["where the posts are", "the addresses", "the permalink"],
            ),
        ];
        let said: Vec<&str> = said
            .into_iter()
            .filter(|(is_said, _)| *is_said)
            .flat_map(|(_, starts)| starts)
            .copied()
            .collect();
        if let Some(files) = &mut self.files {
            files
                .unread
                .retain(|line| !said.iter().any(|start| line.starts_with(start)));
        }
    }
}
