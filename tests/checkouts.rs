//! What git checks out is published whole: nobody sees one commit's posts beside another's.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use newswire::catalog::clock::Clock;
use newswire::catalog::tree::{ReadError, Stamp, Survey, TreeError};
use newswire::catalog::{Catalog, CatalogSettings, Extent, Tree};
use newswire::config::{Options, Watch, resolve};
use newswire::content::conventions::Rules;
use newswire::watch::{Hint, Writer};

use super::support::MemoryTree;
use super::support::script::{Event, Script, TestClock, after};
use super::support::site::{FEEDS_TOML, post};
use super::support::titles;

/// A tree in which a checkout ends while it is being looked at: too late for what was seen of it.
struct Overtaken<'a> {
    tree: &'a MemoryTree,
    marks: Mutex<u64>,
}

impl Tree for Overtaken<'_> {
    fn survey(&self, scope: &Extent) -> Result<Survey, TreeError> {
        let survey = self.tree.survey(scope);
        let mut marks = self.marks.lock().unwrap();
        if *marks == 0
            && self
                .tree
                .read("a.md")
                .is_ok_and(|(_, text)| text.ends_with(b"New*.\n"))
        {
            self.tree.write("b.md", post("New", "2024-05-02", ""));
            *marks = 1;
        }
        survey
    }

    fn read(&self, path: &str) -> Result<(Stamp, Vec<u8>), ReadError> {
        self.tree.read(path)
    }

    fn mark(&self) -> Option<Stamp> {
        Some(Stamp {
            inode: *self.marks.lock().unwrap(),
            ..Stamp::default()
        })
    }
}

/// What is published of two old posts while events come, in the order of publication.
fn published(tree: &MemoryTree, looked_at: &dyn Tree, events: [Event<'_>; 2]) -> Vec<Vec<String>> {
    tree.write("a.md", post("Old", "2024-05-01", ""));
    tree.write("b.md", post("Old", "2024-05-02", ""));
    let clock = TestClock::at("2024-06-01T00:00:00Z");
    let mut script = Script {
        clock: &clock,
        tree,
        events: events.into(),
        until: Duration::from_secs(10),
    };
    let config = resolve(Some((FEEDS_TOML, Path::new("feeds.toml"))), &Options::default()).unwrap();
    let watch = Watch {
        full_scan: Duration::from_mins(1),
        ..config.watch.clone()
    };
    let catalog = Catalog::new(CatalogSettings::new(&config, Rules::default()), clock.now(), None);
    let mut published = Vec::new();
    Writer::new(catalog, looked_at, &clock, watch).run(&mut script, &mut |_, outcome| {
        if let Ok(step) = outcome
            && let Some(snapshot) = &step.snapshot
        {
            published.push(titles(snapshot));
        }
    });
    published.dedup();
    published
}

fn complete(path: &str) -> Hint {
    Hint::Complete(path.into())
}

#[test]
fn a_checkout_that_ends_while_it_is_looked_at_is_published_whole() {
    let tree = MemoryTree::default();
    let overtaken = Overtaken {
        tree: &tree,
        marks: Mutex::default(),
    };
    let events = [
        after(5.0, |tree| {
            tree.write("a.md", post("New", "2024-05-01", ""));
            Some(complete("a.md"))
        }),
        after(5.1, |_| Some(complete("b.md"))),
    ];
    assert_eq!(
        published(&tree, &overtaken, events),
        [["Old", "Old"], ["New", "New"]]
    );
}

#[test]
fn a_checkout_is_published_whole_even_if_some_of_its_events_come_late() {
    let tree = MemoryTree::default();
    let events = [
        after(5.0, |tree| {
            tree.write("a.md", post("New", "2024-05-01", ""));
            tree.write("b.md", post("New", "2024-05-02", ""));
            tree.set_mark(1);
            Some(complete("a.md"))
        }),
        after(6.0, |_| Some(complete("b.md"))),
    ];
    assert_eq!(published(&tree, &tree, events), [["Old", "Old"], ["New", "New"]]);
}
