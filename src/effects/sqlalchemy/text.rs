//! SQL text in the making: known text and holes, put together in order.

use crate::model::{Piece, Template};

/// What can stand in the [`sql!`] macro's list.
pub(crate) trait Part {
    fn add_to(&self, text: &mut Sql);
}

/// A growing statement. Known text without an origin is kept in one piece.
#[derive(Debug, Default)]
pub(crate) struct Sql {
    finished: Template,
    pending: String,
}

impl Sql {
    pub(crate) fn add(&mut self, part: &(impl Part + ?Sized)) {
        part.add_to(self);
    }

    pub(crate) fn finish(mut self) -> Template {
        self.flush();
        self.finished
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.pending);
        self.finished.push(Piece::known(text, None));
    }
}

impl Part for str {
    fn add_to(&self, text: &mut Sql) {
        text.pending.push_str(self);
    }
}

impl Part for &str {
    fn add_to(&self, text: &mut Sql) {
        text.pending.push_str(self);
    }
}

impl Part for String {
    fn add_to(&self, text: &mut Sql) {
        text.pending.push_str(self);
    }
}

impl Part for Template {
    fn add_to(&self, text: &mut Sql) {
        for piece in self.pieces() {
            match piece {
                Piece::Known(fragment) if fragment.origin.is_none() => {
                    text.pending.push_str(&fragment.text);
                }
                _ => {
                    text.flush();
                    text.finished.push(piece.clone());
                }
            }
        }
    }
}

impl Part for &Template {
    fn add_to(&self, text: &mut Sql) {
        (**self).add_to(text);
    }
}

impl Part for Option<Template> {
    fn add_to(&self, text: &mut Sql) {
        if let Some(template) = self {
            template.add_to(text);
        }
    }
}

/// Puts its arguments one after the other: `sql!["ALTER TABLE ", table, " DROP COLUMN ", column]`.
macro_rules! sql {
    ($($part:expr),* $(,)?) => {{
        let mut text = $crate::effects::sqlalchemy::text::Sql::default();
        $(text.add(&$part);)*
        text.finish()
    }};
}
pub(crate) use sql;

/// The parts with `separator` between them.
pub(crate) fn join(parts: &[Template], separator: &str) -> Template {
    let mut text = Sql::default();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.add(separator);
        }
        text.add(part);
    }
    text.finish()
}

/// Applies `change` to the known text; holes stay as they are.
pub(crate) fn map_known(template: &Template, change: impl Fn(&str) -> String) -> Template {
    let mut mapped = Template::default();
    for piece in template.pieces() {
        mapped.push(match piece {
            Piece::Known(fragment) => {
                let text = change(&fragment.text);
                let origin = fragment.origin.clone().filter(|_| text == fragment.text);
                Piece::known(text, origin)
            }
            Piece::Hole(hole) => Piece::Hole(hole.clone()),
        });
    }
    mapped
}

/// A hole for an argument whose value reading could not know.
pub(crate) fn hole(label: &str, reason: &str) -> Template {
    let mut template = Template::default();
    template.push(Piece::hole(label.to_owned(), reason.to_owned(), None));
    template
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_parts_become_one_piece_and_holes_stay() {
        let text = sql!["DROP TABLE ", hole("name", "argument"), " ", "CASCADE"];
        assert_eq!(text.display(), "DROP TABLE {name} CASCADE");
        assert_eq!(text.pieces().len(), 3);
    }

    #[test]
    fn join_separates_all_but_the_ends() {
        let parts = ["a", "b", "c"].map(Template::from_text);
        assert_eq!(join(&parts, ", ").display(), "a, b, c");
        assert_eq!(join(&[], ", ").display(), "");
    }
}
