//! Texts of the lock file: good ones, and one that isn't.

use std::collections::BTreeSet;

use newswire::vocabulary::Digest;

use super::random::Random;

/// What cannot be read as a line.
const BROKEN: &str = "<<<<<<< HEAD\n";

/// A line to be: the file with its bytes decides the rest.
#[derive(Clone, Debug)]
pub(crate) struct Pin {
    path: String,
    id: usize,
    permalink: String,
    is_withdrawn: bool,
}

/// What the lock file is to say.
#[derive(Clone, Debug)]
pub(crate) enum Pins {
    Lines(Vec<Pin>),
    Broken,
}

impl Pins {
    /// Pins a few of these paths. Ids and addresses are few, so that posts contend for them.
    pub(crate) fn any(random: &mut Random, paths: &[&str]) -> Self {
        if random.percent(15) {
            return Pins::Broken;
        }
        let pins = random.some(5, paths).into_iter().map(|path| Pin {
            path: (*path).to_owned(),
            id: random.below(6),
            permalink: if random.percent(30) {
                format!("/old/{}/", random.below(3))
            } else {
                format!("/{}/", path.trim_end_matches(".md"))
            },
            is_withdrawn: random.percent(20),
        });
        Pins::Lines(pins.collect())
    }

    /// Whether no two lines contradict each other.
    pub(crate) fn is_good(&self) -> bool {
        let Pins::Lines(pins) = self else {
            return false;
        };
        let ids: BTreeSet<_> = pins.iter().map(|pin| pin.id).collect();
        let paths: BTreeSet<_> = pins.iter().map(|pin| &pin.path).collect();
        ids.len() == pins.len() && paths.len() == pins.len()
    }

    /// The file's text, given what the files hold now.
    pub(crate) fn text(&self, bytes: impl Fn(&str) -> Option<Vec<u8>>) -> String {
        let Pins::Lines(pins) = self else {
            return BROKEN.to_owned();
        };
        let lines = pins.iter().map(|pin| {
            let digest = Digest::of(&bytes(&pin.path).unwrap_or_default());
            let mark = if pin.is_withdrawn {
                " withdrawn:2024-05-31T11:59:00Z"
            } else {
                ""
            };
            format!(
                "\"{}\" tag:felix.example,2007:pinned-{} \"{}\" {digest}{mark} site category/news\n",
                pin.path, pin.id, pin.permalink
            )
        });
        lines.collect()
    }
}
