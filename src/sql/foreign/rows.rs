//! INSERT, UPDATE, DELETE and TRUNCATE of MySQL and SQLite.

use sqlparser::ast::{
    self, AssignmentTarget, FromTable, OnInsert, SetExpr, TableFactor, TableObject,
};

use crate::model::{GuardKind, Identifier, ObjectName, RowChange, RowOperation};
use crate::sql::lower::Lowered;
use crate::sql::reading::ReadEffect;
use crate::sql::version_table::rows_or_stamp;

use super::Foreign;

impl Foreign<'_> {
    fn rows(&self, operation: RowOperation, table: ObjectName) -> RowChange {
        RowChange {
            operation,
            table,
            columns: Vec::new(),
            values: Vec::new(),
            condition: None,
            cascade: false,
            statement: self.passage.all_written(),
        }
    }

    fn row_effect(&self, change: RowChange) -> ReadEffect {
        self.effect(rows_or_stamp(change))
    }

    pub(super) fn insert(&self, insert: &ast::Insert) -> Lowered {
        let table = match &insert.table {
            TableObject::TableName(name) => self.object_name(name),
            TableObject::TableFunction(_) | TableObject::TableQuery(_) => ObjectName::default(),
        };
        let mut change = self.rows(RowOperation::Insert, table);
        change.columns = insert
            .columns
            .iter()
            .map(|name| self.object_name(name).name)
            .collect();
        if let Some(SetExpr::Values(values)) = insert.source.as_ref().map(|query| &*query.body) {
            let texts = values.rows.iter().map(|row| {
                row.iter()
                    .map(|value| self.shown(&value.to_string()))
                    .collect()
            });
            change.values = texts.collect();
        }
        let (columns, row) = self.assignments(&insert.assignments);
        if !columns.is_empty() {
            change.columns = columns;
            change.values = vec![row];
        }
        let conflict = match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(_)) => Some("ON DUPLICATE KEY UPDATE"),
            Some(_) => Some("ON CONFLICT"),
            None if insert.ignore => Some("INSERT IGNORE"),
            None if insert.replace_into => Some("REPLACE INTO"),
            None if insert.or.is_some() => Some("INSERT OR"),
            None => None,
        };
        let mut effect = self.row_effect(change);
        effect
            .guards
            .extend(conflict.map(|text| self.guard(GuardKind::OnConflict, text)));
        Lowered::change(vec![effect])
    }

    fn assignments(&self, assignments: &[ast::Assignment]) -> (Vec<Identifier>, Vec<String>) {
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for assignment in assignments {
            let value = self.shown(&assignment.value.to_string());
            match &assignment.target {
                AssignmentTarget::ColumnName(name) => {
                    columns.push(self.object_name(name).name);
                    values.push(value);
                }
                AssignmentTarget::Tuple(names) => {
                    for name in names {
                        columns.push(self.object_name(name).name);
                        values.push(value.clone());
                    }
                }
            }
        }
        (columns, values)
    }

    fn table_of(&self, table: &ast::TableWithJoins) -> ObjectName {
        match &table.relation {
            TableFactor::Table { name, .. } => self.object_name(name),
            _ => ObjectName::default(),
        }
    }

    pub(super) fn update(&self, update: &ast::Update) -> Lowered {
        let mut change = self.rows(RowOperation::Update, self.table_of(&update.table));
        let (columns, row) = self.assignments(&update.assignments);
        change.columns = columns;
        change.values = vec![row];
        change.condition = update
            .selection
            .as_ref()
            .map(|filter| self.shown(&filter.to_string()));
        Lowered::change(vec![self.row_effect(change)])
    }

    pub(super) fn delete(&self, delete: &ast::Delete) -> Lowered {
        let from = match &delete.from {
            FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables) => tables,
        };
        let table = from.first().map(|table| self.table_of(table));
        let mut change = self.rows(RowOperation::Delete, table.unwrap_or_default());
        change.condition = delete
            .selection
            .as_ref()
            .map(|filter| self.shown(&filter.to_string()));
        Lowered::change(vec![self.row_effect(change)])
    }

    pub(super) fn truncate(&self, truncate: &ast::Truncate) -> Lowered {
        let effects = truncate.table_names.iter().map(|target| {
            self.row_effect(self.rows(RowOperation::Truncate, self.object_name(&target.name)))
        });
        Lowered::change(effects.collect())
    }
}
