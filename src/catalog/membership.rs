//! Which scopes a post belongs to.

use std::sync::Arc;

use super::scope::ScopeKey;
use super::settings::CatalogSettings;
use crate::config::ScopeKind;
use crate::content::Post;

/// The scopes of a post, each with the name by which the post calls it, in a fixed order and none
/// twice. Kinds that have no feeds are left out.
pub fn memberships(post: &Post, settings: &CatalogSettings) -> Vec<(ScopeKey, Arc<str>)> {
    let mut memberships: Vec<(ScopeKey, Arc<str>)> = Vec::new();
    let mut add = |kind: ScopeKind, name: &str| {
        if !settings.feeds.kinds.contains_key(&kind) {
            return;
        }
        let key = ScopeKey {
            kind,
            slug: settings.slug(kind, name),
        };
        let is_named = kind == ScopeKind::Site || !key.slug.is_empty();
        if is_named && !memberships.iter().any(|(own, _)| *own == key) {
            memberships.push((key, name.into()));
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
    memberships
}
