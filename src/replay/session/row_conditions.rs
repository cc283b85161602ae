//! CHECK constraints on rows that are known (23514). What cannot be told passes.

use std::sync::Arc;

use crate::catalog::{ConstraintKind, Table as Modelled};
use crate::model::{
    Action, DataType, Dialect, Identifier, ObjectName, RowChange, RowOperation, SqlError, SqlState,
    Template,
};
use crate::replay::query::{Answer, Datum, Reader, Surroundings, Table};
use crate::replay::words::quoted_name;
use crate::sql::{self, Nature};

use super::Session;
use super::insertion::Insertion;
use super::rows::key;

impl Session {
    /// The rows that an INSERT brings, or those that an UPDATE leaves.
    pub(super) fn refused_by_check(&self, change: &RowChange) -> Option<SqlError> {
        let held = self.rows_of(&change.table)?;
        let name = self.catalog.resolve_relation(&change.table)?;
        let table = self.catalog.table(&name)?;
        let mut triggers = table.triggers.values();
        if triggers.any(|trigger| trigger.timing.to_lowercase().starts_with("before")) {
            return None;
        }
        let rows = match change.operation {
            RowOperation::Insert => Insertion::new(self, change, held).new_rows()?,
            RowOperation::Update => self.changed_rows(change, held)?.rows,
            RowOperation::Delete | RowOperation::Truncate | RowOperation::Copy => return None,
        };
        let is_new = change.operation == RowOperation::Insert;
        rows.into_iter().find_map(|row| {
            let row = Table {
                columns: held.columns.clone(),
                rows: vec![row],
            };
            let (broken, _) = table.constraints.iter().find(|(_, constraint)| {
                let counts = is_new || constraint.validated;
                counts && self.breaks(&name, table, &row, &constraint.kind)
            })?;
            let message = format!(
                "new row for relation \"{}\" violates check constraint \"{broken}\"",
                name.name
            );
            Some(violation(&name, broken, message))
        })
    }

    /// A check that is added, or looked at for the first time.
    pub(super) fn refused_check(&self, action: &Action, table: &ObjectName) -> Option<SqlError> {
        let name = self.catalog.resolve_relation(table)?;
        let held = self.rows_of(&name)?;
        let before = self.catalog.table(&name)?;
        // A name that nobody gave is what the catalog makes of it.
        let mut tried = self.catalog.clone();
        tried.apply(action).ok()?;
        let after = tried.table(&name)?;
        let (broken, _) = after.constraints.iter().find(|(constraint, known)| {
            let old = before.constraints.get(*constraint);
            let is_new = old.is_none_or(|old| !old.validated) && known.validated;
            is_new && self.breaks(&name, after, held, &known.kind)
        })?;
        let message = format!(
            "check constraint \"{broken}\" of relation \"{}\" is violated by some row",
            name.name
        );
        Some(violation(&name, broken, message))
    }

    /// Whether some row surely does not satisfy it.
    fn breaks(
        &self,
        name: &ObjectName,
        table: &Modelled,
        rows: &Table,
        kind: &ConstraintKind,
    ) -> bool {
        let ConstraintKind::Check { expression, .. } = kind else {
            return false;
        };
        let alone = Surroundings {
            tables: [(key(name), typed(table, rows))].into_iter().collect(),
            ..self.surroundings.clone()
        };
        let question = format!("SELECT ({expression}) FROM {}", quoted_name(name));
        let reading = sql::read(&Template::from_text(question), Dialect::Postgres);
        let statement = reading.statements.first();
        let Some(Nature::Query(query)) = statement.map(|statement| &statement.nature) else {
            return false;
        };
        match Reader::new(&self.catalog, &alone).answer(query) {
            Answer::Rows(answer) => answer
                .rows
                .iter()
                .any(|row| row.first() == Some(&Datum::Bool(false))),
            Answer::Undecided(_) => false,
        }
    }
}

fn violation(table: &ObjectName, constraint: &Identifier, message: String) -> SqlError {
    let object = table.part(constraint.as_str());
    SqlError::new(SqlState::CHECK_VIOLATION, message, object)
}

/// The cells as values of their columns' types. A literal of a type whose order is not that of its
/// text is not known.
fn typed(table: &Modelled, rows: &Table) -> Table {
    let types: Vec<_> = rows
        .columns
        .iter()
        .map(|name| Some(&table.column(name)?.data_type))
        .collect();
    let cells = |row: &Vec<Datum>| {
        let pairs = row.iter().zip(&types);
        pairs
            .map(|(cell, data_type)| of_type(cell, *data_type))
            .collect()
    };
    Table {
        columns: rows.columns.clone(),
        rows: rows.rows.iter().map(cells).collect(),
    }
}

fn of_type(cell: &Datum, data_type: Option<&DataType>) -> Datum {
    const NUMBERS: &[&str] = &[
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "real",
        "double precision",
    ];
    let Datum::Text(text) = cell else {
        return cell.clone();
    };
    let name = data_type.map_or("", |found| found.name.name.as_str());
    let is_scalar = data_type.is_some_and(|found| found.array_dimensions == 0);
    match name {
        _ if !is_scalar => Datum::unknown("a value of an array"),
        _ if NUMBERS.contains(&name) => match text.trim().parse::<f64>() {
            Ok(_) => Datum::Number(text.trim().to_owned()),
            Err(_) => Datum::unknown("a number"),
        },
        "text" | "character varying" | "boolean" => Datum::Text(Arc::clone(text)),
        _ => Datum::unknown("a value of a type that is not compared as text"),
    }
}
