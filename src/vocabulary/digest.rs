//! Digests of inputs. Whatever a document depends on is written into one [`Hasher`], and the sum
//! is both the cache key and, shortened, the ETag.

use std::fmt::{self, Write};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A 128-bit digest. Collisions would make a validator lie, so it comes from BLAKE3, not from a
/// fast non-cryptographic hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new("bytes");
        hasher.bytes(bytes);
        hasher.finish()
    }

    /// Reads what [`fmt::Display`] wrote: 32 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 32 || bytes.iter().any(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let mut digest = [0; 16];
        for (index, slot) in digest.iter_mut().enumerate() {
            *slot = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
        }
        Some(Digest(digest))
    }

    /// The 32 lower-case hexadecimal digits, without an allocation: validators are compared on
    /// every poll.
    pub fn hex(self) -> [u8; 32] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 32];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        hex
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hex()
            .iter()
            .try_for_each(|digit| f.write_char(char::from(*digit)))
    }
}

/// As the digits that [`fmt::Display`] writes.
impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Digest::parse(&text).ok_or_else(|| de::Error::custom("no digest of 32 hexadecimal digits"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digest of a set, kept up to date member by member: the sum of their digests, which does not
/// depend on the order in which they came and went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SetDigest(u128);

impl SetDigest {
    /// Takes in a member that was not there.
    pub fn insert(&mut self, member: Digest) {
        self.0 = self.0.wrapping_add(u128::from_le_bytes(member.0));
    }

    /// Takes out a member that was there.
    pub fn remove(&mut self, member: Digest) {
        self.0 = self.0.wrapping_sub(u128::from_le_bytes(member.0));
    }

    /// The digest of the members.
    pub fn digest(self) -> Digest {
        Digest(self.0.to_le_bytes())
    }
}

/// Collects the parts of an input. Every part is preceded by its length, so that no two different
/// sequences of parts are the same bytes.
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// A hasher for one purpose; different purposes never meet.
    pub fn new(purpose: &str) -> Self {
        let mut hasher = Hasher(blake3::Hasher::new());
        hasher.text(purpose);
        hasher
    }

    /// Adds bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Adds a number.
    pub fn number(&mut self, number: i64) {
        self.bytes(&number.to_le_bytes());
    }

    /// Adds another digest.
    pub fn digest(&mut self, digest: Digest) {
        self.bytes(&digest.0);
    }

    /// Adds something that may be absent; absent and empty differ.
    pub fn option<T>(&mut self, option: Option<T>, add: impl FnOnce(&mut Self, T)) {
        self.number(i64::from(option.is_some()));
        if let Some(value) = option {
            add(self, value);
        }
    }

    /// Adds a list: its length, then its members.
    pub fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, mut add: impl FnMut(&mut Self, T)) {
        self.number(items.len() as i64);
        for item in items {
            add(self, item);
        }
    }

    /// The digest of all that was added.
    pub fn finish(&self) -> Digest {
        let mut digest = [0; 16];
        digest.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Digest(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_what_it_prints() {
        let digest = Digest::of(b"felix");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        assert_eq!(Digest::parse("felix"), None);
    }

    #[test]
    fn the_digest_of_a_set_forgets_the_order_and_those_who_left() {
        let members = ["a", "b", "c"].map(|name| Digest::of(name.as_bytes()));
        let mut one = SetDigest::default();
        for member in members {
            one.insert(member);
        }
        let mut other = SetDigest::default();
        for index in [2, 0, 1] {
            other.insert(members[index]);
        }
        assert_eq!(one, other);
        one.remove(members[1]);
        assert_ne!(one, other);
        other.remove(members[1]);
        assert_eq!(one.digest(), other.digest());
    }

    #[test]
    fn parts_that_join_to_the_same_bytes_have_different_digests() {
        let digest = |parts: &[&str]| {
            let mut hasher = Hasher::new("test");
            for part in parts {
                hasher.text(part);
            }
            hasher.finish()
        };
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }
}
