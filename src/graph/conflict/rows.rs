//! Rows that do not fit a table: columns that it does not have, enum labels that it does not know,
//! values that it insists on.

use crate::catalog::{Catalog, Column, Table};
use crate::graph::touch::{ObjectKey, ObjectKind};
use crate::model::{RowChange, RowOperation};

use super::compare::Difference;

/// One way in which rows do not fit.
pub struct Misfit {
    pub difference: Difference,
    /// What in the chain is in the way: the table, one of its columns, an enum.
    pub about: ObjectKey,
}

/// Everything in which the statement does not fit the table at head; nothing where there is no such
/// table, since that is another conflict.
pub fn misfits(head: &Catalog, change: &RowChange) -> Vec<Misfit> {
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

fn unknown_columns(table: &Table, change: &RowChange) -> Option<Misfit> {
    if table.columns_incomplete {
        return None;
    }
    let names = change.columns.iter().map(|column| column.as_str());
    let unknown: Vec<_> = names
        .filter(|name| !name.contains('{') && table.column(name).is_none())
        .collect();
    let difference = difference("columns", unknown.join(", "))?;
    let about = ObjectKey::new(ObjectKind::Relation, change.table.to_string());
    Some(Misfit { difference, about })
}

/// An INSERT that names its columns but not one that must not be null and has no default.
fn missing_values(table: &Table, change: &RowChange) -> Option<Misfit> {
    let named = |column: &Column| {
        change
            .columns
            .iter()
            .any(|name| *name == column.name || name.as_str().contains('{'))
    };
    // A mapper fills in what the script does not name.
    let by_mapper = !is_sql(&change.statement);
    if change.operation != RowOperation::Insert || change.columns.is_empty() || by_mapper {
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
    let column = change.table.part(missing.first()?);
    Some(Misfit {
        difference: Difference::new("values that must not be null", "", missing.join(", ")),
        about: ObjectKey::new(ObjectKind::Column, column),
    })
}

fn is_sql(statement: &str) -> bool {
    let word = statement.split_whitespace().next().unwrap_or_default();
    ["insert", "with", "merge"].contains(&word.to_lowercase().as_str())
}

fn unknown_labels(
    head: &Catalog,
    column: &Column,
    change: &RowChange,
    position: usize,
) -> Option<Misfit> {
    let labels = head.enum_labels(&column.data_type.name)?;
    let enumeration = column.data_type.name.name.as_str();
    let mut strangers: Vec<&str> = change
        .values
        .iter()
        .filter_map(|row| row.get(position))
        .flat_map(|value| labels_in(value, enumeration))
        .filter(|value| !labels.contains(value))
        .collect();
    strangers.sort_unstable();
    strangers.dedup();
    let mut difference = difference(&format!("labels of {}", column.name), strangers.join(", "))?;
    difference.theirs = labels.join(", ");
    let about = ObjectKey::new(ObjectKind::Type, column.data_type.name.to_string());
    Some(Misfit { difference, about })
}

/// The literals that a value can come to: the value itself, what is cast to the enum, and the
/// branches of a CASE.
fn labels_in<'a>(value: &'a str, enumeration: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((head, tail)) = rest.split_once('\'') {
        let Some((body, behind)) = tail.split_once('\'') else {
            break;
        };
        let cast = behind.trim_start().strip_prefix("::").map(str::trim_start);
        let is_cast = cast.is_some_and(|cast| cast.starts_with(enumeration));
        let is_whole = head.trim().is_empty()
            && rest.len() == value.len()
            && (behind.trim().is_empty() || cast.is_some_and(is_name));
        let word = head.split_whitespace().next_back().unwrap_or_default();
        let is_branch = word.eq_ignore_ascii_case("then") || word.eq_ignore_ascii_case("else");
        if is_whole || is_cast || is_branch {
            found.push(body);
        }
        rest = behind;
    }
    found
}

fn is_name(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '"'))
}

fn difference(aspect: &str, ours: String) -> Option<Difference> {
    (!ours.is_empty()).then(|| Difference {
        aspect: aspect.to_owned(),
        ours,
        theirs: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::labels_in;

    #[test]
    fn a_value_is_read_for_the_labels_that_it_can_come_to() {
        assert_eq!(labels_in("'admin'", "userrole"), ["admin"]);
        assert_eq!(labels_in("'admin'::public.userrole", "userrole"), ["admin"]);
        let value = "CASE lower(role) WHEN 'a' THEN 'A'::userrole ELSE 'B' END";
        assert_eq!(labels_in(value, "userrole"), ["A", "B"]);
        assert_eq!(labels_in("lower('x')", "userrole"), Vec::<&str>::new());
    }
}
