//! What is written → what is meant: reads every table, lets options go before the file, and fills in the
//! defaults. Pure; all that is wrong is told at once.

use std::path::Path;

use super::directory::Directory;
use super::error::ConfigError;
use super::feeds::{self, FeedTables};
use super::generator::GeneratorDefaults;
use super::options::Options;
use super::reader::{Problems, Table, Tables};
use super::{Config, address, admin, content, file, http, moved, site, state, watch};
use crate::vocabulary::ScopeKind;

/// Looks for what the site's own generator says: in a folder, or above a content directory.
pub type FindDefaults<'a> = dyn Fn(&Path, Option<&Path>) -> Option<GeneratorDefaults> + 'a;

/// Reads the configuration: the file that the options name, or [`super::DEFAULT_FILE`] if there is one. What
/// nobody says is filled in by what the site's own generator says, where that is found.
///
/// # Errors
/// A file that can't be read, and whatever [`resolve`] finds.
pub fn read(options: &Options, find_defaults: &FindDefaults<'_>) -> Result<Config, ConfigError> {
    let found = file::text(options)?;
    let text = found.as_ref().map(|(file, text)| (text.as_str(), file.as_path()));
    resolve_with(text, options, find_defaults)
}

/// Turns the text of the file, if there is one, and the options into a configuration.
///
/// # Errors
/// Everything that is wrong with keys and values; of errors of syntax the first.
pub fn resolve(text: Option<(&str, &Path)>, options: &Options) -> Result<Config, ConfigError> {
    resolve_with(text, options, &|_, _| None)
}

fn resolve_with(
    text: Option<(&str, &Path)>,
    options: &Options,
    find_defaults: &FindDefaults<'_>,
) -> Result<Config, ConfigError> {
    let (text, file) = text.map_or(("", None), |(text, file)| (text, Some(file)));
    // Some editors put a byte order mark in front, which is no character of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let problems = Problems::new(file.unwrap_or(Path::new("")), text);
    let config = read_tables(Table::whole(text, &problems)?, file, options, find_defaults);
    Ok(Config {
        warnings: problems.finish()?,
        ..config
    })
}

/// The configuration as far as it is good.
fn read_tables(
    table: Table<'_>,
    file: Option<&Path>,
    options: &Options,
    find_defaults: &FindDefaults<'_>,
) -> Config {
    let tables = FileTables::new(table);
    let directory = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let (content, written_dir) = content::read(tables.content, options, Directory(directory));
    let root = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let mut generator = find_defaults(root, written_dir.as_deref()).unwrap_or_default();
    let has_title = tables.site.holds("title") || options.site_title.is_some() || generator.title.is_some();
    let mut site = site::read(tables.site, options, &generator);
    let http = http::read(tables.http, options, site.is_preview);
    if site.is_preview {
        site.url = address::preview_url(http.listen);
    }
    generator.forget_unread(has_title, !site.is_preview, content.permalink.is_some());
    let content_dir = written_dir
        .or(generator.content_dir)
        .unwrap_or_else(|| directory.join(content::DEFAULT_DIR));
    Config {
        file: file.map(Path::to_owned),
        generator: generator.files,
        content_dir,
        content,
        admin: admin::read(tables.admin, options, http.listen),
        feeds: feeds::read(tables.feeds, options, &site, generator.has_languages),
        moved: moved::read(tables.moved, site.time_zone),
        watch: watch::read(tables.watch),
        state_dir: state::read(tables.state, options, Directory(directory)),
        site,
        http,
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
    read_tables(table, None, &Options::default(), &|_, _| None);
    problems.tables()
}
