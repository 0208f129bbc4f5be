//! Data files of a site, and the records of authors in them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::fault::Fault;
use crate::content::file::front_matter;
use crate::content::file::front_matter::{Map, Notation, Split, Value};
use crate::content::post::AuthorRecord;

/// A data file as a mapping, by its ending.
pub(super) fn data(path: &Path, text: &str) -> Result<Map, Fault> {
    let notation = match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => Notation::Toml,
        Some("json") => Notation::Json,
        _ => Notation::Yaml,
    };
    // A document may be marked as one.
    let marked = text.strip_prefix("---\n").filter(|_| notation == Notation::Yaml);
    let split = Split {
        notation,
        front: marked.unwrap_or(text),
        front_line: 1 + u32::from(marked.is_some()),
        body: "",
        body_line: 1,
    };
    front_matter::parse(&split).map_err(|error| Fault::broken(path, text, error))
}

/// Author records from a mapping of ids to what is said of each.
pub(super) fn records(path: &Path, map: &Map) -> BTreeMap<String, Arc<AuthorRecord>> {
    // It is part of every digest, and where the site lies on this machine is nobody's business.
    let path: Arc<str> = path.file_name().unwrap_or_default().to_string_lossy().into();
    (map.0.iter())
        .filter_map(|(id, value)| {
            let own;
            let fields = match value {
                Value::Map(fields) => fields,
                Value::Text(name) => {
                    own = Map(vec![("name".into(), Value::Text(name.clone()))]);
                    &own
                }
                _ => return None,
            };
            Some((id.clone(), Arc::new(AuthorRecord::read(&path, id, fields))))
        })
        .collect()
}
