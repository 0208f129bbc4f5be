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

/// Says that a test can't be run here, and why. Straight to standard error, which the harness would keep back.
pub(crate) fn skipped(why: &str) {
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    // Nobody may be reading.
    let _ = std::io::Write::write_all(
        &mut std::io::stderr(),
        format!("skipped: {name}: {why}\n").as_bytes(),
    );
}
