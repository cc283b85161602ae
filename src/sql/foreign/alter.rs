//! ALTER TABLE of MySQL and SQLite.

use sqlparser::ast::{self, AlterColumnOperation, AlterTableOperation, RenameTableNameKind};

use crate::model::{Action, AlterColumnType, Guard, GuardKind, Identifier, ObjectName};
use crate::sql::lower::Lowered;

use super::Foreign;

impl Foreign<'_> {
    pub(super) fn alter_table(&self, alter: &ast::AlterTable) -> Lowered {
        let table = self.object_name(&alter.name);
        let table_guard = alter
            .if_exists
            .then(|| self.guard(GuardKind::IfExists, "IF EXISTS"));
        let mut effects = Vec::new();
        for operation in &alter.operations {
            for (action, guard) in self.operation(&table, operation, alter.if_exists) {
                let mut effect = self.effect(action);
                effect.guards.extend(table_guard.clone());
                effect.guards.extend(guard);
                effects.push(effect);
            }
        }
        Lowered::change(effects)
    }

    fn operation(
        &self,
        table: &ObjectName,
        operation: &AlterTableOperation,
        if_table_exists: bool,
    ) -> Vec<(Action, Option<Guard>)> {
        let name = |name: &ast::Ident| self.identifier(name);
        let table = table.clone();
        let action = match operation {
            AlterTableOperation::AddColumn {
                if_not_exists,
                column_def,
                ..
            } => {
                let (column, constraints) = self.column(column_def);
                let guard =
                    if_not_exists.then(|| self.guard(GuardKind::IfNotExists, "IF NOT EXISTS"));
                let action = Action::AddColumn {
                    table,
                    column: Box::new(column),
                    constraints,
                    if_not_exists: *if_not_exists,
                    if_table_exists,
                };
                return vec![(action, guard)];
            }
            AlterTableOperation::DropColumn {
                column_names,
                if_exists,
                drop_behavior,
                ..
            } => {
                let drop = |column: &ast::Ident| Action::DropColumn {
                    table: table.clone(),
                    column: name(column),
                    if_exists: *if_exists,
                    cascade: matches!(drop_behavior, Some(ast::DropBehavior::Cascade)),
                    if_table_exists,
                };
                let guard = if_exists.then(|| self.guard(GuardKind::IfExists, "IF EXISTS"));
                return column_names
                    .iter()
                    .map(|column| (drop(column), guard.clone()))
                    .collect();
            }
            AlterTableOperation::RenameColumn {
                old_column_name,
                new_column_name,
            } => Action::RenameColumn {
                table,
                column: name(old_column_name),
                new_name: name(new_column_name),
            },
            AlterTableOperation::RenameTable { table_name } => Action::RenameTable {
                table,
                new_name: match table_name {
                    RenameTableNameKind::As(new) | RenameTableNameKind::To(new) => {
                        self.object_name(new).name
                    }
                },
                if_exists: if_table_exists,
            },
            AlterTableOperation::ModifyColumn {
                col_name,
                data_type,
                ..
            } => self.new_type(table, name(col_name), data_type),
            AlterTableOperation::ChangeColumn {
                old_name,
                new_name,
                data_type,
                ..
            } => return self.change_column(table, name(old_name), name(new_name), data_type),
            AlterTableOperation::AlterColumn { column_name, op } => {
                self.alter_column(table, name(column_name), op)
            }
            other => self.constraint_operation(table, other),
        };
        vec![(action, None)]
    }

    /// `CHANGE old new type`: a new type, and a new name where it differs.
    fn change_column(
        &self,
        table: ObjectName,
        old: Identifier,
        new: Identifier,
        data_type: &ast::DataType,
    ) -> Vec<(Action, Option<Guard>)> {
        let mut actions = Vec::new();
        if old != new {
            let rename = Action::RenameColumn {
                table: table.clone(),
                column: old,
                new_name: new.clone(),
            };
            actions.push((rename, None));
        }
        actions.push((self.new_type(table, new, data_type), None));
        actions
    }

    fn constraint_operation(&self, table: ObjectName, operation: &AlterTableOperation) -> Action {
        match operation {
            AlterTableOperation::AddConstraint { constraint, .. } => {
                match self.constraint(constraint) {
                    Some(constraint) => Action::AddConstraint {
                        table,
                        constraint: Box::new(constraint),
                    },
                    None => self.unknown(table),
                }
            }
            AlterTableOperation::DropConstraint {
                if_exists, name, ..
            } => Action::DropConstraint {
                table,
                constraint: self.identifier(name),
                if_exists: *if_exists,
                cascade: false,
            },
            AlterTableOperation::DropForeignKey { name, .. } => Action::DropConstraint {
                table,
                constraint: self.identifier(name),
                if_exists: false,
                cascade: false,
            },
            AlterTableOperation::DropIndex { name } => Action::DropIndex {
                index: ObjectName::new(self.identifier(name)),
                if_exists: false,
                cascade: false,
                concurrently: false,
            },
            _ => self.unknown(table),
        }
    }

    fn unknown(&self, table: ObjectName) -> Action {
        Action::UnknownStatement {
            object: table.to_string(),
            statement: self.passage.all_written(),
        }
    }

    fn new_type(&self, table: ObjectName, column: Identifier, data_type: &ast::DataType) -> Action {
        Action::AlterColumnType {
            table,
            column,
            change: AlterColumnType {
                data_type: self.data_type(data_type),
                using: None,
                collation: None,
            },
        }
    }

    fn alter_column(
        &self,
        table: ObjectName,
        column: Identifier,
        operation: &AlterColumnOperation,
    ) -> Action {
        match operation {
            AlterColumnOperation::SetNotNull => Action::SetNotNull { table, column },
            AlterColumnOperation::DropNotNull => Action::DropNotNull { table, column },
            AlterColumnOperation::SetDefault { value } => Action::SetDefault {
                table,
                column,
                expression: self.shown(&value.to_string()),
            },
            AlterColumnOperation::DropDefault => Action::DropDefault { table, column },
            AlterColumnOperation::SetDataType { data_type, .. } => {
                self.new_type(table, column, data_type)
            }
            AlterColumnOperation::AddGenerated { .. } => self.unknown(table),
        }
    }
}
