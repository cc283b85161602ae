//! Near-duplicates: scripts that are mostly the same text, as copies that were patched at night are.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::record::NearDuplicate;

/// From how many percent on two scripts are a family.
const THRESHOLD: u8 = 80;
/// Lines in a row that make one shingle.
const SHINGLE: usize = 3;
/// Shorter scripts are alike by chance.
const FEWEST_SHINGLES: usize = 5;

/// For each of the scripts (name and text) those that are alike, the most alike first.
pub fn near_duplicates(scripts: &[(&str, &str)]) -> BTreeMap<String, Vec<NearDuplicate>> {
    let shingles: Vec<(&str, Vec<u64>)> = scripts
        .par_iter()
        .map(|(file, text)| (*file, shingles(text)))
        .filter(|(_, shingles)| shingles.len() >= FEWEST_SHINGLES)
        .collect();
    let alike = shingles
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, (file, own))| {
            let others = shingles[index + 1..].iter();
            others.filter_map(move |(other, theirs)| {
                let similarity = similarity(own, theirs);
                (similarity >= THRESHOLD).then_some((*file, *other, similarity))
            })
        });
    let mut found: BTreeMap<String, Vec<NearDuplicate>> = BTreeMap::new();
    for (file, other, similarity) in alike.collect::<Vec<_>>() {
        for (from, to) in [(file, other), (other, file)] {
            let file = to.to_owned();
            let duplicate = NearDuplicate { file, similarity };
            found.entry(from.to_owned()).or_default().push(duplicate);
        }
    }
    for duplicates in found.values_mut() {
        duplicates.sort_by(|a, b| (b.similarity, &a.file).cmp(&(a.similarity, &b.file)));
    }
    found
}

/// Hashes of each few lines in a row, blanks and empty lines left out; sorted, each once.
fn shingles(text: &str) -> Vec<u64> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<u64> = lines
        .map(|line| hash(line.split_whitespace().flat_map(str::bytes)))
        .collect();
    let windows = lines.windows(SHINGLE);
    let mut shingles: Vec<u64> = windows
        .map(|window| hash(window.iter().flat_map(|line| line.to_le_bytes())))
        .collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// FNV-1a: the same on every machine and in every run.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The share of shingles that both have (Jaccard), in percent, rounded down.
fn similarity(own: &[u64], theirs: &[u64]) -> u8 {
    let (smaller, larger) = (own.len().min(theirs.len()), own.len().max(theirs.len()));
    if smaller * 100 < larger * usize::from(THRESHOLD) {
        return 0;
    }
    let common = in_both(own, theirs);
    let percent = common * 100 / (smaller + larger - common).max(1);
    u8::try_from(percent).unwrap_or(100)
}

/// Both are sorted.
fn in_both(mut own: &[u64], mut theirs: &[u64]) -> usize {
    let mut common = 0;
    while let ([first, others @ ..], [their_first, their_others @ ..]) = (own, theirs) {
        match first.cmp(their_first) {
            Ordering::Less => own = others,
            Ordering::Greater => theirs = their_others,
            Ordering::Equal => {
                common += 1;
                (own, theirs) = (others, their_others);
            }
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(lines: std::ops::Range<u32>) -> String {
        lines.map(|line| format!("line {line}\n")).collect()
    }

    #[test]
    fn patched_copies_are_a_family() {
        let (first, second, third) = (script(0..60), script(2..62), script(100..160));
        let found = near_duplicates(&[("a.py", &first), ("b.py", &second), ("c.py", &third)]);
        let pairs: Vec<_> = found
            .iter()
            .map(|(file, of)| (file.as_str(), of[0].similarity))
            .collect();
        assert_eq!(pairs, [("a.py", 93), ("b.py", 93)]);
    }

    #[test]
    fn half_the_same_is_no_family() {
        let (first, second) = (script(0..60), script(30..90));
        assert!(near_duplicates(&[("a.py", &first), ("b.py", &second)]).is_empty());
    }

    #[test]
    fn indentation_does_not_count() {
        let first = script(0..60);
        let second = first.replace("line", "    line");
        let found = near_duplicates(&[("a.py", &first), ("b.py", &second)]);
        assert_eq!(found["a.py"][0].similarity, 100);
    }
}
