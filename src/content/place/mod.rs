//! Where a post lives on its site, and what names it: location, slug, permalink, id.

pub(in crate::content) mod address;
pub(in crate::content) mod dated_name;
pub mod id;
pub mod location;
pub mod reference;
pub mod template_address;
pub(in crate::content) mod uri;
