//! What an action is called and which object it is about.

use super::{Action, Operation, RowOperation};

impl Action {
    pub fn operation(&self) -> Operation {
        match self {
            Self::CreateTable { .. } => Operation::CreateTable,
            Self::DropTable { .. } => Operation::DropTable,
            Self::RenameTable { .. } => Operation::RenameTable,
            Self::CreateTableAs { .. } => Operation::CreateTableAs,
            Self::AddColumn { .. } => Operation::AddColumn,
            Self::DropColumn { .. } => Operation::DropColumn,
            Self::RenameColumn { .. } => Operation::RenameColumn,
            Self::AlterColumnType { .. } => Operation::AlterColumnType,
            Self::SetNotNull { .. } => Operation::SetNotNull,
            Self::DropNotNull { .. } => Operation::DropNotNull,
            Self::SetDefault { .. } => Operation::SetDefault,
            Self::DropDefault { .. } => Operation::DropDefault,
            Self::SetIdentity { .. } => Operation::SetIdentity,
            Self::DropIdentity { .. } => Operation::DropIdentity,
            Self::AddConstraint { .. } => Operation::AddConstraint,
            Self::DropConstraint { .. } => Operation::DropConstraint,
            Self::ValidateConstraint { .. } => Operation::ValidateConstraint,
            Self::RenameConstraint { .. } => Operation::RenameConstraint,
            Self::CreateIndex { .. } => Operation::CreateIndex,
            Self::DropIndex { .. } => Operation::DropIndex,
            Self::RenameIndex { .. } => Operation::RenameIndex,
            Self::CreateEnum { .. } => Operation::CreateEnum,
            Self::AddEnumValue { .. } => Operation::AddEnumValue,
            Self::RenameEnumValue { .. } => Operation::RenameEnumValue,
            Self::CreateType { .. } => Operation::CreateType,
            Self::DropType { .. } => Operation::DropType,
            Self::RenameType { .. } => Operation::RenameType,
            Self::CreateDomain { .. } => Operation::CreateDomain,
            Self::CreateSequence { .. } => Operation::CreateSequence,
            Self::RenameSequence { .. } => Operation::RenameSequence,
            Self::AlterSequence { .. } => Operation::AlterSequence,
            Self::DropSequence { .. } => Operation::DropSequence,
            Self::CreateView { .. } => Operation::CreateView,
            Self::CreateMaterializedView { .. } => Operation::CreateMaterializedView,
            Self::RenameView { .. } => Operation::RenameView,
            Self::DropView { .. } => Operation::DropView,
            Self::CreateFunction { .. } => Operation::CreateFunction,
            Self::DropFunction { .. } => Operation::DropFunction,
            Self::CreateTrigger { .. } => Operation::CreateTrigger,
            Self::DropTrigger { .. } => Operation::DropTrigger,
            Self::CreatePolicy { .. } => Operation::CreatePolicy,
            Self::AlterPolicy { .. } => Operation::AlterPolicy,
            Self::DropPolicy { .. } => Operation::DropPolicy,
            Self::EnableRls { .. } => Operation::EnableRls,
            Self::DisableRls { .. } => Operation::DisableRls,
            Self::ForceRls { .. } => Operation::ForceRls,
            Self::CreateSchema { .. } => Operation::CreateSchema,
            Self::DropSchema { .. } => Operation::DropSchema,
            Self::CreateExtension { .. } => Operation::CreateExtension,
            Self::DropExtension { .. } => Operation::DropExtension,
            Self::CreateRole { .. } => Operation::CreateRole,
            Self::DropRole { .. } => Operation::DropRole,
            Self::RenameObject { .. } => Operation::RenameObject,
            Self::SetSchema { .. } => Operation::SetSchema,
            Self::Grant { .. } => Operation::Grant,
            Self::Revoke { .. } => Operation::Revoke,
            Self::Comment { .. } => Operation::Comment,
            Self::SetOwner { .. } => Operation::SetOwner,
            Self::AttachPartition { .. } => Operation::AttachPartition,
            Self::DetachPartition { .. } => Operation::DetachPartition,
            Self::Rows(change) => match change.operation {
                RowOperation::Insert => Operation::Insert,
                RowOperation::Update => Operation::Update,
                RowOperation::Delete => Operation::Delete,
                RowOperation::Truncate => Operation::Truncate,
                RowOperation::Copy => Operation::Copy,
            },
            Self::Stamp(_) => Operation::Stamp,
            Self::RunMigrations(_) => Operation::RunMigrations,
            Self::RunScript(_) => Operation::RunScript,
            Self::RunSqlFile(_) => Operation::RunSqlFile,
            Self::CallEndpoint(_) => Operation::CallEndpoint,
            Self::WriteMigration(_) => Operation::WriteMigration,
            Self::WriteSqlFile(_) => Operation::WriteSqlFile,
            Self::WriteSource(_) => Operation::WriteSource,
            Self::UnknownStatement { .. } => Operation::UnknownStatement,
            Self::Opaque(_) => Operation::Opaque,
        }
    }

    /// The object's name in the house's spelling (see the design's words): `users`,
    /// `users.email`, `userrole.super_admin`, `old->new`.
    pub fn object(&self) -> String {
        match self {
            Self::CreateTable { table, .. }
            | Self::DropTable { table, .. }
            | Self::CreateTableAs { table, .. }
            | Self::EnableRls { table }
            | Self::DisableRls { table }
            | Self::ForceRls { table, .. } => table.to_string(),
            Self::RenameTable {
                table, new_name, ..
            } => format!("{table}->{new_name}"),
            Self::AddColumn { table, column, .. } => table.part(column.name.as_str()),
            Self::DropColumn { table, column, .. }
            | Self::AlterColumnType { table, column, .. }
            | Self::SetNotNull { table, column }
            | Self::DropNotNull { table, column }
            | Self::SetDefault { table, column, .. }
            | Self::DropDefault { table, column }
            | Self::SetIdentity { table, column, .. }
            | Self::DropIdentity { table, column, .. } => table.part(column.as_str()),
            Self::RenameColumn {
                table,
                column,
                new_name,
            } => format!("{table}.{column}->{new_name}"),
            Self::AddConstraint { table, constraint } => match &constraint.name {
                Some(name) => table.part(name.as_str()),
                None => table.to_string(),
            },
            Self::DropConstraint {
                table, constraint, ..
            }
            | Self::ValidateConstraint { table, constraint } => table.part(constraint.as_str()),
            Self::RenameConstraint {
                table,
                constraint,
                new_name,
            } => {
                format!("{table}.{constraint}->{new_name}")
            }
            Self::CreateIndex {
                index, definition, ..
            } => match index {
                Some(name) => name.to_string(),
                None => definition.table.to_string(),
            },
            Self::DropIndex { index, .. } => index.to_string(),
            Self::RenameIndex {
                index, new_name, ..
            } => format!("{index}->{new_name}"),
            Self::CreateEnum { name, .. }
            | Self::CreateType { name, .. }
            | Self::DropType { name, .. }
            | Self::CreateDomain { name, .. }
            | Self::CreateSequence { name, .. }
            | Self::AlterSequence { name, .. }
            | Self::DropSequence { name, .. }
            | Self::CreateView { name, .. }
            | Self::CreateMaterializedView { name, .. }
            | Self::DropView { name, .. }
            | Self::CreateFunction { name, .. }
            | Self::DropFunction { name, .. } => name.to_string(),
            Self::AddEnumValue { name, label, .. } => name.part(label),
            Self::RenameEnumValue {
                name,
                label,
                new_label,
            } => format!("{name}.{label}->{new_label}"),
            Self::RenameType { name, new_name }
            | Self::RenameSequence { name, new_name, .. }
            | Self::RenameView { name, new_name, .. } => format!("{name}->{new_name}"),
            Self::RenameObject {
                object, new_name, ..
            } => format!("{object}->{new_name}"),
            Self::SetSchema { object, .. } => object.to_string(),
            Self::CreateTrigger {
                trigger,
                definition,
                ..
            } => definition.table.part(trigger.as_str()),
            Self::DropTrigger { table, trigger, .. } => table.part(trigger.as_str()),
            Self::CreatePolicy { policy, definition } => definition.table.part(policy.as_str()),
            Self::AlterPolicy { table, policy, .. } | Self::DropPolicy { table, policy, .. } => {
                table.part(policy.as_str())
            }
            Self::CreateSchema { name, .. }
            | Self::DropSchema { name, .. }
            | Self::CreateExtension { name, .. }
            | Self::DropExtension { name, .. }
            | Self::CreateRole { name, .. }
            | Self::DropRole { name, .. } => name.to_string(),
            Self::Grant { object, .. }
            | Self::Revoke { object, .. }
            | Self::Comment { object, .. }
            | Self::SetOwner { object, .. }
            | Self::UnknownStatement { object, .. } => object.clone(),
            Self::AttachPartition { partition, .. } | Self::DetachPartition { partition, .. } => {
                partition.to_string()
            }
            Self::Rows(change) => change.table.to_string(),
            Self::Stamp(outside)
            | Self::RunMigrations(outside)
            | Self::RunScript(outside)
            | Self::RunSqlFile(outside)
            | Self::CallEndpoint(outside)
            | Self::WriteMigration(outside)
            | Self::WriteSqlFile(outside)
            | Self::WriteSource(outside) => outside.target.clone(),
            Self::Opaque(_) => String::new(),
        }
    }
}
