//! Bodies of DO and CREATE FUNCTION: the text between their quotes, as a passage of its own.

use squawk_syntax::ast::{self, AstNode};

use super::passage::Passage;

impl<'s> Passage<'s> {
    /// The decoded text of a string literal, every character leading back to its place.
    pub(crate) fn body(&self, literal: &ast::Literal) -> Option<Passage<'s>> {
        let decoded = literal.decoded_value()?;
        let text = decoded.text();
        let origin = |offset: usize| {
            let offset = u32::try_from(offset).unwrap_or(u32::MAX);
            usize::from(decoded.source_pos(offset.into()))
        };
        let mut stretches: Vec<(String, usize)> = Vec::new();
        for (offset, character) in text.char_indices() {
            let here = origin(offset);
            match stretches.last_mut() {
                Some((stretch, start)) if *start + stretch.len() == here => stretch.push(character),
                _ => stretches.push((character.to_string(), here)),
            }
        }
        if stretches.is_empty() {
            let start = usize::from(literal.syntax().text_range().start());
            stretches.push((String::new(), start));
        }
        Some(self.decoded(&stretches))
    }
}
