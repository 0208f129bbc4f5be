//! Taking over the ids that another program's feeds have published, so that readers see no post
//! twice when a site changes over.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use url::Url;

use crate::content::Post;
use crate::content::place::id::path_of;

/// An entry as another program published it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedEntry {
    /// Its id; where the feed gave none, its link, as readers do.
    pub id: String,
    /// Its address.
    pub link: String,
}

/// What was found of other programs' entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// The ids to take over, by the path of the post.
    pub ids: BTreeMap<Arc<str>, Arc<str>>,
    /// Entries whose link leads to no post.
    pub unmatched: Vec<PublishedEntry>,
    /// Posts that were published under a second id too; the first one counts.
    pub ambiguous: Vec<(Arc<str>, PublishedEntry)>,
}

/// Reads the entries of a feed: RSS, Atom or JSON Feed, whichever it is. Entries with neither link
/// nor an id that is one are passed over.
///
/// # Errors
/// What is wrong with it, in a phrase.
pub fn read(bytes: &[u8]) -> Result<Vec<PublishedEntry>, String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') {
        return read_json(text);
    }
    let rss = match rss::Channel::read_from(text.as_bytes()) {
        Ok(channel) => return Ok(channel.items().iter().filter_map(rss_entry).collect()),
        Err(error) => error,
    };
    match text.parse::<atom_syndication::Feed>() {
        Ok(feed) => Ok(feed.entries().iter().filter_map(atom_entry).collect()),
        Err(atom) => Err(format!("it is no feed: as RSS, {rss}; as Atom, {atom}")),
    }
}

/// Finds the posts of entries by their links: by permalink, else by alias. Scheme, host, case, and a
/// slash or `index.html` at the end make no difference.
pub fn adopt<'a>(
    entries: impl IntoIterator<Item = PublishedEntry>,
    posts: impl Iterator<Item = &'a Post> + Clone,
    site_url: &Url,
) -> Adoption {
    let mut addresses: HashMap<String, &Arc<str>> = HashMap::new();
    for post in posts.clone() {
        let key = key(&post.permalink, site_url);
        addresses.entry(key).or_insert(&post.path);
    }
    for post in posts {
        for alias in &post.aliases {
            addresses.entry(key(alias, site_url)).or_insert(&post.path);
        }
    }
    let mut adoption = Adoption::default();
    for entry in entries {
        let Some(path) = addresses.get(&key(&entry.link, site_url)) else {
            adoption.unmatched.push(entry);
            continue;
        };
        let id = adoption
            .ids
            .entry(Arc::clone(path))
            .or_insert_with(|| entry.id.as_str().into());
        if **id != *entry.id {
            adoption.ambiguous.push((Arc::clone(path), entry));
        }
    }
    adoption
}

/// What an address of the site comes down to.
fn key(address: &str, site_url: &Url) -> String {
    let path = path_of(address).unwrap_or_default();
    let base = path_of(site_url.path()).unwrap_or_default();
    let path = path.strip_prefix(base.trim_end_matches('/')).unwrap_or(&path);
    let path = path.strip_suffix("index.html").unwrap_or(path);
    path.trim_matches('/').to_lowercase()
}

fn rss_entry(item: &rss::Item) -> Option<PublishedEntry> {
    let guid = item.guid().map(|guid| (guid.value().trim(), guid.is_permalink()));
    let link = item.link().map(str::trim).or(match guid {
        Some((guid, true)) => Some(guid),
        _ => None,
    })?;
    entry(guid.map_or(link, |(guid, _)| guid), link)
}

fn atom_entry(written: &atom_syndication::Entry) -> Option<PublishedEntry> {
    let links = written.links();
    let link = links
        .iter()
        .find(|link| link.rel() == "alternate")
        .map_or(written.id(), atom_syndication::Link::href);
    entry(written.id().trim(), link.trim())
}

fn read_json(text: &str) -> Result<Vec<PublishedEntry>, String> {
    let feed: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON Feed: {error}"))?;
    let items = feed
        .get("items")
        .and_then(serde_json::Value::as_array)
        .ok_or("it is no JSON Feed: there are no items")?;
    let item = |item: &serde_json::Value| {
        // Numbers were common before version 1.1 asked for text.
        let id = match item.get("id")? {
            serde_json::Value::String(id) => id.trim().to_owned(),
            serde_json::Value::Number(id) => id.to_string(),
            _ => return None,
        };
        let link = item
            .get("url")
            .or(item.get("external_url"))
            .and_then(serde_json::Value::as_str)
            .unwrap_or(&id);
        entry(&id, link.trim())
    };
    Ok(items.iter().filter_map(item).collect())
}

fn entry(id: &str, link: &str) -> Option<PublishedEntry> {
    (!id.is_empty() && !link.is_empty()).then(|| PublishedEntry {
        id: id.to_owned(),
        link: link.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let entries = read(text.as_bytes()).unwrap();
        entries.into_iter().map(|entry| (entry.id, entry.link)).collect()
    }

    #[test]
    fn the_ids_of_every_format_are_read_with_their_links() {
        let rss = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>l</link>
            <description>d</description>
            <item><title>a</title><link>https://x.example/a/</link><guid isPermaLink="false">17</guid></item>
            <item><title>b</title><guid>https://x.example/b/</guid></item>
            <item><title>c</title><link>https://x.example/c/</link></item>
            <item><title>d</title></item></channel></rss>"#;
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>i</id><updated>2024-05-01T00:00:00Z</updated>
            <entry><title>a</title><id>17</id><updated>2024-05-01T00:00:00Z</updated><link href="https://x.example/a/"/></entry>
            <entry><title>b</title><id>https://x.example/b/</id><updated>2024-05-01T00:00:00Z</updated></entry></feed>"#;
        let json = "\u{feff}{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":[
            {\"id\":17,\"url\":\"https://x.example/a/\"},{\"id\":\"https://x.example/b/\"},{\"title\":\"none\"}]}";
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(id, link)| ((*id).into(), (*link).into()))
                .collect()
        };
        let (a, b) = (
            ("17", "https://x.example/a/"),
            ("https://x.example/b/", "https://x.example/b/"),
        );
        let c = ("https://x.example/c/", "https://x.example/c/");
        assert_eq!(pairs(rss), owned(&[a, b, c]));
        assert_eq!(pairs(atom), owned(&[a, b]));
        assert_eq!(pairs(json), owned(&[a, b]));
        assert!(read(b"<html></html>").unwrap_err().starts_with("it is no feed"));
        assert!(read(b"{").unwrap_err().starts_with("it is no JSON Feed"));
    }

    #[test]
    fn scheme_host_case_and_the_end_of_an_address_make_no_difference() {
        let site: Url = "https://x.example/blog/".parse().unwrap();
        for address in [
            "/a/b",
            "http://old.example/blog/A/b/",
            "https://x.example/blog/a/b/index.html",
            "https://x.example/a/b?utm=1#x",
        ] {
            assert_eq!(key(address, &site), "a/b", "{address}");
        }
    }
}
