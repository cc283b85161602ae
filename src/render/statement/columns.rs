//! The columns of a table: ensured one by one, or together in one statement.

use std::collections::BTreeMap;

use crate::catalog::Column;
use crate::model::{Identifier, ObjectName};
use crate::plan::{Step, StepKind};

use super::super::definition;
use super::super::quote::{quote_literal, quote_name, quote_statement};
use super::types::object_of;
use super::{call, lines};

/// Whether the column may be null is left as it is.
pub(super) const LATER: &str = "NULL::boolean";

/// Columns that one statement can ensure together.
pub(crate) fn is_plain_column(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Column { column, serial: false, value_map, .. }
        if value_map.is_empty() && column.collation.is_none() && column.generated.is_none() && column.identity.is_none())
}

/// Plain columns of one table, a line each, with the places that they come from.
pub(crate) fn of_columns(steps: &[&Step], places: &dyn Fn(&Step) -> String) -> String {
    let columns = steps.iter().filter_map(|step| match &step.kind {
        StepKind::Column {
            table,
            column,
            filled_later,
            ..
        } => Some((table, column, *filled_later, places(step))),
        _ => None,
    });
    let columns: Vec<_> = columns.collect();
    let table = columns
        .first()
        .map(|(table, ..)| quote_literal(&quote_name(table)))
        .unwrap_or_default();
    let rows = columns.iter().map(|(_, column, filled_later, places)| {
        let not_null = match (*filled_later, column.not_null) {
            (true, _) => "NULL",
            (false, true) => "'true'",
            (false, false) => "'false'",
        };
        let default = column
            .default
            .as_deref()
            .map_or_else(|| "NULL".to_owned(), quote_statement);
        let row = format!(
            "    [{}, {}, {not_null}, {default}]",
            quote_literal(column.name.as_str()),
            quote_literal(&definition::data_type(&column.data_type)),
        );
        (row, places.clone())
    });
    let rows = lines(&rows.collect::<Vec<_>>());
    format!("SELECT pg_temp.fixfold_ensure_columns({table}, ARRAY[\n{rows}])")
}

pub(super) fn ensure_column(
    table: &ObjectName,
    column: &Column,
    serial: bool,
    not_null: String,
    value_map: &BTreeMap<String, String>,
) -> String {
    let data_type = definition::data_type(&column.data_type);
    let default = column.default.as_deref().filter(|_| !serial);
    let mut arguments = vec![
        quote_literal(&quote_name(table)),
        quote_literal(column.name.as_str()),
        quote_literal(&data_type),
        not_null,
        default.map_or_else(|| "NULL".to_owned(), quote_statement),
    ];
    let mut option = |name: &str, value: Option<String>| {
        arguments.extend(value.map(|value| format!("{name} => {value}")));
    };
    let collation = column.collation.as_deref();
    option("wanted_collation", collation.map(quote_literal));
    let generated = column.generated.as_deref();
    option("wanted_generated", generated.map(quote_statement));
    let identity = column.identity.map(definition::identity);
    option("wanted_identity", identity.map(quote_literal));
    option("wanted_serial", serial.then(|| "true".to_owned()));
    let is_mapped = !value_map.is_empty();
    option("value_map", is_mapped.then(|| object_of(value_map)));
    call("ensure_column", &arguments)
}

/// Gives a column another name, or brings both together where both are there.
pub(crate) fn ensure_renamed_column(
    table: &ObjectName,
    before: &Identifier,
    after: &Identifier,
) -> String {
    let arguments = [
        quote_literal(&quote_name(table)),
        quote_literal(before.as_str()),
        quote_literal(after.as_str()),
    ];
    call("ensure_renamed_column", &arguments)
}

/// Columns of the table beside these may be null.
pub(crate) fn ensure_others_optional(table: &ObjectName, known: &[Identifier]) -> String {
    let names: Vec<String> = known
        .iter()
        .map(|name| quote_literal(name.as_str()))
        .collect();
    let names = format!("ARRAY[{}]::name[]", names.join(", "));
    call(
        "ensure_others_optional",
        &[quote_literal(&quote_name(table)), names],
    )
}
