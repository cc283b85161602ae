//! One flat text made of a template: holes are markers, and every offset leads back to its place.

use std::sync::Arc;

use crate::model::{Piece, Place, Template};

use super::holes::Markers;

/// Where a stretch of the flat text comes from.
#[derive(Debug)]
struct Stretch {
    start: usize,
    end: usize,
    origin: Option<Place>,
    /// Offsets of the newlines, from the stretch's start; none for a hole.
    newlines: Vec<u32>,
    ascii: bool,
}

#[derive(Debug)]
pub(crate) struct SourceText {
    text: Arc<str>,
    stretches: Vec<Stretch>,
    pub(crate) markers: Markers,
    /// Writes to version tables are read as changes of rows like any other.
    pub(crate) reads_version_rows: bool,
}

impl SourceText {
    pub(crate) fn new(template: &Template) -> Self {
        let known = template.pieces().iter().filter_map(|piece| match piece {
            Piece::Known(fragment) => Some(fragment.text.as_str()),
            Piece::Hole(_) => None,
        });
        let mut markers = Markers::for_texts(known);
        let mut text = String::new();
        let mut stretches = Vec::new();
        for piece in template.pieces() {
            let start = text.len();
            let origin = match piece {
                Piece::Known(fragment) => {
                    text.push_str(&fragment.text);
                    &fragment.origin
                }
                Piece::Hole(hole) => {
                    let shown = format!("{{{}}}", hole.label);
                    text.push_str(&markers.push(shown, Some(hole.reason.clone())));
                    &hole.origin
                }
            };
            stretches.push(Stretch::new(&text, start, origin.clone()));
        }
        Self {
            text: text.into(),
            stretches,
            markers,
            reads_version_rows: false,
        }
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The same, to hold on to while markers are added.
    pub(crate) fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Where the character at `offset` stands.
    pub(crate) fn place(&self, offset: usize) -> Option<Place> {
        let index = self
            .stretches
            .partition_point(|stretch| stretch.end <= offset);
        let stretch = self
            .stretches
            .get(index)
            .or_else(|| self.stretches.last())?;
        stretch
            .origin
            .as_ref()
            .map(|origin| stretch.place(&self.text, origin, offset))
    }

    /// The text as a person wrote it, holes as `{label}`.
    pub(crate) fn written(&self, start: usize, end: usize) -> String {
        self.markers
            .restore(self.text.get(start..end).unwrap_or_default())
    }
}

impl Stretch {
    fn new(text: &str, start: usize, origin: Option<Place>) -> Self {
        let own = &text[start..];
        let newlines = match origin {
            Some(_) => own
                .bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(index, _)| index as u32)
                .collect(),
            None => Vec::new(),
        };
        Self {
            start,
            end: text.len(),
            origin,
            newlines,
            ascii: own.is_ascii(),
        }
    }

    fn place(&self, text: &str, origin: &Place, offset: usize) -> Place {
        let offset = offset.clamp(self.start, self.end);
        let before = self
            .newlines
            .partition_point(|newline| self.start + (*newline as usize) < offset);
        let line_start = match before {
            0 => self.start,
            n => self.start + self.newlines[n - 1] as usize + 1,
        };
        let width = if self.ascii {
            offset - line_start
        } else {
            text.get(line_start..offset)
                .map_or(offset - line_start, |line| line.chars().count())
        };
        let first_column = if before == 0 { origin.column } else { 1 };
        Place {
            file: origin.file.clone(),
            line: origin.line.saturating_add(before as u32),
            column: first_column.saturating_add(width as u32),
        }
    }
}
