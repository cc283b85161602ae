//! What is put into a row's collection, or taken out: `user.roles.append(role)`.

use crate::eval::{SinkCall, Value, class_of_row, table_name};
use crate::model::{Action, Certainty, Effect, ObjectName, RowChange, RowOperation};

use super::frame::Frame;

/// A row of the table between both sides, where the relationship has one; else the other side's row is
/// new, or its foreign key changes (SQLAlchemy, "Cascades" and "Relationship Configuration").
pub(super) fn effect(call: &SinkCall, frame: &Frame<'_>) -> Effect {
    let method = call.path.rsplit('.').next().unwrap_or_default();
    let puts_in = matches!(method, "append" | "extend" | "add");
    let (table, operation) = match (table_between(call), puts_in) {
        (Some(table), true) => (Some(table), RowOperation::Insert),
        (Some(table), false) => (Some(table), RowOperation::Delete),
        (None, _) => {
            let is_new = puts_in && row_given(call).is_some_and(is_made);
            let operation = if is_new {
                RowOperation::Insert
            } else {
                RowOperation::Update
            };
            (table_of_other_side(call), operation)
        }
    };
    let Some(table) = table else {
        return frame.opaque(call, "which table the relationship leads to is not known");
    };
    let change = RowChange {
        operation,
        table: ObjectName::new(table.as_str()),
        columns: Vec::new(),
        values: Vec::new(),
        condition: (operation != RowOperation::Insert)
            .then(|| "the rows that were loaded".to_owned()),
        cascade: false,
        statement: call.text.to_string(),
    };
    frame.effect_with_text(Action::Rows(Box::new(change)), Certainty::Exact, &call.text)
}

/// `secondary=` is a table, its name, or a class of the estate.
fn table_between(call: &SinkCall) -> Option<String> {
    let relationship = call.receiver.as_ref()?.as_external()?;
    let between = relationship.arguments.as_ref()?.keyword("secondary")?;
    match between {
        Value::Class(class) => table_name(class),
        Value::External(table) => table.arguments.as_ref()?.positional.first()?.known_text(),
        name => name.known_text(),
    }
}

/// The row, or one of the rows.
fn row_given(call: &SinkCall) -> Option<&Value> {
    let given = call.arguments.positional.first()?;
    given.alternatives().first()
}

fn is_made(row: &Value) -> bool {
    match row {
        Value::Instance(_) => true,
        Value::List(rows) => rows.borrow().iter().any(is_made),
        _ => false,
    }
}

fn table_of_other_side(call: &SinkCall) -> Option<String> {
    let by_row = row_given(call).and_then(class_of_row);
    let relationship = call.receiver.as_ref().and_then(class_of_row);
    table_name(&by_row.or(relationship)?)
}
