//! The only reader of files: decoding, redaction and a line index. Behind this door text is UTF-8,
//! has `\n` or `\r\n` line ends as written, and holds no secret.
//!
//! What the text means is not asked here: Python and SQL have rooms of their own.

mod credential;
mod decode;
mod files;
mod git;
mod pattern;
mod redact;
mod remembered;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use crate::model::{Diagnostic, Place};

pub use credential::{Credential, CredentialKind};
use redact::Mask;

pub use files::{DiskFiles, Files, MemoryFiles, ReadError, ReadErrorKind, normalize};
pub use git::{CommitDays, commit_days};
pub(crate) use pattern::pattern;
pub(crate) use redact::prepare_redaction;
pub use remembered::RememberedFiles;

/// Larger files are not read: 50 MB is more than any script or migration that people write.
pub const LARGEST_FILE: u64 = 50 * 1024 * 1024;

/// One file as the rest of the house sees it.
#[derive(Debug, Clone)]
pub struct Source {
    /// Relative to the estate's root, with forward slashes.
    pub file: Arc<str>,
    /// Decoded text; secrets stand in it as runs of `*` of the same number of characters.
    pub text: Arc<str>,
    /// What was masked, in order of place: of each kind the first on a line.
    pub credentials: Vec<Credential>,
    /// Troubles of decoding, then one finding for each credential.
    pub diagnostics: Vec<Diagnostic>,
    /// Found when the first place is asked for: nobody asks for one in most files.
    line_starts: OnceLock<Arc<[usize]>>,
}

impl Source {
    /// Decodes and redacts. Fails only where there is no text: too large, or binary.
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, ReadError> {
        if bytes.len() as u64 > LARGEST_FILE {
            let bytes = bytes.len() as u64;
            return Err(ReadError::new(file, ReadErrorKind::TooLarge { bytes }));
        }
        let (text, trouble) = decode::decode(file, bytes)?;
        Ok(Self::build(file, text, trouble))
    }

    /// For text that is already decoded, as in tests and for statements from elsewhere.
    pub fn from_text(file: &str, text: &str) -> Self {
        Self::build(file, text.to_owned(), None)
    }

    fn build(file: &str, text: String, trouble: Option<Diagnostic>) -> Self {
        let (text, masks) = redact::redact(file, text);
        let mut source = Self {
            file: file.into(),
            line_starts: OnceLock::new(),
            text: text.into(),
            credentials: Vec::new(),
            diagnostics: trouble.into_iter().collect(),
        };
        source.credentials = source.credentials(&masks);
        let findings = source.credentials.iter().map(Credential::diagnostic);
        source.diagnostics.extend(findings);
        source
    }

    /// One for each kind on each line: a generated line can hold thousands.
    fn credentials(&self, masks: &[Mask]) -> Vec<Credential> {
        let mut seen = BTreeSet::new();
        let first = masks
            .iter()
            .filter(|mask| seen.insert((self.line_at(mask.start), mask.kind)));
        first
            .map(|mask| Credential {
                place: self.place(mask.start),
                kind: mask.kind,
            })
            .collect()
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| line_starts(&self.text))
    }

    /// Counted from 1.
    fn line_at(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|start| *start <= offset)
    }

    /// The place of a byte offset; an offset past the end is the end.
    pub fn place(&self, offset: usize) -> Place {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_at(offset);
        let start = self.line_starts()[line - 1];
        let column = self.text[start..offset].chars().count() + 1;
        Place::new(Arc::clone(&self.file), line as u32, column as u32)
    }

    /// Line `number` (from 1) without its end.
    pub fn line(&self, number: u32) -> Option<&str> {
        let index = (number as usize).checked_sub(1)?;
        let start = *self.line_starts().get(index)?;
        let end = self.line_starts().get(index + 1);
        let end = end.copied().unwrap_or(self.text.len());
        Some(self.text[start..end].trim_end_matches(['\n', '\r']))
    }

    pub fn line_count(&self) -> u32 {
        self.line_starts().len() as u32
    }
}

/// Byte offsets of the lines' first characters. Lines end at `\n`, as Python's and PostgreSQL's do.
fn line_starts(text: &str) -> Arc<[usize]> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes());
    std::iter::once(0).chain(ends.map(|end| end + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let source = Source::from_text("a.py", "é = 1\r\nx = 'ü' + y\n");
        let offset = source.text.find('y').unwrap_or_default();
        assert_eq!(source.place(offset), Place::new("a.py", 2, 11));
        assert_eq!(source.place(0), Place::new("a.py", 1, 1));
        assert_eq!(source.place(usize::MAX), Place::new("a.py", 3, 1));
    }

    #[test]
    fn lines_come_without_their_ends() {
        let source = Source::from_text("a.sql", "one\r\ntwo\n");
        assert_eq!(source.line(1), Some("one"));
        assert_eq!(source.line(2), Some("two"));
        assert_eq!(source.line(3), Some(""));
        assert_eq!(source.line(4), None);
        assert_eq!(source.line(0), None);
    }

    #[test]
    fn an_empty_file_has_one_line() {
        let source = Source::from_text("a.py", "");
        assert_eq!(source.line_count(), 1);
        assert_eq!(source.place(0), Place::new("a.py", 1, 1));
    }
}
