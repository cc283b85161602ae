//! The rows of tables that were made in the run and filled with known values: seeds, defaults, the
//! version table. What a statement does to them is followed as long as it can be told.

use crate::catalog::Rows;
use crate::model::{Action, Identifier, ObjectName, RowChange, RowOperation};
use crate::replay::query::{Answer, Datum, Table};
use crate::replay::words::quoted_name;
use crate::sql::{self, Nature};

use super::Session;
use super::insertion::Insertion;

/// More rows than these are not followed one by one.
const MOST: usize = 1_000;

impl Session {
    /// Tables that are empty and get rows now are followed from here on.
    pub(super) fn begin_following(&mut self, actions: &[&Action]) {
        for action in actions {
            let Action::Rows(change) = action else {
                continue;
            };
            let Some(table) = self.catalog.table(&change.table) else {
                continue;
            };
            let is_first = self
                .rows_of(&change.table)
                .is_none_or(|rows| rows.rows.is_empty());
            if change.operation == RowOperation::Insert && table.rows == Rows::Empty && is_first {
                let columns = table
                    .columns
                    .iter()
                    .map(|column| column.name.as_str().into());
                let columns = columns.collect();
                self.keep(
                    &change.table,
                    Some(Table {
                        columns,
                        rows: Vec::new(),
                    }),
                );
            }
        }
    }

    pub(super) fn rows_of(&self, table: &ObjectName) -> Option<&Table> {
        self.surroundings.followed(table)
    }

    /// `None`: the rows are not followed any more.
    pub(super) fn keep(&mut self, table: &ObjectName, rows: Option<Table>) {
        let key = key(table);
        match rows {
            Some(rows) if rows.rows.len() <= MOST => {
                self.surroundings.tables.insert(key, rows);
            }
            _ => {
                self.surroundings.tables.remove(&key);
            }
        }
    }

    /// What statements that have passed did to rows.
    /// Tells whether it could be followed.
    pub(super) fn follow_rows(&mut self, actions: &[&Action]) -> bool {
        let mut is_known = true;
        for action in actions {
            if let Action::Rows(change) = action {
                let Some(before) = self.rows_of(&change.table) else {
                    continue;
                };
                let rows = self.changed_rows(change, before);
                is_known &= rows.is_some();
                self.keep(&change.table, rows);
            } else {
                self.follow_shape(action);
            }
        }
        self.forget_tables_that_are_gone();
        is_known
    }

    pub(super) fn changed_rows(&self, change: &RowChange, before: &Table) -> Option<Table> {
        let table = before.clone();
        match change.operation {
            RowOperation::Insert => Insertion::new(self, change, &table).rows(),
            RowOperation::Update => Some(self.updated(change, table)),
            RowOperation::Delete => self.without_deleted(change, table),
            RowOperation::Truncate => Some(Table {
                rows: Vec::new(),
                ..table
            }),
            RowOperation::Copy => None,
        }
    }

    /// How many rows the statement will change, where that is known: none where there are none.
    pub(super) fn row_count(&self, actions: &[&Action]) -> Option<usize> {
        let [Action::Rows(change)] = actions else {
            return None;
        };
        let followed = self.rows_of(&change.table).map(|table| table.rows.len());
        let is_empty = || {
            let table = self.catalog.table(&change.table)?;
            (table.rows == Rows::Empty).then_some(0)
        };
        match change.operation {
            RowOperation::Insert if change.statement.to_uppercase().contains("ON CONFLICT") => None,
            RowOperation::Insert => Some(change.values.len()).filter(|count| *count > 0),
            RowOperation::Update | RowOperation::Delete => {
                let matched = self.matched(change, followed.or_else(is_empty)?);
                let is_known = !matched.iter().any(Datum::is_unknown);
                let hits = matched.iter().filter(|one| **one == Datum::Bool(true));
                is_known.then(|| hits.count())
            }
            RowOperation::Truncate | RowOperation::Copy => None,
        }
    }

    fn updated(&self, change: &RowChange, mut table: Table) -> Table {
        let matched = self.matched(change, table.rows.len());
        let values = change.values.first().map(Vec::as_slice).unwrap_or_default();
        let mut cells = Vec::new();
        for (position, column) in change.columns.iter().enumerate() {
            let name = column.as_str();
            let Some(index) = table.columns.iter().position(|known| &**known == name) else {
                continue;
            };
            let value = values.get(position).map_or("", String::as_str);
            cells.push((index, self.each(&change.table, value, table.rows.len())));
        }
        for (number, row) in table.rows.iter_mut().enumerate() {
            for (index, new) in &cells {
                row[*index] = match &matched[number] {
                    Datum::Bool(true) => new[number].clone(),
                    Datum::Unknown(reason) => Datum::Unknown(reason.clone()),
                    _ => continue,
                };
            }
        }
        table
    }

    fn without_deleted(&self, change: &RowChange, mut table: Table) -> Option<Table> {
        let matched = self.matched(change, table.rows.len());
        if matched.iter().any(Datum::is_unknown) {
            return None;
        }
        let mut matched = matched.into_iter();
        table
            .rows
            .retain(|_| matched.next() != Some(Datum::Bool(true)));
        Some(table)
    }

    /// Whether the condition takes each row.
    fn matched(&self, change: &RowChange, count: usize) -> Vec<Datum> {
        match &change.condition {
            None => vec![Datum::Bool(true); count],
            Some(condition) => self.each(&change.table, condition, count),
        }
    }

    /// The value of an expression for each row of a table.
    fn each(&self, table: &ObjectName, expression: &str, count: usize) -> Vec<Datum> {
        let question = format!("SELECT {expression} FROM {}", quoted_name(table));
        let rows = self.asked(&question).filter(|rows| rows.len() == count);
        let first = |mut row: Vec<Datum>| match row.is_empty() {
            true => Datum::unknown(expression),
            false => row.swap_remove(0),
        };
        match rows {
            Some(rows) => rows.into_iter().map(first).collect(),
            None => vec![Datum::unknown(expression); count],
        }
    }

    /// The rows that a query gives, where the model can tell.
    pub(super) fn asked(&self, question: &str) -> Option<Vec<Vec<Datum>>> {
        let template = crate::model::Template::from_text(question);
        let reading = sql::read(&template, crate::model::Dialect::Postgres);
        let Nature::Query(query) = &reading.statements.first()?.nature else {
            return None;
        };
        match self.rows(query) {
            Ok(Answer::Rows(table)) => Some(table.rows),
            _ => None,
        }
    }

    /// Columns and names of followed tables change with the tables.
    fn follow_shape(&mut self, action: &Action) {
        if let Action::AddColumn { table, column, .. } = action {
            self.add_cells(table, &column.name);
        } else if let Action::DropColumn { table, column, .. } = action {
            self.change_shape(table, |rows| {
                if let Some(index) = position(rows, column) {
                    rows.columns.remove(index);
                    rows.rows.iter_mut().for_each(|row| drop(row.remove(index)));
                }
            });
        } else if let Action::RenameColumn {
            table,
            column,
            new_name,
        } = action
        {
            self.change_shape(table, |rows| {
                if let Some(index) = position(rows, column) {
                    rows.columns[index] = new_name.as_str().into();
                }
            });
        } else if let Action::RenameTable {
            table, new_name, ..
        } = action
            && let Some(rows) = self.surroundings.tables.remove(&key(table))
        {
            let mut renamed = table.clone();
            renamed.name = new_name.clone();
            self.keep(&renamed, Some(rows));
        } else if let Action::AlterColumnType { table, column, .. } = action {
            // The conversion may write the values in another way.
            self.change_shape(table, |rows| {
                if let Some(index) = position(rows, column) {
                    for row in &mut rows.rows {
                        if !matches!(row[index], Datum::Null | Datum::Text(_)) {
                            row[index] = Datum::unknown("a converted value");
                        }
                    }
                }
            });
        }
    }

    fn add_cells(&mut self, table: &ObjectName, column: &Identifier) {
        let known = self
            .rows_of(table)
            .map(|rows| position(rows, column).is_some());
        if known != Some(false) {
            return;
        }
        let default = self.default_of(table, column);
        self.change_shape(table, |rows| {
            rows.columns.push(column.as_str().into());
            rows.rows
                .iter_mut()
                .for_each(|row| row.push(default.clone()));
        });
    }

    /// What a column holds where a statement does not name it.
    pub(super) fn default_of(&self, table: &ObjectName, column: &Identifier) -> Datum {
        let found = self.catalog.table(table);
        let found = found.and_then(|table| {
            let mut columns = table.columns.iter();
            columns.find(|known| known.name == *column)
        });
        match found {
            Some(column) if column.generated.is_some() || column.identity.is_some() => {
                Datum::unknown("a generated value")
            }
            Some(column) => match &column.default {
                None => Datum::Null,
                Some(default) => self.value_of(default),
            },
            None => Datum::unknown("a column that is not known"),
        }
    }

    /// The value of an expression without rows.
    pub(super) fn value_of(&self, expression: &str) -> Datum {
        let rows = self.asked(&format!("SELECT {expression}"));
        let value = rows.and_then(|rows| rows.into_iter().next()?.into_iter().next());
        value.unwrap_or_else(|| Datum::unknown(expression))
    }

    fn change_shape(&mut self, table: &ObjectName, change: impl FnOnce(&mut Table)) {
        if let Some(mut rows) = self.surroundings.tables.remove(&key(table)) {
            change(&mut rows);
            self.keep(table, Some(rows));
        }
    }

    fn forget_tables_that_are_gone(&mut self) {
        let version_table = self.version_table.as_ref().map(key);
        let catalog = &self.catalog;
        self.surroundings.tables.retain(|name, rows| {
            rows.rows.is_empty() && Some(name) == version_table.as_ref()
                || catalog.relation(&ObjectName::from_sql(name)).is_some()
        });
    }
}

pub(super) fn position(rows: &Table, column: &Identifier) -> Option<usize> {
    let name = column.as_str();
    rows.columns.iter().position(|known| &**known == name)
}

/// How a table stands among the surroundings: `public` goes without saying.
pub(super) fn key(table: &ObjectName) -> String {
    let name = table.to_string();
    name.strip_prefix("public.").unwrap_or(&name).to_owned()
}
