//! What may happen to a site: drawn from a seed, then fixed, so that a failing sequence can be cut
//! down operation by operation.

use std::time::Duration;

use super::pins::Pins;
use super::random::Random;
use super::sections::SECTIONS;
use super::text::{self, RECORDS, Text};

const PATHS: [&str; 28] = [
    "a.md",
    "b.md",
    "news/a.md",
    "news/a.fr.md",
    "news/b.de.md",
    "news/b.md",
    "news/c.md",
    "news/2024/a.md",
    "news/2024/d.md",
    "sport/a.md",
    "sport/e.md",
    "sport/x/index.md",
    "Culture/f.md",
    "culture/f.md",
    "culture/g.MD",
    "culture/ein ö.md",
    "archive/1.md",
    "archive/2.md",
    "archive/3.md",
    "archive/4.md",
    "archive/5.md",
    "archive/6.md",
    "archive/7.md",
    "archive/8.md",
    "archive/9.md",
    "archive/10.md",
    "archive/11.md",
    "archive/12.md",
];
const FOLDERS: [&str; 6] = ["news", "sport", "culture", "news/2024", "archive", "authors/ada"];

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Write {
        path: String,
        text: Text,
        save: Save,
    },
    /// Somebody opens a file, empties it and writes in parts what is to be in it.
    BeginToWrite {
        path: String,
        text: Text,
    },
    /// The next part; after the last the file is closed.
    GoOnWriting,
    Delete {
        path: String,
    },
    Rename {
        from: String,
        to: String,
    },
    MoveFolder {
        from: String,
        to: String,
    },
    DeleteFolder {
        folder: String,
    },
    /// A folder with a post in it takes the place of a file.
    ReplaceByFolder {
        path: String,
        text: Text,
    },
    Chmod {
        path: String,
        readable: bool,
    },
    ChmodFolder {
        folder: String,
        readable: bool,
    },
    /// The next read of this file meets a writer.
    Disturb {
        path: String,
    },
    Missing(bool),
    Lock(bool),
    /// A volume goes: of all files those in one folder are left.
    Unmount {
        spared: String,
    },
    /// An empty folder takes the place of the root.
    NewRoot,
    /// What went comes back, with what was in it.
    Mount,
    /// So many files of it do: a copy is under way.
    MountSome {
        files: usize,
    },
    /// The lock file is written; without pins it is deleted.
    Pin(Option<Pins>),
    /// The running process takes up another configuration.
    Reload {
        settings: usize,
    },
    /// Somebody sets the wall clock, by so many milliseconds.
    SetClock(i64),
    /// The process ends, and starts again with another configuration.
    Restart {
        settings: usize,
    },
    /// The process ends, and another goes on with what was written down.
    GoOn {
        tree: Found,
    },
    /// Everything is left alone until a scan has seen it all; then it is judged.
    Check,
}

/// What a new process finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Found {
    /// What the one before left.
    Everything,
    /// No directory.
    Nothing,
    /// A directory without a file.
    Empty,
}

/// How a program writes a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Save {
    /// Beside it, then into place.
    Rename,
    /// Over the old text; the file keeps its inode.
    Over,
    /// The same, and never closed.
    OverUnclosed,
}

/// What becomes of the events of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Delivery {
    Prompt,
    Lost,
    Doubled,
    /// So many milliseconds late: others overtake it.
    Late(u64),
    /// As an overflow: nobody knows where.
    Anywhere,
    /// As an event of the folder around.
    Folder,
}

const DELIVERIES: [(usize, Delivery); 7] = [
    (60, Delivery::Prompt),
    (12, Delivery::Lost),
    (8, Delivery::Doubled),
    (7, Delivery::Late(40)),
    (7, Delivery::Late(3_000)),
    (3, Delivery::Anywhere),
    (3, Delivery::Folder),
];

/// An operation with its time: so long after the one before.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) after: Duration,
    pub(crate) operation: Operation,
    pub(crate) delivery: Delivery,
}

/// A sequence: `length` operations with checks among them, and one at the end.
pub(crate) fn sequence(seed: u64, length: usize) -> Vec<Action> {
    let random = &mut Random::from_seed(seed);
    // Half of the sites have posts to begin with: enough of them that a loss of most is one.
    let archive = PATHS
        .iter()
        .filter(|path| seed % 2 == 1 && path.starts_with("archive/"));
    let mut actions: Vec<Action> = archive
        .zip(length..)
        .map(|(path, number)| written(random, path, number))
        .collect();
    // Somebody writes slowly: whoever does has some parts to go, and events that all fare alike.
    let mut slow: Option<(usize, Option<Delivery>)> = None;
    for number in 0..length {
        let action = match &mut slow {
            Some((parts, delivery)) if *parts > 0 && random.percent(60) => {
                *parts -= 1;
                part(random, *delivery)
            }
            _ if random.percent(6) => begins(random, number),
            _ => action(random, number),
        };
        if let Operation::BeginToWrite { text, .. } = &action.operation {
            let prompt = random.percent(75).then_some(Delivery::Prompt);
            slow = Some((text.parts().len(), prompt));
        }
        let goes = matches!(action.operation, Operation::Unmount { .. } | Operation::NewRoot);
        // Most often what was not there in time comes while the process waits for it.
        let back = match &action.operation {
            Operation::GoOn { tree: Found::Nothing } => Some(Operation::Missing(false)),
            Operation::GoOn { tree: Found::Empty } => Some(Operation::Mount),
            _ => None,
        };
        actions.push(action);
        if goes && random.percent(50) {
            actions.extend(copied_back(random));
        }
        if let Some(operation) = back.filter(|_| random.percent(80)) {
            actions.push(Action {
                after: Duration::from_millis(*random.pick(&[0, 700, 5_000])),
                operation,
                delivery: Delivery::Prompt,
            });
        }
    }
    actions.push(Action {
        after: Duration::ZERO,
        operation: Operation::Check,
        delivery: Delivery::Prompt,
    });
    actions
}

/// A copy that brings back what went, file by file, at the pace of some tool.
fn copied_back(random: &mut Random) -> Vec<Action> {
    let pace = Duration::from_millis(*random.pick(&[20, 150, 400, 2_000, 12_000]));
    let files = 1 + random.below(3);
    let copied = |random: &mut Random| Action {
        after: pace,
        operation: Operation::MountSome { files },
        delivery: *random.weighted(&[
            (8, Delivery::Prompt),
            (1, Delivery::Lost),
            (1, Delivery::Late(40)),
        ]),
    };
    (0..random.below(16)).map(|_| copied(random)).collect()
}

fn written(random: &mut Random, path: &str, number: usize) -> Action {
    Action {
        after: Duration::ZERO,
        operation: Operation::Write {
            text: text::post(random, number),
            path: path.to_owned(),
            save: Save::Rename,
        },
        delivery: Delivery::Prompt,
    }
}

fn begins(random: &mut Random, number: usize) -> Action {
    let path = *random.pick(&PATHS);
    Action {
        after: Duration::from_millis(150),
        operation: Operation::BeginToWrite {
            text: text::any(random, number, path),
            path: path.to_owned(),
        },
        delivery: Delivery::Prompt,
    }
}

fn part(random: &mut Random, delivery: Option<Delivery>) -> Action {
    const PAUSES: [(usize, u64); 5] = [(10, 0), (20, 30), (30, 300), (20, 1_000), (5, 9_000)];
    Action {
        after: Duration::from_millis(*random.weighted(&PAUSES)),
        delivery: delivery.unwrap_or_else(|| *random.weighted(&DELIVERIES)),
        operation: Operation::GoOnWriting,
    }
}

fn action(random: &mut Random, number: usize) -> Action {
    const GAPS: [(usize, u64); 9] = [
        (30, 0),
        (10, 1),
        (10, 7),
        (10, 30),
        (10, 60),
        (15, 150),
        (10, 1_000),
        (3, 15_000),
        (2, 61_000),
    ];
    Action {
        after: Duration::from_millis(*random.weighted(&GAPS)),
        delivery: *random.weighted(&DELIVERIES),
        operation: operation(random, number),
    }
}

fn operation(random: &mut Random, number: usize) -> Operation {
    let path = |random: &mut Random| {
        if random.percent(15) {
            (*random.pick(&RECORDS)).to_owned()
        } else if random.percent(12) {
            (*random.pick(&SECTIONS)).to_owned()
        } else {
            (*random.pick(&PATHS)).to_owned()
        }
    };
    let folder = |random: &mut Random| (*random.pick(&FOLDERS)).to_owned();
    match random.below(100) {
        0..=54 => {
            let path = path(random);
            let is_record = RECORDS.contains(&path.as_str());
            Operation::Write {
                text: if !is_record && random.percent(10) {
                    text::post_of_digits(random, number)
                } else {
                    text::any(random, number, &path)
                },
                path,
                save: *random.weighted(&[(5, Save::Rename), (3, Save::Over), (1, Save::OverUnclosed)]),
            }
        }
        55..=62 => Operation::Delete { path: path(random) },
        63..=67 => Operation::Rename {
            from: path(random),
            to: path(random),
        },
        68..=70 => Operation::MoveFolder {
            from: folder(random),
            to: folder(random),
        },
        71..=72 => Operation::DeleteFolder {
            folder: folder(random),
        },
        73..=74 => {
            let path = path(random);
            Operation::ReplaceByFolder {
                text: text::post(random, number),
                path,
            }
        }
        75..=77 => Operation::Chmod {
            path: path(random),
            readable: random.percent(60),
        },
        78..=80 => Operation::ChmodFolder {
            folder: folder(random),
            readable: random.percent(60),
        },
        81..=82 => Operation::Disturb { path: path(random) },
        83..=84 => Operation::Missing(random.percent(40)),
        85..=86 => Operation::Lock(random.percent(50)),
        87..=91 => Operation::SetClock(*random.pick(&[
            -7_200_000, -3_600_123, -1_500, -20, 5, 999, 2_500, 60_000, 3_600_000, 7_200_456,
        ])),
        92 => Operation::Restart {
            settings: random.below(super::SETTINGS.len()),
        },
        93 => Operation::GoOn {
            tree: *random.pick(&[Found::Everything, Found::Nothing, Found::Empty]),
        },
        94 => Operation::Check,
        95 if random.percent(50) => Operation::NewRoot,
        95 => Operation::Unmount {
            spared: folder(random),
        },
        96 if random.percent(50) => Operation::Mount,
        96 => Operation::MountSome {
            files: 1 + random.below(4),
        },
        97 => Operation::Pin(random.percent(80).then(|| Pins::any(random, &PATHS))),
        98 => Operation::Reload {
            settings: random.below(super::SETTINGS.len()),
        },
        _ => Operation::Delete { path: path(random) },
    }
}
