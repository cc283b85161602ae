//! Constraints as they are held, with nothing left to choose.

use serde::Serialize;

use crate::model::{ForeignKey, Identifier, ObjectName};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    PrimaryKey {
        columns: Vec<Identifier>,
        include: Vec<Identifier>,
    },
    Unique {
        columns: Vec<Identifier>,
        include: Vec<Identifier>,
        nulls_not_distinct: bool,
    },
    /// `referenced_columns` is always filled in.
    ForeignKey(ForeignKey),
    Check {
        expression: String,
        no_inherit: bool,
    },
    /// The text from `USING` on.
    Exclude { definition: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Constraint {
    pub kind: ConstraintKind,
    pub deferrable: bool,
    pub initially_deferred: bool,
    /// False after `NOT VALID`.
    pub validated: bool,
    /// It comes from a parent only.
    pub inherited: bool,
    /// The unique index of the referenced table that a foreign key relies on.
    pub supporting_index: Option<ObjectName>,
    pub comment: Option<String>,
}

impl Constraint {
    pub fn new(kind: ConstraintKind) -> Self {
        Self {
            kind,
            deferrable: false,
            initially_deferred: false,
            validated: true,
            inherited: false,
            supporting_index: None,
            comment: None,
        }
    }

    /// The columns that it is declared on; for a check none, as they are in its expression.
    pub fn columns(&self) -> &[Identifier] {
        match &self.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                columns
            }
            ConstraintKind::ForeignKey(key) => &key.columns,
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => &[],
        }
    }

    /// Whether an index of the same name stands behind it.
    pub fn has_index(&self) -> bool {
        match self.kind {
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::Exclude { .. } => true,
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } => false,
        }
    }
}
