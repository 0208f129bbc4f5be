//! From the bytes of a file to its front matter and its text, and the files that are no posts.

pub(in crate::content) mod conflict_markers;
pub mod copy_names;
pub mod decode;
pub mod front_matter;
pub(in crate::content) mod glob;
pub(in crate::content) mod headers;
pub(in crate::content) mod ignored;
pub mod markup;
pub mod tool_names;
pub(in crate::content) mod unrecognized;
