//! The seams are real: a clock, a tree and wake-ups of the test's own drive the writer.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use newswire::catalog::clock::Clock;
use newswire::catalog::select;
use newswire::catalog::{Catalog, CatalogSettings, Extent, ScopeKey};
use newswire::config::{Options, resolve};
use newswire::content::conventions::Rules;
use newswire::vocabulary::ScopeKind;
use newswire::watch::{Hint, Writer};

use super::support::script::{Event, Script, TestClock, after};
use super::support::site::{FEEDS_TOML, post};
use super::support::{MemoryTree, titles};

fn catalog(moment: DateTime<Utc>) -> Catalog {
    catalog_with("", moment)
}

fn catalog_with(more: &str, moment: DateTime<Utc>) -> Catalog {
    let text = format!("{FEEDS_TOML}{more}");
    let config = resolve(Some((&text, Path::new("feeds.toml"))), &Options::default()).unwrap();
    Catalog::new(CatalogSettings::new(&config, Rules::default()), moment, None)
}

/// Runs a writer through a script, and returns what was published when: seconds, and titles.
fn run(tree: &MemoryTree, start: &str, seconds: f64, events: Vec<Event<'_>>) -> Vec<(f64, Vec<String>)> {
    let clock = TestClock::at(start);
    let config = resolve(Some((FEEDS_TOML, Path::new("feeds.toml"))), &Options::default()).unwrap();
    let watch = newswire::config::Watch {
        full_scan: Duration::from_mins(1),
        ..config.watch
    };
    let mut script = Script {
        clock: &clock,
        tree,
        events: events.into(),
        until: Duration::from_secs_f64(seconds),
    };
    let mut published = Vec::new();
    let mut writer = Writer::new(catalog(clock.now()), tree, &clock, watch);
    writer.run(&mut script, &mut |_, outcome| {
        if let Ok(step) = outcome
            && let Some(snapshot) = &step.snapshot
        {
            published.push((clock.elapsed().as_secs_f64(), titles(snapshot)));
        }
    });
    published
}

#[test]
fn a_saved_post_is_published_by_its_event_and_one_without_by_the_timed_scan() {
    let tree = MemoryTree::default();
    tree.write("a.md", post("A", "2024-05-01", ""));
    let published = run(
        &tree,
        "2024-06-01T00:00:00Z",
        70.0,
        vec![
            after(5.0, |tree| {
                tree.write("b.md", post("B", "2024-05-02", ""));
                Some(Hint::Complete("b.md".into()))
            }),
            after(6.0, |tree| {
                tree.write("c.md", post("C", "2024-05-03", ""));
                None
            }),
        ],
    );
    assert_eq!(
        published,
        [
            (0.0, vec!["A".to_owned()]),
            (5.0, vec!["B".into(), "A".into()]),
            (60.0, vec!["C".into(), "B".into(), "A".into()]),
        ]
    );
    assert_eq!(tree.reads(), 3, "only what changed is read");
}

#[test]
fn a_burst_of_changes_is_published_once() {
    let tree = MemoryTree::default();
    tree.write("a.md", post("A", "2024-05-01", ""));
    let events = (0..50).map(|number: u32| {
        after(5.0 + f64::from(number) / 100.0, move |tree| {
            let path = format!("new-{number}.md");
            tree.write(&path, post("New", "2024-05-02", ""));
            Some(Hint::Complete(path.as_str().into()))
        })
    });
    let published = run(&tree, "2024-06-01T00:00:00Z", 10.0, events.collect());
    let counts: Vec<usize> = published.iter().map(|(_, titles)| titles.len()).collect();
    assert_eq!(counts, [1, 2, 51]);
}

#[test]
fn scheduled_and_expiring_posts_move_at_their_second_without_any_event() {
    let tree = MemoryTree::default();
    tree.write(
        "now.md",
        post("Now", "2024-05-01", "expiryDate: 2024-06-01T00:00:20Z"),
    );
    tree.write("soon.md", post("Soon", "2024-06-01T00:00:10Z", ""));
    tree.write(
        "later.md",
        post("Later", "2024-05-02", "publishDate: 2024-06-01T00:00:30Z"),
    );
    let published = run(&tree, "2024-06-01T00:00:00Z", 50.0, Vec::new());
    let titles = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rounded: Vec<_> = published
        .into_iter()
        .map(|(at, titles)| (at.floor(), titles))
        .collect();
    assert_eq!(
        rounded,
        [
            (0.0, titles(&["Now"])),
            (10.0, titles(&["Soon", "Now"])),
            (20.0, titles(&["Soon"])),
            (30.0, titles(&["Later", "Soon"])),
        ]
    );
    assert_eq!(tree.reads(), 3);
}

#[test]
fn a_tree_that_is_missing_leaves_the_last_snapshot_and_is_looked_for_again() {
    let tree = MemoryTree::default();
    tree.write("a.md", post("A", "2024-05-01", ""));
    let published = run(
        &tree,
        "2024-06-01T00:00:00Z",
        70.0,
        vec![
            after(59.0, |tree| {
                tree.set_missing(true);
                tree.write("b.md", post("B", "2024-05-02", ""));
                None
            }),
            after(62.5, |tree| {
                tree.set_missing(false);
                None
            }),
        ],
    );
    assert_eq!(
        published,
        [(0.0, vec!["A".to_owned()]), (63.0, vec!["B".into(), "A".into()])]
    );
}

#[test]
fn a_step_costs_what_changed_and_not_what_exists() {
    let tree = MemoryTree::default();
    for number in 0..2_000 {
        tree.write(&format!("{number}.md"), post("Old", "2024-05-01", ""));
    }
    let moment = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut catalog = catalog(moment);
    let first = catalog.step(&tree, &Extent::Everything, moment).unwrap();
    assert_eq!((first.read, tree.reads()), (2_000, 2_000));
    tree.write("7.md", post("New", "2024-05-02", "categories: [news]"));
    let scope = Extent::paths(vec!["7.md".into()]);
    let second = catalog.step(&tree, &scope, moment).unwrap();
    assert_eq!((second.found, second.read, tree.reads()), (1, 1, 2_001));
    let kinds: Vec<_> = second.changed.iter().map(|key| key.kind.name()).collect();
    assert_eq!(kinds, ["site", "category"]);
}

#[test]
fn a_broken_post_keeps_its_last_good_version_unless_it_says_draft() {
    let tree = MemoryTree::default();
    tree.write("a.md", post("A", "2024-05-01", ""));
    tree.write("b.md", post("B", "2024-05-02", ""));
    let moment = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut catalog = catalog(moment);
    catalog.step(&tree, &Extent::Everything, moment).unwrap();

    tree.write("a.md", "---\ntitle: A: broken\ndate: 2024-05-01\n---\n");
    tree.write("b.md", "---\ntitle: B: broken\ndraft: true\n---\n");
    let step = catalog.step(&tree, &Extent::Everything, moment).unwrap();
    assert_eq!(titles(&step.snapshot.unwrap()), ["A"]);
    let findings: Vec<_> = step.new_findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings.len(), 2);
    assert!(
        findings[0].starts_with("a.md:2:9: error: the front matter can't be read"),
        "{findings:?}"
    );

    tree.write("a.md", post("A, mended", "2024-05-01", ""));
    let step = catalog.step(&tree, &Extent::Everything, moment).unwrap();
    assert_eq!(titles(&step.snapshot.unwrap()), ["A, mended"]);
    assert_eq!(step.mended, ["a.md".into()]);
}

#[test]
fn of_two_posts_with_one_id_the_earlier_path_has_it_for_as_long_as_it_stands() {
    let tree = MemoryTree::default();
    let moment = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut catalog = catalog(moment);
    let mut look = || {
        let step = catalog.step(&tree, &Extent::Everything, moment).unwrap();
        titles(&step.snapshot.unwrap())
    };
    tree.write("b.md", post("B", "2024-05-01", "guid: 'urn:x:1'"));
    assert_eq!(look(), ["B"]);
    tree.write("a.md", post("A", "2024-05-01", "guid: 'urn:x:1'"));
    assert_eq!(look(), ["A"]);
    tree.remove("a.md");
    assert_eq!(look(), ["B"]);
}

#[test]
fn a_post_that_goes_takes_nothing_of_the_posts_that_have_its_id_and_its_line_in_the_lock() {
    let moment: DateTime<Utc> = "2024-06-01T00:00:00Z".parse().unwrap();
    let (tree, mut catalog) = (MemoryTree::default(), catalog(moment));
    let digest = "0".repeat(32);
    tree.write_lock(format!("z.md tag:z /old/ {digest}\n").as_bytes());
    tree.write("z.md", post("Z", "2024-05-01", ""));
    for path in ["a.md", "b.md"] {
        let more = "categories: [Née]\nguid: urn:x:one\naliases: [/old/]";
        tree.write(path, post("One of two", "2024-05-01", more));
    }
    tree.write("c.md", post("C", "2024-05-01", "categories: [Née]"));
    let title = |catalog: &Catalog| {
        let key = ScopeKey {
            kind: ScopeKind::Category,
            slug: "nee".into(),
        };
        catalog.snapshot().scope(&key).unwrap().title.clone()
    };
    catalog.step(&tree, &Extent::Everything, moment).unwrap();
    assert_eq!(title(&catalog), "Née");
    for path in ["b.md", "a.md"] {
        tree.remove(path);
        catalog.step(&tree, &Extent::Everything, moment).unwrap();
        assert_eq!(title(&catalog), "Née", "without {path}");
    }
}

#[test]
fn what_vanishes_while_others_are_held_is_held_as_long_as_they_were() {
    let path = |number: usize| format!("{number:02}.md");
    // Heard of at once, or found only by the look that was to confirm the first loss.
    for (at, hint, gone_at) in [(30.0, Some(Hint::Everything), 60.0), (34.9, None, 65.0)] {
        let tree = MemoryTree::default();
        for number in 0..40 {
            tree.write(&path(number), post(&format!("P{number}"), "2024-05-01", ""));
        }
        let vanish = |numbers: std::ops::Range<usize>, hint: Option<Hint>| {
            move |tree: &MemoryTree| {
                numbers.clone().for_each(|number| tree.remove(&path(number)));
                hint.clone()
            }
        };
        let events = vec![
            after(5.0, vanish(0..25, Some(Hint::Everything))),
            after(at, vanish(25..30, hint)),
        ];
        let published = run(&tree, "2024-06-01T00:00:00Z", 100.0, events);
        let counts: Vec<usize> = published.iter().map(|(_, titles)| titles.len()).collect();
        let (last, before) = (published.last().unwrap(), &counts[..counts.len() - 1]);
        assert!(before.iter().all(|count| *count == 40), "{at}: {counts:?}");
        assert_eq!(last.1.len(), 10, "{at}: {counts:?}");
        assert!((gone_at..gone_at + 2.0).contains(&last.0), "{at}: {}", last.0);
    }
}

#[test]
fn a_new_post_that_is_too_old_for_the_feed_is_named_and_one_that_moved_is_not() {
    let moment: DateTime<Utc> = "2024-06-01T00:00:00Z".parse().unwrap();
    let (tree, mut catalog) = (
        MemoryTree::default(),
        catalog_with("[feeds]\nlimit = 3\n", moment),
    );
    for year in 2015..2023 {
        tree.write(&format!("{year}.md"), post("P", &format!("{year}-05-01"), ""));
    }
    let first = catalog.step(&tree, &Extent::Everything, moment).unwrap();
    assert_eq!(first.new_findings, []);
    let mut found = |path: &str, date: &str| {
        tree.write(path, post("P", date, ""));
        let step = catalog.step(&tree, &Extent::Everything, moment).unwrap();
        step.new_findings
            .iter()
            .map(|finding| (finding.code, finding.path.to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(found("new.md", "2024-05-01"), []);
    assert_eq!(
        found("late.md", "2016-01-01"),
        [("below-window", "late.md".to_owned())]
    );
    assert_eq!(found("late.md", "2016-01-02"), [], "it is no news any more");
    tree.remove("2015.md");
    assert_eq!(found("moved.md", "2015-05-01"), []);
}

#[test]
fn translations_that_come_and_go_one_by_one_leave_what_a_fresh_process_makes() {
    let moment: DateTime<Utc> = "2024-06-01T00:00:00Z".parse().unwrap();
    let (tree, mut catalog) = (MemoryTree::default(), catalog(moment));
    catalog.step(&tree, &Extent::Everything, moment).unwrap();
    let mut agree = |what: &str| {
        catalog.step(&tree, &Extent::Everything, moment).unwrap();
        let mut fresh = self::catalog(moment);
        fresh.step(&tree, &Extent::Everything, moment).unwrap();
        let (live, fresh) = (catalog.snapshot(), fresh.snapshot());
        for scope in fresh.scopes() {
            let own = live.scope(&scope.key).unwrap();
            assert_eq!(own.documents, scope.documents, "{what}: {:?}", scope.key);
        }
    };
    let text = |more: &str| post("P", "2024-05-01", more);
    for path in ["a.md", "a/index.md", "_posts/2024/x.md", "en/b.md", "c.htm"] {
        tree.write(path, text("categories: [own]"));
        agree(path);
    }
    let marked = ["a.de.md", "_posts/2024/x.fr.md", "en/b.fr.md", "c.de.htm"];
    for path in marked {
        tree.write(path, text("categories: [other]"));
        agree(path);
    }
    // So many that it is a mistake, and one fewer.
    for number in 0..402 {
        let draft = if number % 2 == 0 { "draft: true" } else { "" };
        tree.write(
            &format!("many/{number}.md"),
            text(&format!("translationKey: k\nlang: l{number}\n{draft}")),
        );
        if number > 397 {
            agree(&format!("{number} more"));
        }
    }
    for path in ["many/400.md", "many/401.md", "many/1.md", "a.md"]
        .into_iter()
        .chain(marked)
    {
        tree.remove(path);
        agree(path);
    }
}

#[test]
fn a_scoped_look_that_misses_one_file_of_a_volume_that_is_gone_believes_nothing() {
    let moment: DateTime<Utc> = "2024-06-01T00:00:00Z".parse().unwrap();
    let (tree, mut catalog) = (MemoryTree::default(), catalog(moment));
    let path = |number: usize| format!("volume/{number}.md");
    for number in 0..20 {
        tree.write(&path(number), post(&format!("P{number}"), "2024-05-01", ""));
    }
    tree.write("other.md", post("Other", "2024-05-02", ""));
    catalog.step(&tree, &Extent::Everything, moment).unwrap();
    (0..20).for_each(|number| tree.remove(&path(number)));
    let step = catalog
        .step(&tree, &Extent::paths(vec![path(3).into()]), moment)
        .unwrap();
    assert_eq!((step.gone, titles(&catalog.snapshot()).len()), (0, 21));
}

#[test]
fn a_changed_author_record_shows_in_every_feed_of_their_posts_and_no_other() {
    let tree = MemoryTree::default();
    tree.write(
        "a.md",
        post("A", "2024-05-01", "authors: [ada]\ncategories: [news]"),
    );
    tree.write(
        "b.md",
        post("B", "2024-05-02", "authors: [bob]\ncategories: [sport]"),
    );
    let moment = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut catalog = catalog(moment);
    catalog.step(&tree, &Extent::Everything, moment).unwrap();
    tree.write("authors/ada/_index.md", "---\nname: Ada Lovelace\n---\n");
    let step = catalog.step(&tree, &Extent::Everything, moment).unwrap();
    let changed: Vec<_> = step
        .changed
        .iter()
        .map(|key| format!("{}/{}", key.kind.name(), key.slug))
        .collect();
    assert_eq!(changed, ["site/", "category/news", "author/ada"]);
    assert_eq!(
        select::feed_of(&step.snapshot.unwrap(), &step.changed[2])
            .unwrap()
            .title,
        "Ada Lovelace – Felix"
    );
}

#[test]
fn a_changed_author_record_shows_where_authors_have_no_feeds_of_their_own() {
    let tree = MemoryTree::default();
    tree.write("a.md", post("A", "2024-05-01", "authors: [ada]"));
    let moment = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut catalog = catalog_with("[feeds.author]\nenabled = false\n", moment);
    catalog.step(&tree, &Extent::Everything, moment).unwrap();
    tree.write("authors/ada/_index.md", "---\nname: Ada Lovelace\n---\n");
    let step = catalog.step(&tree, &Extent::Everything, moment).unwrap();
    assert_eq!(step.changed, [ScopeKey::site()]);
}

#[test]
fn the_expiry_in_a_broken_post_is_announced_and_survives_that_it_can_not_be_read() {
    let tree = MemoryTree::default();
    tree.write("a.md", post("A", "2024-05-01", ""));
    let moment: DateTime<Utc> = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut catalog = catalog(moment);
    catalog.step(&tree, &Extent::Everything, moment).unwrap();
    tree.write(
        "a.md",
        "---\ntitle: A: broken\nexpiryDate: 2024-06-02T00:00:00Z\n---\n",
    );
    catalog.step(&tree, &Extent::Everything, moment).unwrap();
    tree.make_unreadable("a.md");
    let step = catalog.step(&tree, &Extent::Everything, moment).unwrap();
    let snapshot = step.snapshot.unwrap();
    assert_eq!(titles(&snapshot), ["A"]);
    let expiry = snapshot.next_change().unwrap();
    assert_eq!(expiry, moment + chrono::Duration::days(1));
    assert_eq!(titles(&catalog.tick(expiry).snapshot.unwrap()), [""; 0]);
    // Neither a clock that is set back nor another broken text brings it back.
    tree.write("a.md", "---\ntitle: A: still broken\n---\n");
    let step = catalog.step(&tree, &Extent::Everything, moment).unwrap();
    assert_eq!(titles(&step.snapshot.unwrap()), [""; 0]);
}

#[test]
fn last_modified_moves_with_every_change_and_never_goes_back() {
    let tree = MemoryTree::default();
    let moment: DateTime<Utc> = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut catalog = catalog(moment);
    tree.write("a.md", post("A", "2024-05-01", ""));
    let mut seen = Vec::new();
    for number in 0..5 {
        tree.write("b.md", post(&format!("B{number}"), "2024-05-02", ""));
        // Three changes within a second, then the clock is set back an hour.
        let now = if number < 3 {
            moment
        } else {
            moment - chrono::Duration::hours(1)
        };
        let step = catalog.step(&tree, &Extent::Everything, now).unwrap();
        let snapshot = step.snapshot.unwrap();
        seen.push(snapshot.scope(&ScopeKey::site()).unwrap().last_modified);
    }
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
}

/// The titles that were published, one list after the other.
fn published_titles(events: Vec<Event<'_>>, tree: &MemoryTree) -> Vec<String> {
    let published = run(tree, "2024-06-01T00:00:00Z", 8.0, events);
    let mut lists: Vec<String> = published
        .into_iter()
        .map(|(_, titles)| titles.join(", "))
        .collect();
    lists.dedup();
    lists
}

#[test]
fn what_a_section_hands_down_publishes_no_post_that_somebody_is_writing() {
    let tree = MemoryTree::default();
    tree.write("news/_index.md", "---\ntitle: News\n---\n");
    tree.write("news/a.md", "---\ntitle: a: b\n---\n");
    let events = vec![
        after(1.0, |tree| {
            tree.write("news/a.md", post("Half", "2024-05-01", ""));
            Some(Hint::Writing("news/a.md".into()))
        }),
        after(2.0, |tree| {
            tree.write("news/_index.md", "---\ncascade:\n  tags: [one]\n---\n");
            Some(Hint::Complete("news/_index.md".into()))
        }),
        after(4.0, |tree| {
            tree.write("news/a.md", post("Whole", "2024-05-01", ""));
            Some(Hint::Complete("news/a.md".into()))
        }),
    ];
    assert_eq!(published_titles(events, &tree), ["", "Whole"]);
}

#[test]
fn in_a_new_root_too_a_file_whose_close_may_be_lost_is_left_alone() {
    let tree = MemoryTree::default();
    tree.put_root(1, &[("b.md", &post("B", "2024-05-01", ""))]);
    let events = vec![
        after(1.0, |tree| {
            tree.put_root(2, &[("b.md", &post("B", "2024-05-01", ""))]);
            tree.write("a.md", post("Half", "2024-04-01", ""));
            Some(Hint::Writing("a.md".into()))
        }),
        after(1.5, |_| Some(Hint::Everything)),
        after(2.5, |tree| {
            tree.write("a.md", post("Whole", "2024-04-01", ""));
            Some(Hint::Complete("a.md".into()))
        }),
    ];
    assert_eq!(published_titles(events, &tree), ["B", "B, Whole"]);
}

#[test]
fn a_file_that_was_emptied_is_not_taken_for_an_empty_one_that_has_moved() {
    let tree = MemoryTree::default();
    tree.write("empty.md", "");
    tree.write("a.md", post("A", "2024-05-01", ""));
    tree.write("b.md", post("B", "2024-04-01", ""));
    let events = vec![
        after(1.0, |tree| {
            tree.write("a.md", "");
            Some(Hint::Writing("a.md".into()))
        }),
        // The close may be among the events that were lost.
        after(1.5, |tree| {
            tree.remove("empty.md");
            Some(Hint::Everything)
        }),
        after(2.4, |tree| {
            tree.write("a.md", post("A2", "2024-05-01", ""));
            Some(Hint::Complete("a.md".into()))
        }),
    ];
    assert_eq!(published_titles(events, &tree), ["A, B", "A2, B"]);
}

#[test]
fn a_text_that_is_overwritten_in_the_look_that_misses_its_copy_keeps_no_post() {
    let path = |number: usize| format!("n{number:02}.md");
    let tree = MemoryTree::default();
    for number in 0..20 {
        tree.write(&path(number), post(&format!("P{number}"), "2024-05-01", ""));
    }
    tree.write("copy/of.md", post("P0", "2024-05-01", ""));
    let events = vec![after(5.0, move |tree: &MemoryTree| {
        (1..20).for_each(|number| tree.remove(&path(number)));
        tree.remove("copy/of.md");
        tree.write(&path(0), "---\ntitle: a: b\n---\n");
        Some(Hint::Everything)
    })];
    let published = run(&tree, "2024-06-01T00:00:00Z", 20.0, events);
    assert!(
        published.iter().all(|(_, titles)| titles.len() == 21),
        "{published:?}"
    );
}
