//! What the tests share.

pub(crate) mod memory;
pub(crate) mod script;
pub(crate) mod service;
pub(crate) mod site;
pub(crate) mod truth;
pub(crate) mod xml;

pub(crate) use memory::MemoryTree;
pub(crate) use script::titles;
pub(crate) use service::Service;
pub(crate) use site::{Site, newswire};
pub(crate) use truth::Truth;
