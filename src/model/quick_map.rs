//! Maps and sets that are only looked up: evaluation asks some of them at every step. They are quicker
//! than ordered ones and have no order that could reach output; whoever lists one sorts what it lists.

#![expect(
    clippy::disallowed_types,
    reason = "the one place that defines the exception"
)]

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

pub(crate) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;
pub(crate) type QuickSet<K> = HashSet<K, BuildHasherDefault<QuickHasher>>;

/// Multiplies and rotates, eight bytes at a time. The same in every run; no guard against keys that were
/// chosen to collide, which evaluation's step limit makes harmless.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct QuickHasher(u64);

impl QuickHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// The bytes that are left over as one word, those before them with them where there are any: of two
/// texts as long as each other that differ there, different words.
fn end_word(bytes: &[u8], rest: &[u8]) -> u64 {
    if let Some(last) = bytes.last_chunk() {
        return u64::from_le_bytes(*last);
    }
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return u64::from(first) | u64::from(last) << 32;
    }
    rest.iter()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.add(end_word(bytes, rest));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    /// The high bits are the well mixed ones; a map picks its bucket by the low ones.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::{QuickMap, QuickSet};

    #[test]
    fn names_that_differ_in_length_or_one_letter_are_told_apart() {
        let names = [
            "",
            "a",
            "b",
            "ab",
            "a\0",
            "session_id",
            "session_ie",
            "session_id_",
        ];
        let numbered: QuickMap<&str, usize> = names.into_iter().zip(0..).collect();
        let found: Vec<Option<&usize>> = names.iter().map(|name| numbered.get(name)).collect();
        assert_eq!(
            found,
            (0..8)
                .collect::<Vec<_>>()
                .iter()
                .map(Some)
                .collect::<Vec<_>>()
        );
        let pairs: QuickSet<(usize, u64)> = (0..1000).map(|at| (at * 16, 7)).collect();
        assert!(pairs.contains(&(160, 7)) && !pairs.contains(&(160, 8)));
    }
}
