//! What the fields of front matter mean.

pub mod author;
pub mod comments;
pub mod details;
pub mod field;
pub mod inherited;
pub mod language;
pub mod media;
pub(in crate::content) mod people;
pub(in crate::content) mod title;
pub mod translation;
pub mod visibility;
pub mod withdrawal;
