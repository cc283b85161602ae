//! Actions: an operation together with everything needed to carry it out.

use serde::{Deserialize, Serialize};

use super::{
    AlterColumnType, ColumnDefinition, ConstraintDefinition, DataType, FunctionDefinition,
    Identifier, Identity, IndexDefinition, ObjectName, PolicyDefinition, RowChange,
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

impl Outside {
    /// Of a stamp: the revision that a tool is told; `None` where SQL writes the version table,
    /// which is the target then.
    pub fn stamped_revision(&self) -> Option<&str> {
        const SQL: &[&str] = &[
            "insert", "update", "delete", "truncate", "merge", "copy", "with",
        ];
        let word = self.detail.split_whitespace().next()?;
        let is_sql = SQL.contains(&word.to_lowercase().as_str());
        (!is_sql).then_some(&*self.target)
    }
}

/// A sink that could not be read, or a statement that no grammar took.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Opaque {
    /// The expression's or statement's text.
    pub text: String,
    pub reason: String,
}

impl Opaque {
    /// How the reason begins for a request that leads nowhere.
    pub const DANGLING: &'static str = "no route of this estate answers";

    /// A request to an endpoint that the estate does not have.
    pub fn is_dangling_request(&self) -> bool {
        self.reason.starts_with(Self::DANGLING)
    }
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
    /// `ALTER COLUMN ... ADD GENERATED ... AS IDENTITY` or `SET GENERATED ...`.
    SetIdentity {
        table: ObjectName,
        column: Identifier,
        identity: Identity,
    },
    DropIdentity {
        table: ObjectName,
        column: Identifier,
        if_exists: bool,
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
    RenameSequence {
        name: ObjectName,
        new_name: Identifier,
        if_exists: bool,
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
    RenameView {
        name: ObjectName,
        new_name: Identifier,
        materialized: bool,
        if_exists: bool,
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
    /// What is `None` stays as it is.
    AlterPolicy {
        table: ObjectName,
        policy: Identifier,
        roles: Option<Vec<Identifier>>,
        using: Option<String>,
        with_check: Option<String>,
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
    DropExtension {
        name: Identifier,
        if_exists: bool,
        cascade: bool,
    },
    /// A role, user or group.
    CreateRole {
        name: Identifier,
        statement: String,
    },
    DropRole {
        name: Identifier,
        if_exists: bool,
    },
    /// A schema, function, trigger, policy, role or attribute; `object` in the house's spelling.
    RenameObject {
        object_kind: String,
        object: String,
        new_name: String,
    },
    /// `ALTER ... SET SCHEMA`; `object_kind` is `table`, `view`, `type`, `function` ...
    SetSchema {
        object_kind: String,
        object: ObjectName,
        schema: Identifier,
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
