//! What a change of a file means for the index.

use std::sync::Arc;

use crate::content::Parsed;

/// What the index has to know of a file.
#[derive(Debug)]
pub struct Change {
    /// Its path.
    pub path: Arc<str>,
    /// What it was.
    pub before: Option<Parsed>,
    /// What it is.
    pub after: Option<Parsed>,
    /// Whether there is no file any more.
    pub is_removed: bool,
}

impl Change {
    /// A file that is there is another than before.
    pub fn new(path: &Arc<str>, before: Option<Parsed>, after: Option<Parsed>) -> Self {
        Change {
            path: Arc::clone(path),
            before,
            after,
            is_removed: false,
        }
    }

    /// There is no file any more.
    pub fn removed(path: &Arc<str>, before: Option<Parsed>) -> Self {
        Change {
            is_removed: true,
            ..Change::new(path, before, None)
        }
    }
}
