//! The tree on the disk: the only reader of content files.
//!
//! Links are followed while they stay inside the root, so that a ConfigMap's files are found; hidden
//! names are passed over, so that they are found once. Only regular files are opened, without ever
//! waiting for a writer at the other end of a pipe.

use std::collections::BTreeSet;
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustix::fs::OFlags;

use crate::catalog::tree::{Extent, LockReading, ReadError, Stamp, Survey, Tree, TreeError};
use crate::content::file::tool_names::{self, ToolName};
use crate::content::parse;
use crate::content::place::location;
use crate::lock::file as lock;
use crate::vocabulary::{Finding, Severity};

/// Folders nested deeper than this are not looked into.
const MOST_DEPTH: usize = 64;

/// A lock of git's that is older was left behind by a git that died.
const LEFT_BEHIND: Duration = Duration::from_mins(10);

/// A content directory.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
    /// Where a lock file may be; the first that is there counts.
    locks: Vec<PathBuf>,
}

impl Disk {
    /// The tree below a directory, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Disk {
            root: root.into(),
            locks: Vec::new(),
        }
    }

    /// The same tree, with the files that may be its lock file; the first that is there counts.
    #[must_use]
    pub fn with_locks(mut self, locks: Vec<PathBuf>) -> Self {
        self.locks = locks;
        self
    }

    fn root(&self) -> Result<PathBuf, TreeError> {
        let explain = |error: io::Error| {
            let why = match error.kind() {
                io::ErrorKind::NotFound => "does not exist".to_owned(),
                io::ErrorKind::PermissionDenied => "can't be read: permission denied".to_owned(),
                _ => format!("can't be read: {error}"),
            };
            TreeError(format!("“{}” {why}", self.root.display()))
        };
        let root = fs::canonicalize(&self.root).map_err(explain)?;
        if !root.is_dir() {
            return Err(TreeError(format!("“{}” is not a directory", self.root.display())));
        }
        Ok(root)
    }

    /// Where the repository around it keeps its index, if there is one.
    fn git(&self) -> Option<PathBuf> {
        let root = self.root.canonicalize().ok()?;
        let mut git = root.ancestors().map(|folder| folder.join(".git"));
        git.find_map(|git| git_directory(&git))
    }
}

impl Tree for Disk {
    fn survey(&self, extent: &Extent) -> Result<Survey, TreeError> {
        let root = self.root()?;
        let mut walk = Walk {
            root: &root,
            survey: Survey {
                root: fs::metadata(&root)
                    .ok()
                    .map(|metadata| (metadata.dev(), metadata.ino())),
                ..Survey::default()
            },
            ancestors: BTreeSet::new(),
        };
        match extent {
            Extent::Everything => {
                // An unreadable root is an error of the tree, not an empty site.
                fs::read_dir(&root).map_err(|error| {
                    TreeError(format!("“{}” can't be read: {error}", self.root.display()))
                })?;
                walk.folder(&root, "", 0);
            }
            Extent::Paths(paths) => paths.iter().for_each(|path| walk.path(path)),
        }
        Ok(walk.survey)
    }

    fn read(&self, path: &str) -> Result<(Stamp, Vec<u8>), ReadError> {
        // One byte over the limit is enough for the parser to refuse it.
        read(&self.root.join(path), parse::MOST_BYTES + 1)
    }

    fn lock(&self, known: Option<Stamp>) -> LockReading {
        for path in &self.locks {
            match fs::metadata(path) {
                Ok(metadata) if known == Some(stamp(&metadata)) => return LockReading::Known,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return LockReading::Failed(ReadError::Failed(error.to_string())),
            }
            return match read(path, lock::MOST_BYTES + 1) {
                Ok((_, bytes)) if bytes.len() > lock::MOST_BYTES => {
                    let message = format!("it has more than {} bytes", lock::MOST_BYTES);
                    LockReading::Failed(ReadError::Failed(message))
                }
                Ok((stamp, bytes)) => LockReading::Read(stamp, bytes),
                Err(ReadError::Gone) => continue,
                Err(error) => LockReading::Failed(error),
            };
        }
        LockReading::Absent
    }

    fn is_being_changed(&self) -> bool {
        let Some(git) = self.git() else {
            return false;
        };
        fs::metadata(git.join("index.lock"))
            .and_then(|lock| lock.modified())
            .is_ok_and(|locked| locked.elapsed().is_ok_and(|age| age < LEFT_BEHIND))
    }

    fn mark(&self) -> Option<Stamp> {
        let index = fs::metadata(self.git()?.join("index")).ok()?;
        Some(stamp(&index))
    }
}

/// Where a repository keeps its index: in its `.git` folder, or where a `.git` file says, which is
/// how worktrees and submodules are.
fn git_directory(git: &Path) -> Option<PathBuf> {
    let metadata = fs::metadata(git).ok()?;
    if metadata.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    let target = text.strip_prefix("gitdir:")?.trim();
    Some(git.parent()?.join(target))
}

/// Reads a file of up to so many bytes; of a longer one its beginning.
fn read(path: &Path, most: usize) -> Result<(Stamp, Vec<u8>), ReadError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Gone,
        io::ErrorKind::PermissionDenied => ReadError::Failed("permission denied".into()),
        _ => ReadError::Failed(error.to_string()),
    };
    // Never wait: what was a file at the survey may be a pipe by now.
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(failed)?;
    let before = file.metadata().map_err(failed)?;
    if !before.is_file() {
        return Err(ReadError::Gone);
    }
    let mut bytes = Vec::with_capacity((before.len() as usize).min(most) + 1);
    (&mut file)
        .take(most as u64)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    let after = file.metadata().map_err(failed)?;
    if stamp(&before) != stamp(&after) {
        return Err(ReadError::Changing);
    }
    Ok((stamp(&after), bytes))
}

fn stamp(metadata: &Metadata) -> Stamp {
    let nanoseconds = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
    Stamp {
        device: metadata.dev(),
        inode: metadata.ino(),
        size: metadata.size(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
    }
}

struct Walk<'a> {
    root: &'a Path,
    survey: Survey,
    /// The folders being walked, by device and inode: a link to one of them is a circle.
    ancestors: BTreeSet<(u64, u64)>,
}

impl Walk<'_> {
    /// Looks at one path. It is named by an event, so it may be anything, or nothing.
    fn path(&mut self, path: &str) {
        // Hidden names are not looked at, wherever in the path they are, nor is what lies in a folder that
        // is left out as a whole.
        let (folders, _) = path.rsplit_once('/').unwrap_or(("", path));
        if path
            .split('/')
            .any(|part| part.starts_with('.') || part.is_empty())
            || folders
                .split('/')
                .any(|part| tool_names::unmistakable(part).is_some())
        {
            return;
        }
        // A folder on the way may be a link out of the root by now.
        let full = self.root.join(path);
        let parent = match fs::canonicalize(full.parent().unwrap_or(self.root)) {
            Ok(parent) => parent,
            Err(error) => return self.unseen(path, &error),
        };
        if !parent.starts_with(self.root) {
            return;
        }
        if let Ok(metadata) = fs::metadata(&parent) {
            self.note_change(&metadata);
        }
        match fs::symlink_metadata(full) {
            Ok(metadata) => self.entry(path, &metadata, path.matches('/').count()),
            Err(error) => self.unseen(path, &error),
        }
    }

    fn folder(&mut self, folder: &Path, path: &str, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.survey.unseen.push(path.into());
                return self.leave_out(path, "unreadable", &format!("the folder can\'t be read: {error}"));
            }
        };
        if depth > MOST_DEPTH {
            let message = format!("folders are nested more than {MOST_DEPTH} deep");
            return self.leave_out(path, "too-deep", &message);
        }
        let metadata = match fs::metadata(folder) {
            Ok(metadata) => metadata,
            Err(error) => return self.unseen(path, &error),
        };
        self.note_change(&metadata);
        let identity = (metadata.dev(), metadata.ino());
        if !self.ancestors.insert(identity) {
            return self.leave_out(path, "link-circle", "the link leads back to a folder around it");
        }
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    // What was not listed is not gone.
                    self.unseen(path, &error);
                    break;
                }
            };
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                self.leave_out(
                    &join(path, &name.to_string_lossy()),
                    "name",
                    "the file's name is not UTF-8",
                );
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let below = join(path, name);
            // Most files of a site are no content; only their kind is needed, not their stamp.
            let is_plain_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_plain_file && !location::is_content(&below) {
                self.pass_over(&below, name, false);
                continue;
            }
            match entry.metadata() {
                Ok(metadata) => self.entry(&below, &metadata, depth + 1),
                Err(error) => self.unseen(&below, &error),
            }
        }
        self.ancestors.remove(&identity);
    }

    /// One entry of a folder; `metadata` is of the entry itself, not of what it may link to.
    fn entry(&mut self, path: &str, metadata: &Metadata, depth: usize) {
        let full = self.root.join(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_folder = metadata.is_dir() || metadata.is_symlink() && full.is_dir();
        if self.pass_over(path, name, is_folder) {
            return;
        }
        if metadata.is_symlink() {
            return match fs::canonicalize(&full) {
                Ok(target) if target.starts_with(self.root) => match fs::metadata(&target) {
                    Ok(metadata) => self.target(path, &target, &metadata, depth),
                    Err(error) => self.unseen(path, &error),
                },
                Ok(_) => self.leave_out(
                    path,
                    "link-outside",
                    "the link leads out of the content directory",
                ),
                Err(error) if is_gone(&error) && location::is_content(path) => {
                    self.leave_out(path, "link-broken", "the link leads nowhere");
                }
                Err(error) => self.unseen(path, &error),
            };
        }
        self.target(path, &full, metadata, depth);
    }

    fn target(&mut self, path: &str, full: &Path, metadata: &Metadata, depth: usize) {
        if metadata.is_dir() {
            self.folder(full, path, depth);
        } else if location::is_content(path) {
            if metadata.is_file() {
                self.note_change(metadata);
                self.survey.files.insert(path.into(), stamp(metadata));
            } else {
                self.leave_out(path, "not-a-file", "it is a pipe, socket or device, not a file");
            }
        }
    }

    /// Whether a tool made it, as its name says: then it is left out.
    fn pass_over(&mut self, path: &str, name: &str, is_folder: bool) -> bool {
        let (what, help) = match tool_names::unmistakable(name) {
            Some(ToolName::File(what)) if !is_folder => (
                what,
                "compare it with the post and remove it; if it is a post of its own, give it another name",
            ),
            Some(ToolName::Folder(what)) if is_folder => (
                what,
                "nothing has to be done; a section of the site needs another name",
            ),
            Some(ToolName::LostAndFound) => return is_folder,
            _ => return false,
        };
        let message = format!("it is {what}, so it is left out");
        self.survey
            .left_out
            .push(Finding::new(&path.into(), Severity::Note, "tool-file", message).help(help));
        true
    }

    /// Something that could not be looked at, unless it is just not there: only that means gone.
    fn unseen(&mut self, path: &str, error: &io::Error) {
        if !is_gone(error) {
            self.survey.unseen.push(path.into());
            self.leave_out(path, "unreadable", &format!("it can't be looked at: {error}"));
        }
    }

    fn note_change(&mut self, metadata: &Metadata) {
        let changed = DateTime::<Utc>::from_timestamp(metadata.ctime(), 0);
        self.survey.newest = self.survey.newest.max(changed);
    }

    fn leave_out(&mut self, path: &str, code: &'static str, message: &str) {
        let path: Arc<str> = path.into();
        self.survey.left_out.push(
            Finding::new(
                &path,
                Severity::Warning,
                code,
                format!("{message}, so it is left out"),
            )
            .help("remove it, or replace it by a file that can be read"),
        );
    }
}

/// Whether there is nothing there: a link that leads to itself leads nowhere too.
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    ) || error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
