//! What is wrong with front matter.

use crate::vocabulary::Place;

/// What is wrong with front matter, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatterError {
    /// A stable name for the kind of fault.
    pub code: &'static str,
    /// The sentence for the editor.
    pub message: String,
    /// The way out.
    pub help: String,
    /// Where in the file.
    pub place: Option<Place>,
}

impl FrontMatterError {
    pub(super) fn new(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
        place: impl Into<Option<Place>>,
    ) -> Self {
        FrontMatterError {
            code,
            message: message.into(),
            help: help.into(),
            place: place.into(),
        }
    }
}
