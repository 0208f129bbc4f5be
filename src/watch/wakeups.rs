//! Wake-ups: the seam through which the writer hears that something may have happened.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// That something may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A file was written and closed, or moved into its place: it is complete.
    Complete(Arc<str>),
    /// A file was written and not closed: somebody has it open, and [`Hint::Complete`] is to follow.
    Writing(Arc<str>),
    /// A file or folder was removed or moved away; something may come to take its place.
    Gone(Arc<str>),
    /// Something happened at or below a path, and more may follow.
    Changing(Arc<str>),
    /// A folder appeared. What is put in it before it is watched is not heard of.
    Folder(Arc<str>),
    /// Something happened, and nobody knows where.
    Everything,
}

/// Why the writer woke up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Something may have changed.
    Hint(Hint),
    /// The configuration may have changed, or somebody asks for it to be read again.
    Reload,
    /// Whatever is missing is meant to be.
    AcceptLoss,
    /// Nothing happened within the time given.
    TimedOut,
    /// The process is ending.
    Stop,
}

/// How far wake-ups can be relied on to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// For every change.
    Whole,
    /// For every change but those in these folders, and why.
    AllBut(BTreeMap<Arc<str>, String>),
    /// Not for every change, and why.
    Partial(String),
}

/// Where wake-ups come from.
pub trait Wakeups {
    /// Waits for the next one, no longer than the time given.
    fn wait(&mut self, at_most: Duration) -> Wake;

    /// Called before a look at everything: whoever watches the tree may check that it still does.
    fn refresh(&mut self) {}

    /// How far they can be relied on.
    fn coverage(&self) -> Coverage {
        Coverage::Whole
    }

    /// How often [`Wakeups::check`] is to be called; `None` for never.
    fn checks_every(&self) -> Option<Duration> {
        None
    }

    /// Looks for what no event tells: another folder in the place of the one that is watched.
    fn check(&mut self) -> Vec<Wake> {
        Vec::new()
    }
}

/// Wake-ups from a channel; its other end closing means stop.
impl Wakeups for Receiver<Wake> {
    fn wait(&mut self, at_most: Duration) -> Wake {
        match self.recv_timeout(at_most) {
            Ok(wake) => wake,
            Err(RecvTimeoutError::Timeout) => Wake::TimedOut,
            Err(RecvTimeoutError::Disconnected) => Wake::Stop,
        }
    }
}
