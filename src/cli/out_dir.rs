//! A directory that documents are written to. Others may write there, too: nothing in it is followed, and what is on
//! its way has a name that nobody can guess.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, Dir, FlockOperation, Mode, OFlags, flock, mkdirat, openat, renameat, unlinkat,
};
use rustix::io::Errno;

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
/// How files are called that are not finished.
const PREFIX: &str = ".newswire-";
const SUFFIX: &str = ".tmp";

/// The directory, locked against others that build in it.
pub(super) struct OutDir {
    path: PathBuf,
    handle: OwnedFd,
}

impl OutDir {
    /// Opens a directory, which is made if it is not there.
    ///
    /// # Errors
    /// When another build is at work there, or the directory can't be had.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        // The directory itself may be a link: it is the owner who names it.
        let handle = openat(CWD, path, DIRECTORY, Mode::empty())?;
        match flock(&handle, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => Err(io::Error::new(
                io::ErrorKind::WouldBlock,
                "another build is at work there; wait until it has ended, or write to another directory with --out",
            )),
            // Not every network's file system has locks.
            Ok(()) | Err(_) => Ok(OutDir {
                path: path.to_owned(),
                handle,
            }),
        }
    }

    /// Writes a file below the directory, unless it is what it should be already; returns whether it had to be.
    ///
    /// # Errors
    /// When a folder on the way is a link, or anything can't be written.
    pub(super) fn write_if_changed(&self, file: &Path, bytes: &[u8]) -> io::Result<bool> {
        let (folder, name) = (file.parent().unwrap_or(Path::new("")), name_of(file)?);
        let mut handle = self.handle.try_clone()?;
        let mut path = self.path.clone();
        for component in folder.components() {
            let Component::Normal(part) = component else {
                return Err(not_a_name(file));
            };
            path.push(part);
            match mkdirat(&handle, part, Mode::from_raw_mode(0o777)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            let opened = openat(&handle, part, DIRECTORY | OFlags::NOFOLLOW, Mode::empty());
            handle = opened.map_err(|error| match error {
                Errno::LOOP | Errno::NOTDIR => io::Error::other(format!(
                    "{} is a link or a file, and nothing is written through it; take it away",
                    path.display()
                )),
                other => other.into(),
            })?;
        }
        put(&handle, name, bytes)
    }

    /// Removes what builds left behind that were killed.
    pub(super) fn sweep(&self) -> io::Result<()> {
        sweep(&self.handle)
    }
}

/// Writes a file, unless it is what it should be already; returns whether it had to be. A link of that name is
/// replaced, not followed.
pub(super) fn write_if_changed(file: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    put(
        &openat(CWD, folder, DIRECTORY, Mode::empty())?,
        name_of(file)?,
        bytes,
    )
}

fn name_of(file: &Path) -> io::Result<&Path> {
    match file.components().next_back() {
        Some(Component::Normal(name)) => Ok(Path::new(name)),
        _ => Err(not_a_name(file)),
    }
}

fn not_a_name(file: &Path) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidFilename,
        format!("“{}” is no path of a file", file.display()),
    )
}

/// Writes a file whole or not at all: to a name beside it, then into place. One that stays as it is keeps its time, and
/// so its validators on a static host.
fn put(folder: &OwnedFd, name: &Path, bytes: &[u8]) -> io::Result<bool> {
    if is_same(folder, name, bytes) {
        return Ok(false);
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let (temporary, handle) = loop {
        let temporary = format!("{PREFIX}{:016x}{SUFFIX}", RandomState::new().hash_one(name));
        match openat(folder, &temporary, flags, Mode::from_raw_mode(0o666)) {
            Ok(handle) => break (temporary, handle),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    };
    let mut file = File::from(handle);
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_data())
        .and_then(|()| Ok(renameat(folder, &temporary, folder, name)?));
    if written.is_err() {
        // The error is what matters, not the left-over.
        let _ = unlinkat(folder, &temporary, AtFlags::empty());
    }
    written.map(|()| true)
}

/// Whether there is a file of these bytes.
fn is_same(folder: &OwnedFd, name: &Path, bytes: &[u8]) -> bool {
    // Not to wait for the other end, should it be a pipe.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(handle) = openat(folder, name, flags, Mode::empty()) else {
        return false;
    };
    let file = File::from(handle);
    let is_alike = |metadata: std::fs::Metadata| metadata.is_file() && metadata.len() == bytes.len() as u64;
    if !file.metadata().is_ok_and(is_alike) {
        return false;
    }
    let mut before = Vec::with_capacity(bytes.len());
    file.take(bytes.len() as u64 + 1).read_to_end(&mut before).is_ok() && before == bytes
}

fn sweep(folder: &OwnedFd) -> io::Result<()> {
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy();
        if name == "." || name == ".." {
            continue;
        }
        if is_unfinished(&name) {
            unlinkat(folder, entry.file_name(), AtFlags::empty())?;
        } else if let Ok(inner) = openat(
            folder,
            entry.file_name(),
            DIRECTORY | OFlags::NOFOLLOW,
            Mode::empty(),
        ) {
            sweep(&inner)?;
        }
    }
    Ok(())
}

fn is_unfinished(name: &str) -> bool {
    let number = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_suffix(SUFFIX));
    number.is_some_and(|number| number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
