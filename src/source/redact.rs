//! Masks secrets as text enters the house, so that nothing behind the door can leak them.
//!
//! Each character of a secret becomes one `*`: lines and columns hold. Only lines with a word that
//! announces a secret are looked at closely, so that text without any costs one fast scan.

mod patterns;
mod value;

use std::ops::Range;
use std::sync::LazyLock;

use super::credential::CredentialKind;
use patterns::{PATTERNS, PRIVATE_KEY, TRIGGER};

/// One masked stretch of the redacted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mask {
    /// Byte offset in the redacted text.
    pub start: usize,
    pub kind: CredentialKind,
}

/// Compiles the patterns, which takes as long as reading many files.
pub(crate) fn prepare_redaction() {
    LazyLock::force(&TRIGGER);
    LazyLock::force(&PRIVATE_KEY);
    LazyLock::force(&PATTERNS);
}

/// The text with its secrets masked, and what was masked where.
pub(super) fn redact(file: &str, text: String) -> (String, Vec<Mask>) {
    let found = secrets(file, &text);
    if found.is_empty() {
        return (text, Vec::new());
    }
    mask(&text, &found)
}

type Secret = (Range<usize>, CredentialKind);

fn secrets(file: &str, text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = PRIVATE_KEY
        .captures_iter(text)
        .filter_map(|captures| captures.get(1))
        .map(|body| (body.range(), CredentialKind::PrivateKey))
        .collect();
    let mut looked_at = 0;
    while let Some(trigger) = TRIGGER.find_at(text, looked_at) {
        let line = line_around(text, trigger.start());
        looked_at = line.end;
        let unquoted = value::takes_unquoted(file);
        let of_line = in_line(&text[line.clone()], unquoted);
        found.extend(
            of_line.map(|(range, kind)| (range.start + line.start..range.end + line.start, kind)),
        );
        if looked_at >= text.len() {
            break;
        }
    }
    without_overlaps(found)
}

fn line_around(text: &str, offset: usize) -> Range<usize> {
    let start = text[..offset].rfind('\n').map_or(0, |index| index + 1);
    let end = text[offset..]
        .find('\n')
        .map_or(text.len(), |index| offset + index + 1);
    start..end
}

fn in_line(line: &str, unquoted: bool) -> impl Iterator<Item = Secret> + '_ {
    // Most patterns do not match, and to say so is much cheaper than to look for their groups.
    PATTERNS
        .iter()
        .filter(move |pattern| unquoted || !pattern.only_unquoted)
        .filter(|pattern| pattern.can_match(line) && pattern.regex.is_match(line))
        .flat_map(move |pattern| {
            pattern.regex.captures_iter(line).flat_map(move |captures| {
                let value = captures.iter().skip(1).flatten().next();
                let ranges = match value {
                    Some(value) => value::secret_ranges(line, value.range(), pattern),
                    None => Vec::new(),
                };
                ranges.into_iter().map(move |range| (range, pattern.kind))
            })
        })
}

/// Sorted, and of two that overlap the wider reading kept whole.
fn without_overlaps(mut found: Vec<Secret>) -> Vec<Secret> {
    found.sort_by_key(|(range, kind)| (range.start, range.end, *kind));
    let mut kept: Vec<Secret> = Vec::with_capacity(found.len());
    for (range, kind) in found {
        match kept.last_mut() {
            Some((last, _)) if range.start < last.end => last.end = last.end.max(range.end),
            _ => kept.push((range, kind)),
        }
    }
    kept
}

fn mask(text: &str, secrets: &[Secret]) -> (String, Vec<Mask>) {
    let mut masked = String::with_capacity(text.len());
    let mut masks = Vec::with_capacity(secrets.len());
    let mut copied = 0;
    for (range, kind) in secrets {
        masked.push_str(&text[copied..range.start]);
        masks.push(Mask {
            start: masked.len(),
            kind: *kind,
        });
        masked.extend(
            text[range.clone()]
                .chars()
                .map(|character| match character {
                    '\n' | '\r' => character,
                    _ => '*',
                }),
        );
        copied = range.end;
    }
    masked.push_str(&text[copied..]);
    (masked, masks)
}

#[cfg(test)]
mod tests;
