//! What the site's own generator is told fills in what feeds.toml leaves out.

use std::path::PathBuf;

use toml::Spanned;

use super::error::Problems;
use super::options::Options;
use super::raw::{RawConfig, Written};
use super::{address, values};
use crate::content::conventions::Rules;
use crate::site::Found;
use crate::vocabulary::{DateOrder, Dialect, PermalinkPattern};

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

/// What is left of it when the site's own keys are filled in.
#[derive(Debug, Default)]
pub(super) struct Generator {
    /// The generator's configuration.
    pub(super) files: Option<GeneratorFiles>,
    /// Where it has its posts.
    pub(super) content_dir: Option<PathBuf>,
    /// Whether the site has several languages.
    pub(super) has_languages: bool,
    /// What its files mean.
    pub(super) rules: Rules,
    /// Where its posts are if nothing else says.
    pub(super) permalink: Option<PermalinkPattern>,
}

/// Fills in the keys of `[site]` that are not written, where what was found is of use.
pub(super) fn fill(
    raw: &mut RawConfig,
    found: Option<Found>,
    options: &Options,
    problems: &mut Problems<'_>,
) -> Generator {
    let forced = problems.written(raw.content.dialect.clone(), |written| {
        values::choice(&written, &Dialect::NAMES)
    });
    let date_order = problems.written(raw.content.date_order.clone(), |written| {
        values::choice(&written, &DateOrder::NAMES)
    });
    let mut generator = Generator::default();
    if let Some(found) = found {
        let site = &mut raw.site;
        if options.site_title.is_none() {
            take(&mut site.title, found.title, |title| values::text(title).is_ok());
        }
        if options.site_url.is_none() {
            take(&mut site.url, found.url, |url| address::absolute_url(url).is_ok());
        }
        if options.timezone.is_none() {
            take(&mut site.timezone, found.time_zone, |zone| {
                values::time_zone(zone).is_ok()
            });
        }
        take(&mut site.description, found.description, |text| {
            values::text(text).is_ok()
        });
        take(&mut site.language, found.language, |tag| {
            values::language(tag).is_ok()
        });
        let has = |line: &str| {
            let keys = [
                ("title", raw.site.title.is_some()),
                ("SITENAME", raw.site.title.is_some()),
                ("url", raw.site.url.is_some()),
                ("site:", raw.site.url.is_some()),
                ("SITEURL", raw.site.url.is_some()),
                ("where the posts are", raw.content.permalink.is_some()),
                ("the addresses", raw.content.permalink.is_some()),
                ("the permalink", raw.content.permalink.is_some()),
            ];
            keys.iter()
                .any(|(start, is_written)| *is_written && line.starts_with(start))
        };
        generator.files = Some(GeneratorFiles {
            file: found.file,
            looked_at: found.looked_at,
            unread: found.unread.into_iter().filter(|line| !has(line)).collect(),
        });
        generator.content_dir = Some(found.content_dir);
        generator.has_languages = !found.languages.is_empty();
        generator.rules = found.rules;
    }
    if let Some(forced) = forced
        && generator.rules.dialect != Some(forced)
    {
        // The rules of one generator mean nothing to another.
        generator.rules = Rules {
            dialect: Some(forced),
            ..Rules::default()
        };
    }
    generator.rules.date_order = date_order;
    if raw.content.permalink.is_some() {
        generator.rules.permalinks.clear();
        generator.rules.translated = None;
    }
    // The pattern of the whole site is a setting like one that is written, and locked like one.
    let of_site = generator
        .rules
        .permalinks
        .iter()
        .position(|(folder, _)| folder.is_empty());
    generator.permalink = of_site
        .map(|at| generator.rules.permalinks.remove(at).1)
        .or_else(|| generator.rules.dialect.map(Dialect::permalink));
    generator
}

/// A value that was found, if nobody wrote one and it is good. Its place is never pointed at: what
/// is good gives no cause to.
fn take(written: &mut Written<String>, found: Option<String>, is_good: impl Fn(&str) -> bool) {
    if written.is_none() {
        *written = found
            .filter(|found| is_good(found))
            .map(|found| Spanned::new(0..0, found));
    }
}
