//! Near-duplicates: scripts that are mostly the same text, as copies that were patched at night are.

use std::collections::{BTreeMap, BTreeSet};

use super::record::NearDuplicate;

/// From how many percent on two scripts are a family.
const THRESHOLD: u8 = 80;
/// Lines in a row that make one shingle.
const SHINGLE: usize = 3;
/// Shorter scripts are alike by chance.
const FEWEST_SHINGLES: usize = 5;

/// For each of the scripts (name and text) those that are alike, the most alike first.
pub fn near_duplicates(scripts: &[(&str, &str)]) -> BTreeMap<String, Vec<NearDuplicate>> {
    let shingles: Vec<(&str, BTreeSet<u64>)> = scripts
        .iter()
        .map(|(file, text)| (*file, shingles(text)))
        .filter(|(_, shingles)| shingles.len() >= FEWEST_SHINGLES)
        .collect();
    let mut found: BTreeMap<String, Vec<NearDuplicate>> = BTreeMap::new();
    for (index, (file, own)) in shingles.iter().enumerate() {
        for (other, theirs) in &shingles[index + 1..] {
            let similarity = similarity(own, theirs);
            if similarity >= THRESHOLD {
                for (from, to) in [(file, other), (other, file)] {
                    let file = (*to).to_owned();
                    let duplicate = NearDuplicate { file, similarity };
                    found.entry((*from).to_owned()).or_default().push(duplicate);
                }
            }
        }
    }
    for duplicates in found.values_mut() {
        duplicates.sort_by(|a, b| (b.similarity, &a.file).cmp(&(a.similarity, &b.file)));
    }
    found
}

/// Hashes of each few lines in a row, blanks and empty lines left out.
fn shingles(text: &str) -> BTreeSet<u64> {
    let lines: Vec<u64> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<String>())
        .filter(|line| !line.is_empty())
        .map(|line| hash(line.as_bytes()))
        .collect();
    let windows = lines.windows(SHINGLE);
    windows
        .map(|window| {
            hash(
                &window
                    .iter()
                    .flat_map(|line| line.to_le_bytes())
                    .collect::<Vec<_>>(),
            )
        })
        .collect()
}

/// FNV-1a: the same on every machine and in every run.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The share of shingles that both have (Jaccard), in percent, rounded down.
fn similarity(own: &BTreeSet<u64>, theirs: &BTreeSet<u64>) -> u8 {
    let (smaller, larger) = (own.len().min(theirs.len()), own.len().max(theirs.len()));
    if smaller * 100 < larger * usize::from(THRESHOLD) {
        return 0;
    }
    let common = own.intersection(theirs).count();
    let percent = common * 100 / (smaller + larger - common).max(1);
    u8::try_from(percent).unwrap_or(100)
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
