//! Pelican: the plain assignments of `pelicanconf.py`, and of `publishconf.py` where that says more.

use std::path::{Path, PathBuf};

use super::found::{Found, Setting, from_folder};
use super::guess::{Guess, Program, python};
use super::pelican_metadata::{self, Settings};
use super::search_log::SearchLog;
use crate::vocabulary::{Dialect, PermalinkPattern};

pub(super) fn read(log: &SearchLog, root: &Path) -> Option<Found> {
    let (file, text) = log.first_file(root, &["pelicanconf.py"])?;
    let (publish_file, publish) = (log.first_file(root, &["publishconf.py"])).unwrap_or_default();
    let programs = [Program::new(&publish_file, &publish), Program::new(&file, &text)];
    let mut unread = Vec::new();
    let mut guess = |name: &str| {
        let Guess { value, source } = programs
            .iter()
            .find_map(|program| python::guess(*program, name))?;
        let value = match value {
            python::Assigned::Plain(value) => Some(value).filter(|value| !value.is_empty()),
            python::Assigned::Perhaps(value) => {
                unread.push(format!("{name} depends on something; “{value}” was taken for it"));
                Some(value)
            }
            python::Assigned::Made => {
                unread.push(format!("{name} is made by the program, and can't be read"));
                None
            }
        };
        Some(Guess {
            value: value?,
            source,
        })
    };
    let mut found = Found::new(file.clone(), Dialect::Pelican, PathBuf::new());
    let path = found.take(Setting::ContentDir, guess("PATH"));
    let path = path.unwrap_or_else(|| "content".into());
    let mut value = |name: &str| guess(name).map(|guess| guess.value);
    let articles = value("ARTICLE_PATHS").unwrap_or_default();
    // Pages are no articles, whatever date they have.
    let pages = value("PAGE_PATHS").unwrap_or_else(|| "pages".into());
    found.content_dir = root.join(path).join(&articles);
    found.rules.ignored = (from_folder(&articles, &format!("/{pages}")).into_iter()).collect();
    let description = guess("SITESUBTITLE").or_else(|| guess("SITEDESCRIPTION"));
    found.title = found.take(Setting::Title, guess("SITENAME"));
    found.url = found.take(Setting::Url, guess("SITEURL"));
    found.description = found.take(Setting::Description, description);
    found.language = found.take(Setting::Language, guess("DEFAULT_LANG"));
    found.time_zone = found.take(Setting::TimeZone, guess("TIMEZONE"));
    let written = found.take(Setting::Permalink(String::new()), guess("ARTICLE_URL"));
    let mut value = |name: &str| guess(name).map(|guess| guess.value);
    found.rules.author = value("AUTHOR");
    found.rules.slug_from_title = value("SLUGIFY_SOURCE").as_deref() != Some("basename");
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
