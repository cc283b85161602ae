//! Tables with their columns, constraints, triggers and policies.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Attributes, Constraint};
use crate::model::{DataType, Identifier, ObjectName, PolicyDefinition};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Persistence {
    #[default]
    Permanent,
    Unlogged,
    Temporary {
        drop_on_commit: bool,
    },
}

/// What is known of a table's rows: enough to say whether a statement can fail on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// The table was created here and nothing was inserted.
    Empty,
    /// At least one row is there.
    Some,
    #[default]
    Unknown,
}

/// `GENERATED ... AS IDENTITY`; the numbers are in the sequence that the column owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    Always,
    ByDefault,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    pub name: Identifier,
    /// Never a serial: that is an integer with a default and a sequence.
    pub data_type: DataType,
    pub not_null: bool,
    /// The expression as written, or as the server deparses it.
    pub default: Option<String>,
    pub generated: Option<String>,
    pub identity: Option<IdentityKind>,
    pub collation: Option<String>,
    /// It comes from a parent (inheritance or partition) only.
    pub inherited: bool,
    /// Some row is known to hold NULL in it. Rows are no part of a schema: nothing compares this.
    #[serde(skip)]
    pub(crate) holds_null: bool,
    /// Storage, compression, statistics, where they are not the type's own.
    pub settings: String,
    pub attributes: Attributes,
}

impl Column {
    pub fn new(name: impl Into<Identifier>, data_type: DataType) -> Self {
        Self {
            name: name.into(),
            data_type,
            not_null: false,
            default: None,
            generated: None,
            identity: None,
            collation: None,
            inherited: false,
            holds_null: false,
            settings: String::new(),
            attributes: Attributes::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trigger {
    pub function: ObjectName,
    /// `BEFORE INSERT OR UPDATE OF email`, as written.
    pub timing: String,
    pub for_each_row: bool,
    pub condition: Option<String>,
    pub constraint: bool,
    /// The whole statement, as written or as `pg_get_triggerdef` prints it.
    pub statement: String,
    /// `O`, `D`, `R`, `A` of `pg_trigger.tgenabled`.
    pub enabled: char,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// `definition.table` repeats the table that it hangs on.
    pub definition: PolicyDefinition,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Table {
    /// In order of their numbers.
    pub columns: Vec<Column>,
    pub constraints: BTreeMap<Identifier, Constraint>,
    pub triggers: BTreeMap<Identifier, Trigger>,
    pub policies: BTreeMap<Identifier, Policy>,
    pub row_security: bool,
    pub force_row_security: bool,
    pub persistence: Persistence,
    /// `RANGE (created_at)`.
    pub partition_by: Option<String>,
    /// The parent and the bounds: `FOR VALUES FROM (...) TO (...)` or `DEFAULT`.
    pub partition_of: Option<(ObjectName, String)>,
    pub inherits: Vec<ObjectName>,
    /// Storage parameters, as written.
    pub options: String,
    /// The columns could not all be told (`CREATE TABLE AS` of a query that was not understood):
    /// a name that is not in `columns` may exist all the same.
    pub columns_incomplete: bool,
    pub rows: Rows,
    pub attributes: Attributes,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.name.as_str() == name)
    }

    pub(crate) fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns
            .iter_mut()
            .find(|column| column.name.as_str() == name)
    }

    pub fn is_temporary(&self) -> bool {
        matches!(self.persistence, Persistence::Temporary { .. })
    }
}
