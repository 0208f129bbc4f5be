//! The ids under which readers know posts, as they are written: a file of their own, since there is one for every
//! post, and an edited text changes none of them. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;

use super::envelope;

const KIND: &str = "ids";

/// The bytes of the file.
pub(super) fn encode(ids: &OrdMap<Arc<str>, Arc<str>>) -> Vec<u8> {
    let ids: BTreeMap<&str, &str> = ids.iter().map(|(path, id)| (&**path, &**id)).collect();
    envelope::seal(KIND, &ids)
}

/// What the bytes of a file say; else what is wrong with them.
pub(super) fn decode(bytes: &[u8]) -> Result<OrdMap<Arc<str>, Arc<str>>, &'static str> {
    let ids: BTreeMap<String, String> = envelope::open(KIND, bytes)?;
    Ok(ids
        .into_iter()
        .map(|(path, id)| (Arc::from(path), Arc::from(id)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_a_damaged_file_is_not_believed() {
        let ids: OrdMap<Arc<str>, Arc<str>> = [("a \"b\".md", "tag:x.example,2026:/a/"), ("ü.md", "urn:y:z")]
            .into_iter()
            .map(|(path, id)| (Arc::from(path), Arc::from(id)))
            .collect();
        let bytes = encode(&ids);
        assert_eq!(decode(&bytes), Ok(ids));
        assert_eq!(decode(&encode(&OrdMap::new())), Ok(OrdMap::new()));
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).is_err());
        }
    }
}
