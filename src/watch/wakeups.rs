//! Wake-ups: the seam through which the writer hears that something may have happened.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// That something may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A file was written and closed, or moved into its place: it is complete.
    Complete(Arc<str>),
    /// Something happened at or below a path, and more may follow: a write without a close, a
    /// removal that a new file may make up for, a new folder.
    Changing(Arc<str>),
    /// Something happened, and nobody knows where.
    Everything,
}

/// Why the writer woke up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Something may have changed.
    Hint(Hint),
    /// Nothing happened within the time given.
    TimedOut,
    /// The process is ending.
    Stop,
}

/// Where wake-ups come from.
pub trait Wakeups {
    /// Waits for the next one, no longer than the time given.
    fn wait(&mut self, at_most: Duration) -> Wake;

    /// Called before a look at everything: whoever watches the tree may check that it still does.
    fn refresh(&mut self) {}
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
