//! Pelican: the plain assignments of `pelicanconf.py`, and of `publishconf.py` where that says more.

use std::path::Path;

use super::found::{Found, from_folder};
use super::guess::python;
use super::pelican_metadata::{self, Settings};
use super::search_log::SearchLog;
use crate::vocabulary::{Dialect, PermalinkPattern};

pub(super) fn read(log: &SearchLog, root: &Path) -> Option<Found> {
    let (file, text) = log.first_file(root, &["pelicanconf.py"])?;
    let publish = log
        .first_file(root, &["publishconf.py"])
        .map_or_else(String::new, |(_, text)| text);
    let mut unread = Vec::new();
    let mut value = |name: &str| {
        let own = python::string(&publish, name);
        let read = own.or_else(|| python::string(&text, name))?;
        match read {
            python::Assigned::Plain(value) => Some(value).filter(|value| !value.is_empty()),
            python::Assigned::Perhaps(value) => {
                unread.push(format!("{name} depends on something; “{value}” was taken for it"));
                Some(value)
            }
            python::Assigned::Made => {
                unread.push(format!("{name} is made by the program, and can't be read"));
                None
            }
        }
    };
    let path = value("PATH").unwrap_or_else(|| "content".into());
    let articles = value("ARTICLE_PATHS").unwrap_or_default();
    // Pages are no articles, whatever date they have.
    let pages = value("PAGE_PATHS").unwrap_or_else(|| "pages".into());
    let mut found = Found::new(file, Dialect::Pelican, root.join(path).join(&articles));
    found.rules.ignored = (from_folder(&articles, &format!("/{pages}")).into_iter()).collect();
    found.title = value("SITENAME");
    found.url = value("SITEURL");
    found.description = value("SITESUBTITLE").or_else(|| value("SITEDESCRIPTION"));
    found.language = value("DEFAULT_LANG");
    found.time_zone = value("TIMEZONE");
    found.rules.author = value("AUTHOR");
    found.rules.slug_from_title = value("SLUGIFY_SOURCE").as_deref() != Some("basename");
    let written = value("ARTICLE_URL");
    let translated = value("ARTICLE_LANG_URL").unwrap_or_else(|| "{slug}-{lang}.html".into());
    let main = found.language.clone().unwrap_or_else(|| "en".into());
    if let Some(pattern) = value("FILENAME_METADATA") {
        found.rules.slug_after_date = pattern.contains("(?P<date>") && pattern.contains("(?P<slug>");
    }
    let settings = Settings::new(&text, &publish);
    for (name, is_of_folders) in [("ARTICLE_EXCLUDES", true), ("IGNORE_FILES", false)] {
        let patterns = settings.strings(name).unwrap_or_else(|| {
            unread.push(format!(
                "{name} holds something besides strings: what it leaves out is served"
            ));
            Vec::new()
        });
        let patterns = patterns.into_iter().filter_map(|pattern| {
            let folder = || format!("/{}", pattern.trim_matches('/'));
            from_folder(&articles, &if is_of_folders { folder() } else { pattern.clone() })
        });
        found.rules.ignored.extend(patterns);
    }
    let inside = articles.trim_start_matches("./").trim_matches('/');
    found.rules.inside = inside.into();
    let origin = found.name();
    found.rules.defaults = pelican_metadata::read(&settings, &origin, &mut unread);
    found.unread = unread;
    found.rules.translated =
        pattern("ARTICLE_LANG_URL", &translated, &mut found.unread).map(|own| (main, own));
    if let Some(written) = written
        && let Some(pattern) = pattern("ARTICLE_URL", &written, &mut found.unread)
    {
        found.rules.permalinks.push((String::new(), pattern));
    }
    Some(found)
}

fn pattern(name: &str, written: &str, unread: &mut Vec<String>) -> Option<PermalinkPattern> {
    let pattern = format!("/{}", written.trim_start_matches('/'));
    let read = PermalinkPattern::parse(pattern.strip_suffix("index.html").unwrap_or(&pattern));
    match read {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            unread.push(format!("{name} “{written}” {why}"));
            None
        }
    }
}
