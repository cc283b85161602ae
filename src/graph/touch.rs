//! What one action does to which objects: the raw material of every edge in the graph.

use serde::Serialize;

use crate::model::{
    Action, ColumnDefinition, ConstraintDefinition, ConstraintKind, DataType, ObjectName,
    RowChange, TableDefinition,
};

/// The kinds of objects that scripts and revisions meet at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    Schema,
    Extension,
    Type,
    EnumLabel,
    Sequence,
    Relation,
    Column,
    Constraint,
    Index,
    Function,
    Trigger,
    Policy,
    /// The table in which the chain's tool keeps its version.
    VersionTable,
}

impl ObjectKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Type => "type",
            Self::EnumLabel => "enum label",
            Self::Sequence => "sequence",
            Self::Relation => "table",
            Self::Column => "column",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::VersionTable => "version table",
        }
    }
}

/// An object as a node of the graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ObjectKey {
    pub kind: ObjectKind,
    pub name: String,
}

impl ObjectKey {
    pub fn new(kind: ObjectKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }

    fn relation(name: &ObjectName) -> Self {
        Self::new(ObjectKind::Relation, name.to_string())
    }
}

/// How an action meets an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Creates,
    Alters,
    Drops,
    /// Must be there already.
    Needs,
    /// Writes rows of it.
    Writes,
}

impl Relation {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creates => "creates",
            Self::Alters => "alters",
            Self::Drops => "drops",
            Self::Needs => "needs",
            Self::Writes => "writes",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    pub relation: Relation,
    pub object: ObjectKey,
}

/// Collects touches in the order in which the action makes them.
#[derive(Default)]
struct Touches(Vec<Touch>);

impl Touches {
    fn add(&mut self, relation: Relation, object: ObjectKey) {
        self.0.push(Touch { relation, object });
    }

    fn named(&mut self, relation: Relation, kind: ObjectKind, name: impl ToString) {
        self.add(relation, ObjectKey::new(kind, name.to_string()));
    }

    fn needs_relation(&mut self, name: &ObjectName) {
        self.add(Relation::Needs, ObjectKey::relation(name));
    }

    fn needs_type(&mut self, data_type: &DataType) {
        // PostgreSQL's own types are there in every database.
        if !is_builtin(data_type) {
            self.named(Relation::Needs, ObjectKind::Type, &data_type.name);
        }
    }

    /// A part of a table: the table must be there, the part is created, altered or dropped.
    fn part(&mut self, relation: Relation, kind: ObjectKind, table: &ObjectName, part: &str) {
        self.needs_relation(table);
        self.named(relation, kind, table.part(part));
    }

    fn column(&mut self, table: &ObjectName, column: &ColumnDefinition) {
        self.named(
            Relation::Creates,
            ObjectKind::Column,
            table.part(column.name.as_str()),
        );
        self.needs_type(&column.data_type);
    }

    fn constraint(&mut self, table: &ObjectName, constraint: &ConstraintDefinition) {
        if let Some(name) = &constraint.name {
            self.named(
                Relation::Creates,
                ObjectKind::Constraint,
                table.part(name.as_str()),
            );
        }
        if let ConstraintKind::ForeignKey(key) = &constraint.kind
            && key.referenced_table != *table
        {
            self.needs_relation(&key.referenced_table);
        }
    }

    fn table(&mut self, table: &ObjectName, definition: &TableDefinition) {
        self.add(Relation::Creates, ObjectKey::relation(table));
        for column in &definition.columns {
            self.column(table, column);
        }
        for constraint in &definition.constraints {
            self.constraint(table, constraint);
        }
        definition
            .like
            .iter()
            .for_each(|(other, _)| self.needs_relation(other));
        definition
            .inherits
            .iter()
            .for_each(|parent| self.needs_relation(parent));
        if let Some((parent, _)) = &definition.partition_of {
            self.needs_relation(parent);
        }
    }

    fn rows(&mut self, change: &RowChange) {
        self.add(Relation::Writes, ObjectKey::relation(&change.table));
        for column in &change.columns {
            self.named(
                Relation::Needs,
                ObjectKind::Column,
                change.table.part(column.as_str()),
            );
        }
    }
}

/// Types that a script or revision must have created: everything that is not a word of
/// PostgreSQL's own.
pub fn is_builtin(data_type: &DataType) -> bool {
    const BUILTIN: &[&str] = &[
        "smallint",
        "integer",
        "bigint",
        "smallserial",
        "serial",
        "bigserial",
        "numeric",
        "real",
        "double precision",
        "money",
        "boolean",
        "character",
        "character varying",
        "text",
        "name",
        "bytea",
        "date",
        "interval",
        "time without time zone",
        "time with time zone",
        "timestamp without time zone",
        "timestamp with time zone",
        "uuid",
        "json",
        "jsonb",
        "xml",
        "inet",
        "cidr",
        "macaddr",
        "macaddr8",
        "bit",
        "bit varying",
        "tsvector",
        "tsquery",
        "oid",
        "regclass",
        "regtype",
        "regproc",
        "point",
        "line",
        "lseg",
        "box",
        "path",
        "polygon",
        "circle",
        "int4range",
        "int8range",
        "numrange",
        "tsrange",
        "tstzrange",
        "daterange",
        "int4multirange",
        "int8multirange",
        "nummultirange",
        "tsmultirange",
        "tstzmultirange",
        "datemultirange",
        "record",
        "void",
        "trigger",
        "anyelement",
        "anyarray",
        "\"char\"",
        "xid",
        "pg_lsn",
        "jsonpath",
    ];
    data_type.name.schema.is_none() && BUILTIN.contains(&data_type.name.name.as_str())
}

/// The touches of one action, the objects it needs included.
pub fn touches(action: &Action) -> Vec<Touch> {
    let mut touches = Touches::default();
    touches.record(action);
    touches.0
}

impl Touches {
    /// One arm an operation, so that the compiler names this place when a new one comes.
    fn record(&mut self, action: &Action) {
        use ObjectKind::{Column, Constraint, Function, Index, Policy, Sequence, Trigger, Type};
        use Relation::{Alters, Creates, Drops, Needs};
        let touches = self;
        match action {
            Action::CreateTable {
                table, definition, ..
            } => touches.table(table, definition),
            Action::CreateTableAs { table, .. } => touches.add(Creates, ObjectKey::relation(table)),
            Action::DropTable { table, .. } => touches.add(Drops, ObjectKey::relation(table)),
            Action::RenameTable {
                table, new_name, ..
            } => {
                touches.add(Drops, ObjectKey::relation(table));
                let renamed = ObjectName::qualified(table.schema.clone(), new_name.clone());
                touches.add(Creates, ObjectKey::relation(&renamed));
            }
            Action::AddColumn {
                table,
                column,
                constraints,
                ..
            } => {
                touches.needs_relation(table);
                touches.column(table, column);
                constraints
                    .iter()
                    .for_each(|constraint| touches.constraint(table, constraint));
            }
            Action::DropColumn { table, column, .. } => {
                touches.part(Drops, Column, table, column.as_str());
            }
            Action::RenameColumn {
                table,
                column,
                new_name,
            } => {
                touches.part(Drops, Column, table, column.as_str());
                touches.named(Creates, Column, table.part(new_name.as_str()));
            }
            Action::AlterColumnType {
                table,
                column,
                change,
            } => {
                touches.part(Alters, Column, table, column.as_str());
                touches.needs_type(&change.data_type);
            }
            Action::SetNotNull { table, column }
            | Action::DropNotNull { table, column }
            | Action::SetDefault { table, column, .. }
            | Action::DropDefault { table, column }
            | Action::SetIdentity { table, column, .. }
            | Action::DropIdentity { table, column, .. } => {
                touches.part(Alters, Column, table, column.as_str());
            }
            Action::AddConstraint { table, constraint } => {
                touches.needs_relation(table);
                touches.constraint(table, constraint);
            }
            Action::DropConstraint {
                table, constraint, ..
            } => {
                touches.part(Drops, Constraint, table, constraint.as_str());
            }
            Action::ValidateConstraint { table, constraint } => {
                touches.part(Alters, Constraint, table, constraint.as_str());
            }
            Action::RenameConstraint {
                table,
                constraint,
                new_name,
            } => {
                touches.part(Drops, Constraint, table, constraint.as_str());
                touches.named(Creates, Constraint, table.part(new_name.as_str()));
            }
            Action::CreateIndex {
                index, definition, ..
            } => {
                touches.needs_relation(&definition.table);
                for key in definition.keys.iter().filter(|key| key.is_column) {
                    touches.named(Needs, Column, definition.table.part(&key.expression));
                }
                if let Some(index) = index {
                    touches.named(Creates, Index, index);
                }
            }
            Action::DropIndex { index, .. } => touches.named(Drops, Index, &index.name),
            Action::RenameIndex {
                index, new_name, ..
            } => {
                touches.named(Drops, Index, &index.name);
                touches.named(Creates, Index, new_name);
            }
            Action::AttachPartition {
                table, partition, ..
            }
            | Action::DetachPartition { table, partition } => {
                touches.needs_relation(table);
                touches.add(Alters, ObjectKey::relation(partition));
            }
            Action::EnableRls { table }
            | Action::DisableRls { table }
            | Action::ForceRls { table, .. } => {
                touches.add(Alters, ObjectKey::relation(table));
            }
            Action::CreateTrigger {
                trigger,
                definition,
                ..
            } => {
                touches.part(Creates, Trigger, &definition.table, trigger.as_str());
                touches.named(Needs, Function, &definition.function);
            }
            Action::DropTrigger { table, trigger, .. } => {
                touches.named(Drops, Trigger, table.part(trigger.as_str()));
            }
            Action::CreatePolicy { policy, definition } => {
                touches.part(Creates, Policy, &definition.table, policy.as_str());
            }
            Action::AlterPolicy { table, policy, .. } => {
                touches.part(Alters, Policy, table, policy.as_str());
            }
            Action::DropPolicy { table, policy, .. } => {
                touches.named(Drops, Policy, table.part(policy.as_str()));
            }
            Action::Rows(change) => touches.rows(change),
            Action::CreateEnum { name, labels } => {
                touches.named(Creates, Type, name);
                for label in labels {
                    touches.named(Creates, ObjectKind::EnumLabel, name.part(label));
                }
            }
            Action::AddEnumValue { name, label, .. } => {
                touches.named(Needs, Type, name);
                touches.named(Creates, ObjectKind::EnumLabel, name.part(label));
            }
            Action::RenameEnumValue {
                name,
                label,
                new_label,
            } => {
                touches.named(Drops, ObjectKind::EnumLabel, name.part(label));
                touches.named(Creates, ObjectKind::EnumLabel, name.part(new_label));
            }
            Action::CreateType { name, .. } => touches.named(Creates, Type, name),
            Action::CreateDomain { name, base, .. } => {
                touches.named(Creates, Type, name);
                touches.needs_type(base);
            }
            Action::DropType { name, .. } => touches.named(Drops, Type, name),
            Action::RenameType { name, new_name } => {
                touches.named(Drops, Type, name);
                touches.named(
                    Creates,
                    Type,
                    ObjectName::qualified(name.schema.clone(), new_name.clone()),
                );
            }
            Action::CreateSequence { name, .. } => touches.named(Creates, Sequence, name),
            Action::AlterSequence { name, .. } => touches.named(Alters, Sequence, name),
            Action::RenameSequence { name, new_name, .. } => {
                touches.named(Drops, Sequence, name);
                touches.named(
                    Creates,
                    Sequence,
                    ObjectName::qualified(name.schema.clone(), new_name.clone()),
                );
            }
            Action::DropSequence { name, .. } => touches.named(Drops, Sequence, name),
            Action::CreateView {
                name, definition, ..
            }
            | Action::CreateMaterializedView {
                name, definition, ..
            } => {
                touches.add(Creates, ObjectKey::relation(name));
                definition
                    .reads
                    .iter()
                    .for_each(|relation| touches.needs_relation(relation));
            }
            Action::RenameView { name, new_name, .. } => {
                touches.add(Drops, ObjectKey::relation(name));
                let renamed = ObjectName::qualified(name.schema.clone(), new_name.clone());
                touches.add(Creates, ObjectKey::relation(&renamed));
            }
            Action::DropView { name, .. } => touches.add(Drops, ObjectKey::relation(name)),
            Action::CreateFunction { name, .. } => touches.named(Creates, Function, name),
            Action::DropFunction { name, .. } => touches.named(Drops, Function, name),
            Action::CreateSchema { name, .. } => touches.named(Creates, ObjectKind::Schema, name),
            Action::DropSchema { name, .. } => touches.named(Drops, ObjectKind::Schema, name),
            Action::CreateExtension { name, .. } => {
                touches.named(Creates, ObjectKind::Extension, name);
            }
            Action::DropExtension { name, .. } => {
                touches.named(Drops, ObjectKind::Extension, name);
            }
            // Moving between schemas keeps the object; roles stand outside the graph.
            Action::SetSchema {
                object_kind,
                object,
                ..
            } => {
                if matches!(object_kind.as_str(), "table" | "view" | "materialized view") {
                    touches.add(Alters, ObjectKey::relation(object));
                }
            }
            Action::CreateRole { .. } | Action::DropRole { .. } | Action::RenameObject { .. } => {}
            Action::Grant { object, .. }
            | Action::Revoke { object, .. }
            | Action::SetOwner { object, .. } => {
                touches.named(Alters, ObjectKind::Relation, object);
            }
            Action::Comment {
                object_kind,
                object,
                ..
            } => match object_kind.as_str() {
                "column" => touches.named(Needs, Column, object),
                "table" => touches.named(Needs, ObjectKind::Relation, object),
                // Comments on rarer kinds connect nothing that the graph shows.
                _ => {}
            },
            Action::Stamp(outside) => {
                touches.named(Relation::Writes, ObjectKind::VersionTable, &outside.target)
            }
            // What runs outside, or could not be read, names no object of the database.
            Action::RunMigrations(_)
            | Action::RunScript(_)
            | Action::RunSqlFile(_)
            | Action::CallEndpoint(_)
            | Action::WriteMigration(_)
            | Action::WriteSqlFile(_)
            | Action::WriteSource(_)
            | Action::UnknownStatement { .. }
            | Action::Opaque(_) => {}
        }
    }
}
