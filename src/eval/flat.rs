//! A template seen as one string, so that ordinary string searches find positions in it, and cut
//! back into pieces that still know where they stand.

use std::cell::RefCell;
use std::ops::Range;

use crate::model::{Fragment, Piece, Place, Template};

/// Stands for a hole in the flat text (a private-use character that no script writes).
pub(crate) const HOLE: char = '\u{F8FF}';

/// A template and its flat text.
pub(crate) struct Flat<'t> {
    pub(crate) text: String,
    template: &'t Template,
    /// Where each piece starts in the text.
    starts: Vec<usize>,
    /// Where the last cut began: its piece, the position in it, its place. Parts are mostly cut one
    /// behind the other, and lines need not be counted from the text's beginning for each.
    last_cut: RefCell<Option<(usize, usize, Place)>>,
}

impl<'t> Flat<'t> {
    pub(crate) fn new(template: &'t Template) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(template.pieces().len());
        for piece in template.pieces() {
            starts.push(text.len());
            match piece {
                Piece::Known(fragment) => text.push_str(&fragment.text),
                Piece::Hole(_) => text.push(HOLE),
            }
        }
        Self {
            text,
            template,
            starts,
            last_cut: RefCell::default(),
        }
    }

    pub(crate) fn has_holes(&self) -> bool {
        self.template.has_holes()
    }

    /// The part of the template that the range of the flat text covers.
    pub(crate) fn slice(&self, range: Range<usize>) -> Template {
        let mut part = Template::default();
        if range.start >= range.end {
            return part;
        }
        let first = self.starts.partition_point(|start| *start <= range.start);
        for index in first.saturating_sub(1)..self.starts.len() {
            let start = self.starts[index];
            if start >= range.end {
                break;
            }
            match &self.template.pieces()[index] {
                Piece::Known(fragment) => {
                    let from = range.start.saturating_sub(start).min(fragment.text.len());
                    let to = (range.end - start).min(fragment.text.len());
                    part.push(self.cut(index, fragment, from..to));
                }
                hole if start >= range.start => part.push(hole.clone()),
                Piece::Hole(_) => {}
            }
        }
        part
    }

    fn cut(&self, piece: usize, fragment: &Fragment, range: Range<usize>) -> Piece {
        let origin = self.place_in(piece, fragment, range.start);
        Piece::known(&fragment.text[range], origin)
    }

    fn place_in(&self, piece: usize, fragment: &Fragment, from: usize) -> Option<Place> {
        let origin = fragment.origin.as_ref()?;
        let mut last = self.last_cut.borrow_mut();
        let place = match &*last {
            Some((known, at, place)) if *known == piece && *at <= from => {
                place.after(&fragment.text[*at..from])
            }
            _ => origin.after(&fragment.text[..from]),
        };
        *last = Some((piece, from, place.clone()));
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Place;

    #[test]
    fn a_slice_knows_its_line() {
        let template = Template::from_source("a;\nb {x} c", Place::new("f.py", 3, 5));
        let flat = Flat::new(&template);
        let part = flat.slice(3..4);
        assert_eq!(part.display(), "b");
        assert_eq!(part.origin(), Some(&Place::new("f.py", 4, 1)));
    }

    #[test]
    fn later_slices_know_their_lines_too() {
        let template = Template::from_source("a\nb\ncd", Place::new("f.py", 1, 1));
        let flat = Flat::new(&template);
        let line = |at: usize| {
            let part = flat.slice(at..at + 1);
            part.origin().map(|place| (place.line, place.column))
        };
        let lines = [0, 2, 5, 4, 0].map(line);
        assert_eq!(lines, [(1, 1), (2, 1), (3, 2), (3, 1), (1, 1)].map(Some));
    }

    #[test]
    fn a_slice_keeps_holes() {
        let mut template = Template::from_text("drop ");
        template.append(&Template::hole("table", "unknown", None));
        template.append(&Template::from_text("; x"));
        let flat = Flat::new(&template);
        assert_eq!(flat.slice(0..flat.text.len()).display(), "drop {table}; x");
        let end = flat.text.find(';').unwrap_or(0);
        assert_eq!(flat.slice(5..end).display(), "{table}");
    }
}
