//! Where a post lives on its site, and what names it: location, slug, permalink, id.

pub(in crate::content) mod address;
pub(in crate::content) mod dated_name;
pub mod dialect;
pub mod id;
pub mod location;
pub mod nfc;
pub mod permalink;
pub mod reference;
pub(in crate::content) mod segment;
pub mod slug;
pub mod template_address;
pub(in crate::content) mod uri;
