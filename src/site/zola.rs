//! Zola: `config.toml` with a `base_url`, or `zola.toml`.

use std::path::Path;

use super::found::Found;
use super::search_log::SearchLog;
use crate::content::fields::field::first_text;
use crate::content::file::front_matter::Value;
use crate::vocabulary::Dialect;

pub(super) fn read(log: &SearchLog, root: &Path) -> Option<Found> {
    let mut unread = Vec::new();
    let (file, map) = log.first_data(root, &["zola.toml", "config.toml"], &mut unread)?;
    map.get("base_url")?;
    let text = |keys: &[&str]| first_text(&map, keys);
    let mut found = Found::new(file, Dialect::Zola, root.join("content"));
    found.unread = unread;
    found.title = text(&["title"]).or_else(|| {
        // Some sites have it in the front matter of the first page alone.
        let page = log.text(&root.join("content/_index.md"))?;
        let split = crate::content::file::front_matter::split(&page).ok()??;
        first_text(
            &crate::content::file::front_matter::parse(&split).ok()?,
            &["title"],
        )
    });
    found.url = text(&["base_url"]);
    found.description = text(&["description"]);
    found.language = text(&["default_language"]).or_else(|| Some("en".into()));
    found.rules.author = text(&["author"]);
    if let Some(Value::Map(languages)) = map.get("languages") {
        let main = text(&["default_language"]).unwrap_or_else(|| "en".into());
        let others = languages.0.iter().map(|(name, _)| name.clone());
        let others: Vec<String> = others.filter(|name| *name != main).collect();
        if !others.is_empty() {
            found.rules.languages = std::iter::once(main).chain(others).collect();
            found.languages.clone_from(&found.rules.languages);
        }
    }
    Some(found)
}
