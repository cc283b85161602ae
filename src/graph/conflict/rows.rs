//! Rows that do not fit a table: columns that it does not have, enum labels that it does not know,
//! values that it insists on.

use crate::catalog::{Catalog, Column, Table};
use crate::model::{RowChange, RowOperation};

use super::compare::Difference;

/// Everything in which the statement does not fit the table at head; nothing where there is no such
/// table, since that is another conflict.
pub fn misfits(head: &Catalog, change: &RowChange) -> Vec<Difference> {
    let Some(table) = head.table(&change.table) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    found.extend(unknown_columns(table, change));
    found.extend(missing_values(table, change));
    for (position, name) in change.columns.iter().enumerate() {
        if let Some(column) = table.column(name.as_str()) {
            found.extend(unknown_labels(head, column, change, position));
        }
    }
    found
}

fn unknown_columns(table: &Table, change: &RowChange) -> Option<Difference> {
    if table.columns_incomplete {
        return None;
    }
    let names = change.columns.iter().map(|column| column.as_str());
    let unknown: Vec<_> = names
        .filter(|name| !name.contains('{') && table.column(name).is_none())
        .collect();
    difference("columns", unknown.join(", "))
}

/// An INSERT that names its columns but not one that must not be null and has no default.
fn missing_values(table: &Table, change: &RowChange) -> Option<Difference> {
    let named = |column: &Column| {
        change
            .columns
            .iter()
            .any(|name| *name == column.name || name.as_str().contains('{'))
    };
    if change.operation != RowOperation::Insert || change.columns.is_empty() {
        return None;
    }
    let needed = |column: &&Column| {
        column.not_null
            && column.default.is_none()
            && column.identity.is_none()
            && column.generated.is_none()
            && !named(column)
    };
    let missing: Vec<_> = table
        .columns
        .iter()
        .filter(needed)
        .map(|column| column.name.as_str())
        .collect();
    if missing.is_empty() {
        return None;
    }
    Some(Difference {
        aspect: "values that must not be null".into(),
        ours: String::new(),
        theirs: missing.join(", "),
    })
}

fn unknown_labels(
    head: &Catalog,
    column: &Column,
    change: &RowChange,
    position: usize,
) -> Option<Difference> {
    let labels = head.enum_labels(&column.data_type.name)?;
    let mut strangers: Vec<&str> = change
        .values
        .iter()
        .filter_map(|row| literal(row.get(position)?))
        .filter(|value| !labels.contains(value))
        .collect();
    strangers.sort_unstable();
    strangers.dedup();
    let mut found = difference(&format!("labels of {}", column.name), strangers.join(", "))?;
    found.theirs = labels.join(", ");
    Some(found)
}

/// The text of a plain string literal, a cast behind it left off.
fn literal(value: &str) -> Option<&str> {
    let body = value.trim().strip_prefix('\'')?;
    let end = body.find('\'')?;
    let rest = body[end + 1..].trim();
    (rest.is_empty() || rest.starts_with("::")).then(|| &body[..end])
}

fn difference(aspect: &str, ours: String) -> Option<Difference> {
    (!ours.is_empty()).then(|| Difference {
        aspect: aspect.to_owned(),
        ours,
        theirs: String::new(),
    })
}
