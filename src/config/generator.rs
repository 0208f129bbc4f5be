//! What the site's own generator is told fills in what feeds.toml leaves out.

use std::path::PathBuf;

use super::{Content, Feeds, Site};
use crate::content::ContentSettings;
use crate::content::conventions::{Conventions, Rules};
use crate::site::Found;
use crate::vocabulary::Dialect;

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
pub(super) struct GeneratorDefaults {
    /// Where it was read, if there is one.
    pub(super) files: Option<GeneratorFiles>,
    /// The site's name.
    pub(super) title: Option<String>,
    /// Its address.
    pub(super) url: Option<String>,
    /// What it is, in a sentence.
    pub(super) description: Option<String>,
    /// Its language.
    pub(super) language: Option<String>,
    /// Its time zone, by its IANA name.
    pub(super) time_zone: Option<String>,
    /// Where it has its posts.
    pub(super) content_dir: Option<PathBuf>,
    /// Whether the site has several languages.
    pub(super) has_languages: bool,
}

impl GeneratorDefaults {
    /// What was found, and what the generator's files mean.
    pub(super) fn from_found(found: Found) -> (Self, Rules) {
        let defaults = GeneratorDefaults {
            files: Some(GeneratorFiles {
                file: found.file,
                looked_at: found.looked_at,
                unread: found.unread,
            }),
            title: found.title,
            url: found.url,
            description: found.description,
            language: found.language,
            time_zone: found.time_zone,
            content_dir: Some(found.content_dir),
            has_languages: !found.languages.is_empty(),
        };
        (defaults, found.rules)
    }

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

/// What parsing and rendering a file need to know of the site, by feeds.toml and by what its generator's files
/// mean.
pub(super) fn content_settings(
    site: &Site,
    content: &Content,
    feeds: &Feeds,
    rules: Rules,
) -> ContentSettings {
    let mut rules = rules;
    if content.dialect.is_some() && rules.dialect != content.dialect {
        // The rules of one generator mean nothing to another.
        rules = Rules {
            dialect: content.dialect,
            ..Rules::default()
        };
    }
    rules.date_order = content.date_order;
    if content.permalink.is_some() {
        rules.permalinks.clear();
        rules.translated = None;
    }
    // The pattern of the whole site is a setting like one that is written, and locked like one.
    let of_site = rules.permalinks.iter().position(|(folder, _)| folder.is_empty());
    let of_site = of_site.map(|at| rules.permalinks.remove(at).1);
    let permalink = content.permalink.clone().or(of_site);
    let permalink = permalink.or_else(|| rules.dialect.map(Dialect::permalink));
    ContentSettings {
        site_url: site.url.clone(),
        time_zone: site.time_zone,
        permalink: permalink.unwrap_or_default(),
        html: content.html,
        ids: feeds.ids,
        authority: site.authority.clone(),
        conventions: Conventions::new(rules),
        fields: feeds.fields(),
    }
}
