//! What the followed rows do not allow: duplicates under a key, nulls under NOT NULL.

use crate::model::{Action, Identifier, ObjectName, RowChange, RowOperation, SqlError, SqlState};
use crate::replay::query::{Datum, Table};

use super::Session;
use super::insertion::Insertion;
use super::rows::position;

impl Session {
    /// The rows that are there already, and those that come, may break what the statement asks for.
    pub(super) fn refused_by_rows(&self, actions: &[&Action]) -> Option<SqlError> {
        actions.iter().find_map(|action| {
            if let Action::Rows(change) = action {
                self.refused_by_check(change)
                    .or_else(|| self.refused_insert(change))
            } else if let Action::SetNotNull { table, column } = action {
                self.refused_not_null(table, column)
            } else if let Action::AddConstraint { table, .. }
            | Action::ValidateConstraint { table, .. } = action
            {
                self.refused_check(action, table)
            } else {
                None
            }
        })
    }

    fn refused_not_null(&self, table: &ObjectName, column: &Identifier) -> Option<SqlError> {
        let rows = self.rows_of(table)?;
        let index = position(rows, column)?;
        let name = &table.name;
        rows.rows.iter().any(|row| row[index].is_null()).then(|| {
            let message =
                format!("column \"{column}\" of relation \"{name}\" contains null values");
            SqlError::new(
                SqlState::NOT_NULL_VIOLATION,
                message,
                table.part(column.as_str()),
            )
        })
    }

    fn refused_insert(&self, change: &RowChange) -> Option<SqlError> {
        let lenient = change.statement.to_uppercase().contains("ON CONFLICT");
        if change.operation != RowOperation::Insert || lenient {
            return None;
        }
        let held = self.rows_of(&change.table)?;
        let new = Insertion::new(self, change, held).new_rows()?;
        for (name, columns) in self.keys(&change.table, held) {
            let mut seen: Vec<&Vec<Datum>> = held.rows.iter().collect();
            for row in &new {
                let same = |other: &&&Vec<Datum>| {
                    columns
                        .iter()
                        .all(|index| are_equal(&other[*index], &row[*index]))
                };
                if seen.iter().any(|other| same(&other)) {
                    let message =
                        format!("duplicate key value violates unique constraint \"{name}\"");
                    let object = change.table.part(&name);
                    return Some(SqlError::new(SqlState::UNIQUE_VIOLATION, message, object));
                }
                seen.push(row);
            }
        }
        None
    }

    /// The unique keys of a table: their names and which columns they are made of.
    pub(super) fn keys(&self, table: &ObjectName, rows: &Table) -> Vec<(String, Vec<usize>)> {
        let Some(name) = self.catalog.resolve_relation(table) else {
            return match self.is_version_table(table) {
                true => vec![(format!("{}_pkc", table.name), vec![0])],
                false => Vec::new(),
            };
        };
        let indexes = self.catalog.indexes_at(&name);
        let keys = indexes.filter_map(|(index, found)| {
            let definition = &found.definition;
            let is_plain = definition.keys.iter().all(|key| key.is_column);
            if !definition.unique || !is_plain || definition.predicate.is_some() {
                return None;
            }
            let columns = definition
                .keys
                .iter()
                .map(|key| position(rows, &Identifier::exact(key.expression.as_str())));
            Some((index.name.to_string(), columns.collect::<Option<_>>()?))
        });
        keys.collect()
    }
}

fn are_equal(one: &Datum, other: &Datum) -> bool {
    one.compare(other) == Some(std::cmp::Ordering::Equal)
}
