//! Files that lie outside the content directory and matter all the same: looked at once a second, for
//! there are one or two of them and they hardly ever change.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use super::wakeups::{Hint, Wake};

/// How often they are looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// Gives a hint at `name` whenever one of the files changes, comes or goes, until nobody listens.
///
/// # Errors
/// When no thread can be started.
pub fn watch(files: Vec<PathBuf>, name: &'static str, sender: Sender<Wake>) -> std::io::Result<()> {
    let look = move || {
        let mut known = stamps(&files);
        loop {
            thread::sleep(INTERVAL);
            let now = stamps(&files);
            if now != known && sender.send(Wake::Hint(Hint::Complete(name.into()))).is_err() {
                return;
            }
            known = now;
        }
    };
    thread::Builder::new().name("outside".into()).spawn(look)?;
    Ok(())
}

fn stamps(files: &[PathBuf]) -> Vec<Option<(u64, u64, i64, i64)>> {
    let stamp = |file: &PathBuf| {
        let metadata = fs::metadata(Path::new(file)).ok()?;
        Some((
            metadata.ino(),
            metadata.size(),
            metadata.ctime(),
            metadata.ctime_nsec(),
        ))
    };
    files.iter().map(stamp).collect()
}
