//! The steps of a consolidated migration: each ensures that one object has its wanted shape.

use std::collections::BTreeMap;

use crate::catalog::{
    Column, Constraint, Function, Index, Policy, Sequence, Table, Trigger, UserType, View,
};
use crate::model::{DataType, Identifier, ObjectName};

use super::{Citation, Commented, Entitled, Right};

/// Steps that belong together, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Names that a script changed and the chain uses: they come back before anything else looks.
    Renames,
    /// Before a sequence is given to a table: both must belong to one role (55000).
    Owners,
    /// Labels of enums that are there: they need a transaction of their own, because a new label
    /// cannot be used before it is committed (55P04).
    EnumLabels,
    /// What is said about rows, before anything meets them.
    Unfit,
    Schemas,
    Types,
    Functions,
    Tables,
    Columns,
    /// Functions whose signature names the row type of a table.
    RowFunctions,
    /// Those on which foreign keys lean.
    ReferencedIndexes,
    Constraints,
    Views,
    /// After the views, because a materialised view can have some.
    Indexes,
    Triggers,
    Security,
    Comments,
    /// When nothing leans on them any more.
    Leftovers,
    /// When everything is there.
    Rights,
}

impl Group {
    pub fn title(self) -> &'static str {
        match self {
            Self::Renames => "names given back",
            Self::Owners => "owners",
            Self::EnumLabels => "enum labels",
            Self::Unfit => "rows that do not fit",
            Self::Schemas => "schemas and extensions",
            Self::Types => "types and sequences",
            Self::Functions => "functions",
            Self::Tables => "tables",
            Self::Columns => "columns",
            Self::RowFunctions => "functions on rows",
            Self::ReferencedIndexes => "indexes under foreign keys",
            Self::Constraints => "constraints",
            Self::Indexes => "indexes",
            Self::Views => "views",
            Self::Triggers => "triggers",
            Self::Security => "row level security",
            Self::Comments => "comments",
            Self::Leftovers => "leftovers",
            Self::Rights => "rights",
        }
    }
}

/// One step with where it comes from.
#[derive(Debug, Clone)]
pub struct Step {
    pub kind: StepKind,
    pub citations: Vec<Citation>,
}

/// What a script gave another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    Table {
        schema: Option<Identifier>,
    },
    Type {
        schema: Option<Identifier>,
    },
    Index {
        schema: Option<Identifier>,
    },
    Column {
        table: ObjectName,
    },
    Constraint {
        table: ObjectName,
    },
    /// A label of this enum.
    Label {
        of: ObjectName,
    },
}

impl Renamed {
    fn object(&self, name: &Identifier) -> String {
        match self {
            Self::Table { schema } | Self::Type { schema } | Self::Index { schema } => {
                ObjectName::qualified(schema.clone(), name.clone()).to_string()
            }
            Self::Column { table } | Self::Constraint { table } => table.part(name.as_str()),
            Self::Label { of } => of.part(name.as_str()),
        }
    }
}

/// What becomes of rows for which a column or a constraint has no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// They get this value, an expression in SQL.
    Fill(String),
    /// They move into the journal, with the rows that refer to them.
    SetAside,
}

/// What becomes of values that a column's type does not take. They stand in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueRemedy {
    /// Each gets a number of its own, which foreign keys follow.
    Number,
    /// Their rows get this value, an expression in SQL.
    Replace(String),
    /// Their rows move into the journal, with those that refer to them.
    SetAside,
}

/// What a script leaves behind that the target does not have and that holds no rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leftover {
    Index(ObjectName),
    View(ObjectName),
    Sequence(ObjectName),
    Type(ObjectName),
    Trigger {
        table: ObjectName,
        name: Identifier,
    },
    Policy {
        table: ObjectName,
        name: Identifier,
    },
    Constraint {
        table: ObjectName,
        name: Identifier,
    },
    /// Indexes to which a run gives names of this pattern (`idx_{table}_{column}`), but for those that a run
    /// on the target makes.
    IndexesLike {
        pattern: String,
        known: Vec<Identifier>,
    },
}

impl Leftover {
    /// The word behind DROP.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Index(_) | Self::IndexesLike { .. } => "INDEX",
            Self::View(_) => "VIEW",
            Self::Sequence(_) => "SEQUENCE",
            Self::Type(_) => "TYPE",
            Self::Trigger { .. } => "TRIGGER",
            Self::Policy { .. } => "POLICY",
            Self::Constraint { .. } => "CONSTRAINT",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Index(name) | Self::View(name) | Self::Sequence(name) | Self::Type(name) => {
                name.to_string()
            }
            Self::Trigger { table, .. }
            | Self::Policy { table, .. }
            | Self::Constraint { table, .. } => table.to_string(),
            Self::IndexesLike { pattern, .. } => pattern.clone(),
        }
    }

    pub(super) fn object(&self) -> String {
        match self {
            Self::Index(name) | Self::View(name) | Self::Sequence(name) | Self::Type(name) => {
                name.to_string()
            }
            Self::Trigger { table, name }
            | Self::Policy { table, name }
            | Self::Constraint { table, name } => table.part(name.as_str()),
            Self::IndexesLike { pattern, .. } => pattern.clone(),
        }
    }
}

#[derive(Debug, Clone)]
pub enum StepKind {
    /// `now` gets its name `before` back, where `before` is not there.
    RenameBack {
        renamed: Renamed,
        now: Identifier,
        before: Identifier,
    },
    EnumLabels {
        name: ObjectName,
        labels: Vec<String>,
        /// Labels that some database has in the stead of these.
        value_map: BTreeMap<String, String>,
    },
    /// Says what becomes of rows for which a column, a constraint or a unique index has no place.
    Unfit {
        table: ObjectName,
        part: Identifier,
        remedy: Remedy,
    },
    /// Says what becomes of values that no conversion takes.
    UnfitValues {
        table: ObjectName,
        column: Identifier,
        remedy: ValueRemedy,
    },
    Schema {
        name: Identifier,
    },
    Extension {
        name: Identifier,
        schema: Option<Identifier>,
    },
    Type {
        name: ObjectName,
        user_type: Box<UserType>,
    },
    Sequence {
        name: ObjectName,
        sequence: Box<Sequence>,
    },
    /// `OWNED BY`: the sequence goes when the column goes.
    SequenceOwner {
        name: ObjectName,
        table: ObjectName,
        column: Identifier,
    },
    Function {
        name: ObjectName,
        argument_types: Vec<DataType>,
        function: Box<Function>,
        /// Its signature names the row type of a table, which must be there first.
        on_rows: bool,
    },
    Table {
        name: ObjectName,
        table: Box<Table>,
        serial: Vec<Identifier>,
    },
    Column {
        table: ObjectName,
        column: Box<Column>,
        serial: bool,
        /// A data fix fills it first: whether it may be null is left to a later step.
        filled_later: bool,
        /// What becomes of values that some script's type has and this one has not.
        value_map: BTreeMap<String, String>,
    },
    /// NOT NULL of a column that a data fix has filled.
    Filled {
        table: ObjectName,
        column: Box<Column>,
    },
    Constraint {
        table: ObjectName,
        name: Identifier,
        constraint: Box<Constraint>,
    },
    Index {
        name: ObjectName,
        index: Box<Index>,
        /// A foreign key may lean on it.
        is_referenced: bool,
    },
    View {
        name: ObjectName,
        view: Box<View>,
        materialized: bool,
        /// How many views it reads through: 0 where it reads tables alone.
        depth: u8,
    },
    Trigger {
        table: ObjectName,
        name: Identifier,
        trigger: Box<Trigger>,
    },
    RowSecurity {
        table: ObjectName,
        enabled: bool,
        forced: bool,
    },
    Policy {
        table: ObjectName,
        name: Identifier,
        policy: Box<Policy>,
    },
    Comment {
        on: Commented,
        text: String,
    },
    /// Goes, where nothing leans on it.
    Retire {
        leftover: Leftover,
    },
    /// It belongs to whoever runs the migration.
    Owner {
        of: Entitled,
    },
    /// These rights and no others, but for the owner's.
    Rights {
        of: Entitled,
        wanted: Vec<Right>,
    },
    /// What is made later gets the rights that PostgreSQL gives it, and no others.
    DefaultRights,
}

impl Step {
    pub fn group(&self) -> Group {
        match &self.kind {
            StepKind::RenameBack { .. } => Group::Renames,
            StepKind::EnumLabels { .. } => Group::EnumLabels,
            StepKind::Unfit { .. } | StepKind::UnfitValues { .. } => Group::Unfit,
            StepKind::Schema { .. } | StepKind::Extension { .. } => Group::Schemas,
            StepKind::Type { .. } | StepKind::Sequence { .. } => Group::Types,
            StepKind::Function { on_rows: true, .. } => Group::RowFunctions,
            StepKind::Function { .. } => Group::Functions,
            StepKind::Table { .. } => Group::Tables,
            StepKind::Column { .. } => Group::Columns,
            StepKind::Filled { .. }
            | StepKind::SequenceOwner { .. }
            | StepKind::Constraint { .. } => Group::Constraints,
            StepKind::Index {
                is_referenced: true,
                ..
            } => Group::ReferencedIndexes,
            StepKind::Index { .. } => Group::Indexes,
            StepKind::View { .. } => Group::Views,
            StepKind::Trigger { .. } => Group::Triggers,
            StepKind::RowSecurity { .. } | StepKind::Policy { .. } => Group::Security,
            StepKind::Comment { .. } => Group::Comments,
            StepKind::Retire { .. } => Group::Leftovers,
            StepKind::Owner { .. } => Group::Owners,
            StepKind::Rights { .. } | StepKind::DefaultRights => Group::Rights,
        }
    }

    /// The table, view, type, sequence or function that it is about: steps with one subject belong
    /// together for a reader.
    pub fn subject(&self) -> String {
        match &self.kind {
            StepKind::RenameBack {
                renamed: Renamed::Column { table } | Renamed::Constraint { table },
                ..
            }
            | StepKind::SequenceOwner { table, .. }
            | StepKind::Unfit { table, .. }
            | StepKind::UnfitValues { table, .. }
            | StepKind::Column { table, .. }
            | StepKind::Filled { table, .. }
            | StepKind::Constraint { table, .. }
            | StepKind::Trigger { table, .. }
            | StepKind::RowSecurity { table, .. }
            | StepKind::Policy { table, .. } => table.to_string(),
            StepKind::Index { index, .. } => index.definition.table.to_string(),
            StepKind::Comment { on, .. } => on.subject(),
            StepKind::RenameBack { .. }
            | StepKind::EnumLabels { .. }
            | StepKind::Schema { .. }
            | StepKind::Extension { .. }
            | StepKind::Type { .. }
            | StepKind::Sequence { .. }
            | StepKind::Function { .. }
            | StepKind::Table { .. }
            | StepKind::View { .. }
            | StepKind::Owner { .. }
            | StepKind::Rights { .. }
            | StepKind::DefaultRights => self.object(),
            StepKind::Retire { leftover } => leftover.subject(),
        }
    }

    /// The object that it ensures, in the house's spelling.
    pub fn object(&self) -> String {
        match &self.kind {
            StepKind::RenameBack {
                renamed, before, ..
            } => renamed.object(before),
            StepKind::EnumLabels { name, .. }
            | StepKind::Type { name, .. }
            | StepKind::Sequence { name, .. }
            | StepKind::SequenceOwner { name, .. }
            | StepKind::Function { name, .. }
            | StepKind::Table { name, .. }
            | StepKind::Index { name, .. }
            | StepKind::View { name, .. } => name.to_string(),
            StepKind::Schema { name } | StepKind::Extension { name, .. } => name.to_string(),
            StepKind::Column { table, column, .. } | StepKind::Filled { table, column } => {
                table.part(column.name.as_str())
            }
            StepKind::Unfit { table, part, .. } => table.part(part.as_str()),
            StepKind::UnfitValues { table, column, .. } => {
                format!("{} values", table.part(column.as_str()))
            }
            StepKind::Constraint { table, name, .. }
            | StepKind::Trigger { table, name, .. }
            | StepKind::Policy { table, name, .. } => table.part(name.as_str()),
            StepKind::RowSecurity { table, .. } => table.to_string(),
            StepKind::Comment { on, .. } => on.object(),
            StepKind::Retire { leftover } => leftover.object(),
            StepKind::Owner { of } | StepKind::Rights { of, .. } => of.object(),
            StepKind::DefaultRights => "default privileges".to_owned(),
        }
    }
}
