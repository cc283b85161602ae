//! Constraints as they are declared.

use serde::{Deserialize, Serialize};

use super::{Identifier, ObjectName};

/// What a referencing row does when the referenced one goes or changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ReferentialAction {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    /// The columns are those of `SET NULL (a, b)`; mostly empty.
    SetNull(Vec<Identifier>),
    SetDefault(Vec<Identifier>),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ForeignKey {
    pub columns: Vec<Identifier>,
    pub referenced_table: ObjectName,
    /// Empty: the referenced table's primary key.
    pub referenced_columns: Vec<Identifier>,
    pub on_delete: ReferentialAction,
    pub on_update: ReferentialAction,
    pub match_full: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    PrimaryKey {
        columns: Vec<Identifier>,
    },
    Unique {
        columns: Vec<Identifier>,
        nulls_not_distinct: bool,
    },
    ForeignKey(ForeignKey),
    Check {
        expression: String,
        no_inherit: bool,
    },
    /// The text from `USING` on.
    Exclude {
        definition: String,
    },
    /// `ADD CONSTRAINT name {UNIQUE | PRIMARY KEY} USING INDEX index`.
    UsingIndex {
        index: Identifier,
        primary: bool,
    },
}

/// One table constraint; a column constraint is written as a table constraint of that column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConstraintDefinition {
    /// `None`: PostgreSQL chooses the name (`ChooseConstraintName`).
    pub name: Option<Identifier>,
    pub kind: ConstraintKind,
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub not_valid: bool,
    /// The column it was written beside, if it was a column constraint: decides implicit names.
    pub of_column: Option<Identifier>,
}

impl ConstraintDefinition {
    pub fn new(name: Option<Identifier>, kind: ConstraintKind) -> Self {
        Self {
            name,
            kind,
            deferrable: false,
            initially_deferred: false,
            not_valid: false,
            of_column: None,
        }
    }
}
