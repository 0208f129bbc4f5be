//! What a site says about one of its authors.

use std::sync::Arc;

/// What the site says about one of its authors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorRecord {
    /// The file it stands in.
    pub path: Arc<str>,
    /// The id that posts use: the name of its folder.
    pub id: String,
    /// Another id that its front matter claims. It counts where no folder has that name.
    pub claimed_id: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// Their own site or profile, absolute.
    pub uri: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
}
