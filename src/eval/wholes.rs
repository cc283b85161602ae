//! Texts that are put together part by part, where a part can be one of several.

use crate::model::{Piece, Template};

/// What a text in the making can be so far.
pub(crate) struct Wholes {
    texts: Vec<Template>,
    limit: usize,
}

impl Wholes {
    /// The empty text; of more than `limit` alternatives none is followed.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            texts: vec![Template::default()],
            limit,
        }
    }

    /// Puts every one of `tails` after every text so far. Where that gives more texts than are
    /// followed, the part is `hole` in all of them: what stands around it stays known.
    pub(crate) fn extend(&mut self, tails: &[Template], hole: impl FnOnce() -> Template) {
        match tails {
            [tail] => self.append(tail),
            tails if self.texts.len() * tails.len() > self.limit => self.append(&hole()),
            tails => self.multiply(tails),
        }
    }

    pub(crate) fn append(&mut self, tail: &Template) {
        for text in &mut self.texts {
            text.append(tail);
        }
    }

    pub(crate) fn push(&mut self, piece: Piece) {
        if let Some((last, others)) = self.texts.split_last_mut() {
            for text in others {
                text.push(piece.clone());
            }
            last.push(piece);
        }
    }

    fn multiply(&mut self, tails: &[Template]) {
        let heads = std::mem::take(&mut self.texts);
        for tail in tails {
            let extended = heads
                .iter()
                .map(|head| super::text::concatenate(head, tail));
            self.texts.extend(extended);
        }
    }

    pub(crate) fn into_texts(self) -> Vec<Template> {
        self.texts
    }
}
