//! The envelope of a state file: a first line that names its format and the digest of the rest, which is JSON. Pure.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::vocabulary::Digest;

/// The version of the format. It changes when an older program could not read the file.
const VERSION: &str = "1";

/// The bytes of a file of a kind.
pub(super) fn seal(kind: &str, value: &impl Serialize) -> Vec<u8> {
    // Strings and numbers always become JSON.
    let json = serde_json::to_vec(value).unwrap_or_default();
    let mut bytes = format!("newswire {kind} {VERSION} {}\n", Digest::of(&json)).into_bytes();
    bytes.extend(json);
    bytes
}

/// The value in a file of a kind; else what is wrong with the file, in a clause.
pub(super) fn open<T: DeserializeOwned>(kind: &str, bytes: &[u8]) -> Result<T, &'static str> {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, json) = bytes.split_at(end.ok_or("it has no first line")?);
    let line = str::from_utf8(line).map_err(|_| "its first line is not text")?;
    let version = line
        .strip_prefix("newswire ")
        .and_then(|line| line.strip_prefix(kind)?.strip_prefix(' '))
        .ok_or("it is no state at all")?;
    let digest = version
        .strip_prefix(VERSION)
        .ok_or("another version of this program wrote it")?;
    let json = &json[1..];
    if Digest::parse(digest.trim()) != Some(Digest::of(json)) {
        return Err("it is damaged");
    }
    serde_json::from_slice(json).map_err(|_| "it can't be understood")
}
