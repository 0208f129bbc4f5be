//! What a post is filed under, as a feed names it.

use crate::catalog::settings::CatalogSettings;
use crate::content::Post;
use crate::feed::Category;
use crate::vocabulary::ScopeKind;
use crate::vocabulary::text::is_blank;

/// The categories and tags of a post, each once.
pub(super) fn categories(settings: &CatalogSettings, post: &Post) -> Vec<Category> {
    let categories = post.categories.iter().map(|name| (ScopeKind::Category, name));
    let tags = post.tags.iter().map(|name| (ScopeKind::Tag, name));
    let mut resolved: Vec<Category> = Vec::new();
    for (kind, name) in categories.chain(tags) {
        let category = Category {
            term: settings.slug(kind, name).to_string(),
            label: settings
                .scope(kind, name)
                .and_then(|configured| configured.title.clone())
                .unwrap_or_else(|| name.to_string()),
            scheme: settings.content.absolute(&format!("{}/", kind.plural())),
        };
        // A name of nothing that a document can show has its slug for a label.
        let category = Category {
            label: if is_blank(&category.label) {
                category.term.clone()
            } else {
                category.label
            },
            ..category
        };
        let is_new = |own: &Category| own.term != category.term || own.scheme != category.scheme;
        if !is_blank(&category.term) && resolved.iter().all(is_new) {
            resolved.push(category);
        }
    }
    resolved
}
