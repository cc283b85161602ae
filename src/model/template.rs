//! Text that a script builds: the pieces that are known, and holes where they are not.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Place;

/// Known text. Where `origin` is given, the text stands in that file letter for letter: whoever
/// makes fragments cuts them after every escaped newline and wherever decoding changed the length
/// of what came before, so that a line number can be had by counting newlines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fragment {
    pub text: String,
    pub origin: Option<Place>,
}

/// A part that reading could not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// The expression as written, e.g. `column_name` or `row[0]`; shown as `{column_name}`.
    pub label: String,
    /// Why it is unknown, in words: "read from the database", "command line argument".
    pub reason: String,
    pub origin: Option<Place>,
}

/// Texts that are built of others, as most are, share their pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    Known(Arc<Fragment>),
    Hole(Arc<Hole>),
}

impl Piece {
    pub fn known(text: impl Into<String>, origin: Option<Place>) -> Self {
        let text = text.into();
        Self::Known(Arc::new(Fragment { text, origin }))
    }

    pub fn hole(
        label: impl Into<String>,
        reason: impl Into<String>,
        origin: Option<Place>,
    ) -> Self {
        Self::Hole(Arc::new(Hole {
            label: label.into(),
            reason: reason.into(),
            origin,
        }))
    }

    /// The bytes that it takes up where it is shown.
    fn width(&self) -> usize {
        match self {
            Self::Known(fragment) => fragment.text.len(),
            Self::Hole(hole) => hole.label.len() + 2,
        }
    }
}

/// Pieces in order. The empty template is the empty text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Template {
    pieces: Vec<Piece>,
}

impl Template {
    /// Text whose place is unknown or of no interest.
    pub fn from_text(text: impl Into<String>) -> Self {
        let mut template = Self::default();
        template.push(Piece::known(text, None));
        template
    }

    /// Text that stands at `origin` as it is (a whole file, a plain literal).
    pub fn from_source(text: impl Into<String>, origin: Place) -> Self {
        let mut template = Self::default();
        template.push(Piece::known(text, Some(origin)));
        template
    }

    pub fn hole(
        label: impl Into<String>,
        reason: impl Into<String>,
        origin: Option<Place>,
    ) -> Self {
        Self {
            pieces: vec![Piece::hole(label, reason, origin)],
        }
    }

    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    pub fn push(&mut self, piece: Piece) {
        match &piece {
            Piece::Known(fragment) if fragment.text.is_empty() => {}
            _ => self.pieces.push(piece),
        }
    }

    /// One after the other.
    pub fn concatenation(parts: &[&Template]) -> Self {
        let mut pieces = Vec::with_capacity(parts.iter().map(|part| part.pieces.len()).sum());
        for part in parts {
            pieces.extend_from_slice(&part.pieces);
        }
        Self { pieces }
    }

    pub fn append(&mut self, other: &Template) {
        self.pieces.extend(other.pieces.iter().cloned());
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub fn has_holes(&self) -> bool {
        self.holes().next().is_some()
    }

    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(&**hole),
            Piece::Known(_) => None,
        })
    }

    /// The whole text, if nothing in it is unknown.
    pub fn known_text(&self) -> Option<String> {
        (!self.has_holes()).then(|| self.display())
    }

    /// The text with `{label}` where a hole is: for people.
    pub fn display(&self) -> String {
        let mut text = String::with_capacity(self.width());
        for piece in &self.pieces {
            match piece {
                Piece::Known(fragment) => text.push_str(&fragment.text),
                Piece::Hole(hole) => {
                    text.push('{');
                    text.push_str(&hole.label);
                    text.push('}');
                }
            }
        }
        text
    }

    /// Whether both display the same text, wherever its pieces stand.
    pub fn displays_like(&self, other: &Self) -> bool {
        match (&self.pieces[..], &other.pieces[..]) {
            ([Piece::Known(left)], [Piece::Known(right)]) => left.text == right.text,
            _ => self.width() == other.width() && self.bytes().eq(other.bytes()),
        }
    }

    /// Bytes of what is displayed.
    pub fn width(&self) -> usize {
        self.pieces.iter().map(Piece::width).sum()
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        let shown = self.pieces.iter().flat_map(|piece| match piece {
            Piece::Known(fragment) => ["", &fragment.text, ""],
            Piece::Hole(hole) => ["{", &hole.label, "}"],
        });
        shown.flat_map(str::bytes)
    }

    /// Where the first known piece stands.
    pub fn origin(&self) -> Option<&Place> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Known(fragment) => fragment.origin.as_ref(),
            Piece::Hole(hole) => hole.origin.as_ref(),
        })
    }
}
