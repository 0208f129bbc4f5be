//! A site in a temporary directory.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The configuration most tests use: an address, a zone with summer time, and a fast scan so that a
/// lost event costs a test a second, not a minute.
pub(crate) const FEEDS_TOML: &str = r#"
[site]
title = "Felix"
url = "https://felix.example/"
description = "The student newspaper"
timezone = "Europe/London"
authority = "felix.example,2007"

[watch]
full_scan = "1s"
"#;

/// A content directory with its feeds.toml.
pub(crate) struct Site {
    directory: tempfile::TempDir,
}

impl Site {
    /// A site without posts.
    pub(crate) fn new() -> Self {
        let site = Site {
            directory: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(site.content()).unwrap();
        fs::write(site.config(), FEEDS_TOML).unwrap();
        site
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn content(&self) -> PathBuf {
        self.path().join("content")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path().join("feeds.toml")
    }

    /// Writes a file of content as editors do: beside it, then into place.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let full = self.content().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        let beside = full.with_file_name(".beside");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, full).unwrap();
    }

    /// Writes a post with a title, a date and one category.
    pub(crate) fn post(&self, path: &str, title: &str, date: &str, more: &str) {
        self.write(path, post(title, date, more));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.content().join(path)).unwrap();
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.content().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.content().join(from), to).unwrap();
    }

    /// Runs a command of the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        newswire()
            .args(arguments)
            .args(["--config", self.config().to_str().unwrap()])
            .output()
            .unwrap()
    }

    /// What a fresh process makes of the files: every document, by its path.
    pub(crate) fn build(&self) -> BTreeMap<String, Vec<u8>> {
        let out = tempfile::tempdir().unwrap();
        let mut command = newswire();
        command.arg("--config").arg(self.config());
        build(command, out.path())
    }
}

/// What the program, given its arguments, builds: every document, by its path.
pub(crate) fn build(mut command: Command, out: &Path) -> BTreeMap<String, Vec<u8>> {
    let output = command.arg("build").arg("--out").arg(out).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut documents = BTreeMap::new();
    collect(out, "", &mut documents);
    documents
}

/// Collects the files below a folder.
pub(crate) fn collect(folder: &Path, path: &str, documents: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &path, documents);
        } else {
            documents.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

/// The program under test, deaf to the environment of whoever runs the tests.
pub(crate) fn newswire() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newswire"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("NEWSWIRE_")) {
        command.env_remove(name);
    }
    command
}

/// The text of a post.
pub(crate) fn post(title: &str, date: &str, more: &str) -> String {
    format!("---\ntitle: {title:?}\ndate: {date}\n{more}\n---\n\nThe text of *{title}*.\n")
}
