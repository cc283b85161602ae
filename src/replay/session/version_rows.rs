//! The version table: what the next run of the migration tool starts from.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Action, ObjectName};
use crate::replay::query::{Datum, Table};
use crate::sql;

use super::Session;
use super::rows::key;

impl Session {
    /// The rows of the version table: its first column.
    pub(crate) fn versions(&self) -> BTreeSet<String> {
        let rows = self
            .version_table
            .as_ref()
            .and_then(|table| self.rows_of(table));
        let cells = rows.into_iter().flat_map(|table| &table.rows);
        cells
            .filter_map(|row| row.first()?.as_text().map(str::to_owned))
            .collect()
    }

    /// The version table and what it holds.
    pub(crate) fn follow(&mut self, table: ObjectName, rows: impl Iterator<Item = String>) {
        let rows = rows.map(|row| vec![Datum::text(row)]).collect();
        let columns = vec![Arc::from("version_num")];
        self.keep(&table, Some(Table { columns, rows }));
        self.version_table = Some(table);
    }

    /// A write to the version table, or to another tool's that is there, as rows.
    pub(super) fn version_change(&self, action: &Action) -> Option<Action> {
        let Action::Stamp(outside) = action else {
            return None;
        };
        let change = sql::version_rows(&outside.detail)?;
        let applies =
            self.is_version_table(&change.table) || self.catalog.table(&change.table).is_some();
        applies.then(|| Action::Rows(Box::new(change)))
    }

    pub(super) fn is_version_table(&self, table: &ObjectName) -> bool {
        self.version_table
            .as_ref()
            .is_some_and(|followed| key(followed) == key(table))
    }
}
