//! What a failure takes with it: PostgreSQL aborts the whole transaction in which one statement
//! fails (manual, "Transactions"; SQLSTATE 25P02), also where Python catches the error.

use std::ops::Range;

use crate::eval::{ConnectionId, SinkCall, sql_text};
use crate::model::{Action, Certainty, Dialect, Effect, GuardKind, InertReason, Reach, Template};
use crate::registry::SinkKind;

use super::transaction::Transactions;

/// Marks the effects that share a transaction with a statement that is sure to fail. `effects` has
/// one list a call.
pub(super) fn mark(calls: &[SinkCall], effects: &mut [Vec<Effect>], transactions: &Transactions) {
    let labels: Vec<AddedLabel> = calls.iter().enumerate().flat_map(added_labels).collect();
    for index in 0..calls.len() {
        let call = &calls[index];
        let Some(connection) = call.connection.filter(|_| may_abort(call)) else {
            continue;
        };
        let range = around(calls, index, connection);
        if transactions.is_autocommit(index, call) || has_savepoint(&calls[range.clone()]) {
            continue;
        }
        let before = &calls[range.start..index];
        if follows_failure(before, call, connection) {
            let reason = "the statement that this handler catches has failed".to_owned();
            let reason = InertReason::AbortedTransaction(reason);
            effects[index]
                .iter_mut()
                .for_each(|effect| stop(effect, &reason));
            continue;
        }
        let same = |label: &&AddedLabel| {
            (range.start..index).contains(&label.call)
                && shares(call, &calls[label.call], connection)
        };
        let labels = labels.iter().filter(same);
        if let Some(reason) = refused_in_transaction(&effects[index], labels, call) {
            effects[index]
                .iter_mut()
                .for_each(|effect| stop(effect, &InertReason::InvalidSql(reason.clone())));
        }
        if let Some(reason) = failure(&effects[index]) {
            let reason = InertReason::AbortedTransaction(format!("{reason} at {}", call.place));
            let with_it =
                range.filter(|other| *other != index && shares(&calls[*other], call, connection));
            for other in with_it {
                effects[other]
                    .iter_mut()
                    .for_each(|effect| stop(effect, &reason));
            }
        }
    }
}

/// Does the call stand in an `except` whose `try` has sent something in the same transaction? Then
/// that has failed, and nothing was rolled back.
fn follows_failure(before: &[SinkCall], call: &SinkCall, connection: ConnectionId) -> bool {
    let handlers = call
        .guards
        .iter()
        .filter(|guard| guard.kind == GuardKind::InHandler);
    let mut places = handlers.map(|guard| &guard.place);
    places.any(|place| {
        before.iter().any(|earlier| {
            earlier.connection == Some(connection)
                && earlier.sink.kind == SinkKind::Sql
                && earlier
                    .guards
                    .iter()
                    .any(|guard| guard.kind == GuardKind::ExceptionHandler && guard.place == *place)
        })
    })
}

fn may_abort(call: &SinkCall) -> bool {
    call.sink.kind == SinkKind::Sql
        && call.sink.dialect == Dialect::Postgres
        && call.needs_commit
        && !call.sink.autocommits
}

/// The calls from the mark before to the mark behind.
fn around(calls: &[SinkCall], index: usize, connection: ConnectionId) -> Range<usize> {
    let ends = |call: &SinkCall| {
        call.connection == Some(connection)
            && matches!(call.sink.kind, SinkKind::Commit | SinkKind::Rollback)
    };
    let start = calls[..index].iter().rposition(ends).map_or(0, |at| at + 1);
    let end = calls[index..].iter().position(ends);
    start..end.map_or(calls.len(), |at| index + at)
}

fn has_savepoint(calls: &[SinkCall]) -> bool {
    calls
        .iter()
        .any(|call| call.sink.kind == SinkKind::Savepoint)
}

/// Does the call stand in the same transaction, and never come without the one that fails?
fn shares(call: &SinkCall, failing: &SinkCall, connection: ConnectionId) -> bool {
    let mut conditions = failing
        .guards
        .iter()
        .filter(|guard| guard.kind.is_condition());
    call.connection == Some(connection)
        && call.reached == failing.reached
        && conditions.all(|guard| call.guards.contains(guard))
}

fn stop(effect: &mut Effect, reason: &InertReason) {
    if !effect.reach.is_inert() {
        effect.reach = Reach::Inert(reason.clone());
    }
}

/// What PostgreSQL says to the statement, if it is the only one that can be sent there.
fn failure(effects: &[Effect]) -> Option<String> {
    let may_do =
        |effect: &Effect| effect.certainty == Certainty::Enumerated && !effect.reach.is_inert();
    if effects.iter().any(may_do) {
        return None;
    }
    effects.iter().find_map(|effect| match &effect.reach {
        Reach::Inert(InertReason::InvalidSql(message)) => Some(message.clone()),
        _ => None,
    })
}

/// What no transaction block takes (25001), and a label that is used in the transaction that adds
/// it (55P04).
fn refused_in_transaction<'l>(
    effects: &[Effect],
    mut labels: impl Iterator<Item = &'l AddedLabel>,
    call: &SinkCall,
) -> Option<String> {
    let concurrent = effects
        .iter()
        .find(|effect| is_concurrent(&effect.action) && !effect.reach.is_inert());
    if let Some(effect) = concurrent {
        let creates = matches!(effect.action, Action::CreateIndex { .. });
        let verb = if creates { "CREATE" } else { "DROP" };
        return Some(format!(
            "{verb} INDEX CONCURRENTLY cannot run inside a transaction block"
        ));
    }
    let first = labels.next()?;
    let text = call.payload().and_then(sql_text)?.display();
    let mut labels = std::iter::once(first).chain(labels);
    labels
        .find(|added| text.contains(&format!("'{}'", added.label)))
        .map(|added| {
            format!(
                "unsafe use of new value \"{}\" of enum type {}",
                added.label, added.name
            )
        })
}

fn is_concurrent(action: &Action) -> bool {
    matches!(
        action,
        Action::CreateIndex {
            concurrently: true,
            ..
        } | Action::DropIndex {
            concurrently: true,
            ..
        }
    )
}

/// A label that a call adds to an enum type.
struct AddedLabel {
    call: usize,
    label: String,
    name: String,
}

fn added_labels((index, call): (usize, &SinkCall)) -> Vec<AddedLabel> {
    let text = call
        .payload()
        .filter(|_| may_abort(call))
        .and_then(sql_text);
    let adds = |template: &Template| {
        let text = template.display();
        text.to_ascii_lowercase().contains("add value")
    };
    let Some(template) = text.filter(adds) else {
        return Vec::new();
    };
    let reading = crate::sql::read(&template, Dialect::Postgres);
    let effects = reading.statements.into_iter().flat_map(|it| it.effects);
    effects
        .filter_map(|effect| match effect.action {
            Action::AddEnumValue { name, label, .. } => Some(AddedLabel {
                call: index,
                label,
                name: name.to_string(),
            }),
            _ => None,
        })
        .collect()
}
