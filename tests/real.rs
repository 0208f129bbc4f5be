//! Incremental equals from scratch on a real file system, with the kernel's own events: posts are
//! saved, moved, copied and removed as editors and tools do it, under a running service.
//!
//! `NEWSWIRE_REAL_SEQUENCES=200 cargo test --test promises real_files` runs more sequences.

use std::collections::BTreeMap;
use std::fs::{self, File, FileTimes};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rayon::prelude::*;

use super::simulation::random::Random;
use super::simulation::text::{self, Mark, Meaning, RECORDS};
use super::support::{Service, Site, Truth};

/// How often the service looks at everything, whatever it heard; what takes as long was not heard of.
const FULL_SCAN: Duration = Duration::from_secs(8);
/// Rounds in a sequence; in each, files change, then some break.
const ROUNDS: usize = 4;

const FOLDERS: [&str; 7] = [
    "",
    "news",
    "news/2024",
    "sport",
    "culture",
    "culture/a/deep/tree",
    "archive",
];

#[test]
fn real_files_under_real_events_are_served_as_a_fresh_process_would() {
    let sequences = std::env::var("NEWSWIRE_REAL_SEQUENCES").ok();
    let sequences = sequences.and_then(|text| text.parse().ok()).unwrap_or(4);
    let start = Instant::now();
    let waits: Vec<Duration> = (0..sequences)
        .into_par_iter()
        .flat_map_iter(|seed| {
            // The seed is named, should it fail.
            println!("sequence {seed}");
            sequence(seed)
        })
        .collect();
    let unheard = waits.iter().filter(|wait| **wait > FULL_SCAN / 2).count();
    println!(
        "{sequences} sequences in {:.0} s: after {} bursts all documents agreed, {unheard} times only by the timed scan",
        start.elapsed().as_secs_f64(),
        waits.len(),
    );
}

/// Runs one sequence, and returns how long each agreement took.
fn sequence(seed: u64) -> Vec<Duration> {
    let site = Site::new();
    let config = fs::read_to_string(site.config()).unwrap();
    let interval = format!("{}s", FULL_SCAN.as_secs());
    // Whatever is missing here is meant to be.
    let watch = format!("{interval:?}\nhold = \"0s\"");
    fs::write(site.config(), config.replace("\"1s\"", &watch)).unwrap();
    let mut hands = Hands {
        random: Random::from_seed(seed),
        content: site.content(),
        number: 0,
    };
    // Without a post there is nothing to be ready with.
    let first = text::post(&mut hands.random, 0).bytes;
    hands.write("first.md", &first);
    let service = Service::start(&site);
    let mut truth = Truth::new(&site.config());
    let mut waits = Vec::new();
    let mut agree = |before: &BTreeMap<String, Vec<u8>>| {
        let start = Instant::now();
        truth.scan(&|path| before.get(path).cloned());
        truth.is_served_by(&service, &format!("seed {seed}"));
        waits.push(start.elapsed());
    };
    let mut broken: Vec<String> = Vec::new();
    for _ in 0..ROUNDS {
        for path in broken.drain(..) {
            hands.save(&path);
        }
        for _ in 0..15 {
            hands.act();
            std::thread::sleep(Duration::from_millis(*hands.random.pick(&[0, 0, 1, 5, 20, 120])));
        }
        agree(&BTreeMap::new());
        // What was served of a file that breaks now is known, and stays.
        let before = hands.files();
        broken.extend(before.keys().filter(|_| hands.random.percent(30)).cloned());
        for path in &broken {
            hands.break_it(path);
        }
        agree(&before);
    }
    waits
}

/// Whoever works on the files.
struct Hands {
    random: Random,
    content: PathBuf,
    number: usize,
}

impl Hands {
    fn act(&mut self) {
        let files: Vec<String> = self.files().into_keys().collect();
        match self.random.below(20) {
            0..=8 => {
                let path = self.any_path();
                self.save(&path);
            }
            9..=10 if !files.is_empty() => {
                let path = self.random.pick(&files).clone();
                self.save(&path);
            }
            11..=12 if !files.is_empty() => {
                let path = self.any_file(&files);
                fs::remove_file(self.full(&path)).unwrap();
            }
            13..=14 if !files.is_empty() => {
                let from = self.any_file(&files);
                let to = self.any_path();
                if !to.starts_with("authors") && !from.starts_with("authors") {
                    self.make_way(&to);
                    // It may have been in the way itself.
                    if self.full(&from).exists() {
                        fs::rename(self.full(&from), self.full(&to)).unwrap();
                    }
                }
            }
            15 => self.move_folder(),
            16 => self.swap(&files),
            17 => {
                let folder = self.any_folder();
                let _ = fs::remove_dir_all(self.full(folder));
            }
            18 => self.copy_folder(),
            _ => {
                // A folder with a file in it takes the place of a file.
                let path = self.any_path();
                let _ = fs::remove_file(self.full(&path));
                self.save(&format!("{path}/inside.md"));
            }
        }
    }

    fn any_file(&mut self, files: &[String]) -> String {
        let file: &String = self.random.pick(files);
        file.clone()
    }

    fn any_folder(&mut self) -> &'static str {
        self.random.pick::<&'static str>(&FOLDERS[1..])
    }

    fn any_path(&mut self) -> String {
        if self.random.percent(10) {
            return (*self.random.pick(&RECORDS)).to_owned();
        }
        let folder = *self.random.pick(&FOLDERS);
        let name = *self.random.pick(&["a.md", "b.md", "c.md", "ö d.md"]);
        format!("{folder}/{name}").trim_start_matches('/').to_owned()
    }

    /// Every file, with its text.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.content, "", &mut files);
        files
    }

    fn full(&self, path: &str) -> PathBuf {
        self.content.join(path)
    }

    /// Makes room for a file: its folder, and nothing in its place.
    fn make_way(&self, path: &str) {
        let full = self.full(path);
        let mut above = PathBuf::new();
        for part in Path::new(path).parent().unwrap() {
            above.push(part);
            let folder = self.content.join(&above);
            if folder.is_file() {
                fs::remove_file(folder).unwrap();
            }
        }
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        if full.is_dir() {
            fs::remove_dir_all(full).unwrap();
        }
    }

    /// Saves a good text, in one of the ways programs do.
    fn save(&mut self, path: &str) {
        self.number += 1;
        let text = loop {
            let text = text::any(&mut self.random, self.number, path);
            if !matches!(text.meaning, Meaning::Broken(_)) {
                break text.bytes;
            }
        };
        // What ids are made of stays: a post that was public keeps its own, which a fresh process can't know.
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let text: Vec<u8> = lines
            .filter(|line| !line.starts_with(b"guid:") && !line.starts_with(b"aliases:"))
            .flatten()
            .copied()
            .collect();
        self.write(path, &text);
    }

    fn break_it(&mut self, path: &str) {
        self.number += 1;
        let mark = *self
            .random
            .pick(&[Mark::Nothing, Mark::Nothing, Mark::Draft, Mark::Expires(-5)]);
        // Whole, or what it was before would be anybody's guess.
        let beside = self.full(path).with_file_name(".beside");
        fs::write(&beside, text::broken(self.number, mark).bytes).unwrap();
        fs::rename(beside, self.full(path)).unwrap();
    }

    fn write(&mut self, path: &str, text: &[u8]) {
        self.make_way(path);
        let full = self.full(path);
        let beside = full.with_file_name(".beside");
        match self.random.below(7) {
            // Truncated, then written.
            0 => fs::write(full, text).unwrap(),
            // The same in pieces.
            1 => {
                let mut file = File::create(full).unwrap();
                for piece in text.chunks(text.len() / 3 + 1) {
                    file.write_all(piece).unwrap();
                    std::thread::sleep(Duration::from_millis(self.random.below(4) as u64));
                }
            }
            // The old file moved away, the new one written, the old one removed.
            2 => {
                let backup = full.with_extension("md~");
                let had = fs::rename(&full, &backup).is_ok();
                fs::write(full, text).unwrap();
                if had {
                    fs::remove_file(backup).unwrap();
                }
            }
            // With the time it had elsewhere.
            3 => {
                fs::write(&beside, text).unwrap();
                let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
                let file = File::options().write(true).open(&beside).unwrap();
                file.set_times(FileTimes::new().set_modified(old)).unwrap();
                fs::rename(beside, full).unwrap();
            }
            // Twice within a tick of the clock.
            4 => {
                fs::write(&full, vec![b'x'; text.len()]).unwrap();
                fs::write(full, text).unwrap();
            }
            _ => {
                fs::write(&beside, text).unwrap();
                fs::rename(beside, full).unwrap();
            }
        }
    }

    fn move_folder(&mut self) {
        let (from, to) = (self.any_folder(), self.any_folder());
        let (from, to) = (self.full(from), self.full(to));
        if from.is_dir() && !to.starts_with(&from) && !from.starts_with(&to) {
            let _ = fs::remove_dir_all(&to);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::rename(from, to).unwrap();
        }
    }

    /// Two files change places.
    fn swap(&mut self, files: &[String]) {
        if files.len() < 2 {
            return;
        }
        let (one, other) = (self.any_file(files), self.any_file(files));
        let (one, other) = (self.full(&one), self.full(&other));
        let is_record = |path: &Path| path.ends_with("_index.md");
        if one != other && !is_record(&one) && !is_record(&other) {
            let aside = one.with_file_name(".aside");
            fs::rename(&one, &aside).unwrap();
            fs::rename(&other, &one).unwrap();
            fs::rename(&aside, &other).unwrap();
        }
    }

    fn copy_folder(&mut self) {
        let from = self.any_folder();
        let prefix = format!("{from}/");
        for (path, text) in self.files() {
            if let Some(rest) = path.strip_prefix(&prefix) {
                let to = format!("copy/of/{from}/{rest}");
                self.make_way(&to);
                fs::write(self.full(&to), text).unwrap();
            }
        }
    }
}

fn collect(folder: &Path, path: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let below = format!("{path}/{}", entry.file_name().to_str().unwrap());
        let below = below.trim_start_matches('/');
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), below, files);
        } else {
            files.insert(below.to_owned(), fs::read(entry.path()).unwrap());
        }
    }
}
