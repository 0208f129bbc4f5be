//! The ids under which readers know posts, as they are written: a file of their own, since there is one for every
//! post, and an edited text changes none of them. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;

use crate::vocabulary::Digest;

/// The first words of the file. The number changes with the format.
const MAGIC: &str = "newswire ids 1";

/// The bytes of the file: a line that names the format and the digest of the rest, which is JSON.
pub(super) fn encode(ids: &OrdMap<Arc<str>, Arc<str>>) -> Vec<u8> {
    let ids: BTreeMap<&str, &str> = ids.iter().map(|(path, id)| (&**path, &**id)).collect();
    // Strings always become JSON.
    let json = serde_json::to_vec(&ids).unwrap_or_default();
    let mut bytes = format!("{MAGIC} {}\n", Digest::of(&json)).into_bytes();
    bytes.extend(json);
    bytes
}

/// What the bytes of a file say; else what is wrong with them.
pub(super) fn decode(bytes: &[u8]) -> Result<OrdMap<Arc<str>, Arc<str>>, &'static str> {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, json) = bytes.split_at(end.ok_or("it has no first line")?);
    let line = str::from_utf8(line).map_err(|_| "its first line is not text")?;
    let digest = line.strip_prefix(MAGIC).ok_or("it is of another version")?;
    if Digest::parse(digest.trim()) != Some(Digest::of(&json[1..])) {
        return Err("it is damaged");
    }
    let ids: BTreeMap<String, String> =
        serde_json::from_slice(&json[1..]).map_err(|_| "it can't be understood")?;
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
