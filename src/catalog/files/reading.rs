//! Reading what a survey says has to be read.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use crate::catalog::files::file::File;
use crate::catalog::tree::{Extent, ReadError, Stamp, Tree};
use crate::content::fields::inherited::{HandedDown, Sections};
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::{ContentSettings, Fault, Parsed, parse_written};
use crate::vocabulary::{Digest, Finding, Severity};

/// A file this much younger than the clock may be rewritten without its stamp changing: kernels
/// stamp files by a clock that ticks every few milliseconds.
const GRANULE: Duration = Duration::from_millis(20);
/// The same where stamps have whole seconds only.
const COARSE_GRANULE: Duration = Duration::from_secs(2);
/// How soon a file that was being written is looked at again.
pub(in crate::catalog) const CHANGING: Duration = Duration::from_millis(50);
/// From so many paths on, looking everywhere costs less than looking at each.
const MANY: usize = 1_000;

/// What became of reading a file.
pub(in crate::catalog) enum Reading {
    /// It was read whole.
    Read {
        stamp: Stamp,
        digest: Digest,
        /// The digest of what is handed down to it.
        handed_down: Option<Digest>,
        /// `None` if the bytes are those that are known already.
        outcome: Option<Result<Parsed, Fault>>,
    },
    /// It is no longer there.
    Gone,
    /// It changed on the way.
    Changing,
    /// It could not be read.
    Failed(Fault),
}

impl Reading {
    /// The digest of the bytes read.
    pub(in crate::catalog) fn digest(&self) -> Option<Digest> {
        match self {
            Reading::Read { digest, .. } => Some(*digest),
            _ => None,
        }
    }

    /// The device and inode of the file read.
    pub(in crate::catalog) fn inode(&self) -> Option<(u64, u64)> {
        match self {
            Reading::Read { stamp, .. } => Some((stamp.device, stamp.inode)),
            _ => None,
        }
    }

    /// Whether it is a post.
    pub(in crate::catalog) fn is_post(&self) -> bool {
        matches!(
            self,
            Reading::Read {
                outcome: Some(Ok(Parsed::Post(_))),
                ..
            }
        )
    }
}

/// Reads some files, those that changed parsed.
pub(in crate::catalog) fn read(
    tree: &dyn Tree,
    paths: Vec<Arc<str>>,
    known: &BTreeMap<Arc<str>, File>,
    settings: &ContentSettings,
    sections: &Sections,
) -> Vec<(Arc<str>, Reading)> {
    let read = |path: Arc<str>| {
        let reading = match tree.read(&path) {
            Ok((stamp, bytes)) => {
                let digest = Digest::of(&bytes);
                let handed_down = HandedDown::to(&path, settings, sections);
                let is_known = known.get(&path).is_some_and(|file| {
                    file.digest == Some(digest)
                        && file.handed_down == handed_down.digest()
                        && !file.is_dated_by_file()
                });
                let modified = stamp.modified_at();
                let outcome = (!is_known)
                    .then(|| parse_written(&path, &bytes, digest, modified, settings, &handed_down));
                Reading::Read {
                    stamp,
                    digest,
                    handed_down: handed_down.digest(),
                    outcome,
                }
            }
            Err(ReadError::Gone) => Reading::Gone,
            Err(ReadError::Changing) => Reading::Changing,
            Err(ReadError::Failed(why)) => Reading::Failed(Fault {
                finding: Finding::new(
                    &path,
                    Severity::Error,
                    "unreadable",
                    format!("can't read the file: {why}"),
                )
                .help("make it readable for the user that Newswire runs as"),
                withdrawal: Withdrawal::default(),
            }),
        };
        (path, reading)
    };
    // One saved file is the common case, and not worth waking other threads for.
    if paths.len() < 4 {
        paths.into_iter().map(read).collect()
    } else {
        paths.into_par_iter().map(read).collect()
    }
}

/// What has to be looked at again.
#[derive(Default)]
pub(in crate::catalog) struct LookAgain {
    paths: Vec<Arc<str>>,
    soonest: Option<Duration>,
}

impl LookAgain {
    pub(in crate::catalog) fn add(&mut self, path: &Arc<str>, after: Duration) {
        self.paths.push(Arc::clone(path));
        self.soonest = Some(self.soonest.map_or(after, |soonest| soonest.min(after)));
    }

    pub(in crate::catalog) fn into_scope(self) -> Option<(Extent, Duration)> {
        let soonest = self.soonest?;
        let scope = if self.paths.len() < MANY {
            Extent::paths(self.paths)
        } else {
            Extent::Everything
        };
        Some((scope, soonest))
    }
}

/// How old a file has to be before its stamp vouches for its content.
pub(in crate::catalog) fn granule(stamp: &Stamp) -> Duration {
    if stamp.changed % 1_000_000_000 == 0 {
        COARSE_GRANULE
    } else {
        GRANULE
    }
}
