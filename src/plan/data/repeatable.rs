//! Statements on rows, made so that a second run finds nothing to do.

use crate::catalog::{Catalog, ConstraintKind, Relation};
use crate::model::{Identifier, ObjectName, RowChange};
use crate::sql::{self, Upsert};

use super::{Surroundings, words};

/// One statement a row: each is there already when all its literal values are.
pub(super) fn insert(
    surroundings: &Surroundings<'_>,
    change: &RowChange,
) -> Result<Vec<String>, &'static str> {
    if let Some(upsert) = sql::upsert(&change.statement) {
        return Ok(vec![put_in(surroundings.target, change, &upsert)]);
    }
    let lower = change.statement.to_lowercase();
    let looks = match lower.split_once("on conflict") {
        Some((_, rest)) => {
            !rest.trim_start().starts_with("do nothing")
                || can_conflict(surroundings.target, change)
        }
        None => lower.contains("not exists"),
    };
    if looks {
        return Ok(vec![change.statement.clone()]);
    }
    if change.columns.is_empty() || change.values.is_empty() {
        return Err("it inserts again at every run: name the columns that tell rows apart");
    }
    let rows = change
        .values
        .iter()
        .map(|row| insert_if_absent(surroundings, change, row));
    rows.collect::<Option<Vec<_>>>()
        .ok_or("it inserts again at every run: no literal value tells its rows apart")
}

/// Whether rows can be in conflict with others by the values that the statement gives.
fn can_conflict(target: &Catalog, change: &RowChange) -> bool {
    let is_given = |name: &Identifier| change.columns.contains(name);
    let is_whole = |columns: &[Identifier]| columns.iter().all(is_given);
    let constraints = target.table(&change.table).map(|table| &table.constraints);
    let by_constraint = constraints
        .into_iter()
        .flatten()
        .any(|(_, one)| match &one.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                is_whole(columns)
            }
            ConstraintKind::Exclude { .. } => true,
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } => false,
        });
    // What expressions an index has is not looked at.
    let by_index = target.relations.iter().any(|(_, relation)| match relation {
        Relation::Index(index) => {
            let definition = &index.definition;
            definition.unique && definition.table == change.table && index.constraint.is_none()
        }
        _ => false,
    });
    change.columns.is_empty() || by_constraint || by_index
}

/// The upsert that passes over rows that hold the new values already. What only says when it ran is no
/// reason to write a row.
fn put_in(target: &Catalog, change: &RowChange, upsert: &Upsert) -> String {
    let pairs = upsert.columns.iter().zip(&upsert.values);
    let settled = pairs.filter(|(_, value)| !words::is_of_the_moment(value));
    let (columns, differs): (Vec<&Identifier>, Vec<String>) = settled
        .map(|(column, value)| {
            let here = format!("{}.{}", quoted(&upsert.target), quoted(column));
            (column, format!("{here} IS DISTINCT FROM {value}"))
        })
        .unzip();
    if columns.is_empty() || !can_compare(target, &change.table, &columns) {
        return change.statement.clone();
    }
    upsert.with_condition(&change.statement, &differs.join(" OR "))
}

/// `INSERT ... SELECT ... WHERE NOT EXISTS`.
fn insert_if_absent(
    surroundings: &Surroundings<'_>,
    change: &RowChange,
    row: &[String],
) -> Option<String> {
    let is_lasting = |column: &Identifier| {
        let column = (change.table.clone(), column.clone());
        !surroundings.updated.contains(&column)
    };
    let pairs = change.columns.iter().zip(row);
    let pairs = pairs.filter(|(column, _)| is_lasting(column));
    let conditions: Vec<String> = pairs
        .filter(|(_, value)| words::tells_rows_apart(value))
        .map(|(column, value)| format!("{} = {value}", quoted(column)))
        .collect();
    if conditions.is_empty() || row.len() != change.columns.len() {
        return None;
    }
    let columns: Vec<String> = change.columns.iter().map(quoted).collect();
    Some(format!(
        "INSERT INTO {table} ({columns})\nSELECT {values}\nWHERE NOT EXISTS (SELECT FROM {table} WHERE {conditions})",
        table = change.table,
        columns = columns.join(", "),
        values = row.join(", "),
        conditions = conditions.join(" AND "),
    ))
}

fn quoted(column: &Identifier) -> String {
    format!("\"{column}\"")
}

/// The UPDATE with a condition that passes over rows that hold the new values already. Where the
/// values come from other tables the statement stays as it is.
pub(super) fn update(target: &Catalog, change: &RowChange) -> String {
    let statement = change.statement.clone();
    let (Some(condition), [values]) = (&change.condition, change.values.as_slice()) else {
        return statement;
    };
    let reads_others = !words::relations_read(&statement).is_empty();
    let settles_itself = settles_itself(change);
    let columns: Vec<&Identifier> = change.columns.iter().collect();
    if reads_others || settles_itself || !can_compare(target, &change.table, &columns) {
        return statement;
    }
    let differs: Vec<String> = columns
        .into_iter()
        .zip(values)
        .map(|(column, value)| format!("{} IS DISTINCT FROM {value}", quoted(column)))
        .collect();
    let differs = differs.join(" OR ");
    match statement.rfind(condition.as_str()) {
        Some(start) => {
            let (before, rest) = statement.split_at(start);
            let after = &rest[condition.len()..];
            format!("{before}({condition}) AND ({differs}){after}")
        }
        None => statement,
    }
}

/// `json` has no equality operator; a column that is not known may be of any type.
fn can_compare(target: &Catalog, table: &ObjectName, columns: &[&Identifier]) -> bool {
    columns.iter().all(|column| {
        let known = target.column(table, column.as_str());
        known.is_some_and(|column| {
            let name = column.data_type.name.name.as_str();
            !["json", "xml", "point"].contains(&name)
        })
    })
}

/// Its condition asks for the very value that the statement takes away: `x = 1 WHERE x IS NULL`.
pub(super) fn settles_itself(change: &RowChange) -> bool {
    let Some(condition) = &change.condition else {
        return false;
    };
    let is_plain = !condition.to_lowercase().contains(" or ");
    let sets = change.values.first().map(Vec::as_slice).unwrap_or_default();
    is_plain
        && change.columns.iter().zip(sets).any(|(column, value)| {
            let asks_for_null = condition
                .to_lowercase()
                .contains(&format!("{} is null", column.as_str().to_lowercase()));
            asks_for_null && !value.trim().eq_ignore_ascii_case("null")
        })
}
