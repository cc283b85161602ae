//! Actions: an operation together with everything needed to carry it out.

use serde::{Deserialize, Serialize};

use super::{
    AlterColumnType, ColumnDefinition, ConstraintDefinition, DataType, FunctionDefinition,
    Identifier, IndexDefinition, ObjectName, Operation, PolicyDefinition, RowChange, RowOperation,
    SequenceDefinition, TableDefinition, TriggerDefinition, ViewDefinition,
};

/// A thing done outside the database, or through something that does it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Outside {
    /// A path, a URL, a revision: what the report shows as the object.
    pub target: String,
    /// The command, the method or the text, as far as known.
    pub detail: String,
}

/// A sink that could not be read, or a statement that no grammar took.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Opaque {
    /// The expression's or statement's text.
    pub text: String,
    pub reason: String,
}

/// What a statement does to one object. Names are folded; expressions are as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    CreateTable {
        table: ObjectName,
        definition: Box<TableDefinition>,
        if_not_exists: bool,
    },
    DropTable {
        table: ObjectName,
        if_exists: bool,
        cascade: bool,
    },
    RenameTable {
        table: ObjectName,
        new_name: Identifier,
        if_exists: bool,
    },
    CreateTableAs {
        table: ObjectName,
        query: String,
        if_not_exists: bool,
        temporary: bool,
    },
    AddColumn {
        table: ObjectName,
        column: Box<ColumnDefinition>,
        /// Constraints written beside the column.
        constraints: Vec<ConstraintDefinition>,
        if_not_exists: bool,
        /// `ALTER TABLE IF EXISTS`.
        if_table_exists: bool,
    },
    DropColumn {
        table: ObjectName,
        column: Identifier,
        if_exists: bool,
        cascade: bool,
        if_table_exists: bool,
    },
    RenameColumn {
        table: ObjectName,
        column: Identifier,
        new_name: Identifier,
    },
    AlterColumnType {
        table: ObjectName,
        column: Identifier,
        change: AlterColumnType,
    },
    SetNotNull {
        table: ObjectName,
        column: Identifier,
    },
    DropNotNull {
        table: ObjectName,
        column: Identifier,
    },
    SetDefault {
        table: ObjectName,
        column: Identifier,
        expression: String,
    },
    DropDefault {
        table: ObjectName,
        column: Identifier,
    },
    AddConstraint {
        table: ObjectName,
        constraint: Box<ConstraintDefinition>,
    },
    DropConstraint {
        table: ObjectName,
        constraint: Identifier,
        if_exists: bool,
        cascade: bool,
    },
    ValidateConstraint {
        table: ObjectName,
        constraint: Identifier,
    },
    RenameConstraint {
        table: ObjectName,
        constraint: Identifier,
        new_name: Identifier,
    },
    CreateIndex {
        /// `None`: PostgreSQL chooses the name (`ChooseIndexName`).
        index: Option<Identifier>,
        definition: Box<IndexDefinition>,
        if_not_exists: bool,
        concurrently: bool,
    },
    DropIndex {
        index: ObjectName,
        if_exists: bool,
        cascade: bool,
        concurrently: bool,
    },
    RenameIndex {
        index: ObjectName,
        new_name: Identifier,
        if_exists: bool,
    },
    CreateEnum {
        name: ObjectName,
        labels: Vec<String>,
    },
    AddEnumValue {
        name: ObjectName,
        label: String,
        before: Option<String>,
        after: Option<String>,
        if_not_exists: bool,
    },
    RenameEnumValue {
        name: ObjectName,
        label: String,
        new_label: String,
    },
    /// A composite, range, base or shell type: what stands after its name.
    CreateType {
        name: ObjectName,
        definition: String,
    },
    DropType {
        name: ObjectName,
        if_exists: bool,
        cascade: bool,
        is_domain: bool,
    },
    RenameType {
        name: ObjectName,
        new_name: Identifier,
    },
    CreateDomain {
        name: ObjectName,
        base: DataType,
        not_null: bool,
        default: Option<String>,
        checks: Vec<ConstraintDefinition>,
    },
    CreateSequence {
        name: ObjectName,
        definition: SequenceDefinition,
        if_not_exists: bool,
    },
    AlterSequence {
        name: ObjectName,
        definition: SequenceDefinition,
        if_exists: bool,
    },
    DropSequence {
        name: ObjectName,
        if_exists: bool,
        cascade: bool,
    },
    CreateView {
        name: ObjectName,
        definition: Box<ViewDefinition>,
        or_replace: bool,
    },
    CreateMaterializedView {
        name: ObjectName,
        definition: Box<ViewDefinition>,
        if_not_exists: bool,
    },
    DropView {
        name: ObjectName,
        materialized: bool,
        if_exists: bool,
        cascade: bool,
    },
    CreateFunction {
        name: ObjectName,
        definition: Box<FunctionDefinition>,
        or_replace: bool,
    },
    /// `argument_types` is `None` where the statement gives no parentheses.
    DropFunction {
        name: ObjectName,
        argument_types: Option<Vec<DataType>>,
        if_exists: bool,
        cascade: bool,
    },
    CreateTrigger {
        trigger: Identifier,
        definition: Box<TriggerDefinition>,
        or_replace: bool,
    },
    DropTrigger {
        table: ObjectName,
        trigger: Identifier,
        if_exists: bool,
    },
    CreatePolicy {
        policy: Identifier,
        definition: Box<PolicyDefinition>,
    },
    DropPolicy {
        table: ObjectName,
        policy: Identifier,
        if_exists: bool,
    },
    EnableRls {
        table: ObjectName,
    },
    DisableRls {
        table: ObjectName,
    },
    /// `force` is false for `NO FORCE`.
    ForceRls {
        table: ObjectName,
        force: bool,
    },
    CreateSchema {
        name: Identifier,
        if_not_exists: bool,
    },
    DropSchema {
        name: Identifier,
        if_exists: bool,
        cascade: bool,
    },
    CreateExtension {
        name: Identifier,
        if_not_exists: bool,
        schema: Option<Identifier>,
    },
    /// The statement as written; `object` is what the rights are on.
    Grant {
        object: String,
        statement: String,
    },
    Revoke {
        object: String,
        statement: String,
    },
    /// `object_kind` is `table`, `column`, `constraint` ... ; `text` is `None` for `IS NULL`.
    Comment {
        object_kind: String,
        object: String,
        text: Option<String>,
    },
    SetOwner {
        object: String,
        owner: Identifier,
    },
    AttachPartition {
        table: ObjectName,
        partition: ObjectName,
        bounds: String,
    },
    DetachPartition {
        table: ObjectName,
        partition: ObjectName,
    },
    Rows(Box<RowChange>),
    /// A write to a version table, or a tool's own stamp.
    Stamp(Outside),
    RunMigrations(Outside),
    RunScript(Outside),
    RunSqlFile(Outside),
    CallEndpoint(Outside),
    WriteMigration(Outside),
    WriteSqlFile(Outside),
    WriteSource(Outside),
    /// A statement that PostgreSQL's grammar takes and that changes something this list does not
    /// name; `object` may be empty.
    UnknownStatement {
        object: String,
        statement: String,
    },
    Opaque(Opaque),
}

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
            Self::AlterSequence { .. } => Operation::AlterSequence,
            Self::DropSequence { .. } => Operation::DropSequence,
            Self::CreateView { .. } => Operation::CreateView,
            Self::CreateMaterializedView { .. } => Operation::CreateMaterializedView,
            Self::DropView { .. } => Operation::DropView,
            Self::CreateFunction { .. } => Operation::CreateFunction,
            Self::DropFunction { .. } => Operation::DropFunction,
            Self::CreateTrigger { .. } => Operation::CreateTrigger,
            Self::DropTrigger { .. } => Operation::DropTrigger,
            Self::CreatePolicy { .. } => Operation::CreatePolicy,
            Self::DropPolicy { .. } => Operation::DropPolicy,
            Self::EnableRls { .. } => Operation::EnableRls,
            Self::DisableRls { .. } => Operation::DisableRls,
            Self::ForceRls { .. } => Operation::ForceRls,
            Self::CreateSchema { .. } => Operation::CreateSchema,
            Self::DropSchema { .. } => Operation::DropSchema,
            Self::CreateExtension { .. } => Operation::CreateExtension,
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
            | Self::DropDefault { table, column } => table.part(column.as_str()),
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
            Self::RenameType { name, new_name } => format!("{name}->{new_name}"),
            Self::CreateTrigger {
                trigger,
                definition,
                ..
            } => definition.table.part(trigger.as_str()),
            Self::DropTrigger { table, trigger, .. } => table.part(trigger.as_str()),
            Self::CreatePolicy { policy, definition } => definition.table.part(policy.as_str()),
            Self::DropPolicy { table, policy, .. } => table.part(policy.as_str()),
            Self::CreateSchema { name, .. }
            | Self::DropSchema { name, .. }
            | Self::CreateExtension { name, .. } => name.to_string(),
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
