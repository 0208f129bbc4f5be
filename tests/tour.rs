//! The tour of the code leads to what is there.

use std::path::Path;

/// The paths in code marks of a page: with a folder, or with the ending of a source file.
fn paths(page: &str) -> impl Iterator<Item = &str> {
    let is_source = |code: &str| Path::new(code).extension().is_some_and(|ending| ending == "rs");
    let is_path = move |code: &&str| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        code.chars().all(is_name) && (code.contains('/') && !code.starts_with('/') || is_source(code))
    };
    page.split('`').skip(1).step_by(2).filter(is_path)
}

#[test]
fn every_path_that_the_tour_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let rooms = std::fs::read_dir(root.join("src")).unwrap();
    let rooms: Vec<_> = rooms.map(|entry| entry.unwrap().path()).collect();
    let mut count = 0;
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = std::fs::read_to_string(root.join(page)).unwrap();
        for path in paths(&text) {
            // A path is told from the root, from src or from a room.
            let mut from = [root.clone(), root.join("src")]
                .into_iter()
                .chain(rooms.iter().cloned());
            let is_there = |from: &Path| from.join(path).exists() || from.join(format!("{path}.rs")).exists();
            assert!(
                from.any(|from| is_there(&from)),
                "{page} leads to {path}, which is not there"
            );
            count += 1;
        }
    }
    assert!(count > 50, "{count} paths were found");
}
