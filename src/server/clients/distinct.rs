//! How many different things there were, in bounded memory.

use std::collections::HashSet;

/// Up to so many are counted one by one.
const EXACT: usize = 128;
/// Beyond that, HyperLogLog with 2^11 registers: off by 2.3 % as a rule.
const INDEX_BITS: u32 = 11;
const REGISTERS: usize = 1 << INDEX_BITS;

/// Counts different 64-bit hashes in no more than 2 KiB or so.
#[derive(Debug)]
pub(crate) enum Distinct {
    Exact(HashSet<u64>),
    Estimated(Box<[u8]>),
}

impl Default for Distinct {
    fn default() -> Self {
        Distinct::Exact(HashSet::new())
    }
}

impl Distinct {
    /// Takes in a hash, whose bits must all be good.
    pub(crate) fn insert(&mut self, hash: u64) {
        match self {
            Distinct::Exact(hashes) => {
                hashes.insert(hash);
                if hashes.len() > EXACT {
                    let mut registers = vec![0; REGISTERS].into_boxed_slice();
                    for hash in &*hashes {
                        note(&mut registers, *hash);
                    }
                    *self = Distinct::Estimated(registers);
                }
            }
            Distinct::Estimated(registers) => note(registers, hash),
        }
    }

    /// How many different ones there were.
    pub(crate) fn count(&self) -> u64 {
        match self {
            Distinct::Exact(hashes) => hashes.len() as u64,
            Distinct::Estimated(registers) => estimate(registers),
        }
    }
}

fn note(registers: &mut [u8], hash: u64) {
    let index = (hash >> (u64::BITS - INDEX_BITS)) as usize;
    // The sentinel bit ends the count where the rest of the hash is all zeros.
    let rest = (hash << INDEX_BITS) | (1 << (INDEX_BITS - 1));
    let rank = rest.leading_zeros() as u8 + 1;
    if let Some(register) = registers.get_mut(index) {
        *register = rank.max(*register);
    }
}

/// Flajolet and others, “HyperLogLog” (2007), figure 3.
fn estimate(registers: &[u8]) -> u64 {
    let count = registers.len() as f64;
    let mut empty = 0_u32;
    let mut sum = 0.0;
    for rank in registers {
        empty += u32::from(*rank == 0);
        sum += 2_f64.powi(-i32::from(*rank));
    }
    let raw = 0.7213 / (1.0 + 1.079 / count) * count * count / sum;
    if raw <= 2.5 * count && empty > 0 {
        (count * (count / f64::from(empty)).ln()).round() as u64
    } else {
        raw.round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Digest;

    fn hash(thing: u64) -> u64 {
        let digest = Digest::of(&thing.to_le_bytes()).to_string();
        u64::from_str_radix(&digest[..16], 16).unwrap()
    }

    #[test]
    fn few_are_counted_exactly_and_many_within_some_percent() {
        for (number, tolerance) in [
            (0_u64, 0.0),
            (1, 0.0),
            (128, 0.0),
            (129, 0.08),
            (1_000, 0.08),
            (5_000, 0.08),
            (50_000, 0.08),
        ] {
            let mut distinct = Distinct::default();
            for _ in 0..2 {
                (0..number).for_each(|thing| distinct.insert(hash(thing)));
            }
            let count = distinct.count() as f64;
            let error = (count - number as f64).abs();
            assert!(error <= tolerance * number as f64, "{count} for {number}");
        }
    }
}
