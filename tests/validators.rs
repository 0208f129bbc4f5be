//! What a snapshot says of its documents is what they are made from: the digests that an update
//! keeps are those that a rendering would find.

use std::collections::HashMap;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use newswire::catalog::select;
use newswire::catalog::{Catalog, CatalogSettings, Extent, Kept, Snapshot};
use newswire::config::{Options, resolve};
use newswire::content::conventions::Rules;
use newswire::feed::version::document_digest;
use newswire::vocabulary::Digest;
use proptest::prelude::*;

use super::support::MemoryTree;
use super::support::site::FEEDS_TOML;

const MORE: &str = "
[feeds]
limit = 3
[feeds.category]
order = 'updated'
[authors.bob]
enabled = false
[[feed]]
name = 'front'
match = { featured = true }
";

/// Something done to a site of a few files.
#[derive(Clone, Debug)]
enum Change {
    Post {
        number: u8,
        day: u8,
        changed: Option<u8>,
        scopes: u8,
        featured: bool,
        draft: bool,
    },
    Remove(u8),
    Author(bool, u8),
    RemoveAuthor(bool),
}

fn change() -> impl Strategy<Value = Change> {
    let post = (
        0..8_u8,
        1..28_u8,
        proptest::option::of(1..28_u8),
        0..8_u8,
        any::<bool>(),
        prop::bool::weighted(0.2),
    );
    prop_oneof![
        5 => post.prop_map(|(number, day, changed, scopes, featured, draft)| Change::Post {
            number, day, changed, scopes, featured, draft,
        }),
        2 => (0..8_u8).prop_map(Change::Remove),
        2 => (any::<bool>(), 0..3_u8).prop_map(|(who, name)| Change::Author(who, name)),
        1 => any::<bool>().prop_map(Change::RemoveAuthor),
    ]
}

fn author(is_ada: bool) -> &'static str {
    if is_ada { "ada" } else { "bob" }
}

fn apply(change: &Change, tree: &MemoryTree) {
    let post = |number: u8| format!("posts/{number}.md");
    let record = |who| format!("authors/{}/_index.md", author(who));
    match change {
        Change::Post {
            number,
            day,
            changed,
            scopes,
            featured,
            draft,
        } => {
            let category = ["news", "News", "sport"][usize::from(scopes % 3)];
            let who = author(scopes % 2 == 0);
            let changed = changed.map_or_else(String::new, |day| format!("lastmod: 2024-06-{day}\n"));
            tree.write(
                &post(*number),
                format!(
                    "---\ntitle: Post {number}\ndate: 2024-05-{day}\n{changed}categories: [{category}]\n\
                     authors: [{who}]\nfeatured: {featured}\ndraft: {draft}\n---\nText\n"
                ),
            );
        }
        Change::Remove(number) => tree.remove(&post(*number)),
        Change::Author(who, name) => tree.write(&record(*who), format!("---\nname: Name {name}\n---\n")),
        Change::RemoveAuthor(who) => tree.remove(&record(*who)),
    }
}

fn judge(snapshot: &Snapshot) -> Result<(), TestCaseError> {
    for scope in snapshot.scopes() {
        let digest = select::feed_of(snapshot, &scope.key).unwrap().digest();
        for document in &scope.documents {
            let rendered = document_digest(digest, document.format);
            prop_assert_eq!(document.digest, rendered, "{} {}", scope.title, document.path);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_validator_is_that_of_the_feed_a_rendering_would_take(
        changes in prop::collection::vec(prop::collection::vec(change(), 1..4), 1..12)
    ) {
        let text = format!("{FEEDS_TOML}{MORE}");
        let config = resolve(Some((&text, Path::new("feeds.toml"))), &Options::default()).unwrap();
        let moment = "2024-07-01T00:00:00Z".parse().unwrap();
        let mut catalog = Catalog::new(CatalogSettings::new(&config, Rules::default()), moment, None);
        let tree = MemoryTree::default();
        for several in &changes {
            for change in several {
                apply(change, &tree);
            }
            catalog.step(&tree, &Extent::Everything, moment).unwrap();
            judge(&catalog.snapshot())?;
        }
    }
}

/// A step in the life of a service, a tenth of a second after the one before.
#[derive(Clone, Debug)]
enum Moment {
    Change(Change),
    Comment(u8, Option<u8>),
    Reload { title: u8, has_tags: bool },
    Restart,
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        3 => change().prop_map(Moment::Change),
        3 => (0..3_u8, proptest::option::of(0..3_u8)).prop_map(|(post, text)| Moment::Comment(post, text)),
        2 => (0..2_u8, any::<bool>()).prop_map(|(title, has_tags)| Moment::Reload { title, has_tags }),
        1 => Just(Moment::Restart),
    ]
}

fn settings(title: u8, has_tags: bool) -> CatalogSettings {
    let text = format!(
        "[site]\ntitle = \"Felix {title}\"\nurl = \"https://felix.example/\"\n[feeds.tag]\nenabled = {has_tags}\n"
    );
    CatalogSettings::new(
        &resolve(Some((&text, Path::new("feeds.toml"))), &Options::default()).unwrap(),
        Rules::default(),
    )
}

/// Every document with a Last-Modified: its address, its digest, and that.
fn documents(snapshot: &Snapshot) -> Vec<(String, Digest, DateTime<Utc>)> {
    let scopes = snapshot.scopes().flat_map(|scope| {
        let documents = scope.documents.iter();
        documents.map(|document| (document.path.to_string(), document.digest, scope.last_modified))
    });
    let comments = snapshot.comments().values();
    let comments = comments.map(|own| (own.path.to_string(), own.state.digest, own.state.last_modified));
    let opml = snapshot.opml().into_iter();
    let opml = opml.map(|own| ("/feeds.opml".to_owned(), own.digest, own.last_modified));
    scopes.chain(comments).chain(opml).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_documents_last_modified_goes_back_or_stays_where_the_document_changed(
        moments in prop::collection::vec(moment(), 1..30)
    ) {
        let mut now: DateTime<Utc> = "2024-07-01T00:00:00Z".parse().unwrap();
        let tree = MemoryTree::default();
        let newest = |now| Some(now - TimeDelta::milliseconds(50));
        let mut catalog = Catalog::new(settings(0, true), now, newest(now));
        let mut last: HashMap<String, (Digest, DateTime<Utc>)> = HashMap::new();
        let (mut title, mut has_tags) = (0, true);
        for moment in moments {
            now += TimeDelta::milliseconds(100);
            match moment {
                Moment::Change(change) => apply(&change, &tree),
                Moment::Comment(post, text) => {
                    let comments = text.map_or_else(String::new, |text| format!(
                        "tags: [t{text}]\ncomments:\n  - author: Ann\n    date: 2024-06-02\n    text: Said {text}\n"
                    ));
                    let text = format!("---\ntitle: C\ndate: 2024-06-01\n{comments}---\nText\n");
                    tree.write(&format!("posts/c{post}.md"), text);
                }
                Moment::Reload { title: new, has_tags: tags } => {
                    (title, has_tags) = (new, tags);
                    let reread = catalog.reparse(settings(title, has_tags));
                    catalog = catalog.reconfigured(reread, now, newest(now));
                }
                Moment::Restart => {
                    let kept = Kept::of(&catalog.snapshot(), catalog.last_good_texts());
                    catalog = Catalog::new(settings(title, has_tags), now, newest(now)).with_kept(kept);
                }
            }
            catalog.step(&tree, &Extent::Everything, now).unwrap();
            for (path, digest, modified) in documents(&catalog.snapshot()) {
                if let Some((before, was)) = last.insert(path.clone(), (digest, modified)) {
                    prop_assert!(modified >= was, "{path}: {was} → {modified}");
                    prop_assert!(modified > was || digest == before, "{path} changed and stayed at {was}");
                }
            }
        }
    }
}
