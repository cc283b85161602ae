//! SQL in a `.sql` file that is Python. psql stops at its first line and Python only holds the text:
//! somebody is meant to paste it, so it counts as intent that no run has.

use crate::model::{Effect, InertReason, Piece, Place, Template};
use crate::python::tree::{Expression, ExpressionKind, Module, StringPart};
use crate::python::walk::{Visitor, walk_block};
use crate::sql::looks_like_sql;

use super::frame::Frame;

/// The effects of every text of SQL of which nothing is `sent`; none for a file that does not call
/// itself SQL.
pub(super) fn effects(module: &Module, sent: &[Effect]) -> Vec<Effect> {
    if !module.file.to_ascii_lowercase().contains(".sql") {
        return Vec::new();
    }
    let mut texts = Texts(Vec::new());
    walk_block(&module.body, &mut texts);
    texts
        .0
        .iter()
        .filter(|text| !is_sent(text, sent))
        .flat_map(of_text)
        .collect()
}

fn of_text(text: &Template) -> Vec<Effect> {
    let Some(origin) = text.origin() else {
        return Vec::new();
    };
    let reason = "the file is Python, which only holds it".to_owned();
    let frame = Frame::unsent(origin.clone(), InertReason::NotExecuted(reason));
    let mut effects = frame.sql(text, false, None);
    for effect in &mut effects {
        if let Some(place) = &effect.provenance.text {
            effect.provenance.call = place.clone();
        }
    }
    effects
}

fn is_sent(text: &Template, sent: &[Effect]) -> bool {
    let Some(start) = text.origin() else {
        return false;
    };
    let lines = text.display().matches('\n').count() as u32;
    let is_within = |place: &Place| {
        place.file == start.file && (start.line..=start.line + lines).contains(&place.line)
    };
    let mut places = sent
        .iter()
        .filter_map(|effect| effect.provenance.text.as_ref());
    places.any(is_within)
}

/// Literals that read as SQL; what an f-string fills in stays a hole.
struct Texts(Vec<Template>);

impl<'t> Visitor<'t> for Texts {
    fn expression(&mut self, expression: &'t Expression) {
        let ExpressionKind::String(parts) = &expression.kind else {
            return;
        };
        let mut text = Template::default();
        for part in parts {
            match part {
                StringPart::Literal(fragment) => text.push(Piece::Known(fragment.clone())),
                StringPart::Field { value, .. } => text.append(&Template::hole(
                    value.text.as_ref(),
                    "filled in at run time",
                    Some(value.place.clone()),
                )),
            }
        }
        if looks_like_sql(&text.display()) {
            self.0.push(text);
        }
    }
}
