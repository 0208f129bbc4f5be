//! What is known of a site from its generator's configuration.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::guess::{Guess, Source};
use crate::content::conventions::Rules;
use crate::vocabulary::{Dialect, PermalinkPattern};

/// A setting that a program's text may suggest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// [`Found::title`].
    Title,
    /// [`Found::url`].
    Url,
    /// [`Found::description`].
    Description,
    /// [`Found::language`].
    Language,
    /// [`Found::time_zone`].
    TimeZone,
    /// [`Found::content_dir`].
    ContentDir,
    /// The pattern of the posts in a folder of the content directory.
    Permalink(String),
}

/// What is known of a site from its generator's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The file that says so.
    pub file: PathBuf,
    /// Everything that was looked at, there or not: a change of any of it may change what is found.
    pub looked_at: Vec<PathBuf>,
    /// Its name.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its time zone, by its IANA name.
    pub time_zone: Option<String>,
    /// The languages of a site that has more than one, as far as that is known.
    pub languages: Vec<String>,
    /// Where its posts are.
    pub content_dir: PathBuf,
    /// What its files mean.
    pub rules: Rules,
    /// The lines of programs that settings are guessed from; a setting that is not here is none of a program's, or
    /// a default.
    pub guessed_from: BTreeMap<Setting, Source>,
    /// What could not be read, each in a sentence for the owner.
    pub unread: Vec<String>,
}

impl Found {
    pub(super) fn new(file: PathBuf, dialect: Dialect, content_dir: PathBuf) -> Self {
        Found {
            file,
            content_dir,
            rules: Rules {
                dialect: Some(dialect),
                ..Rules::default()
            },
            ..Found::default()
        }
    }

    /// The value of a guess, whose source is kept.
    pub(super) fn take<T>(&mut self, setting: Setting, guess: Option<Guess<T>>) -> Option<T> {
        let Guess { value, source } = guess?;
        self.guessed_from.insert(setting, source);
        Some(value)
    }

    /// Takes up a guess at the pattern of the posts in a folder.
    pub(super) fn guess_permalink(&mut self, folder: &str, guess: Guess<PermalinkPattern>) {
        let pattern = guess.value;
        self.guessed_from
            .insert(Setting::Permalink(folder.to_owned()), guess.source);
        self.rules.permalinks.push((folder.to_owned(), pattern));
    }

    /// The name of its file, for messages.
    pub(super) fn name(&self) -> String {
        name_of(&self.file)
    }

    /// Names what the generator is told to build and what stands in no feed all the same.
    pub(super) fn built_all_the_same(&mut self, key: &str, what: &str) {
        self.unread.push(format!(
            "{key}: {what} are on the site, but stand in no feed all the same"
        ));
    }

    /// Takes another content directory for the site's own: rules for folders are relative to it.
    pub(super) fn rebase(&mut self, content_dir: &Path) {
        let canonical = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (own, given) = (canonical(&self.content_dir), canonical(content_dir));
        if own == given {
            content_dir.clone_into(&mut self.content_dir);
            return;
        }
        self.guessed_from.remove(&Setting::ContentDir);
        let relative = |path: &Path| path.to_str().map(str::to_owned);
        if let Some(inside) = given.strip_prefix(&own).ok().and_then(relative) {
            let strip = |folder: &String| match folder.strip_prefix(&inside) {
                Some(rest) => Some(rest.trim_start_matches('/').to_owned()),
                None if folder.is_empty() => Some(String::new()),
                None => None,
            };
            self.rules.ignored = (self.rules.ignored.iter())
                .filter_map(|pattern| from_folder(&inside, pattern))
                .collect();
            self.rules.posts_are_anywhere |= inside.split('/').any(|folder| folder == "_posts");
            self.rules.permalinks = (self.rules.permalinks.iter())
                .filter_map(|(folder, pattern)| Some((strip(folder)?, pattern.clone())))
                .collect();
            self.guessed_from = (std::mem::take(&mut self.guessed_from).into_iter())
                .filter_map(|(setting, source)| match setting {
                    Setting::Permalink(folder) => Some((Setting::Permalink(strip(&folder)?), source)),
                    other => Some((other, source)),
                })
                .collect();
            self.rules.inside = join(&self.rules.inside, &inside);
        }
        content_dir.clone_into(&mut self.content_dir);
    }
}

/// A file's name, for messages: where the site lies on this machine is nobody's business.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// A folder within another, both without outer slashes.
pub(super) fn join(folder: &str, inside: &str) -> String {
    format!("{folder}/{inside}").trim_matches('/').to_owned()
}

/// A pattern of files that is relative to a folder's parent, from the folder itself: one without a slash
/// holds everywhere, one for another folder nowhere.
pub(super) fn from_folder(folder: &str, pattern: &str) -> Option<String> {
    let folder = folder.trim_start_matches("./").trim_matches('/');
    let plain = pattern.trim_start_matches("./").trim_start_matches('/');
    if folder.is_empty() || !plain.trim_end_matches('/').contains('/') && !pattern.starts_with('/') {
        return Some(pattern.trim_start_matches("./").to_owned());
    }
    if plain.starts_with("**/") {
        return Some(plain.to_owned());
    }
    plain
        .strip_prefix(folder)?
        .strip_prefix('/')
        .map(|rest| format!("/{rest}"))
}
