//! Posts that are one text in several languages.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::is_public;
use super::query;
use super::snapshot::Snapshot;
use crate::content::Post;
use crate::content::translation::{key_of_path, main_paths};
use crate::feed::Translation;

/// The posts that say they are translations, by what they share.
pub(super) type Translations = imbl::OrdMap<Box<str>, imbl::OrdSet<Arc<str>>>;

/// Takes in a post.
pub(super) fn note(view: &mut Snapshot, post: &Post) {
    if let Some(key) = &post.translation {
        let paths = view.translations.entry(key.clone()).or_default();
        paths.insert(Arc::clone(&post.path));
    }
}

/// Forgets a post.
pub(super) fn forget(view: &mut Snapshot, post: &Post) {
    if let Some(key) = &post.translation
        && let Some(paths) = view.translations.get_mut(key)
    {
        paths.remove(&post.path);
        if paths.is_empty() {
            view.translations.remove(key);
        }
    }
}

/// The posts that are this one in other languages, or its like in its own.
pub(super) fn siblings(view: &Snapshot, post: &Post) -> Vec<Arc<Post>> {
    // Most sites have one language, and pay nothing for this. One that just went is asked about, too.
    if view.translations.is_empty() && post.translation.is_none() {
        return Vec::new();
    }
    let languages = &view.settings.content.conventions.rules().languages;
    let of_path = || key_of_path(&post.path, languages);
    let key = post.translation.clone().unwrap_or_else(of_path);
    let paths = view.translations.get(&key);
    let marked = paths
        .into_iter()
        .flatten()
        .filter_map(|path| view.posts.get(path));
    let main = main_paths(&key).find_map(|path| view.posts.get(path.as_str()));
    marked
        .chain(main.filter(|main| main.translation.is_none()))
        .filter(|other| other.path != post.path)
        .cloned()
        .collect()
}

/// More posts than this share a key by mistake: it is a default of the site, say.
const MOST: usize = 400;

/// A post in the other languages it is public in, by language.
pub(super) fn resolve(snapshot: &Snapshot, post: &Post) -> Vec<Translation> {
    let own = query::language(post, &snapshot.settings);
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let key = post.translation.as_ref();
    if key.is_some_and(|key| {
        snapshot
            .translations
            .get(key)
            .is_some_and(|paths| paths.len() > MOST)
    }) {
        return Vec::new();
    }
    for other in siblings(snapshot, post) {
        if let Some(language) = query::language(&other, &snapshot.settings)
            && own != Some(language)
            && is_public(&other, snapshot.moment)
        {
            let url = || snapshot.settings.content.absolute(&other.permalink);
            all.entry(language.to_owned()).or_insert_with(url);
        }
    }
    (all.into_iter())
        .map(|(language, url)| Translation { language, url })
        .collect()
}
