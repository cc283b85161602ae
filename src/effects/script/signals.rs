//! What tells a script's class beside its effects.

use crate::effects::Signals;
use crate::eval::{Estate, Reached, SinkCall};
use crate::model::Place;
use crate::python::tree::{Expression, ExpressionKind, StringPart};
use crate::python::walk::{Visitor, walk_block};
use crate::registry::{Registry, SinkKind};

/// Looks at the calls, and at the text that the script holds.
pub(super) fn of(
    calls: &[SinkCall],
    estate: &dyn Estate,
    registry: &Registry,
    file: &str,
) -> Signals {
    let runs = |call: &&SinkCall| !matches!(call.reached, Reached::NeverCalled(_));
    let first = |test: fn(SinkKind) -> bool| {
        let mut calls = calls.iter().filter(runs);
        let call = calls.find(|call| test(call.sink.kind))?;
        Some(call.place.clone())
    };
    let mut texts = ChangingText(None);
    if let Some(module) = estate.module(file) {
        walk_block(&module.body, &mut texts);
    }
    // A session that another file opens, and nothing is sent through, asks nothing.
    let opens =
        |call: &&SinkCall| call.sink.kind.is_transaction_mark() && *call.place.file == *file;
    let asks = |call: &&SinkCall| matches!(call.sink.kind, SinkKind::Sql | SinkKind::Orm);
    let mut running = calls.iter().filter(runs);
    let asked = running.find(|call| asks(call) || opens(call));
    Signals {
        asks_database: asked.map(|call| call.place.clone()),
        sends_requests: first(|kind| matches!(kind, SinkKind::Http | SinkKind::HttpRead)),
        asks_for_repair: calls
            .iter()
            .filter(|call| matches!(call.sink.kind, SinkKind::Http | SinkKind::HttpRead))
            .flat_map(|call| super::http::repairs(call).map(|it| (it, call.place.clone())))
            .collect(),
        commands: calls
            .iter()
            .filter(|call| call.sink.kind == SinkKind::Subprocess)
            .map(|call| (super::command::line(call), call.place.clone()))
            .collect(),
        mentions_change: texts.0,
        missing_import: super::missing_import::first(estate, registry, file),
    }
}

/// The first literal with a line that begins a statement which changes something.
struct ChangingText(Option<(Place, String)>);

impl<'t> Visitor<'t> for ChangingText {
    fn expression(&mut self, expression: &'t Expression) {
        if self.0.is_some() {
            return;
        }
        if let ExpressionKind::String(parts) = &expression.kind
            && let Some(StringPart::Literal(fragment)) = parts.first()
            && let Some(text) = change_in(&fragment.text, parts.len() > 1)
        {
            self.0 = Some((expression.place.clone(), text));
        }
    }
}

/// The first words of the first statement that changes something, at the start of a line or, in
/// source that is written out, of a literal.
fn change_in(text: &str, goes_on: bool) -> Option<String> {
    let starts = memchr::memchr3_iter(b'\n', b'"', b'\'', text.as_bytes()).map(|at| at + 1);
    let mut starts = std::iter::once(0).chain(starts);
    let start = starts.find(|start| begins_change(&text[*start..], goes_on))?;
    let words: Vec<&str> = text[start..].split_whitespace().take(4).collect();
    Some(words.join(" "))
}

const FIRST_WORDS: &[&str] = &[
    "update", "insert", "delete", "truncate", "alter", "create", "drop", "grant", "revoke",
];

/// Most texts are told by it.
fn is_first_letter(letter: u8) -> bool {
    let is_first = |word: &&str| word.as_bytes()[0] == letter.to_ascii_lowercase();
    FIRST_WORDS.iter().any(is_first)
}

/// The words that make it a statement and not a sentence: `UPDATE users SET`, `INSERT INTO`.
/// `goes_on`: a hole comes after the text.
fn begins_change(text: &str, goes_on: bool) -> bool {
    let text = text.trim_start();
    if !text.bytes().next().is_some_and(is_first_letter) {
        return false;
    }
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_first = |word: &&str| word.eq_ignore_ascii_case(first);
    if !FIRST_WORDS.iter().any(is_first) {
        return false;
    }
    let words: Vec<&str> = text.split_whitespace().take(6).collect();
    let is_spelled_as_sql = first == first.to_uppercase() || first == first.to_lowercase();
    let folded: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let at = |index: usize| folded.get(index).map_or("", String::as_str);
    let kinds = [
        "table",
        "type",
        "index",
        "unique",
        "column",
        "view",
        "materialized",
        "function",
        "trigger",
        "policy",
        "sequence",
        "schema",
        "extension",
        "constraint",
        "or",
        "domain",
    ];
    let names_something = words.len() > 2 || goes_on;
    is_spelled_as_sql
        && names_something
        && match at(0) {
            "update" => at(2) == "set" || at(3) == "set" || (goes_on && words.len() < 3),
            "insert" => at(1) == "into",
            "delete" => at(1) == "from",
            "truncate" => at(1) == "table",
            "alter" | "create" | "drop" => kinds.contains(&at(1)),
            "grant" | "revoke" => folded.iter().any(|word| word == "on"),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::change_in;

    #[test]
    fn prose_is_no_statement() {
        assert_eq!(change_in("Update user role to admin", false), None);
        assert_eq!(change_in("Create table users by hand", false), None);
        assert_eq!(change_in("drop ", true), None);
    }

    #[test]
    fn a_statement_may_stand_below_a_comment() {
        let text = "-- as root\nUPDATE users\nSET role = 'admin'";
        assert_eq!(
            change_in(text, false).as_deref(),
            Some("UPDATE users SET role")
        );
        assert!(change_in("ALTER TABLE ", true).is_some());
    }
}
