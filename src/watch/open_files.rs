//! Which files somebody has open for writing, as far as events tell. Pure: time comes in as the time
//! since some start.
//!
//! A write without its close means that more is to come. So the file waits for the close, up to a bound:
//! some programs never close what they write. Where events were lost, the close may be among them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::wakeups::Hint;
use crate::catalog::tree::is_at_or_below;

/// Files that are open for writing.
#[derive(Clone, Debug, Default)]
pub struct OpenFiles {
    files: BTreeMap<Arc<str>, OpenFile>,
    /// Files whose close never came, since somebody last closed or removed them.
    never_closed: BTreeSet<Arc<str>>,
}

#[derive(Clone, Copy, Debug)]
struct OpenFile {
    /// When the first write was announced.
    since: Duration,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Events were lost since the last write: it may be closed by now.
    Unsure,
    /// The close did not come in time: the file is to be read as it is.
    Overdue,
}

impl OpenFiles {
    /// Takes in a hint that came at a time.
    pub(super) fn note(&mut self, hint: &Hint, at: Duration) {
        match hint {
            Hint::Writing(path) => {
                let file = self.files.entry(Arc::clone(path)).or_insert(OpenFile {
                    since: at,
                    state: State::Open,
                });
                if file.state == State::Unsure {
                    file.state = State::Open;
                }
            }
            Hint::Complete(path) => {
                self.files.remove(path);
                self.never_closed.remove(path);
            }
            // The writer may go on, but under a name that nobody knows.
            Hint::Gone(folder) => {
                self.files.retain(|path, _| !is_at_or_below(path, folder));
                self.never_closed.retain(|path| !is_at_or_below(path, folder));
            }
            Hint::Everything => self.doubt(|_| true),
            Hint::Changing(_) | Hint::Folder(_) => {}
        }
    }

    /// Events of some files may have been lost.
    pub(super) fn doubt(&mut self, is_concerned: impl Fn(&str) -> bool) {
        for (path, file) in &mut self.files {
            if file.state == State::Open && is_concerned(path) {
                file.state = State::Unsure;
            }
        }
    }

    /// Whether somebody is known to be writing a file, and not for too long.
    pub(super) fn is_open(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|file| file.state == State::Open)
    }

    /// Whether a write of a file was announced, and not its close.
    pub(super) fn is_known(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether somebody may still be writing a file: the close may be among the events that were lost.
    pub(super) fn is_unsure(&self, path: &str) -> bool {
        self.files
            .get(path)
            .is_some_and(|file| file.state == State::Unsure)
    }

    /// When the first of them has waited for its close for so long.
    pub(super) fn due(&self, bound: Duration) -> Option<Duration> {
        let waiting = self.files.values().filter(|file| file.state != State::Overdue);
        waiting.map(|file| file.since + bound).min()
    }

    /// Gives up waiting for those that have waited for so long; each with whether that is the first time.
    pub(super) fn expire(&mut self, bound: Duration, at: Duration) -> Vec<(Arc<str>, bool)> {
        let mut expired = Vec::new();
        for (path, file) in &mut self.files {
            if file.state != State::Overdue && at >= file.since + bound {
                file.state = State::Overdue;
                let is_first = self.never_closed.insert(Arc::clone(path));
                expired.push((Arc::clone(path), is_first));
            }
        }
        expired
    }

    /// A look took in what it found of those given up. What is written from now on waits anew.
    pub(super) fn taken_in(&mut self, is_within: impl Fn(&str) -> bool) {
        self.files
            .retain(|path, file| file.state != State::Overdue || !is_within(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;
    const BOUND: Duration = Duration::from_secs(30);

    fn writing(path: &str) -> Hint {
        Hint::Writing(path.into())
    }

    #[test]
    fn a_file_is_open_from_its_first_write_to_its_close() {
        let mut open = OpenFiles::default();
        open.note(&writing("a.md"), S(1));
        open.note(&writing("a.md"), S(9));
        assert!(open.is_open("a.md") && !open.is_open("b.md"));
        assert_eq!(open.due(BOUND), Some(S(31)), "the first write counts");
        open.note(&Hint::Complete("a.md".into()), S(10));
        assert!(!open.is_open("a.md"));
        assert_eq!(open.due(BOUND), None);
    }

    #[test]
    fn a_file_that_goes_with_its_folder_is_forgotten() {
        let mut open = OpenFiles::default();
        open.note(&writing("news/a.md"), S(1));
        open.note(&Hint::Gone("news".into()), S(2));
        assert!(!open.is_known("news/a.md"));
    }

    #[test]
    fn a_file_that_is_never_closed_is_given_up_once_and_then_waits_anew() {
        let mut open = OpenFiles::default();
        open.note(&writing("log.md"), S(1));
        assert!(open.expire(BOUND, S(30)).is_empty());
        assert_eq!(open.expire(BOUND, S(31)), [("log.md".into(), true)]);
        open.note(&writing("log.md"), S(31));
        assert!(
            !open.is_open("log.md"),
            "it is not held back again before it was read"
        );
        open.taken_in(|path| path == "log.md");
        open.note(&writing("log.md"), S(32));
        assert!(open.is_open("log.md"));
        assert_eq!(open.due(BOUND), Some(S(62)));
    }

    #[test]
    fn after_lost_events_nobody_knows_until_the_next_write() {
        let mut open = OpenFiles::default();
        open.note(&writing("a.md"), S(1));
        open.note(&Hint::Everything, S(2));
        assert!(!open.is_open("a.md") && open.is_unsure("a.md"));
        open.note(&writing("a.md"), S(3));
        assert!(open.is_open("a.md"));
        assert_eq!(open.due(BOUND), Some(S(31)));
    }
}
