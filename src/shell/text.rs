//! A template as one text to parse: holes stand in it as a letter of their own, and every offset
//! knows where it comes from.

use std::sync::Arc;

use crate::model::{Fragment, Hole, Piece, Place, Template};

/// Stands for a hole. A private letter: no script holds it.
pub(super) const HOLE: char = '\u{e000}';

pub(super) struct Text {
    pub(super) text: String,
    /// Start offsets and where they stand, in order; one for each line at least.
    origins: Vec<(usize, Option<Place>)>,
    /// Offsets of the holes' letters.
    holes: Vec<(usize, Arc<Hole>)>,
}

impl Text {
    pub(super) fn new(template: &Template) -> Self {
        let mut text = Self {
            text: String::new(),
            origins: Vec::new(),
            holes: Vec::new(),
        };
        for piece in template.pieces() {
            match piece {
                Piece::Known(fragment) => text.push_fragment(fragment),
                Piece::Hole(hole) => {
                    text.origins.push((text.text.len(), hole.origin.clone()));
                    text.holes.push((text.text.len(), hole.clone()));
                    text.text.push(HOLE);
                }
            }
        }
        text
    }

    fn push_fragment(&mut self, fragment: &Fragment) {
        let mut place = fragment.origin.clone();
        for line in fragment.text.split_inclusive('\n') {
            self.origins.push((self.text.len(), place.clone()));
            self.text.push_str(line);
            place = place.map(|place| place.after(line));
        }
    }

    pub(super) fn place(&self, offset: usize) -> Option<Place> {
        let found = self.origins.partition_point(|(start, _)| *start <= offset);
        let (start, place) = self.origins.get(found.checked_sub(1)?)?;
        let between = self.text.get(*start..offset)?;
        place.as_ref().map(|place| place.after(between))
    }

    /// The hole whose letter stands at `offset`.
    pub(super) fn hole(&self, offset: usize) -> Option<&Arc<Hole>> {
        let found = self
            .holes
            .binary_search_by_key(&offset, |(at, _)| *at)
            .ok()?;
        Some(&self.holes[found].1)
    }

    /// The text between two offsets, as it stands there.
    pub(super) fn template(&self, start: usize, end: usize) -> Template {
        let mut template = Template::default();
        self.append(start, end, &mut template);
        template
    }

    /// Appends what stands between two offsets.
    pub(super) fn append(&self, start: usize, end: usize, template: &mut Template) {
        let mut at = start;
        while at < end {
            let next_hole = self.text[at..end]
                .find(HOLE)
                .map_or(end, |found| at + found);
            if at < next_hole {
                template.push(Piece::known(
                    self.text[at..next_hole].to_owned(),
                    self.place(at),
                ));
            }
            if next_hole < end {
                if let Some(hole) = self.hole(next_hole) {
                    template.push(Piece::Hole(hole.clone()));
                }
                at = next_hole + HOLE.len_utf8();
            } else {
                at = end;
            }
        }
    }
}
