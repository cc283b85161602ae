//! What tells a script's class beside its effects.

use crate::effects::Signals;
use crate::eval::{Estate, SinkCall};
use crate::model::Place;
use crate::python::tree::{Expression, ExpressionKind, StringPart};
use crate::python::walk::{Visitor, walk_block};
use crate::registry::SinkKind;
use crate::sql::looks_like_sql;

/// Looks at the calls, and at the text that the script holds.
pub(super) fn of(calls: &[SinkCall], estate: &dyn Estate, file: &str) -> Signals {
    let first = |test: fn(SinkKind) -> bool| {
        let mut calls = calls.iter();
        let call = calls.find(|call| test(call.sink.kind))?;
        Some(call.place.clone())
    };
    let mut texts = ChangingText(None);
    if let Some(module) = estate.module(file) {
        walk_block(&module.body, &mut texts);
    }
    Signals {
        asks_database: first(|kind| {
            matches!(kind, SinkKind::Sql | SinkKind::Orm | SinkKind::Commit)
        }),
        sends_requests: first(|kind| matches!(kind, SinkKind::Http | SinkKind::HttpRead)),
        commands: calls
            .iter()
            .filter(|call| call.sink.kind == SinkKind::Subprocess)
            .map(|call| (super::command::line(call), call.place.clone()))
            .collect(),
        mentions_change: texts.0,
    }
}

/// The first literal that begins a statement which changes something.
struct ChangingText(Option<(Place, String)>);

impl<'t> Visitor<'t> for ChangingText {
    fn expression(&mut self, expression: &'t Expression) {
        if self.0.is_none()
            && let ExpressionKind::String(parts) = &expression.kind
            && let Some(StringPart::Literal(fragment)) = parts.first()
            && changes(&fragment.text)
        {
            self.0 = Some((expression.place.clone(), beginning(&fragment.text)));
        }
    }
}

/// The first words of a text.
fn beginning(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(4).collect();
    words.join(" ")
}

fn changes(text: &str) -> bool {
    let first = text
        .trim_start()
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let word = first.to_ascii_lowercase();
    let is_change = [
        "alter", "create", "drop", "insert", "update", "delete", "truncate", "grant", "revoke",
    ]
    .contains(&word.as_str());
    is_change && looks_like_sql(text)
}
