//! Incremental equals from scratch, whatever happens: the writer under a simulated tree, clock and
//! events, driven through random sequences of operations.
//!
//! After each sequence, and at points within it, every document has to be what a fresh process makes
//! of the same files, moment and kept state. What may be kept is reckoned by a model that knows
//! nothing of how the program does it.
//!
//! `NEWSWIRE_SEQUENCES=10000 cargo test --release --test promises simulation` runs more of them;
//! `NEWSWIRE_SEED=7` runs the one that failed.

mod files;
mod judge;
mod kept;
mod operation;
mod pins;
pub(crate) mod random;
mod run;
mod sections;
mod slow;
pub(crate) mod text;
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use operation::Action;
use run::Tally;

/// The configurations that a process may be started with, or take up while it runs.
const SETTINGS: [&str; 6] = [
    "",
    "[feeds]\nlimit = 3\nbody = \"summary\"\n[feeds.author]\nenabled = false\n",
    "[feeds.tag]\nformats = [\"atom\"]\n[categories.news]\ntitle = \"The news\"\nslug = \"latest\"\nlimit = 1\n\
     [tags.never]\n[authors.ada]\nemail = \"ada@felix.example\"\nbody = \"summary\"\n",
    "[feeds]\nformats = [\"atom\", \"rss\"]\nurl = \"https://feeds.felix.example/\"\n\
     [feeds.section]\nenabled = false\n[feeds.site]\nlimit = 2\n",
    "[content]\nhtml = \"trust\"\n[feeds.language]\nenabled = true\n\
     [[feed]]\nname = \"front\"\nmatch = { category = \"news\", after = \"2024-05-30\" }\n\
     exclude = { tag = \"one\" }\norder = \"updated\"\n\
     [[feed]]\nname = \"German\"\nmatch = { language = \"de\", draft = false }\nlimit = 2\n",
    "[content]\ndate_order = \"dmy\"\n",
];

/// The configuration that can read dates of digits alone.
const DAY_FIRST: usize = 5;

/// Operations in a sequence.
const LENGTH: usize = 200;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn after_any_sequence_every_document_is_what_a_fresh_process_makes() {
    if let Some(seed) = variable("NEWSWIRE_SEED") {
        let tally = run_one(seed).unwrap_or_else(|failure| panic!("{failure}"));
        return println!("seed {seed}: {tally}");
    }
    let sequences = variable("NEWSWIRE_SEQUENCES").unwrap_or(120);
    let done = AtomicUsize::new(0);
    let tally = (0..sequences)
        .into_par_iter()
        .map(|seed| {
            let tally = run_one(seed);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(1_000) {
                println!("{done} sequences");
            }
            tally
        })
        .try_reduce(Tally::default, |one, other| Ok(one.and(other)))
        .unwrap_or_else(|failure| panic!("{failure}"));
    println!("{sequences} sequences: {tally}");
    // A simulation in which nothing happens proves nothing.
    assert!(tally.is_lively(), "{tally}");
}

fn run_one(seed: u64) -> Result<Tally, String> {
    let actions = operation::sequence(seed, LENGTH);
    run::run(seed, &actions).map_err(|failure| {
        let shortest = shrink(seed, actions);
        let failure = run::run(seed, &shortest).err().unwrap_or(failure);
        let listed: Vec<String> = shortest.iter().map(|action| format!("  {action:?}")).collect();
        format!(
            "seed {seed}: {failure}\nafter these operations, the fewest that do it:\n{}",
            listed.join("\n")
        )
    })
}

/// Leaves out operations, many at a time and then fewer, for as long as the rest still fails.
fn shrink(seed: u64, mut actions: Vec<Action>) -> Vec<Action> {
    let mut size = actions.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < actions.len() {
            let mut fewer = actions.clone();
            fewer.drain(at..(at + size).min(actions.len()));
            if run::run(seed, &fewer).is_err() {
                actions = fewer;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    actions
}
