//! What tells a script's class beside its effects.

use crate::effects::Signals;
use crate::eval::{Estate, SinkCall};
use crate::python::tree::{Expression, ExpressionKind, StringPart};
use crate::python::walk::{Visitor, walk_block};
use crate::registry::SinkKind;
use crate::sql::looks_like_sql;

/// Looks at the calls, and at the text that the script holds.
pub(super) fn of(calls: &[SinkCall], estate: &dyn Estate, file: &str) -> Signals {
    let any = |test: fn(SinkKind) -> bool| calls.iter().any(|call| test(call.sink.kind));
    let mut texts = ChangingText(false);
    if let Some(module) = estate.module(file) {
        walk_block(&module.body, &mut texts);
    }
    Signals {
        asks_database: any(|kind| matches!(kind, SinkKind::Sql | SinkKind::Orm | SinkKind::Commit)),
        reads_http: any(|kind| kind == SinkKind::HttpRead),
        commands: calls
            .iter()
            .filter(|call| call.sink.kind == SinkKind::Subprocess)
            .map(super::command::line)
            .collect(),
        mentions_changes: texts.0,
    }
}

/// Is there a literal that begins a statement which changes something?
struct ChangingText(bool);

impl<'t> Visitor<'t> for ChangingText {
    fn expression(&mut self, expression: &'t Expression) {
        if let ExpressionKind::String(parts) = &expression.kind
            && let Some(StringPart::Literal(fragment)) = parts.first()
        {
            self.0 |= changes(&fragment.text);
        }
    }
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
