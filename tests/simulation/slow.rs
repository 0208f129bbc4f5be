//! Somebody who writes a file in parts, with pauses, and closes it at the end.

use std::collections::BTreeSet;
use std::time::Duration;

use newswire::vocabulary::Digest;
use newswire::watch::Hint;

use super::files::State;
use super::text::Text;

/// For so long a file that is open waits for its close.
pub(super) const CLOSE: Duration = Duration::from_secs(30);
/// For so long a file is left alone if nobody knows whether it is open.
const STILL: Duration = Duration::from_secs(2);

/// A file that is being written.
pub(super) struct Slow {
    pub(super) path: String,
    inode: u64,
    text: Text,
    parts: Vec<Text>,
    /// How many of the parts are written.
    written: usize,
    since: Duration,
    last: Duration,
    /// Whether all events of it came as they should.
    is_heard: bool,
    /// Events were lost since the last write.
    is_unsure: bool,
}

impl State {
    /// Opens a file, and empties it.
    pub(super) fn begin_to_write(&mut self, path: &str, text: &Text) -> Vec<Hint> {
        let parts = text.parts();
        if self.slow.is_some() || !self.write(path, &parts[0], super::operation::Save::Over) {
            return Vec::new();
        }
        self.slow = Some(Slow {
            path: path.to_owned(),
            inode: self.files[path].stamp.inode,
            text: text.clone(),
            parts,
            written: 1,
            since: self.elapsed,
            last: self.elapsed,
            // One that was open before may have waited for long.
            is_heard: !self.unclosed.contains(path),
            is_unsure: false,
        });
        vec![Hint::Writing(path.into())]
    }

    /// Writes another part, or the rest and closes the file.
    pub(super) fn go_on_writing(&mut self) -> Vec<Hint> {
        let Some(mut slow) = self.slow.take() else {
            return Vec::new();
        };
        let path = slow.path.clone();
        let hint = Hint::Writing(path.as_str().into());
        if let Some(part) = slow.parts.get(slow.written) {
            self.write(&path, &part.clone(), super::operation::Save::Over);
            (slow.written, slow.last, slow.is_unsure) = (slow.written + 1, self.elapsed, false);
            self.slow = Some(slow);
            return vec![hint];
        }
        self.write(&path, &slow.text, super::operation::Save::Over);
        vec![hint, Hint::Complete(path.as_str().into())]
    }

    /// If something else has taken the file's place or its text, the writer writes into the void.
    pub(super) fn orphan_slow_writer(&mut self) {
        let is_own = |slow: &Slow| {
            let node = self.files.get(&slow.path);
            let is_part = |text: &Text| slow.parts.get(slow.written - 1) == Some(text);
            node.is_some_and(|node| node.stamp.inode == slow.inode && is_part(&node.text))
        };
        if !self.slow.as_ref().is_some_and(is_own) {
            self.slow = None;
        }
    }
}

impl Slow {
    /// Its events do not come as they should, so that nobody can know.
    pub(super) fn is_unheard(&mut self) {
        self.is_heard = false;
    }

    /// Events are lost.
    pub(super) fn lose_events(&mut self) {
        self.is_unsure = true;
    }

    /// The texts cut short that must not be shown at a time.
    pub(super) fn cut_short(&mut self, at: Duration) -> BTreeSet<Digest> {
        self.is_heard &= at < self.since + CLOSE && !(self.is_unsure && at >= self.last + STILL);
        let parts = self.parts.iter().filter(|_| self.is_heard);
        parts.map(|part| Digest::of(&part.bytes)).collect()
    }
}
