//! Which scopes a post belongs to.

use std::sync::Arc;

use crate::catalog::settings::CatalogSettings;
use crate::catalog::settings::query;
use crate::catalog::snapshot::scope::ScopeKey;
use crate::content::Post;
use crate::vocabulary::{ScopeKind, nfc};

/// The scopes of a post, each with the name by which the post calls it, in one form, in a fixed order and none
/// twice. Scopes that have no feeds, and those whose feeds exclude the post, are left out.
pub fn memberships(post: &Post, settings: &CatalogSettings) -> Vec<(ScopeKey, Arc<str>)> {
    let mut memberships: Vec<(ScopeKey, Arc<str>)> = Vec::new();
    let mut add = |kind: ScopeKind, name: &str| {
        let key = ScopeKey {
            kind,
            slug: settings.slug(kind, name),
        };
        let is_named = kind == ScopeKind::Site || !key.slug.is_empty();
        let is_new = || !memberships.iter().any(|(own, _)| *own == key);
        if is_named && settings.has_feed(&key) && is_new() && !settings.excludes(&key, post) {
            memberships.push((key, nfc::compose(name).as_ref().into()));
        }
    };
    add(ScopeKind::Site, "");
    post.section.iter().for_each(|name| add(ScopeKind::Section, name));
    post.categories
        .iter()
        .for_each(|name| add(ScopeKind::Category, name));
    post.bylines
        .iter()
        .for_each(|byline| add(ScopeKind::Author, &byline.name));
    post.tags.iter().for_each(|name| add(ScopeKind::Tag, name));
    if let Some(language) = query::language(post, settings) {
        add(ScopeKind::Language, language);
    }
    let selected = settings
        .selections()
        .iter()
        .filter(|selection| selection.matches(post, settings) && !settings.excludes(&selection.key, post));
    memberships.extend(selected.map(|selection| (selection.key.clone(), Arc::clone(&selection.name))));
    memberships
}
