//! A stretch of text as a parser sees it, every offset leading back to the flat text.

use std::ops::Range;

use crate::model::{Certainty, Place};

use super::source_text::SourceText;
use super::split::StatementPiece;

/// Text for a parser. Placeholders are replaced, quoted bodies decoded; `marks` say where in the flat
/// text each stretch comes from.
#[derive(Debug, Clone)]
pub(crate) struct Passage<'s> {
    pub(crate) source: &'s SourceText,
    pub(crate) text: String,
    /// Pairs of (offset here, offset in the flat text), ascending.
    marks: Vec<(usize, usize)>,
}

impl<'s> Passage<'s> {
    /// A statement; `swapped` makes names of placeholders that look like values, and the reverse.
    pub(crate) fn of_piece(source: &'s SourceText, piece: &StatementPiece, swapped: bool) -> Self {
        let mut passage = Self::empty(source);
        let mut offset = piece.start;
        for placeholder in &piece.placeholders {
            passage.push(source.slice(offset, placeholder.start), offset);
            passage.push(&placeholder.replacement(swapped), placeholder.start);
            offset = placeholder.end;
        }
        passage.push(source.slice(offset, piece.end), offset);
        passage
    }

    /// The whole flat text.
    pub(crate) fn whole(source: &'s SourceText) -> Self {
        let mut passage = Self::empty(source);
        let text = source.shared_text();
        passage.push(&text, 0);
        passage
    }

    fn empty(source: &'s SourceText) -> Self {
        Self {
            source,
            text: String::new(),
            marks: Vec::new(),
        }
    }

    fn push(&mut self, text: &str, flat: usize) {
        self.marks.push((self.text.len(), flat));
        self.text.push_str(text);
    }

    /// A part of this passage.
    pub(crate) fn slice(&self, range: Range<usize>) -> Passage<'s> {
        let mut passage = Self::empty(self.source);
        let text = self.text.get(range.clone()).unwrap_or_default();
        let first = self.marks.partition_point(|mark| mark.0 <= range.start);
        passage.push(text, self.flat(range.start));
        for (here, flat) in &self.marks[first..] {
            if *here < range.end {
                passage.marks.push((here - range.start, *flat));
            }
        }
        passage
    }

    /// A text decoded from a part of this passage: stretches with the offset each starts at.
    pub(crate) fn decoded(&self, stretches: &[(String, usize)]) -> Passage<'s> {
        let mut passage = Self::empty(self.source);
        for (text, offset) in stretches {
            passage.push(text, self.flat(*offset));
        }
        passage
    }

    /// The same text behind words of ours, for a parser that wants a whole statement.
    pub(crate) fn behind(&self, prefix: &str) -> Passage<'s> {
        let mut marks = vec![(0, self.flat(0))];
        let shifted = self
            .marks
            .iter()
            .map(|(here, flat)| (here + prefix.len(), *flat));
        marks.extend(shifted);
        Passage {
            source: self.source,
            text: format!("{prefix}{}", self.text),
            marks,
        }
    }

    /// Overwrites a stretch with spaces, so that every offset stays.
    pub(crate) fn blank(&mut self, range: Range<usize>) {
        if let Some(text) = self.text.get(range.clone()) {
            let spaces = " ".repeat(text.len());
            self.text.replace_range(range, &spaces);
        }
    }

    fn flat(&self, offset: usize) -> usize {
        let index = self.marks.partition_point(|mark| mark.0 <= offset);
        match index.checked_sub(1).and_then(|index| self.marks.get(index)) {
            Some((here, flat)) => flat + (offset - here),
            None => offset,
        }
    }

    pub(crate) fn place(&self, offset: usize) -> Option<Place> {
        self.source.place(self.flat(offset))
    }

    /// As a person wrote it: holes as `{label}`, placeholders as they were.
    pub(crate) fn written(&self, range: Range<usize>) -> String {
        self.source
            .markers
            .restore(self.text.get(range).unwrap_or_default())
    }

    pub(crate) fn all_written(&self) -> String {
        self.source.markers.restore(&self.text)
    }

    pub(crate) fn certainty(&self, range: Range<usize>) -> Certainty {
        let text = self.text.get(range).unwrap_or_default();
        if self.source.markers.has_hole(text) {
            Certainty::Partial
        } else {
            Certainty::Exact
        }
    }
}
