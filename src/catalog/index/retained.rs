//! Ids that posts keep though others would be made now.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::content::Post;

pub(super) type Paths = BTreeSet<Arc<str>>;

/// Posts whose id would be made another now than the one they keep.
#[derive(Debug, Default)]
pub(super) struct Retained {
    /// Posts that came into the feeds since the last refresh.
    pub(super) listed: Vec<Arc<str>>,
    /// The ids that such posts keep, and who keeps them.
    pub(super) by_path: BTreeMap<Arc<str>, Arc<str>>,
    pub(super) by_id: HashMap<Arc<str>, Paths>,
    /// By the id that is made for them: posts that have another since one keeps it, and are not known by it yet.
    pub(super) displaced: HashMap<Arc<str>, Paths>,
    /// Posts that were taken out and whose ids are kept: what comes to their paths is held against them.
    pub(super) former: BTreeMap<Arc<str>, Arc<Post>>,
    /// Posts of which that was said, or is to be said next.
    pub(super) told: Paths,
    pub(super) untold: Paths,
}
