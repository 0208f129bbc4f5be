//! The structure of src/, held against what ARCHITECTURE.md says: no circle between files, no arrow up between rooms,
//! sharp-edged crates behind their fences, no file too long. `.ci/house` prints the table.

mod graph;
mod known;
mod rules;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use graph::Graph;

/// The repository; another one's table is printed with `HOUSE`.
fn root() -> PathBuf {
    std::env::var_os("HOUSE").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
}

fn graph() -> Graph {
    Graph::read(&root().join("src"))
}

/// Counts what was found by room, or pair of rooms, and holds it against what is known, which may only become less.
fn compare(what: &str, found: &[(String, String)], known: &[(&str, usize)]) {
    let mut counts: BTreeMap<&str, usize> = known.iter().map(|(place, _)| (*place, 0)).collect();
    for (place, _) in found {
        *counts.entry(place).or_default() += 1;
    }
    for (place, count) in counts {
        let known = known
            .iter()
            .find(|(known, _)| *known == place)
            .map_or(0, |(_, count)| *count);
        let all = found
            .iter()
            .filter(|(found, _)| found == place)
            .map(|(_, what)| format!("  {what}\n"));
        assert!(
            count <= known,
            "{what} of {place}: {count}, known {known}\n{}",
            all.collect::<String>()
        );
        assert!(
            count == known,
            "{what} of {place}: only {count} by now, so put that into tests/house/known.rs"
        );
    }
}

#[test]
fn no_file_uses_another_that_uses_it() {
    let graph = graph();
    let found = graph.circles().into_iter().flat_map(|circle| {
        let text = named_circle(&graph, &circle);
        let rooms = circle
            .into_iter()
            .map(|at| rules::room(&graph.sources[at].file).to_owned());
        rooms.map(|room| (room, text.clone())).collect::<Vec<_>>()
    });
    compare("files in circles", &found.collect::<Vec<_>>(), known::IN_CIRCLES);
}

#[test]
fn rooms_use_only_those_below_them() {
    compare("arrows up", &rules::arrows_up(&graph()), known::ARROWS_UP);
}

#[test]
fn crates_with_sharp_edges_are_named_behind_their_fences_only() {
    compare(
        "names over the fence",
        &rules::over_the_fence(&graph()),
        known::OVER_THE_FENCE,
    );
}

#[test]
fn methods_are_in_the_file_of_their_type() {
    compare("methods astray", &rules::astray(&graph()), known::ASTRAY);
}

#[test]
fn a_long_file_says_why() {
    compare("long files", &rules::long(&graph()), known::LONG);
}

#[test]
fn the_table() {
    let graph = graph();
    println!("{}", table(&graph));
    for circle in graph.circles() {
        println!("{}", named_circle(&graph, &circle));
    }
    let lists = [
        ("arrows up", rules::arrows_up(&graph)),
        ("over the fence", rules::over_the_fence(&graph)),
        ("methods outside of the file of their type", rules::astray(&graph)),
        ("long files without a reason", rules::long(&graph)),
    ];
    for (what, list) in lists {
        println!("{what}: {}", list.len());
        for (place, what) in list {
            println!("    {place}: {what}");
        }
    }
    println!("\nuses between rooms:\n{}", rules::between_rooms(&graph));
}

/// A circle with the uses that make it.
fn named_circle(graph: &Graph, circle: &[usize]) -> String {
    let within = graph
        .uses
        .iter()
        .filter(|((from, to), _)| circle.contains(from) && circle.contains(to));
    let lines = within.map(|((from, to), what)| {
        let what: Vec<_> = what.iter().map(|(line, name)| format!("{name}:{line}")).collect();
        format!(
            "    {} -> {}: {}\n",
            graph.sources[*from].file,
            graph.sources[*to].file,
            what.join(" ")
        )
    });
    format!("circle of {} files:\n{}", circle.len(), lines.collect::<String>())
}

/// Files and lines of code by folder.
fn table(graph: &Graph) -> String {
    let mut folders: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for source in &graph.sources {
        for folder in Path::new(&source.file).ancestors().skip(1) {
            let (files, code) = folders.entry(folder.display().to_string()).or_default();
            *files += 1;
            *code += source.code;
        }
    }
    let row = |folder: &str, files: &str, code: &str| format!("{folder:<32} {files:>5} {code:>6}\n");
    let mut table = row("folder (with those below it)", "files", "code");
    for (folder, (files, code)) in &folders {
        table.push_str(&row(
            &format!("src/{folder}"),
            &files.to_string(),
            &code.to_string(),
        ));
    }
    if let Some(longest) = graph.sources.iter().max_by_key(|source| source.lines) {
        let (file, lines, code) = (&longest.file, longest.lines, longest.code);
        let text = format!("longest file: {file}, {lines} lines, {code} of code\n");
        table.push_str(&text);
    }
    let circles = graph.circles();
    let files: usize = circles.iter().map(Vec::len).sum();
    table
        + &format!(
            "circles: {}, of {files} files; methods astray: {}\n",
            circles.len(),
            graph.astray.len()
        )
}
