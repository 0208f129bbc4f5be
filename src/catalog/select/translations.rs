//! Posts that are one text in several languages.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::settings::query;
use crate::catalog::snapshot::Snapshot;
use crate::catalog::snapshot::entries::is_public;
use crate::content::Post;
use crate::content::fields::translation::{key_of_path, main_paths};
use crate::feed::Translation;

/// Takes in a post.
pub(in crate::catalog) fn note(view: &mut Snapshot, post: &Post) {
    if let Some(key) = &post.translation {
        let paths = view.translations.entry(key.clone()).or_default();
        paths.insert(Arc::clone(&post.path));
    }
}

/// Forgets a post.
pub(in crate::catalog) fn forget(view: &mut Snapshot, post: &Post) {
    if let Some(key) = &post.translation
        && let Some(paths) = view.translations.get_mut(key)
    {
        paths.remove(&post.path);
        if paths.is_empty() {
            view.translations.remove(key);
        }
    }
}

/// More posts than this share a key by mistake: it is a default of the site, say.
const MOST: usize = 400;

/// How many posts say that they are what this key stands for.
fn count(view: &Snapshot, key: &str) -> usize {
    view.translations.get(key).map_or(0, imbl::OrdSet::len)
}

/// The posts that are this one in other languages, or its like in its own: to each of them this one is the
/// same. One that just went is asked about, too.
fn siblings(view: &Snapshot, post: &Post) -> Vec<Arc<Post>> {
    let key = match &post.translation {
        Some(key) => key.clone(),
        // Most sites have one language, and pay nothing for this.
        None if view.translations.is_empty() => return Vec::new(),
        None => {
            let languages = &view.settings.content.conventions.rules().languages;
            let key = key_of_path(&post.path, languages);
            let is_main = count(view, &key) > 0 && main_paths(&key).any(|path| path == *post.path);
            if !is_main {
                return Vec::new();
            }
            key
        }
    };
    let paths = view.translations.get(&key);
    let marked = paths
        .into_iter()
        .flatten()
        .filter_map(|path| view.posts.get(path));
    let main = main_paths(&key).filter_map(|path| view.posts.get(path.as_str()));
    marked
        .chain(main.filter(|main| main.translation.is_none()))
        .filter(|other| other.path != post.path)
        .cloned()
        .collect()
}

/// The posts that show something else once this one has come or gone.
pub(in crate::catalog) fn touched(view: &Snapshot, post: &Post) -> Vec<Arc<Post>> {
    // With one more than `MOST` all of them have just lost their translations, or are about to have them.
    let is_mistaken = |key: &str| count(view, key) > MOST + 1;
    if post.translation.as_deref().is_some_and(is_mistaken) {
        return Vec::new();
    }
    siblings(view, post)
}

/// A post in the other languages it is public in, by language.
pub(in crate::catalog) fn resolve(snapshot: &Snapshot, post: &Post) -> Vec<Translation> {
    let own = query::language(post, &*snapshot.settings);
    // Tags that differ in case only are one (RFC 5646, 2.1.1).
    let mut all: BTreeMap<String, Translation> = BTreeMap::new();
    let others = siblings(snapshot, post);
    let key = others.iter().find_map(|other| other.translation.as_deref());
    let key = post.translation.as_deref().or(key);
    if key.is_some_and(|key| count(snapshot, key) > MOST) {
        return Vec::new();
    }
    for other in others {
        if let Some(language) = query::language(&other, &*snapshot.settings)
            && !own.is_some_and(|own| own.eq_ignore_ascii_case(language))
            && is_public(&other, snapshot.moment)
        {
            let translation = || Translation {
                language: language.to_owned(),
                url: snapshot.settings.content.absolute(&other.permalink),
            };
            all.entry(language.to_ascii_lowercase())
                .or_insert_with(translation);
        }
    }
    all.into_values().collect()
}
