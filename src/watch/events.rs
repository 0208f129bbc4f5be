//! File events as hints: the only file that names `notify`.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::wakeups::{Hint, Wake, Wakeups};

/// Hints from the kernel's file events below a directory.
pub struct Events {
    root: PathBuf,
    watching: Option<Watching>,
    sender: Sender<Wake>,
    receiver: Receiver<Wake>,
}

struct Watching {
    /// Where the root led, and which folder that was, when watching began.
    target: Identity,
    _watcher: RecommendedWatcher,
}

type Identity = (PathBuf, u64, u64);

impl Events {
    /// Events below a directory. If they can't be had, `wait` only ever times out, and the timed look
    /// at everything does all the work.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let (sender, receiver) = channel();
        let mut events = Events {
            root: root.into(),
            watching: None,
            sender,
            receiver,
        };
        events.watch();
        events
    }

    /// The end into which others may put wake-ups.
    pub fn sender(&self) -> Sender<Wake> {
        self.sender.clone()
    }

    fn watch(&mut self) {
        self.watching = None;
        let Some(target) = identity(&self.root) else {
            return;
        };
        match watch(&target.0, self.sender.clone()) {
            Ok(watcher) => {
                tracing::debug!(directory = %target.0.display(), "watching");
                self.watching = Some(Watching {
                    target,
                    _watcher: watcher,
                });
            }
            Err(error) => {
                tracing::warn!(
                    directory = %target.0.display(),
                    "no file events here, so changes are only seen by the timed scan: {}",
                    explain(&error)
                );
            }
        }
    }
}

impl Wakeups for Events {
    fn wait(&mut self, at_most: Duration) -> Wake {
        self.receiver.wait(at_most)
    }

    /// Watches anew if the root is no longer the folder that is watched.
    fn refresh(&mut self) {
        let watched = self.watching.as_ref().map(|watching| &watching.target);
        if watched != identity(&self.root).as_ref() {
            self.watch();
        }
    }
}

fn identity(root: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let target = root.canonicalize().ok()?;
    let metadata = target.metadata().ok()?;
    Some((target, metadata.dev(), metadata.ino()))
}

fn watch(root: &Path, sender: Sender<Wake>) -> notify::Result<RecommendedWatcher> {
    let below = root.to_owned();
    let on_event = move |event: notify::Result<Event>| {
        let hints = match event {
            Ok(event) => hints(&event, &below),
            Err(error) => {
                tracing::debug!(
                    "file events failed, so everything is looked at: {}",
                    explain(&error)
                );
                vec![Hint::Everything]
            }
        };
        for hint in hints {
            // The writer is gone only when the process ends.
            let _ = sender.send(Wake::Hint(hint));
        }
    };
    let mut watcher = RecommendedWatcher::new(on_event, Config::default())?;
    watcher.watch(root, RecursiveMode::Recursive)?;
    Ok(watcher)
}

fn explain(error: &notify::Error) -> String {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the limit of watches is reached; raise fs.inotify.max_user_watches".to_owned()
        }
        _ => error.to_string(),
    }
}

/// What an event hints at. Opening and reading say nothing; otherwise our own scans would wake us.
fn hints(event: &Event, root: &Path) -> Vec<Hint> {
    if event.need_rescan() {
        return vec![Hint::Everything];
    }
    let is_complete = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => true,
        EventKind::Access(_) => return Vec::new(),
        _ => false,
    };
    event
        .paths
        .iter()
        .map(|path| match path.strip_prefix(root).ok().and_then(Path::to_str) {
            Some("") | None => Hint::Everything,
            Some(path) if is_complete => Hint::Complete(path.into()),
            Some(path) => Hint::Changing(path.into()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(kind: EventKind, path: &str) -> Vec<Hint> {
        hints(&Event::new(kind).add_path(path.into()), Path::new("/site"))
    }

    #[test]
    fn only_events_that_can_mean_a_change_are_hints() {
        use notify::event::{CreateKind, DataChange, Flag, RemoveKind};
        let a = || "a.md".into();
        for (kind, hinted) in [
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), vec![]),
            (EventKind::Access(AccessKind::Close(AccessMode::Read)), vec![]),
            (
                EventKind::Access(AccessKind::Close(AccessMode::Write)),
                vec![Hint::Complete(a())],
            ),
            (
                EventKind::Modify(ModifyKind::Name(RenameMode::To)),
                vec![Hint::Complete(a())],
            ),
            (
                EventKind::Modify(ModifyKind::Name(RenameMode::From)),
                vec![Hint::Changing(a())],
            ),
            (
                EventKind::Modify(ModifyKind::Data(DataChange::Any)),
                vec![Hint::Changing(a())],
            ),
            (EventKind::Create(CreateKind::File), vec![Hint::Changing(a())]),
            (EventKind::Remove(RemoveKind::File), vec![Hint::Changing(a())]),
        ] {
            assert_eq!(hint(kind, "/site/a.md"), hinted, "{kind:?}");
        }
        let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(hints(&overflow, Path::new("/site")), [Hint::Everything]);
        assert_eq!(
            hint(EventKind::Remove(RemoveKind::Folder), "/site"),
            [Hint::Everything]
        );
    }
}
