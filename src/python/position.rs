//! Byte offsets to lines and columns.

use std::cell::Cell;
use std::sync::Arc;

use crate::model::Place;

/// In bytes; shorter than most, so that the index seldom grows while it is made.
const USUAL_LINE_LENGTH: usize = 24;

/// Looks places up in one text. Columns count characters, so the bytes that multi-byte characters
/// add are kept as running sums; a lookup is two binary searches however long a line is.
#[derive(Debug)]
pub(super) struct LineIndex {
    file: Arc<str>,
    line_starts: Vec<usize>,
    /// End offset of each multi-byte character, and the extra bytes up to there.
    wide: Vec<(usize, usize)>,
    /// Of each line, whether it has such a character; empty where none has. Most lines have none.
    wide_lines: Vec<bool>,
}

impl LineIndex {
    pub(super) fn new(file: &Arc<str>, text: &str) -> Self {
        let mut line_starts = Vec::with_capacity(1 + text.len() / USUAL_LINE_LENGTH);
        line_starts.push(0);
        line_starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        let wide = wide_characters(text);
        Self {
            file: file.clone(),
            wide_lines: wide_lines(&line_starts, &wide),
            line_starts,
            wide,
        }
    }

    pub(super) fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The place of a byte offset; offsets past the end give the end of the last line.
    pub(super) fn place(&self, offset: usize) -> Place {
        self.place_on(self.line(offset), offset)
    }

    /// The same for who asks for places one after the other: most stand on the line of the last one.
    pub(super) fn place_after(&self, last_line: &Cell<usize>, offset: usize) -> Place {
        if !self.is_on(last_line.get(), offset) {
            last_line.set(self.line(offset));
        }
        self.place_on(last_line.get(), offset)
    }

    /// Counted from 1.
    fn line(&self, offset: usize) -> usize {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        line.max(1)
    }

    fn is_on(&self, line: usize, offset: usize) -> bool {
        let begins = |line: usize| self.line_starts.get(line).copied();
        let start = line.checked_sub(1).and_then(begins);
        start.is_some_and(|start| start <= offset) && begins(line).is_none_or(|next| offset < next)
    }

    fn place_on(&self, line: usize, offset: usize) -> Place {
        let start = self.line_starts[line - 1];
        let extra = match self.wide_lines.get(line - 1) {
            Some(true) => self.extra_bytes(offset) - self.extra_bytes(start),
            _ => 0,
        };
        let column = (offset - start).saturating_sub(extra) + 1;
        Place {
            file: self.file.clone(),
            line: line as u32,
            column: column as u32,
        }
    }

    fn extra_bytes(&self, offset: usize) -> usize {
        match self.wide.partition_point(|&(end, _)| end <= offset) {
            0 => 0,
            idx => self.wide[idx - 1].1,
        }
    }
}

fn wide_characters(text: &str) -> Vec<(usize, usize)> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut extra = 0;
    let mut found = Vec::new();
    for (index, piece) in text.as_bytes().chunks(PIECE).enumerate() {
        // Most of a text that has wide characters is ASCII.
        let pieces = (!piece.is_ascii()).then_some(piece).into_iter().flatten();
        for (at, byte) in pieces.enumerate() {
            if let Some(length) = wide_length(*byte) {
                extra += length - 1;
                found.push((index * PIECE + at + length, extra));
            }
        }
    }
    found
}

/// In bytes.
const PIECE: usize = 32;

/// The bytes of the multi-byte character that begins with this one.
fn wide_length(first: u8) -> Option<usize> {
    match first {
        0..0xc0 => None,
        0xc0..0xe0 => Some(2),
        0xe0..0xf0 => Some(3),
        0xf0.. => Some(4),
    }
}

fn wide_lines(line_starts: &[usize], wide: &[(usize, usize)]) -> Vec<bool> {
    if wide.is_empty() {
        return Vec::new();
    }
    let mut is_wide = vec![false; line_starts.len()];
    let mut line = 0;
    for (end, _) in wide {
        // The character ends on its line.
        while line_starts.get(line + 1).is_some_and(|next| next < end) {
            line += 1;
        }
        is_wide[line] = true;
    }
    is_wide
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "é = 'größe'; x\nyß z\n\nv\n🎉w";
        let lines = LineIndex::new(&Arc::from("a.py"), text);
        for (at, (line, column)) in [
            ("x", (1, 14)),
            ("y", (2, 1)),
            ("z", (2, 4)),
            ("v", (4, 1)),
            ("w", (5, 2)),
        ] {
            let place = lines.place(text.find(at).unwrap());
            assert_eq!((place.line, place.column), (line, column), "{at}");
        }
    }
}
