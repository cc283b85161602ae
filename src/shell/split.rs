//! Splits a text at letters, keeping where its pieces stand.

use crate::model::{Fragment, Piece, Template};

/// Parts between runs of separators; the last of `most` parts takes the rest. Holes belong to the
/// part that they stand in.
pub(super) fn split(
    text: &Template,
    is_separator: impl Fn(char) -> bool,
    most: usize,
) -> Vec<Template> {
    let mut parts: Vec<Template> = Vec::new();
    let mut is_open = false;
    for piece in text.pieces() {
        match piece {
            Piece::Hole(_) => push(&mut parts, &mut is_open, piece.clone()),
            Piece::Known(fragment) => {
                split_fragment(fragment, &is_separator, most, &mut parts, &mut is_open);
            }
        }
    }
    parts
}

fn push(parts: &mut Vec<Template>, is_open: &mut bool, piece: Piece) {
    if !*is_open {
        parts.push(Template::default());
        *is_open = true;
    }
    if let Some(part) = parts.last_mut() {
        part.push(piece);
    }
}

fn split_fragment(
    fragment: &Fragment,
    is_separator: &impl Fn(char) -> bool,
    most: usize,
    parts: &mut Vec<Template>,
    is_open: &mut bool,
) {
    let text = &fragment.text;
    let mut start = 0;
    let add = |from: usize, to: usize, parts: &mut Vec<Template>, is_open: &mut bool| {
        if from < to {
            let origin = fragment
                .origin
                .as_ref()
                .map(|origin| origin.after(&text[..from]));
            let text = text[from..to].to_owned();
            push(parts, is_open, Piece::known(text, origin));
        }
    };
    for (at, letter) in text.char_indices() {
        if !is_separator(letter) || parts.len() >= most && *is_open {
            continue;
        }
        add(start, at, parts, is_open);
        *is_open = false;
        start = at + letter.len_utf8();
    }
    add(start, text.len(), parts, is_open);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Place;

    #[test]
    fn parts_know_where_they_stand() {
        let text = Template::from_source("users:email extra", Place::new("a.sh", 3, 5));
        let parts = split(&text, |letter| letter == ':', 2);
        let shown: Vec<_> = parts
            .iter()
            .map(|part| (part.display(), part.origin().map(|place| place.column)))
            .collect();
        assert_eq!(
            shown,
            [
                ("users".to_owned(), Some(5)),
                ("email extra".to_owned(), Some(11))
            ]
        );
    }
}
