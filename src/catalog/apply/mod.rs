//! What each action does to a catalog, or the error with which PostgreSQL 15 refuses it.

mod column_attributes;
mod column_type;
mod columns;
mod comments;
mod conflict_target;
mod constraints;
mod create_table;
mod enums;
mod foreign_keys;
mod functions;
mod grant_text;
mod identity;
mod indexes;
mod inheritance;
mod keys;
mod names;
mod rights;
mod rows;
mod schemas;
mod sequences;
mod statement;
mod tables;
mod triggers;
mod types;
mod unknown;
mod values;
mod views;

pub(in crate::catalog) use column_type::{is_untyped, target_name};
pub(in crate::catalog) use columns::columns_of;

use super::{Applied, Catalog};
use crate::model::{Action, SqlError};

impl Catalog {
    /// Applies one action, or leaves the catalog as it was and says why, as the server would.
    /// Outside a transaction it commits by itself. For a statement of several actions, see
    /// `apply_statement`.
    ///
    /// # Errors
    /// The SQLSTATE and message that PostgreSQL 15 answers with.
    pub fn apply(&mut self, action: &Action) -> Result<Applied, SqlError> {
        self.atomically(|catalog| catalog.dispatch(action))
    }

    /// Runs `change`; takes it back if it fails, and commits it if no transaction is open.
    fn atomically<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        let alone = !self.in_transaction();
        let mark = self.mark();
        let outcome = change(self);
        if outcome.is_err() {
            self.rewind(mark);
        }
        if alone {
            self.commit();
        }
        outcome
    }

    fn dispatch(&mut self, action: &Action) -> Result<Applied, SqlError> {
        match action {
            Action::CreateTable {
                table,
                definition,
                if_not_exists,
            } => self.create_table(table, definition, *if_not_exists),
            Action::DropTable {
                table,
                if_exists,
                cascade,
            } => self.drop_relation(table, "table", *if_exists, *cascade),
            Action::RenameTable {
                table,
                new_name,
                if_exists,
            } => self.rename_table(table, new_name, *if_exists),
            Action::CreateTableAs {
                table,
                query,
                if_not_exists,
                temporary,
            } => self.create_table_as(table, query, *if_not_exists, *temporary),
            Action::AddColumn {
                table,
                column,
                constraints,
                if_not_exists,
                if_table_exists,
            } => self.add_column(table, column, constraints, *if_not_exists, *if_table_exists),
            Action::DropColumn {
                table,
                column,
                if_exists,
                cascade,
                if_table_exists,
            } => self.drop_column(table, column, *if_exists, *cascade, *if_table_exists),
            Action::RenameColumn {
                table,
                column,
                new_name,
            } => self.rename_column(table, column, new_name),
            Action::AlterColumnType {
                table,
                column,
                change,
            } => self.alter_column_type(table, column, change),
            Action::SetNotNull { table, column } => self.set_not_null(table, column),
            Action::DropNotNull { table, column } => self.drop_not_null(table, column),
            Action::SetDefault {
                table,
                column,
                expression,
            } => self.set_default(table, column, Some(expression)),
            Action::DropDefault { table, column } => self.set_default(table, column, None),
            Action::SetIdentity {
                table,
                column,
                identity,
            } => self.set_identity(table, column, identity),
            Action::DropIdentity {
                table,
                column,
                if_exists,
            } => self.drop_identity(table, column, *if_exists),
            Action::AddConstraint { table, constraint } => self.add_constraint(table, constraint),
            Action::DropConstraint {
                table,
                constraint,
                if_exists,
                cascade,
            } => self.drop_constraint(table, constraint, *if_exists, *cascade),
            Action::ValidateConstraint { table, constraint } => {
                self.validate_constraint(table, constraint)
            }
            Action::RenameConstraint {
                table,
                constraint,
                new_name,
            } => self.rename_constraint(table, constraint, new_name),
            Action::CreateIndex {
                index,
                definition,
                if_not_exists,
                concurrently,
            } => self.create_index(index.as_ref(), definition, *if_not_exists, *concurrently),
            Action::DropIndex {
                index,
                if_exists,
                cascade,
                concurrently,
            } => self.drop_index(index, *if_exists, *cascade, *concurrently),
            Action::RenameIndex {
                index,
                new_name,
                if_exists,
            } => self.rename_index(index, new_name, *if_exists),
            Action::CreateEnum { name, labels } => self.create_enum(name, labels),
            Action::AddEnumValue {
                name,
                label,
                before,
                after,
                if_not_exists,
            } => self.add_enum_value(name, label, before.as_ref(), after.as_ref(), *if_not_exists),
            Action::RenameEnumValue {
                name,
                label,
                new_label,
            } => self.rename_enum_value(name, label, new_label),
            Action::CreateType { name, definition } => self.create_type(name, definition),
            Action::DropType {
                name,
                if_exists,
                cascade,
                is_domain,
            } => self.drop_type(name, *if_exists, *cascade, *is_domain),
            Action::RenameType { name, new_name } => self.rename_type(name, new_name),
            Action::CreateDomain {
                name,
                base,
                not_null,
                default,
                checks,
            } => self.create_domain(name, base, *not_null, default.as_ref(), checks),
            Action::CreateSequence {
                name,
                definition,
                if_not_exists,
            } => self.create_sequence(name, definition, *if_not_exists),
            Action::AlterSequence {
                name,
                definition,
                if_exists,
            } => self.alter_sequence(name, definition, *if_exists),
            Action::DropSequence {
                name,
                if_exists,
                cascade,
            } => self.drop_sequence(name, *if_exists, *cascade),
            Action::RenameSequence {
                name,
                new_name,
                if_exists,
            } => self.rename_relation(name, new_name, "sequence", *if_exists),
            Action::CreateView {
                name,
                definition,
                or_replace,
            } => self.create_view(name, definition, *or_replace),
            Action::CreateMaterializedView {
                name,
                definition,
                if_not_exists,
            } => self.create_materialized_view(name, definition, *if_not_exists),
            Action::RenameView {
                name,
                new_name,
                materialized,
                if_exists,
            } => {
                let kind = if *materialized {
                    "materialized view"
                } else {
                    "view"
                };
                self.rename_relation(name, new_name, kind, *if_exists)
            }
            Action::DropView {
                name,
                materialized,
                if_exists,
                cascade,
            } => {
                let kind = if *materialized {
                    "materialized view"
                } else {
                    "view"
                };
                self.drop_relation(name, kind, *if_exists, *cascade)
            }
            Action::CreateFunction {
                name,
                definition,
                or_replace,
            } => self.create_function(name, definition, *or_replace),
            Action::DropFunction {
                name,
                argument_types,
                if_exists,
                cascade,
            } => self.drop_function(name, argument_types.as_deref(), *if_exists, *cascade),
            Action::CreateTrigger {
                trigger,
                definition,
                or_replace,
            } => self.create_trigger(trigger, definition, *or_replace),
            Action::DropTrigger {
                table,
                trigger,
                if_exists,
            } => self.drop_trigger(table, trigger, *if_exists),
            Action::CreatePolicy { policy, definition } => self.create_policy(policy, definition),
            Action::AlterPolicy {
                table,
                policy,
                roles,
                using,
                with_check,
            } => self.alter_policy(
                table,
                policy,
                roles.as_deref(),
                using.as_ref(),
                with_check.as_ref(),
            ),
            Action::DropPolicy {
                table,
                policy,
                if_exists,
            } => self.drop_policy(table, policy, *if_exists),
            Action::EnableRls { table } => {
                self.set_row_security(table, "ENABLE ROW SECURITY", |found| {
                    found.row_security = true
                })
            }
            Action::DisableRls { table } => {
                self.set_row_security(table, "DISABLE ROW SECURITY", |found| {
                    found.row_security = false
                })
            }
            Action::ForceRls { table, force } => {
                let words = if *force {
                    "FORCE ROW SECURITY"
                } else {
                    "NO FORCE ROW SECURITY"
                };
                self.set_row_security(table, words, |found| found.force_row_security = *force)
            }
            Action::CreateSchema {
                name,
                if_not_exists,
            } => self.create_schema(name, *if_not_exists),
            Action::DropSchema {
                name,
                if_exists,
                cascade,
            } => self.drop_schema(name, *if_exists, *cascade),
            Action::CreateExtension {
                name,
                if_not_exists,
                schema,
            } => self.create_extension(name, *if_not_exists, schema.as_ref()),
            Action::DropExtension {
                name,
                if_exists,
                cascade,
            } => self.drop_extension(name, *if_exists, *cascade),
            Action::CreateRole { name, statement } => self.create_role(name, statement),
            Action::DropRole { name, if_exists } => self.drop_role(name, *if_exists),
            Action::RenameObject {
                object_kind,
                object,
                new_name,
            } => self.rename_object(object_kind, object, new_name),
            Action::SetSchema {
                object_kind,
                object,
                schema,
            } => self.set_schema(object_kind, object, schema),
            Action::Grant { statement, .. } => self.grant(statement),
            Action::Revoke { statement, .. } => self.revoke(statement),
            Action::Comment {
                object_kind,
                object,
                text,
            } => self.comment(object_kind, object, text.as_ref()),
            Action::SetOwner { object, owner } => self.set_owner(object, owner),
            Action::AttachPartition {
                table,
                partition,
                bounds,
            } => self.attach_partition(table, partition, bounds),
            Action::DetachPartition { table, partition } => self.detach_partition(table, partition),
            Action::Rows(change) => self.change_rows(change),
            Action::UnknownStatement { statement, .. } => self.unknown_statement(statement),
            Action::Stamp(_)
            | Action::RunMigrations(_)
            | Action::RunScript(_)
            | Action::RunSqlFile(_)
            | Action::CallEndpoint(_)
            | Action::WriteMigration(_)
            | Action::WriteSqlFile(_)
            | Action::WriteSource(_)
            | Action::Opaque(_) => Ok(Applied::Outside),
        }
    }
}
