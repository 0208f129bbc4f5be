//! What is written → what is meant: reads every table, lets options go before the file, and fills in the
//! defaults. Pure; all that is wrong is told at once.

use std::path::Path;
use std::sync::Arc;

use super::directory::Directory;
use super::error::ConfigError;
use super::feeds::{self, FeedTables};
use super::generator::{self, GeneratorDefaults};
use super::options::Options;
use super::reader::{Problems, Table, Tables};
use super::{Config, address, admin, content, http, moved, site, state, watch};
use crate::site::Found;
use crate::vocabulary::ScopeKind;

/// Turns the text of the file, if there is one, and the options into a configuration.
///
/// # Errors
/// Everything that is wrong with keys and values; of errors of syntax the first.
pub fn resolve(text: Option<(&str, &Path)>, options: &Options) -> Result<Config, ConfigError> {
    resolve_with(text, options, &|_, _| None)
}

/// Looks for the configuration of the site's own generator: in a folder, or above a content directory.
pub(super) type FindSite<'a> = dyn Fn(&Path, Option<&Path>) -> Option<Found> + 'a;

/// The same, where what a site's own generator is told fills in what nobody else says.
pub(super) fn resolve_with(
    text: Option<(&str, &Path)>,
    options: &Options,
    find_site: &FindSite<'_>,
) -> Result<Config, ConfigError> {
    let (text, file) = text.map_or(("", None), |(text, file)| (text, Some(file)));
    // Some editors put a byte order mark in front, which is no character of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let problems = Problems::new(file.unwrap_or(Path::new("")), text);
    let config = read(Table::whole(text, &problems)?, file, options, find_site);
    Ok(Config {
        warnings: problems.finish()?,
        ..config
    })
}

/// The configuration as far as it is good.
fn read(table: Table<'_>, file: Option<&Path>, options: &Options, find_site: &FindSite<'_>) -> Config {
    let tables = FileTables::new(table);
    let directory = file.and_then(Path::parent).unwrap_or(Path::new(""));

    let (content, written_dir) = content::read(tables.content, options, Directory(directory));
    let root = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let found = find_site(root, written_dir.as_deref());
    let (generator, rules) = found.map(GeneratorDefaults::from_found).unzip();
    let mut generator = generator.unwrap_or_default();
    let has_title = tables.site.holds("title") || options.site_title.is_some() || generator.title.is_some();
    let mut site = site::read(tables.site, options, &generator);
    let http = http::read(tables.http, options, site.is_preview);
    if site.is_preview {
        site.url = address::preview_url(http.listen);
    }
    let admin = admin::read(tables.admin, options, http.listen);
    let feeds = feeds::read(tables.feeds, options, &site, generator.has_languages);
    let moved = moved::read(tables.moved, site.time_zone);
    let watch = watch::read(tables.watch);
    let state_dir = state::read(tables.state, options, Directory(directory));
    generator.forget_unread(has_title, !site.is_preview, content.permalink.is_some());
    let content_dir = written_dir
        .or(generator.content_dir)
        .unwrap_or_else(|| directory.join(content::DEFAULT_DIR));
    let settings = generator::content_settings(&site, &content, &feeds, rules.unwrap_or_default());
    Config {
        file: file.map(Path::to_owned),
        generator: generator.files,
        site,
        content_dir,
        content: Arc::new(settings),
        feeds,
        moved,
        http,
        admin,
        watch,
        state_dir,
        warnings: Vec::new(),
    }
}

/// The tables of a file, in the order in which they are listed.
struct FileTables<'a> {
    site: Table<'a>,
    content: Table<'a>,
    feeds: FeedTables<'a>,
    moved: Tables<'a>,
    http: Table<'a>,
    admin: Table<'a>,
    watch: Table<'a>,
    state: Table<'a>,
}

impl<'a> FileTables<'a> {
    fn new(mut file: Table<'a>) -> Self {
        const SINGLE_SCOPES: [ScopeKind; 5] = [
            ScopeKind::Section,
            ScopeKind::Category,
            ScopeKind::Author,
            ScopeKind::Tag,
            ScopeKind::Language,
        ];
        FileTables {
            site: file.table("site"),
            content: file.table("content"),
            feeds: FeedTables {
                feeds: file.table("feeds"),
                own: file.tables("feed"),
                scopes: SINGLE_SCOPES.map(|kind| (kind, file.named(kind.plural()))).into(),
                podcast: file.table("podcast"),
            },
            moved: file.named("moved"),
            http: file.table("http"),
            admin: file.table("admin"),
            watch: file.table("watch"),
            state: file.table("state"),
        }
    }
}

/// Every table that a file may hold, with its keys.
#[cfg(test)]
pub(super) fn tables() -> Vec<(String, Vec<&'static str>)> {
    let problems = Problems::new(Path::new(""), "");
    let table = Table::whole("", &problems).expect("no text has no error");
    read(table, None, &Options::default(), &|_, _| None);
    problems.tables()
}
