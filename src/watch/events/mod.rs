//! File events as hints: the only file that names `notify`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use notify::event::{self, AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::config::WatchMode;
use crate::watch::wakeups::{Coverage, Hint, Wake, Wakeups};
use filesystem::without_events;
use kind::{EventKind, hint};
use symlinks::entries_on_the_way;
use unwatched::{NotWatched, Unwatched, has_unreadable, watch_again, watch_below};

mod filesystem;
mod kind;
mod symlinks;
#[cfg(test)]
mod tests;
mod unwatched;

/// How often it is checked what no event tells: a mount over the root, a configuration on a network.
const CHECK: Duration = Duration::from_secs(1);

/// Hints from the kernel's file events below a directory, and about the configuration file.
pub struct Events {
    root: PathBuf,
    configuration: Vec<PathBuf>,
    mode: WatchMode,
    watching: Watching,
    seen_configuration: Vec<Option<Seen>>,
    sender: Sender<Wake>,
    receiver: Receiver<Wake>,
}

/// Whatever changes when a file does.
type Seen = (u64, u64, u64, i64, i64, i64, i64);

#[derive(Default)]
struct Watching {
    /// Where the root led, and which folder that was, when watching began.
    target: Option<Identity>,
    /// What decides where the root leads.
    entries: BTreeSet<PathBuf>,
    /// Why events can't be relied on.
    trouble: Option<String>,
    /// Folders that could not be watched while the rest is, and why.
    unwatched: Unwatched,
    watcher: Option<RecommendedWatcher>,
}

type Identity = (PathBuf, u64, u64);

/// What a watcher's thread knows of what it watches.
struct Watched {
    root: Option<PathBuf>,
    root_entries: BTreeSet<PathBuf>,
    configuration_entries: BTreeSet<PathBuf>,
}

impl Events {
    /// Events below a directory, and about the configuration file. If they can't be had,
    /// [`Wakeups::coverage`] says so, and looking has to do all the work.
    pub fn new(root: impl Into<PathBuf>, configuration: Vec<PathBuf>, mode: WatchMode) -> Self {
        let (sender, receiver) = channel();
        let seen_configuration = seen(&configuration);
        let mut events = Events {
            root: root.into(),
            configuration,
            mode,
            watching: Watching::default(),
            seen_configuration,
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

    /// Watches another directory and other configuration files, in another mode. What happens meanwhile no event
    /// tells: the close of a file may be lost.
    pub fn move_to(&mut self, root: impl Into<PathBuf>, configuration: Vec<PathBuf>, mode: WatchMode) {
        let root = root.into();
        if root != self.root || configuration != self.configuration || mode != self.mode {
            self.seen_configuration = seen(&configuration);
            (self.root, self.configuration, self.mode) = (root, configuration, mode);
            self.watch();
            // The receiver is this one's own, so there is somebody to take it.
            let _ = self.sender.send(Wake::Hint(Hint::Everything));
        }
    }

    fn watch(&mut self) {
        // First off with the old: the kernel has room for so many watches.
        self.watching = Watching::default();
        let target = identity(&self.root);
        let entries = entries_on_the_way(&self.root);
        let configuration_entries = self
            .configuration
            .iter()
            .flat_map(|file| entries_on_the_way(file))
            .collect();
        let scene = Watched {
            root: target.as_ref().map(|(path, ..)| path.clone()),
            root_entries: entries.clone(),
            configuration_entries,
        };
        let silent = target
            .as_ref()
            .and_then(|(path, ..)| without_events(path))
            .map(|name| format!("it is on {name}, where changes made elsewhere send no file events"));
        self.watching = watch(scene, self.mode, self.sender.clone());
        let trouble = self.watching.trouble.take();
        self.watching.trouble = trouble.or(silent);
        self.watching.target = target;
        self.watching.entries = entries;
    }

    /// Watches a folder that is new, if what is watched anyway leaves something of it out.
    fn watch_new(&mut self, folder: &str) {
        let Some((root, ..)) = &self.watching.target else {
            return;
        };
        let folder = root.join(folder);
        if self.mode != WatchMode::Poll
            && has_unreadable(&folder)
            && let Some(watcher) = &mut self.watching.watcher
        {
            let unwatched = &mut self.watching.unwatched;
            let watched = watch_below(&mut recursively(watcher), &folder, unwatched);
            self.watching.trouble = watched.err().or(self.watching.trouble.take());
        }
    }

    /// Tries again to watch what could not be watched. The folders that can be by now.
    fn watch_again(&mut self) -> Vec<Hint> {
        let Watching {
            target: Some((root, ..)),
            unwatched,
            watcher: Some(watcher),
            ..
        } = &mut self.watching
        else {
            return Vec::new();
        };
        let mended = watch_again(&mut recursively(watcher), unwatched);
        let folders = mended.iter().filter_map(|folder| relative(root, folder));
        folders.map(Hint::Folder).collect()
    }
}

/// The name of a folder below the root; `None` if nothing in it is looked at.
fn relative(root: &Path, folder: &Path) -> Option<Arc<str>> {
    let name = folder.strip_prefix(root).ok()?.to_str()?;
    let is_passed_over = |part: &str| part.starts_with('.') || part == "lost+found";
    (!name.is_empty() && !name.split('/').any(is_passed_over)).then(|| name.into())
}

impl Wakeups for Events {
    fn wait(&mut self, at_most: Duration) -> Wake {
        let wake = self.receiver.wait(at_most);
        if let Wake::Hint(Hint::Folder(folder)) = &wake {
            self.watch_new(folder);
        }
        wake
    }

    /// Watches anew if the root is no longer the folder that is watched.
    fn refresh(&mut self) {
        let target = identity(&self.root);
        if self.watching.target != target || self.watching.entries != entries_on_the_way(&self.root) {
            if target.is_some() && self.watching.target.is_some() {
                tracing::info!(directory = %self.root.display(), "the content directory is another folder now");
            }
            self.watch();
        }
    }

    fn coverage(&self) -> Coverage {
        if let Some(trouble) = &self.watching.trouble {
            return Coverage::Partial(trouble.clone());
        }
        let name = |folder: &Path| relative(&self.watching.target.as_ref()?.0, folder);
        let unwatched = self.watching.unwatched.iter();
        let folders: BTreeMap<_, _> = unwatched
            .filter_map(|(folder, why)| Some((name(folder)?, why.clone())))
            .collect();
        if folders.is_empty() {
            Coverage::Whole
        } else {
            Coverage::AllBut(folders)
        }
    }

    fn checks_every(&self) -> Option<Duration> {
        Some(CHECK)
    }

    fn check(&mut self) -> Vec<Wake> {
        let mut wakes = Vec::new();
        if self.watching.target != identity(&self.root) {
            wakes.push(Wake::Hint(Hint::Everything));
        }
        wakes.extend(self.watch_again().into_iter().map(Wake::Hint));
        let configuration = seen(&self.configuration);
        if configuration != self.seen_configuration {
            self.seen_configuration = configuration;
            wakes.push(Wake::Reload);
        }
        wakes
    }
}

fn identity(root: &Path) -> Option<Identity> {
    let target = root.canonicalize().ok()?;
    let metadata = target.metadata().ok()?;
    Some((target, metadata.dev(), metadata.ino()))
}

fn seen(files: &[PathBuf]) -> Vec<Option<Seen>> {
    files.iter().map(|file| seen_file(file)).collect()
}

fn seen_file(file: &Path) -> Option<Seen> {
    let metadata = fs::metadata(file).ok()?;
    Some((
        metadata.dev(),
        metadata.ino(),
        metadata.size(),
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    ))
}

/// Watches what can be watched, and notes what can't.
fn watch(scene: Watched, mode: WatchMode, sender: Sender<Wake>) -> Watching {
    let root = scene.root.clone();
    let entries = scene.root_entries.iter().chain(&scene.configuration_entries);
    let folders: BTreeSet<PathBuf> = entries
        .filter_map(|entry| entry.parent().map(Path::to_owned))
        .collect();
    let on_event = move |event: notify::Result<Event>| {
        let wakes = match event {
            Ok(event) => wakes(&event, &scene),
            Err(error) => {
                tracing::debug!(
                    "file events failed, so everything is looked at: {}",
                    explain(&error)
                );
                vec![Wake::Hint(Hint::Everything)]
            }
        };
        for wake in wakes {
            // The writer is gone only when the process ends.
            let _ = sender.send(wake);
        }
    };
    let mut watcher = match RecommendedWatcher::new(on_event, Config::default()) {
        Ok(watcher) => watcher,
        Err(error) => {
            return Watching {
                trouble: Some(explain(&error)),
                ..Watching::default()
            };
        }
    };
    for folder in folders {
        // The check every second makes up for those that can't be watched.
        if let Err(error) = watcher.watch(&folder, RecursiveMode::NonRecursive) {
            tracing::debug!(folder = %folder.display(), "can't be watched: {}", explain(&error));
        }
    }
    let mut unwatched = Unwatched::new();
    let mut trouble = None;
    if let Some(root) = root.filter(|_| mode != WatchMode::Poll) {
        let outcome = watch_below(&mut recursively(&mut watcher), &root, &mut unwatched);
        trouble = outcome.err().or(unwatched.remove(&root));
    }
    Watching {
        trouble,
        unwatched,
        // What was watched before the limit was reached still helps.
        watcher: Some(watcher),
        ..Watching::default()
    }
}

/// Has a folder and all in it watched.
fn recursively(watcher: &mut RecommendedWatcher) -> impl FnMut(&Path) -> Result<(), NotWatched> {
    |folder| {
        let outcome = watcher.watch(folder, RecursiveMode::Recursive);
        outcome.map_err(|error| NotWatched {
            why: explain(&error),
            is_of_all: is_of_all(&error),
            paths: error.paths,
        })
    }
}

/// Whether an error keeps anything else from being watched too.
fn is_of_all(error: &notify::Error) -> bool {
    const ENOMEM: i32 = 12;
    const EMFILE: i32 = 24;
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => true,
        notify::ErrorKind::Io(error) => matches!(error.raw_os_error(), Some(ENOMEM | EMFILE)),
        _ => false,
    }
}

fn explain(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the limit of watches is reached; raise fs.inotify.max_user_watches".to_owned()
        }
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            "the limit of watchers is reached; raise fs.inotify.max_user_instances".to_owned()
        }
        notify::ErrorKind::Io(error) if error.kind() == ErrorKind::PermissionDenied => {
            "permission denied".to_owned()
        }
        notify::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

/// What an event means. Opening and reading mean nothing; otherwise our own looks would wake us.
fn wakes(event: &Event, watched: &Watched) -> Vec<Wake> {
    if event.need_rescan() {
        return vec![Wake::Hint(Hint::Everything)];
    }
    let kind = match event.kind {
        event::EventKind::Access(AccessKind::Close(AccessMode::Write)) => EventKind::Complete,
        event::EventKind::Access(_) => return Vec::new(),
        event::EventKind::Modify(ModifyKind::Name(RenameMode::To)) => EventKind::Arrived,
        event::EventKind::Modify(ModifyKind::Name(RenameMode::From)) => EventKind::Left,
        event::EventKind::Remove(RemoveKind::File) => EventKind::Gone,
        event::EventKind::Remove(_) => EventKind::Left,
        // It only joins the two before.
        event::EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => return Vec::new(),
        event::EventKind::Modify(ModifyKind::Data(_)) => EventKind::Written,
        event::EventKind::Create(CreateKind::Folder) => EventKind::Folder,
        event::EventKind::Create(CreateKind::File) => EventKind::Created,
        _ => EventKind::Changing,
    };
    let mut wakes = Vec::new();
    for path in &event.paths {
        if watched.configuration_entries.contains(path) {
            wakes.push(Wake::Reload);
        }
        if watched.root_entries.contains(path) {
            // A folder's own times change with every file in it.
            if watched.root.as_ref() != Some(path) || kind != EventKind::Changing {
                wakes.push(Wake::Hint(Hint::Everything));
            }
            continue;
        }
        let below = watched
            .root
            .as_ref()
            .and_then(|root| path.strip_prefix(root).ok());
        let Some(below) = below else {
            continue;
        };
        match below.to_str() {
            Some("") => wakes.extend((kind != EventKind::Changing).then_some(Wake::Hint(Hint::Everything))),
            Some(name) => wakes.extend(hint(kind, name, path).map(Wake::Hint)),
            // A name that is not UTF-8 is told as a finding of its folder.
            None => wakes.push(Wake::Hint(Hint::Everything)),
        }
    }
    wakes
}
